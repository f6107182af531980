package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Decides where a registered model should run, and says why not elsewhere. */
public final class S03_Placement {
    private S03_Placement() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s03"), Terminal.system());
    }

    static PlacementPlan run(Path home, Terminal terminal) {
        Site factory = Site.builder("factory")
                .cpuCores(1)
                .memoryBytes(2_000_000_000L)
                .pricePerCoreHour(0.02)
                .build();
        Site city = Site.builder("city")
                .cpuCores(16)
                .memoryBytes(32_000_000_000L)
                .pricePerCoreHour(0.05)
                .build();
        Site cloud = Site.builder("cloud")
                .cpuCores(64)
                .memoryBytes(256_000_000_000L)
                .pricePerCoreHour(0.01)
                .build();
        Network network = Network.builder()
                .rtt("line-1", "factory", 1)
                .rtt("line-1", "city", 8)
                .rtt("line-1", "cloud", 60)
                .build();

        try (EdgeAI edge = EdgeAI.builder()
                .home(home)
                .placement(p -> p.strategy(PlacementStrategies.costEfficient()))
                .build()) {
            ModelVersion version = edge.registry().register("defects", DrawnSet.onnx(32, 1), r -> {});

            // What the model needs follows from its graph; what is asked of it is said here.
            Workload workload = edge.workload(version)
                    .p99(Duration.ofMillis(20))
                    .rate(40)
                    .origin("line-1")
                    .cpuCores(2);

            PlacementPlan plan = edge.place(workload).across(List.of(factory, city, cloud), network);
            terminal.line(plan.toString());
            terminal.line(plan.explain().text());
            return plan;
        }
    }
}
