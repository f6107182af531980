package io.edgeai.placement;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.SearchBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where every replica of a problem runs, what that is predicted to mean, and why. A plan that could not place
 * everything still says where the rest goes. Immutable and thread-safe.
 */
public final class PlacementPlan {
    /** How a plan stands. */
    public enum Status {
        /** Everything is placed and nothing cheaper exists. */
        OPTIMAL,
        /** Everything is placed; {@link PlacementPlan#gap} bounds what is left to gain. */
        FEASIBLE,
        /** Something is not placed. {@link PlacementPlan#proven} says whether that is certain to be unavoidable. */
        INFEASIBLE
    }

    /**
     * What a node carries.
     *
     * @param site id of the site
     * @param node name of the node
     * @param replicas replicas on it
     * @param cpuShare reserved share of its CPU, 0 to 1
     * @param memoryShare reserved share of its memory, 0 to 1
     * @param acceleratorShare reserved share of its accelerators, 0 to 1
     */
    public record Load(
            String site, String node, int replicas, double cpuShare, double memoryShare, double acceleratorShare) {}

    /** What a search has to say for its plan. */
    record Verdict(Status status, boolean proven, double lowerBound, String solver) {}

    /** Steps of repair in search of each part of a conflict. */
    private static final long CONFLICT_STEPS = 2000;

    private final PlacementProblem problem;
    private final Rules rules;
    private final Verdict verdict;
    private final List<Assignment> assignments;
    private final double objective;

    PlacementPlan(PlacementProblem problem, Rules rules, Verdict verdict, List<Assignment> assignments) {
        this.problem = problem;
        this.rules = rules;
        this.verdict = verdict;
        this.assignments = List.copyOf(assignments);
        this.objective = assignments.stream().mapToDouble(Assignment::score).sum();
    }

    /** What was to be placed and where. */
    public PlacementProblem problem() {
        return problem;
    }

    public Status status() {
        return verdict.status();
    }

    /** Whether every replica is placed. */
    public boolean feasible() {
        return verdict.status() != Status.INFEASIBLE;
    }

    /** True for an optimum, and for an infeasible problem that certainly has no plan. */
    public boolean proven() {
        return verdict.proven();
    }

    /** Name of the strategy it was made by. */
    public String strategy() {
        return rules.strategy().name();
    }

    /** Names of the solvers that found it, e.g. {@code "built-in"}. */
    public String solver() {
        return verdict.solver();
    }

    /** Placed replicas, in the problem's order of workloads. */
    public List<Assignment> assignments() {
        return assignments;
    }

    /** Placed replicas of one workload; empty where none is placed or the name is unknown. */
    public List<Assignment> of(String workload) {
        return assignments.stream()
                .filter(replica -> replica.workload().name().equals(workload))
                .toList();
    }

    /** Sum of the scores of the placed replicas. */
    public double objective() {
        return objective;
    }

    /** No plan for all replicas has a smaller objective; infinite where certainly none exists. */
    public double lowerBound() {
        return verdict.lowerBound();
    }

    /**
     * {@code (objective − bound) / max(|objective|, |bound|)}, 0 for an optimum, at most 1 where both have one sign;
     * infinite for an infeasible plan or where no bound is known.
     */
    public double gap() {
        if (!feasible()) {
            return Double.POSITIVE_INFINITY;
        }
        double lowerBound = verdict.lowerBound();
        if (objective <= lowerBound) {
            return 0;
        }
        return Double.isInfinite(lowerBound)
                ? Double.POSITIVE_INFINITY
                : (objective - lowerBound) / Math.max(Math.abs(objective), Math.abs(lowerBound));
    }

    /** Names of workloads with the number of replicas that found no place; empty for a feasible plan. */
    public Map<String, Integer> missing() {
        Map<String, Integer> missing = new LinkedHashMap<>();
        for (Workload workload : problem.workloads()) {
            int left = workload.replicas() - of(workload.name()).size();
            if (left > 0) {
                missing.put(workload.name(), left);
            }
        }
        return missing;
    }

    /** Price of all replicas per hour. */
    public double moneyPerHour() {
        return assignments.stream()
                .mapToDouble(replica -> replica.estimate().moneyPerHour())
                .sum();
    }

    /** Mean power of all replicas in watts. */
    public double watts() {
        return assignments.stream()
                .mapToDouble(replica -> replica.estimate().watts())
                .sum();
    }

