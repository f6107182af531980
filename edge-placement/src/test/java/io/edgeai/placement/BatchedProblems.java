package io.edgeai.placement;

import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small problems asked more often than one input at a time can serve, with times of batches of several sizes. */
final class BatchedProblems {
    private BatchedProblems() {}

    static PlacementProblem small(long seed) {
        Random random = new Random(seed);
        List<Site> sites = new ArrayList<>();
        for (int s = 2 + random.nextInt(2); s > 0; s--) {
            Site.Builder site = Site.builder("s" + s)
                    .price(new Price(0, 0.1 * random.nextInt(3), 0.2 * random.nextInt(3), 0, 0.3))
                    .power(new Power(20, 90 + random.nextInt(60), 70, 300));
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                site.node(new Node(
                        "n" + n,
                        1000L + 1000L * random.nextInt(3),
                        2_000_000_000L,
                        Long.MAX_VALUE,
                        random.nextBoolean() ? "fast" : "slow",
                        10,
                        random.nextBoolean() ? List.of(new Accelerator("gpu", 1_000_000_000L, 100)) : List.of()));
            }
            sites.add(site.build());
        }
        List<Workload> workloads = new ArrayList<>();
        for (int w = 2 + random.nextInt(2); w > 0; w--) {
            Workload workload = Workload.of("w" + w, variant(random, "full", 2), variant(random, "small", 1))
                    .cpuMillis(500L * (1 + random.nextInt(3)))
                    .rate(20 + random.nextInt(300))
                    .p99(Duration.ofMillis(15 + random.nextInt(150)))
                    .replicas(1 + random.nextInt(2))
                    .spread(Spread.NONE);
            workloads.add(random.nextInt(3) == 0 ? workload.accelerator("gpu", 500, 100_000_000L) : workload);
        }
        return new PlacementProblem(workloads, Topology.of(sites, Network.ofCoordinates()));
    }

    private static Variant variant(Random random, String name, int work) {
        Variant.Builder variant = Variant.builder(name).memoryBytes(200_000_000L * work);
        for (String kind : List.of("fast", "slow", "gpu")) {
            double alone = work * (kind.equals("slow") ? 12 : 5) * (0.5 + random.nextDouble());
            variant.measured(kind, alone);
            double each = 0.15 + 0.8 * random.nextDouble();
            for (int size : new int[] {2, 4, 16}) {
                if (random.nextInt(4) > 0) {
                    variant.measured(kind, size, alone * (1 + each * (size - 1)));
                }
            }
        }
        return variant.build();
    }
}
