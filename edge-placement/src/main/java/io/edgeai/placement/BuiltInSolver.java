package io.edgeai.placement;

import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.SearchBudget;
import io.edgeai.placement.solver.Solution;
import io.edgeai.placement.solver.Solver;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.SolverAnswer;

/** This library's own search behind the interface of all solvers. Stateless and thread-safe. */
final class BuiltInSolver implements PlacementSolver {
    static final String NAME = "built-in";

    @Override
    public SolverAnswer solve(Instance instance, long seed, SearchBudget budget) {
        Solution found = Solver.solve(instance, seed, budget);
        return SolverAnswer.of(found.occupancy(), found.lowerBound(), found.proven());
    }

    @Override
    public String name() {
        return NAME;
    }
}
