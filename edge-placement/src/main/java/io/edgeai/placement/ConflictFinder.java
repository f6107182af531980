package io.edgeai.placement;

import io.edgeai.placement.constraint.Figures;
import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.SearchBudget;
import io.edgeai.placement.solver.Solution;
import io.edgeai.placement.solver.Solver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds a smallest conflict by solving parts of the problem: first the fewest workloads that do not fit with all their
 * requirements, then the fewest requirements of those. A part that the search neither places nor refutes counts as
 * one that fits.
 */
final class ConflictFinder {
    private static final long SEED = 1;

    private final PlacementProblem problem;
    private final Rules rules;
    private final SearchBudget budget;
    private final boolean someNodeRests;

    ConflictFinder(PlacementProblem problem, Rules rules, SearchBudget budget) {
        this.problem = problem;
        this.rules = rules;
        this.budget = budget;
        this.someNodeRests = problem.topology().sites().stream()
                .flatMap(site -> site.nodes().stream())
                .anyMatch(node -> !node.on().isAlways());
    }

    /** Nothing where the whole problem is not proven to have no plan. */
    Optional<Conflict> find() {
        List<Workload> all = problem.workloads();
        if (!refuted(all)) {
            return Optional.empty();
        }
        List<Workload> workloads = SmallestSubset.of(all, this::refuted);
        List<Conflict.Requirement> asked = workloads.stream()
                .flatMap(workload -> requirements(workload).stream())
                .toList();
        List<Conflict.Requirement> needed = SmallestSubset.of(
                asked,
                kept -> refuted(workloads.stream()
                        .map(workload -> withOnly(workload, kept))
                        .toList()));
        return Optional.of(new Conflict(workloads.stream().map(Workload::name).toList(), needed));
    }

    /**
     * Whether these workloads certainly do not fit together; rules about others are dropped. So are gangs, which say what
     * is given up where not all fits, not what fits.
     */
    private boolean refuted(List<Workload> workloads) {
        Set<String> names = new HashSet<>();
        workloads.forEach(workload -> names.add(workload.name()));
        List<Workload> closed = workloads.stream()
                .map(workload -> workload.policy(among(names, workload.policy())))
                .toList();
        Modeller modeller = new Modeller(new PlacementProblem(closed, problem.topology()), rules);
        Solution solution = Solver.solve(modeller.instance(), SEED, budget);
        return !solution.complete() && solution.proven();
    }

    private static Policy among(Set<String> names, Policy policy) {
        return policy.near(kept(policy.near(), names))
                .awayFrom(kept(policy.awayFrom(), names))
                .gang("");
    }

    private static Set<String> kept(Set<String> names, Set<String> known) {
        Set<String> kept = new HashSet<>(names);
        kept.retainAll(known);
        return kept;
    }

    private List<Conflict.Requirement> requirements(Workload workload) {
        Policy policy = workload.policy();
        List<Conflict.Requirement> asked = new ArrayList<>();
        Asked ask = (when, kind, text) -> {
            if (when) {
                asked.add(new Conflict.Requirement(workload.name(), kind, text));
            }
        };
        ask.add(
                workload.demand().latency().compareTo(Demand.UNBOUNDED) < 0,
                Conflict.Kind.LATENCY,
                "latency at most " + Figures.with(workload.demand().latencyMillis(), "ms"));
        ask.add(
                policy.minimumAccuracy() > 0,
                Conflict.Kind.ACCURACY,
                "accuracy at least " + Figures.number(policy.minimumAccuracy()));
        ask.add(
                policy.minimumAvailability() > 0,
                Conflict.Kind.AVAILABILITY,
                "availability at least " + Figures.number(policy.minimumAvailability()));
        ask.add(!policy.residency().isEmpty(), Conflict.Kind.RESIDENCY, "residency in " + policy.residency());
        ask.add(!policy.requiredLabels().isEmpty(), Conflict.Kind.LABELS, "labels " + policy.requiredLabels());
        ask.add(policy.federated(), Conflict.Kind.FEDERATED, "training data of owners who opted in");
        ask.add(
                workload.replicas() > 1 && policy.spread() != Spread.NONE,
                Conflict.Kind.SPREAD,
                "each replica on another " + (policy.spread() == Spread.SITE ? "site" : "region"));
        ask.add(!policy.near().isEmpty(), Conflict.Kind.NEAR, "near " + policy.near());
        ask.add(!policy.awayFrom().isEmpty(), Conflict.Kind.AWAY, "away from " + policy.awayFrom());
        ask.add(someNodeRests && !workload.runs().isNever(), Conflict.Kind.HOURS, "runs " + workload.runs());
        return asked;
    }

    private interface Asked {
        void add(boolean when, Conflict.Kind kind, String text);
    }

    /** The workload without those of its requirements that are not kept. */
    private static Workload withOnly(Workload workload, List<Conflict.Requirement> kept) {
        Set<Conflict.Kind> kinds = new HashSet<>();
        kept.stream()
                .filter(requirement -> requirement.workload().equals(workload.name()))
                .forEach(requirement -> kinds.add(requirement.kind()));
        Predicate<Conflict.Kind> without = kind -> !kinds.contains(kind);
        Policy policy = workload.policy();
        policy = without.test(Conflict.Kind.ACCURACY) ? policy.minimumAccuracy(0) : policy;
        policy = without.test(Conflict.Kind.AVAILABILITY) ? policy.minimumAvailability(0) : policy;
        policy = without.test(Conflict.Kind.RESIDENCY) ? policy.residency(Set.of()) : policy;
        policy = without.test(Conflict.Kind.LABELS) ? policy.requiredLabels(Set.of()) : policy;
        policy = without.test(Conflict.Kind.FEDERATED) ? policy.federated(false) : policy;
        policy = without.test(Conflict.Kind.SPREAD) ? policy.spread(Spread.NONE) : policy;
        policy = without.test(Conflict.Kind.NEAR) ? policy.near(Set.of()) : policy;
        policy = without.test(Conflict.Kind.AWAY) ? policy.awayFrom(Set.of()) : policy;
        Workload relaxed = workload.policy(policy);
        relaxed = without.test(Conflict.Kind.HOURS) ? relaxed.runs(Schedule.never()) : relaxed;
        return without.test(Conflict.Kind.LATENCY)
                ? relaxed.latency(Demand.UNBOUNDED, workload.demand().quantile())
                : relaxed;
    }
}
