package io.edgeai.placement.ortools;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.SearchBudget;
import io.edgeai.placement.solver.Solution;
import io.edgeai.placement.solver.Solver;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.SolverAnswer;
import java.util.concurrent.ThreadFactory;

/**
 * Solves by OR-Tools' CP-SAT with one worker, which gives the same plan for the same seed unless time runs out. It takes
 * nine tenths of the time limit; where all places together are proven impossible, or no plan was found in that time,
 * the built-in search places what fits, by priority, and {@link SolverAnswer#foundBy} says so. Costs are rounded to the
 * 2⁻⁴⁴th part of the dearest plan. Thread-safe.
 */
public final class OrToolsSolver implements PlacementSolver {
    /** Its name. */
    public static final String NAME = "ortools";

    /** Share of the time that is left for CP-SAT; the rest is for a plan where it found none. */
    private static final double TIME_SHARE = 0.9;

    private final ThreadFactory threads;

    private OrToolsSolver(ThreadFactory threads) {
        this.threads = threads;
    }

    /**
     * Loads the native library.
     *
     * @throws RuntimeUnavailableException where it is absent or has no build for this platform
     */
    public static OrToolsSolver load() {
        return load(EdgeThreads.named("placement-ortools"));
    }

    /** The same with threads of the caller's: one for each search, which the caller of {@link #solve} waits for. */
    public static OrToolsSolver load(ThreadFactory threads) {
        try {
            CpModelBuilder.loadLibrary();
        } catch (LinkageError e) {
            throw new RuntimeUnavailableException(
                    "OR-Tools is not on the class path, or has no library for this platform (" + e.getMessage()
                            + "). Maybe add this dependency: com.google.ortools:ortools-java:9.11.4210.",
                    e);
        }
        return new OrToolsSolver(threads);
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException where what is placed on one node could add up to more than 2⁶² of something
     */
    @Override
    public SolverAnswer solve(Instance instance, long seed, SearchBudget budget) {
        CpModelBuilder model = new CpModelBuilder(instance);
        CpSearch.Found found = model.hopeless()
                ? CpSearch.Found.IMPOSSIBLE
                : new CpSearch(threads, seed, budget.left().toNanos() * 1e-9 * TIME_SHARE).run(model, budget);
        if (found.complete()) {
            double cost = found.spots().stream()
                    .mapToDouble(spot -> spot == null ? 0 : spot.option().cost())
                    .sum();
            double bound = found.proven() ? cost : Math.min(cost, model.lowerBound(found.bound()));
            return new SolverAnswer(found.spots(), bound, found.proven(), "");
        }
        Solution rest = Solver.solve(instance, seed, budget);
        boolean proven = found.proven() && !rest.complete();
        double bound = proven ? Double.POSITIVE_INFINITY : Math.max(rest.lowerBound(), model.lowerBound(found.bound()));
        return SolverAnswer.of(
                        rest.occupancy(),
                        rest.complete() ? Math.min(bound, rest.cost()) : bound,
                        proven || rest.proven())
                .foundBy(NAME + ", then built-in");
    }

    @Override
    public String name() {
        return NAME;
    }
}
