package io.edgeai.placement.gap;

import java.util.List;

/**
 * What was found for a generalized assignment problem.
 *
 * @param status what is known about it
 * @param assignment for each item the index of its agent; empty where no assignment was found
 * @param objective sum of costs; positive infinity where no assignment was found
 * @param bound no assignment costs less; positive infinity where none exists
 */
public record GapSolution(Status status, List<Integer> assignment, double objective, double bound) {
    /** What is known. */
    public enum Status {
        /** Nothing is cheaper. */
        OPTIMAL,
        /** Within capacities; {@link GapSolution#gap} bounds what is left to gain. */
        FEASIBLE,
        /** Certainly no assignment exists. */
        INFEASIBLE,
        /** None was found within the budget, and that none exists was not proven either. */
        UNKNOWN
    }

    public GapSolution {
        assignment = List.copyOf(assignment);
    }

    /** (objective − bound) / |objective|, 0 for an optimum; positive infinity where nothing was found. */
    public double gap() {
        if (assignment.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        double left = Math.max(0, objective - bound);
        return left == 0 ? 0 : left / Math.max(1e-9, Math.abs(objective));
    }
}
