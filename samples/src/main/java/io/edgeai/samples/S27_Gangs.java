package io.edgeai.samples;

import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.PlacementSolvers;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.Terms;
import io.edgeai.samples.terminal.Terminal;
import java.util.List;

/** A training job whose parts are of no use alone, beside a service whose model one of the sites holds already. */
public final class S27_Gangs {
    private S27_Gangs() {}

    /**
     * What was planned.
     *
     * @param all with all three sites
     * @param proven the same by OR-Tools
     * @param two with one site lost
     */
    record Plans(PlacementPlan all, PlacementPlan proven, PlacementPlan two) {}

    public static void main(String[] args) {
        run(Terminal.system());
    }

    static Plans run(Terminal terminal) {
        List<Site> sites = List.of(
                site("yard").build(),
                site("hall").build(),
                site("depot").holding("faces@3").build());
        Variant faces = Variant.builder("faces@3")
                .sizeBytes(400_000_000)
                .memoryBytes(600_000_000)
                .macs(1e8)
                .build();
        Variant learner =
                Variant.builder("learner@1").memoryBytes(900_000_000).macs(1e6).build();
        List<Workload> workloads = List.of(
                Workload.of("faces", faces).rate(20),
                Workload.of("lead", learner).cpuCores(2).gang("retraining"),
                Workload.of("worker", learner)
                        .cpuCores(2)
                        .replicas(4)
                        .spread(Spread.NONE)
                        .gang("retraining"));

        // Bytes to send weigh as much as latency, so that the service goes to where its model is.
        PlacementEngine.Builder engine = PlacementEngine.builder()
                .strategy(PlacementStrategies.latencyAware().plus(Terms.transfer()));
        PlacementPlan all = engine.build().place(workloads).across(sites).orThrow();
        terminal.line(all.toString());

        PlacementPlan proven = engine.solver(PlacementSolvers.orTools())
                .build()
                .place(workloads)
                .across(sites);
        terminal.line(proven.solver() + " finds " + proven.objective() + " too, " + proven.status());

        // Without the yard the job has no place for all of its parts: it gets none, and the service keeps its own.
        PlacementPlan two = engine.solver(PlacementSolvers.builtIn())
                .build()
                .whatIf(all)
                .withoutSite("yard")
                .answer()
                .after();
        terminal.line(two.explain().text());
        return new Plans(all, proven, two);
    }

    private static Site.Builder site(String id) {
        return Site.builder(id).cpuCores(4).memoryBytes(4_000_000_000L);
    }
}
