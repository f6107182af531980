package io.edgeai.placement;

import io.edgeai.placement.constraint.Constraints;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cheapest plan by trying everything: every replica on every node, device and variant. Shares with the engine only
 * the cost model and the constraints of a single replica; capacities and rules between replicas are written again.
 */
final class BruteForce {
    private record Place(Workload workload, Site site, Node node, int device, Variant variant, double cost) {}

    private final PlacementProblem problem;
    private final List<List<Place>> choices = new ArrayList<>();
    private final List<Place> taken = new ArrayList<>();
    private double best = Double.POSITIVE_INFINITY;

    private BruteForce(PlacementProblem problem, PlacementStrategy strategy) {
        this(
                problem,
                strategy,
                problem.workloads().stream().map(Workload::replicas).toList());
    }

    private BruteForce(PlacementProblem problem, PlacementStrategy strategy, List<Integer> replicas) {
        this.problem = problem;
        for (int w = 0; w < replicas.size(); w++) {
            List<Place> places = places(problem.workloads().get(w), strategy);
            for (int r = 0; r < replicas.get(w); r++) {
                choices.add(places);
            }
        }
    }

    /** The smallest objective, or infinity where there is no plan. */
    static double optimum(PlacementProblem problem, PlacementStrategy strategy) {
        BruteForce search = new BruteForce(problem, strategy);
        search.visit(0, 0);
        return search.best;
    }

    /** Whether so many replicas of each workload fit together, each with the demand that it has among all of them. */
    static boolean fits(PlacementProblem problem, PlacementStrategy strategy, List<Integer> replicas) {
        BruteForce search = new BruteForce(problem, strategy, replicas);
        search.visit(0, 0);
        return search.best < Double.POSITIVE_INFINITY;
    }

    private List<Place> places(Workload workload, PlacementStrategy strategy) {
        List<Place> places = new ArrayList<>();
        for (Site site : problem.topology().sites()) {
            for (Node node : site.nodes()) {
                for (Variant variant : workload.variants()) {
                    Candidate candidate = new Candidate(
                            workload,
                            variant,
                            site,
                            node,
                            Headroom.ofEmpty(node, workload.accelerator()),
                            CostModel.defaults()
                                    .estimate(
                                            workload,
                                            variant,
                                            site,
                                            node,
                                            problem.topology().network()));
                    boolean allowed = Stream.concat(Constraints.standard().stream(), strategy.constraints().stream())
                            .allMatch(constraint -> constraint.allows(candidate));
                    if (allowed) {
                        int devices = workload.accelerator().none()
                                ? 1
                                : node.accelerators().size();
                        for (int d = 0; d < devices; d++) {
                            places.add(new Place(workload, site, node, d, variant, strategy.score(candidate)));
                        }
                    }
                }
            }
        }
        return places;
    }

    private void visit(int item, double cost) {
        if (cost >= best) {
            return;
        }
        if (item == choices.size()) {
            best = cost;
            return;
        }
        for (Place place : choices.get(item)) {
            if (compatible(place)) {
                taken.add(place);
                visit(item + 1, cost + place.cost());
                taken.remove(taken.size() - 1);
            }
        }
    }

    private boolean compatible(Place place) {
        long cpu = place.workload().cpuMillis();
        long memory = place.variant().memoryBytes();
        long disk = place.variant().sizeBytes();
        int milli = place.workload().accelerator().milli();
        long deviceMemory = place.workload().accelerator().memoryBytes();
        for (Place other : taken) {
            if (other.node().equals(place.node())
                    && other.site().id().equals(place.site().id())) {
                cpu += other.workload().cpuMillis();
                memory += other.variant().memoryBytes();
                disk += other.variant().sizeBytes();
                if (other.device() == place.device()) {
                    milli += other.workload().accelerator().milli();
                    deviceMemory += other.workload().accelerator().memoryBytes();
                }
            }
            if (!mayCoexist(place, other)) {
                return false;
            }
        }
        return cpu <= place.node().cpuMillis()
                && memory <= place.node().memoryBytes()
                && disk <= place.node().diskBytes()
                && (place.workload().accelerator().none()
                        || (milli <= 1000
                                && deviceMemory
                                        <= place.node()
                                                .accelerators()
                                                .get(place.device())
                                                .memoryBytes()));
    }

    private static boolean mayCoexist(Place a, Place b) {
        boolean sameSite = a.site().id().equals(b.site().id());
        if (a.workload().name().equals(b.workload().name())) {
            Spread spread = a.workload().policy().spread();
            return spread == Spread.NONE
                    || (spread == Spread.SITE && !sameSite)
                    || (spread == Spread.REGION
                            && !a.site().region().equals(b.site().region()));
        }
        boolean near = speaksOf(a, b, true) || speaksOf(b, a, true);
        boolean away = speaksOf(a, b, false) || speaksOf(b, a, false);
        return !(near && !sameSite) && !(away && sameSite);
    }

    private static boolean speaksOf(Place a, Place b, boolean near) {
        return (near ? a.workload().policy().near() : a.workload().policy().awayFrom())
                .contains(b.workload().name());
    }

    /** Every way in which a plan breaks a capacity or a rule; written without the engine's bookkeeping. */
    static List<String> faults(PlacementProblem problem, PlacementPlan plan) {
        List<String> faults = new ArrayList<>();
        BruteForce checker = new BruteForce(new PlacementProblem(List.of(), problem.topology()), NONE);
        for (Assignment replica : plan.assignments()) {
            Place place = new Place(
                    replica.workload(),
                    replica.site(),
                    replica.node(),
                    replica.device() < 0 ? 0 : replica.device(),
                    replica.variant(),
                    0);
            if (!checker.compatible(place)) {
                faults.add(replica + " beside " + checker.taken);
            }
            Candidate candidate = new Candidate(
                    replica.workload(),
                    replica.variant(),
                    replica.site(),
                    replica.node(),
                    Headroom.ofEmpty(replica.node(), replica.workload().accelerator()),
                    replica.estimate());
            Constraints.standard().stream()
                    .filter(constraint -> !constraint.allows(candidate))
                    .forEach(constraint -> faults.add(replica + " breaks " + constraint.name()));
            checker.taken.add(place);
        }
        return faults;
    }

    private static final PlacementStrategy NONE = PlacementStrategy.of("none", candidate -> 0);
}
