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

/** Small problems with every kind of rule, tight enough that many are infeasible; the same seed gives the same. */
final class RandomProblems {
    private RandomProblems() {}

    static PlacementProblem small(long seed) {
        Random random = new Random(seed);
        List<Site> sites = new ArrayList<>();
        int count = 2 + random.nextInt(3);
        Network.Builder network = Network.builder();
        for (int s = 0; s < count; s++) {
            sites.add(site(random, "s" + s));
            for (String origin : List.of("east", "west")) {
                if (random.nextInt(12) > 0) {
                    network.rtt(origin, "s" + s, 1 + random.nextInt(40));
                }
            }
        }
        List<Workload> workloads = new ArrayList<>();
        int items = 2 + random.nextInt(4);
        for (int w = 0; items > 0; w++) {
            Workload workload = workload(random, "w" + w, w);
            items -= workload.replicas();
            workloads.add(workload);
        }
        return new PlacementProblem(workloads, Topology.of(sites, network.build()));
    }

    private static Site site(Random random, String id) {
        Site.Builder site = Site.builder(id)
                .region(random.nextBoolean() ? "north" : "south")
                .price(new Price(random.nextInt(3), random.nextInt(5) / 10.0, random.nextInt(3), 0.1))
                .power(new Power(20 + random.nextInt(50), 120, 70, random.nextInt(600)))
                .availability(0.9 + random.nextInt(10) / 100.0);
        if (random.nextInt(3) > 0) {
            site.label("camera");
        }
        if (random.nextInt(3) > 0) {
            site.trainingData(random.nextInt(5000));
        }
        int nodes = 1 + random.nextInt(2);
        for (int n = 0; n < nodes; n++) {
            List<Accelerator> devices = new ArrayList<>();
            for (int d = random.nextInt(3); d > 0; d--) {
                devices.add(new Accelerator("gpu", 4_000_000_000L, 1000));
            }
            site.node(new Node(
                    "n" + n,
                    1000L + 1000L * random.nextInt(4),
                    500_000_000L * (1 + random.nextInt(5)),
                    Long.MAX_VALUE,
                    "cpu",
                    5 + random.nextInt(20),
                    devices));
        }
        return site.build();
    }

    private static Workload workload(Random random, String name, int index) {
        Workload workload = Workload.of(
                        name,
                        Variant.builder("full")
                                .accuracy(0.95)
                                .memoryBytes(400_000_000L * (1 + random.nextInt(4)))
                                .sizeBytes(300_000_000)
                                .macs(1e7 * (1 + random.nextInt(20)))
                                .build(),
                        Variant.builder("small")
                                .accuracy(0.8 + random.nextInt(15) / 100.0)
                                .memoryBytes(200_000_000)
                                .sizeBytes(100_000_000)
                                .macs(1e7)
                                .build())
                .cpuMillis(500L * (1 + random.nextInt(4)))
                .rate(1 + random.nextInt(60))
                .p99(Duration.ofMillis(15 + random.nextInt(60)))
                .origin("east")
                .replicas(1 + random.nextInt(2))
                .spread(List.of(Spread.NONE, Spread.SITE, Spread.REGION).get(random.nextInt(3)))
                .priority(random.nextInt(2));
        if (random.nextInt(2) == 0) {
            workload = workload.origin("west");
        }
        if (random.nextInt(4) == 0) {
            workload = workload.accelerator("gpu", 300 + random.nextInt(700), 1_000_000_000L);
        }
        if (random.nextInt(4) == 0) {
            workload = workload.accuracyAtLeast(0.9);
        }
        if (random.nextInt(5) == 0) {
            workload = workload.residency("north");
        }
        if (random.nextInt(5) == 0) {
            workload = workload.requires("camera");
        }
        if (random.nextInt(6) == 0) {
            workload = workload.federated();
        }
        if (index > 0 && random.nextInt(4) == 0) {
            workload = workload.awayFrom("w0");
        } else if (index > 0 && random.nextInt(4) == 0) {
            workload = workload.near("w0");
        }
        return workload;
    }
}
