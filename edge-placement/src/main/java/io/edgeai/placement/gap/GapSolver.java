package io.edgeai.placement.gap;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Solves generalized assignment problems: the linear relaxation by prices of agents, annealing across infeasible
 * assignments with ejection chains, the knapsack bound, branch and bound where items are few, and exact regrouping of a
 * few agents at a time for what is left of the budget. Immutable and thread-safe.
 *
 * <p>Ends early where the optimum is proven. Otherwise time ends the search, so answers may differ between runs; the
 * bound always holds.
 *
 * <pre>{@code
 * GapSolution plan = GapSolver.builder().budget(Duration.ofSeconds(10)).threads(2).build().solve(problem);
 * }</pre>
 */
public final class GapSolver {
    private final Duration budget;
    private final int threads;
    private final long seed;
    private final Ticker ticker;

    private GapSolver(Builder builder) {
        this.budget = builder.budget;
        this.threads = builder.threads;
        this.seed = builder.seed;
        this.ticker = builder.ticker;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** {@link #solve(GapProblem, Progress)} without a listener. */
    public GapSolution solve(GapProblem problem) {
        return solve(problem, Progress.NONE);
    }

    /**
     * Solves within the budget; where nothing within capacities was met by then, goes on for a bounded number of moves.
     *
     * @throws OperationCancelledException where {@code progress} cancels
     */
    public GapSolution solve(GapProblem problem, Progress progress) {
        GapBudget time = new GapBudget(budget, ticker, progress);
        CapacityDual dual = CapacityDual.solve(problem, time);
        Incumbent incumbent = new Incumbent();
        incumbent.raiseBound(dual.bound());
        if (Double.isInfinite(dual.bound())) {
            return answer(incumbent);
        }
        GapSearch search = new GapSearch(problem, dual, incumbent, time);
        if (threads == 1) {
            search.lead(seed);
        } else {
            together(search, time);
        }
        return answer(incumbent);
    }

    private void together(GapSearch search, GapBudget time) {
        ExecutorService others = Executors.newFixedThreadPool(threads - 1, EdgeThreads.named("assign"));
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int t = 1; t < threads; t++) {
                long another = seed + t * 1_000_003L;
                running.add(others.submit(() -> search.follow(another)));
            }
            search.lead(seed);
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A search thread failed.", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("The assignment was interrupted; nothing was decided.");
        } finally {
            time.stop();
            others.shutdown();
        }
    }

    private static GapSolution answer(Incumbent incumbent) {
        int[] best = incumbent.assignment();
        if (best == null) {
            boolean impossible = Double.isInfinite(incumbent.bound());
            return new GapSolution(
                    impossible ? GapSolution.Status.INFEASIBLE : GapSolution.Status.UNKNOWN,
                    List.of(),
                    Double.POSITIVE_INFINITY,
                    incumbent.bound());
        }
        return new GapSolution(
                incumbent.optimal() ? GapSolution.Status.OPTIMAL : GapSolution.Status.FEASIBLE,
                IntStream.of(best).boxed().toList(),
                (double) incumbent.cost(),
                Math.min(incumbent.bound(), (double) incumbent.cost()));
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private Duration budget = Duration.ofSeconds(10);
        private int threads = 1;
        private long seed = 1;
        private Ticker ticker = Ticker.system();

        private Builder() {}

        /** Time for the search; 10 s by default. */
        public Builder budget(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new InvalidInputException("Budget (" + limit + ") must be positive.");
            }
            this.budget = limit;
            return this;
        }

        /** Threads that search, the caller's included; 1 by default. */
        public Builder threads(int threads) {
            if (threads < 1 || threads > 64) {
                throw new InvalidInputException("Threads (" + threads + ") must be 1 to 64.");
            }
            this.threads = threads;
            return this;
        }

        /** Seed of the search; 1 by default. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Clock of the budget. */
        public Builder ticker(Ticker ticker) {
            this.ticker = ticker;
            return this;
        }

        public GapSolver build() {
            return new GapSolver(this);
        }
    }
}