    /** Carbon of all replicas in gCO₂ per hour. */
    public double gramsPerHour() {
        return assignments.stream()
                .mapToDouble(replica -> replica.estimate().gramsPerHour())
                .sum();
    }

    /** What every node carries, in the order of sites. */
    public List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (Site site : problem.topology().sites()) {
            for (Node node : site.nodes()) {
                List<Assignment> here = assignments.stream()
                        .filter(replica -> replica.site().id().equals(site.id())
                                && replica.node().name().equals(node.name()))
                        .toList();
                loads.add(new Load(
                        site.id(),
                        node.name(),
                        here.size(),
                        share(
                                here.stream()
                                        .mapToDouble(r -> r.workload().cpuMillis())
                                        .sum(),
                                (double) node.cpuMillis()),
                        share(
                                here.stream()
                                        .mapToDouble(r -> r.variant().memoryBytes())
                                        .sum(),
                                (double) node.memoryBytes()),
                        share(
                                here.stream()
                                        .mapToDouble(
                                                r -> r.workload().accelerator().milli())
                                        .sum(),
                                (double) Accelerator.WHOLE * node.accelerators().size())));
            }
        }
        return loads;
    }

    /** Takes every decision apart against the finished plan; computed anew at each call. */
    public Explanation explain() {
        PlacementState state = state();
        Explainer explainer = new Explainer(rules, state);
        Map<String, Integer> missing = missing();
        Map<String, Explanation.OfWorkload> gangs = new HashMap<>();
        List<Explanation.OfWorkload> workloads = new ArrayList<>();
        for (Workload workload : problem.workloads()) {
            String gang = workload.policy().gang();
            int lacking = missing.getOrDefault(workload.name(), 0);
            if (!gang.isEmpty() && lacking > 0 && !gangs.containsKey(workload.name())) {
                new GangExplainer(rules, state())
                        .explain(gang(gang), List.of())
                        .workloads()
                        .forEach(of -> gangs.put(of.workload(), of));
            }
            workloads.add(
                    gangs.getOrDefault(workload.name(), explainer.explain(workload, of(workload.name()), lacking)));
        }
        return new Explanation(workloads);
    }

    private PlacementState state() {
        PlacementState state = PlacementState.of(problem.topology(), this);
        problem.workloads().forEach(state::relate);
        return state;
    }

    private List<Workload> gang(String name) {
        return problem.workloads().stream()
                .filter(workload -> workload.policy().gang().equals(name))
                .toList();
    }

    /**
     * A smallest reason why not everything could be placed, found by solving parts of the problem anew at each call.
     *
     * @param limit longest search; when it has passed, what is in doubt stays in or out without proof
     * @return nothing for a feasible plan, and where no proof was found that the problem has no plan
     */
    public Optional<Conflict> conflict(Duration limit) {
        return feasible()
                ? Optional.empty()
                : new ConflictFinder(
                                problem, rules, new SearchBudget(CONFLICT_STEPS, limit, Ticker.system(), Progress.NONE))
                        .find();
    }

    /**
     * This plan, if it places everything.
     *
     * @throws NoFeasiblePlacementException with the reason and the cheapest way out of each workload that is not placed
     */
    public PlacementPlan orThrow() {
        if (feasible()) {
            return this;
        }
        StringBuilder text = new StringBuilder("No placement for ").append(missing());
        text.append(proven() ? "." : " was found within the budget.");
        for (Explanation.OfWorkload of : explain().workloads()) {
            if (of.missingReplicas() > 0) {
                text.append(" Workload (").append(of.workload()).append("): ");
                text.append(of.gang().isEmpty() ? "" : of.gang() + "; ");
                text.append(of.relaxation()
                        .map(way -> "nearest is site (" + way.site() + "). Maybe " + String.join(" and ", way.changes())
                                + ".")
                        .orElse("there is no other site. Maybe add one."));
            }
        }
        throw new NoFeasiblePlacementException(text.toString());
    }

    /** The plan as JSON by the schema {@code docs/cli/placement-plan.schema.json}. */
    public String toJson() {
        return PlanJson.write(this);
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }

    /** Status, objective, bound and one line per replica. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("plan ").append(status()).append(" by ").append(strategy());
        text.append(", objective ").append(objective).append(", bound ").append(lowerBound());
        assignments.forEach(replica -> text.append("\n  ").append(replica));
        missing().forEach((name, count) -> text.append("\n  ")
                .append(name)
                .append(": ")
                .append(count)
                .append(" not placed"));
        return text.toString();
    }
}
