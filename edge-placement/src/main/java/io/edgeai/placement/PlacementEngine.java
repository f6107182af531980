package io.edgeai.placement;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.BrokenRuleException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.placement.constraint.Constraints;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.SearchBudget;
import io.edgeai.placement.solver.Spot;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides where workloads run: filters sites by constraints, scores what is left by a strategy, and finds a plan whose
 * scores sum to little. Immutable and thread-safe; a plan is made on the calling thread.
 *
 * <p>The same problem, seed and settings give the same plan, as long as the time limit does not cut the search short.
 *
 * <pre>{@code
 * PlacementEngine engine = PlacementEngine.builder().strategy(PlacementStrategies.latencyAware()).build();
 * PlacementPlan plan = engine.place(workload).across(sites).orThrow();
 * }</pre>
 */
public final class PlacementEngine {
    private final Rules rules;
    private final PlacementSolver solver;
    private final long seed;
    private final long iterations;
    private final Duration timeLimit;
    private final Ticker ticker;

    private PlacementEngine(Builder builder) {
        List<Constraint> constraints = new ArrayList<>(Constraints.standard());
        constraints.addAll(builder.constraints);
        constraints.addAll(builder.strategy.constraints());
        this.rules = new Rules(builder.strategy, constraints, builder.costModel);
        this.solver = builder.solver;
        this.seed = builder.seed;
        this.iterations = builder.iterations;
        this.timeLimit = builder.timeLimit;
        this.ticker = builder.ticker;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Latency-aware, with all defaults of {@link Builder}. */
    public static PlacementEngine defaults() {
        return builder().build();
    }

    /** Begins {@code engine.place(workload).across(sites)}. */
    public PlacementRequest place(Workload... workloads) {
        return place(List.of(workloads));
    }

    /** Begins {@code engine.place(workloads).across(sites)}. */
    public PlacementRequest place(Collection<Workload> workloads) {
        return new PlacementRequest(this, List.copyOf(workloads), Progress.NONE);
    }

    public PlacementPlan place(List<Workload> workloads, Topology topology) {
        return place(new PlacementProblem(workloads, topology), Progress.NONE);
    }

    public PlacementPlan place(PlacementProblem problem) {
        return place(problem, Progress.NONE);
    }

    /**
     * Plans a whole problem. Never throws because nothing fits: the plan says so.
     *
     * @throws OperationCancelledException where {@code progress} cancels
     * @throws InvalidInputException where the strategy gives a score that is not a finite number
     * @throws BrokenRuleException where a solver of the caller's own breaks a rule
     */
    public PlacementPlan place(PlacementProblem problem, Progress progress) {
        Modeller modeller = new Modeller(problem, rules);
        SearchBudget budget = new SearchBudget(iterations, timeLimit, ticker, progress);
        Instance instance = modeller.instance();
        CheckedAnswer found = CheckedAnswer.of(solver, problem, instance, solver.solve(instance, seed, budget));
        List<Assignment> assignments = new ArrayList<>();
        int item = 0;
        for (int g = 0; g < problem.workloads().size(); g++) {
            int replica = 0;
            for (int r = 0; r < problem.workloads().get(g).replicas(); r++, item++) {
                Spot spot = found.spots().get(item);
                if (spot != null) {
                    assignments.add(modeller.assignment(g, replica++, spot.option(), spot.device()));
                }
            }
        }
        return new PlacementPlan(
                problem,
                rules,
                new PlacementPlan.Verdict(found.status(), found.proven(), found.lowerBound(), found.foundBy()),
                assignments);
    }

    /** Begins a question to a plan: {@code engine.whatIf(plan).withoutSite("berlin").answer()}. */
    public WhatIf whatIf(PlacementPlan plan) {
        return new WhatIf(this, plan, plan.problem());
    }

    /**
     * Says by which few moves a running plan comes closer to this engine's strategy, on its own problem. A dry run.
     */
    public Rebalance rebalance(PlacementPlan running, RebalanceLimits limits) {
        return rebalance(running.assignments(), running.problem(), limits);
    }

    /**
     * Says by which few moves running replicas come to serve a problem that changed: sites lost, rates risen, workloads
     * new or gone. What cannot stay moves first. A dry run.
     */
    public Rebalance rebalance(List<Assignment> running, PlacementProblem wanted, RebalanceLimits limits) {
        return new Rebalancer(wanted, rules).run(running, limits);
    }

    /**
     * Decides where one more replica of a workload goes, given what runs now. Looks at every node once; among equal
     * scores the first site by id wins. Does not change the state.
     *
     * @throws InvalidInputException where the workload belongs to a gang
     */
    public Decision decide(Workload workload, PlacementState state) {
        if (!workload.policy().gang().isEmpty()) {
            throw new InvalidInputException("Workload (" + workload.name() + ") belongs to gang ("
                    + workload.policy().gang()
                    + "), which is placed whole. Maybe decide(List.of(..), state) with all workloads of the gang.");
        }
        List<PlacementState.NodeState> nodes = state.nodes();
        List<Variant> variants = workload.variants();
        Candidate best = null;
        PlacementState.@Nullable NodeState bestNode = null;
        double bestScore = Double.POSITIVE_INFINITY;
        for (int n = 0; n < nodes.size(); n++) {
            PlacementState.NodeState node = nodes.get(n);
            if (state.clash(workload, node.siteIndex) != null) {
                continue;
            }
            for (int v = 0; v < variants.size(); v++) {
                Variant variant = variants.get(v);
                if (!node.fits(workload, variant)) {
                    continue;
                }
                Candidate candidate = rules.candidate(
                        workload,
                        variant,
                        node.site,
                        node.node,
                        node.headroom(workload.accelerator()),
                        state.topology().network());
                if (rules.allow(candidate)) {
                    double score = rules.score(candidate);
                    if (score < bestScore) {
                        bestScore = score;
                        best = candidate;
                        bestNode = node;
                    }
                }
            }
        }
        if (best == null || bestNode == null) {
            return new Decision(workload, rules, state, null);
        }
        int device = workload.accelerator().none() ? -1 : bestNode.fittingDevice(workload.accelerator());
        return new Decision(
                workload,
                rules,
                state,
                new Assignment(
                        workload,
                        state.freeNumber(workload.name()),
                        best.site(),
                        best.node(),
                        best.variant(),
                        device,
                        best.estimate(),
                        bestScore));
    }

    /**
     * Decides where all replicas go that the state lacks of a gang, the bulkiest first, each to the best place that leaves
     * room for the others; at most 20,000 places are tried. Leaves the state as it was.
     *
     * @param gang all workloads of one gang
     * @throws InvalidInputException where they are not of one gang
     */
    public GangDecision decide(List<Workload> gang, PlacementState state) {
        List<String> names = gang.stream()
                .map(workload -> workload.policy().gang())
                .distinct()
                .toList();
        if (names.size() != 1 || names.get(0).isEmpty()) {
            throw new InvalidInputException("Workloads of gangs " + names
                    + " cannot be decided together. Maybe give each of them the same gang(name).");
        }
        return new GangDecision(List.copyOf(gang), rules, state, GangSearch.place(rules, state, gang));
    }

    /** Collects settings. */
    public static final class Builder {
        private PlacementStrategy strategy = PlacementStrategies.latencyAware();
        private final List<Constraint> constraints = new ArrayList<>();
        private CostModel costModel = CostModel.defaults();
        private PlacementSolver solver = PlacementSolvers.builtIn();
        private long seed = 1;
        private long iterations = 20_000;
        private Duration timeLimit = Duration.ofSeconds(10);
        private Ticker ticker = Ticker.system();

        private Builder() {}

        /** What a good placement is; latency-aware by default. */
        public Builder strategy(PlacementStrategy strategy) {
            this.strategy = strategy;
            return this;
        }

        /** Adds a constraint to the standard ones. */
        public Builder constraint(Constraint constraint) {
            constraints.add(constraint);
            return this;
        }

        public Builder costModel(CostModel costModel) {
            this.costModel = costModel;
            return this;
        }

        /** What finds the plan; {@link PlacementSolvers#builtIn} by default. Its answers are checked. */
        public Builder solver(PlacementSolver solver) {
            this.solver = solver;
            return this;
        }

        /** Seed of the search; 1 by default. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Steps of local search, at least 0; 20,000 by default. */
        public Builder iterations(long iterations) {
            if (iterations < 0) {
                throw new InvalidInputException("Iterations (" + iterations + ") must not be negative.");
            }
            this.iterations = iterations;
            return this;
        }

        /** Time after which the search ends with what it has; 10 s by default. */
        public Builder timeLimit(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new InvalidInputException("Time limit (" + limit + ") must be positive.");
            }
            this.timeLimit = limit;
            return this;
        }

        /** Clock of the time limit. */
        public Builder ticker(Ticker ticker) {
            this.ticker = ticker;
            return this;
        }

        public PlacementEngine build() {
            return new PlacementEngine(this);
        }
    }
}
