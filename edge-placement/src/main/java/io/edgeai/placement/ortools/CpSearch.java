package io.edgeai.placement.ortools;

import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.placement.solver.SearchBudget;
import io.edgeai.placement.solver.Spot;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One search by CP-SAT on a thread of its own, while the caller's thread reports and listens for cancellation. */
final class CpSearch {
    private static final long POLL_MILLIS = 20;

    /** Differences between bound and plan that count as none, relative to the plan. */
    private static final double GAP = 1e-9;

    private final ThreadFactory threads;
    private final CpSolver solver = new CpSolver();

    CpSearch(ThreadFactory threads, long seed, double seconds) {
        this.threads = threads;
        solver.getParameters()
                .setNumWorkers(1)
                .setRandomSeed((int) (seed ^ (seed >>> 32)) & Integer.MAX_VALUE)
                .setRelativeGapLimit(GAP)
                .setMaxTimeInSeconds(seconds);
    }

    /**
     * What CP-SAT found.
     *
     * @param spots empty where no plan was found
     * @param bound in rounded costs
     */
    record Found(List<@Nullable Spot> spots, boolean complete, boolean proven, double bound) {
        static final Found IMPOSSIBLE = new Found(List.of(), false, true, Double.POSITIVE_INFINITY);
    }

    /** @throws OperationCancelledException where the budget's listener cancels, or the calling thread is interrupted */
    Found run(CpModelBuilder model, SearchBudget budget) {
        FutureTask<CpSolverStatus> search = new FutureTask<>(() -> solver.solve(model.model()));
        threads.newThread(search).start();
        CpSolverStatus status = await(search, budget);
        return switch (status) {
            case OPTIMAL, FEASIBLE ->
                new Found(model.spots(solver), true, status == CpSolverStatus.OPTIMAL, solver.bestObjectiveBound());
            case INFEASIBLE -> Found.IMPOSSIBLE;
            case UNKNOWN -> new Found(List.of(), false, false, Double.NEGATIVE_INFINITY);
            default -> throw new IllegalStateException("CP-SAT says (" + status + ") of a placement problem.");
        };
    }

    private CpSolverStatus await(FutureTask<CpSolverStatus> search, SearchBudget budget) {
        OperationCancelledException cancelled = null;
        while (true) {
            try {
                CpSolverStatus status = search.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (cancelled != null) {
                    throw cancelled;
                }
                return status;
            } catch (TimeoutException e) {
                cancelled = cancelled == null ? askToGoOn(budget) : cancelled;
                if (cancelled != null) {
                    solver.stopSearch();
                }
            } catch (InterruptedException e) {
                cancelled = new OperationCancelledException("Placement was interrupted; no plan was made.");
                Thread.currentThread().interrupt();
                solver.stopSearch();
            } catch (ExecutionException e) {
                throw new IllegalStateException("CP-SAT failed: " + e.getCause(), e);
            }
        }
    }

    private @Nullable OperationCancelledException askToGoOn(SearchBudget budget) {
        try {
            if (!budget.step("ortools", 0, 0)) {
                solver.stopSearch();
            }
            return null;
        } catch (OperationCancelledException e) {
            return e;
        }
    }
}
