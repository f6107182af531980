package io.edgeai.placement;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A question to a plan: what would become of it if something changed? Each method returns a question with one more
 * change; {@link #answer} plans anew and compares. Immutable.
 *
 * <pre>{@code
 * engine.whatIf(plan).withoutSite("berlin").rate("defects", 2).answer().objectiveDelta();
 * }</pre>
 */
public final class WhatIf {
    private final PlacementEngine engine;
    private final PlacementPlan before;
    private final PlacementProblem problem;

    WhatIf(PlacementEngine engine, PlacementPlan before, PlacementProblem problem) {
        this.engine = engine;
        this.before = before;
        this.problem = problem;
    }

    /**
     * The plan then.
     *
     * @param before the plan asked about
     * @param after the plan of the changed problem
     * @param moved replicas of workloads in both that stand on another node or run another variant, or have no place
     *     any more
     */
    public record Answer(PlacementPlan before, PlacementPlan after, int moved) {
        /** What the change adds to the objective. */
        public double objectiveDelta() {
            return after.objective() - before.objective();
        }

        /** What it adds to the price per hour. */
        public double moneyPerHourDelta() {
            return after.moneyPerHour() - before.moneyPerHour();
        }

        /** How many more replicas would find no place. */
        public int lost() {
            return Math.max(0, sum(after) - sum(before));
        }

        private static int sum(PlacementPlan plan) {
            return plan.missing().values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** If a site were lost. */
    public WhatIf withoutSite(String id) {
        site(id);
        return sites(problem.topology().sites().stream()
                .filter(site -> !site.id().equals(id))
                .toList());
    }

    /** If a site were changed, e.g. {@code s -> s.toBuilder().pricePerCoreHour(0.02).build()}. */
    public WhatIf site(String id, UnaryOperator<Site> change) {
        Site changed = change.apply(site(id));
        return withoutSite(id).with(changed);
    }

    /** If there were one more site. */
    public WhatIf with(Site site) {
        List<Site> sites = new ArrayList<>(problem.topology().sites());
        sites.add(site);
        return sites(sites);
    }

    /** If a workload were changed, e.g. {@code w -> w.replicas(3)}. */
    public WhatIf workload(String name, UnaryOperator<Workload> change) {
        Workload old = workload(name);
        return workloads(problem.workloads().stream()
                .map(workload -> workload.name().equals(name) ? change.apply(old) : workload)
                .toList());
    }

    /** If a workload were asked so many times as often. */
    public WhatIf rate(String name, double factor) {
        return workload(name, old -> old.rate(old.demand().ratePerSecond() * factor));
    }

    /** If there were one more workload. */
    public WhatIf with(Workload workload) {
        List<Workload> workloads = new ArrayList<>(problem.workloads());
        workloads.add(workload);
        return workloads(workloads);
    }

    /** If a workload were not wanted. */
    public WhatIf withoutWorkload(String name) {
        workload(name);
        return workloads(problem.workloads().stream()
                .filter(workload -> !workload.name().equals(name))
                .toList());
    }

    /** Plans the changed problem with the engine's strategy and settings. */
    public Answer answer() {
        PlacementPlan after = engine.place(problem);
        int moved = 0;
        for (Workload workload : problem.workloads()) {
            List<String> places = places(after, workload.name());
            for (String place : places(before, workload.name())) {
                moved += places.remove(place) ? 0 : 1;
            }
        }
        return new Answer(before, after, moved);
    }

    private static List<String> places(PlacementPlan plan, String workload) {
        List<String> places = new ArrayList<>();
        plan.of(workload)
                .forEach(replica -> places.add(replica.site().id() + "/"
                        + replica.node().name() + " " + replica.variant().name()));
        return places;
    }

    private WhatIf sites(List<Site> sites) {
        Topology topology = new Topology(sites, problem.topology().network());
        return new WhatIf(engine, before, new PlacementProblem(problem.workloads(), topology));
    }

    private WhatIf workloads(List<Workload> workloads) {
        return new WhatIf(engine, before, new PlacementProblem(workloads, problem.topology()));
    }

    private Site site(String id) {
        return problem.topology().sites().stream()
                .filter(site -> site.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("The plan's problem has no site (" + id + ")."));
    }

    private Workload workload(String name) {
        return problem.workloads().stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("The plan's problem has no workload (" + name + ")."));
    }
}
