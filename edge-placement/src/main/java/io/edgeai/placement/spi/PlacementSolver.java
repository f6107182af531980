package io.edgeai.placement.spi;

import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.SearchBudget;

/**
 * Finds a place for every item of an instance whose costs sum to little. The engine checks every answer against the
 * instance, so that no solver can bring a plan into being that breaks a rule. Thread-safe.
 *
 * <p>Given to the engine's builder, or, where a class is named in {@code META-INF/services}, found by its name:
 *
 * <pre>{@code
 * PlacementEngine.builder().solver((instance, seed, budget) -> {
 *     Occupancy room = new Occupancy(instance);
 *     ...
 *     return SolverAnswer.of(room);
 * })
 * }</pre>
 */
@FunctionalInterface
public interface PlacementSolver {
    /**
     * Solves, on the calling thread or with its help.
     *
     * @param instance the problem as numbers
     * @param seed the same instance and seed should give the same answer
     * @param budget to be asked by {@link SearchBudget#step} between steps: says when time is up, reports, cancels
     * @return places that keep all rules, some of them missing where not all items fit
     * @throws OperationCancelledException where the budget throws it
     */
    SolverAnswer solve(Instance instance, long seed, SearchBudget budget);

    /** Short lower-case name, shown with plans; {@code "own"} unless overridden. */
    default String name() {
        return "own";
    }
}
