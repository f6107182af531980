package io.edgeai.placement;

import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Composite problems of an edge operator: far sites that are near to users, small and dear; metro sites; one cloud that is
 * large, cheap and far. Workloads come with two or three variants, latency bounds, accelerators, residency, replicas that
 * stand apart and neighbours wanted or not. Nodes are sized so that about three quarters of the processors are reserved, but have
 * at least six cores.
 */
final class EdgeScenarios {
    private static final double RESERVED = 0.75;
    private static final long LEAST_CPU_MILLIS = 6000;
    private static final double GIGA_MACS_PER_CORE = 15;
    private static final double KILOMETRES_PER_DEGREE = 111.2;

    private final Random random;
    private final List<Site> sites = new ArrayList<>();
    private final List<double[]> places = new ArrayList<>();

    /** Where the users are of workloads that others may be near to: single replicas with no rule of their own. */
    private final Map<String, double[]> homes = new LinkedHashMap<>();

    private EdgeScenarios(long seed) {
        random = new Random(seed);
    }

    /** The same seed and sizes give the same problem. */
    static PlacementProblem of(long seed, int sites, int workloads) {
        EdgeScenarios scenario = new EdgeScenarios(seed);
        for (int s = 0; s < sites; s++) {
            double kilometres = s == 0 ? 1200 : 600;
            scenario.places.add(new double[] {
                45 + scenario.random.nextDouble() * kilometres / KILOMETRES_PER_DEGREE,
                5 + scenario.random.nextDouble() * kilometres / KILOMETRES_PER_DEGREE
            });
        }
        List<Workload> wanted = new ArrayList<>();
        for (int w = 0; w < workloads; w++) {
            wanted.add(scenario.workload(w));
        }
        scenario.build(
                wanted.stream().mapToLong(w -> w.cpuMillis() * w.replicas()).sum() / RESERVED);
        return new PlacementProblem(wanted, Topology.of(scenario.sites, Network.ofCoordinates()));
    }

    /** The cloud has a fifth of the processors; a metro node is twice a far node. */
    private void build(double cpuMillis) {
        int count = places.size();
        int[] weights = new int[count];
        int sum = 0;
        for (int s = 1; s < count; s++) {
            weights[s] = s % 4 == 0 ? 4 : 1;
            sum += weights[s];
        }
        for (int s = 0; s < count; s++) {
            long cpu = Math.round(s == 0 ? cpuMillis / 5 : cpuMillis * 4 / 5 * weights[s] / sum);
            sites.add(site(s, s == 0 ? 4 : weights[s] == 4 ? 2 : 1, cpu));
        }
    }

    private Site site(int index, int nodes, long cpuMillis) {
        boolean cloud = index == 0;
        boolean metro = !cloud && index % 4 == 0;
        Site.Builder site = Site.builder((cloud ? "cloud-" : metro ? "metro-" : "far-") + index)
                .region(List.of("north", "east", "south").get(index % 3))
                .at(places.get(index)[0], places.get(index)[1])
                .price(new Price(
                        random.nextInt(3) * 0.05,
                        (cloud ? 0.03 : metro ? 0.05 : 0.08) * (0.8 + 0.4 * random.nextDouble()),
                        cloud ? 0.3 : 0.5,
                        0.02))
                .power(new Power(40 + random.nextInt(80), 160 + random.nextInt(140), 70, 50 + random.nextInt(600)))
                .availability(cloud ? 0.9999 : 0.99 + 0.009 * random.nextDouble());
        if (random.nextInt(8) > 0) {
            site.trainingData(random.nextInt(20_000));
        }
        for (int n = 0; n < nodes; n++) {
            List<Accelerator> devices = Collections.nCopies(
                    cloud ? 4 : 1 + random.nextInt(2), new Accelerator("t4", 16_000_000_000L, 2000));
            long cpu = Math.max(LEAST_CPU_MILLIS, cpuMillis / nodes);
            site.node(new Node(
                    "n" + n,
                    cpu,
                    cpu * (1_500_000 + random.nextInt(1_500_000)),
                    cpu * 2_000_000,
                    "x86",
                    GIGA_MACS_PER_CORE,
                    devices));
        }
        return site.build();
    }

    private Workload workload(int index) {
        double macs = Math.exp(Math.log(5e7) + random.nextDouble() * Math.log(40));
        long memory = 200_000_000L + random.nextInt(1_500) * 1_000_000L;
        double accuracy = 0.85 + random.nextDouble() * 0.12;
        List<Variant> variants = new ArrayList<>();
        variants.add(variant("fp32", accuracy, memory, macs));
        variants.add(variant("int8", accuracy - 0.01, memory / 3, macs / 3));
        if (random.nextBoolean()) {
            variants.add(variant("pruned", accuracy - 0.03, memory / 2, macs / 2));
        }
        List<String> alone = List.copyOf(homes.keySet());
        String neighbour = alone.isEmpty() || random.nextInt(15) > 0 ? "" : alone.get(random.nextInt(alone.size()));
        double[] home = homes.getOrDefault(neighbour, places.get(random.nextInt(places.size())));
        long cpuMillis = 500L + 250L * random.nextInt(13);
        double seconds = macs / (GIGA_MACS_PER_CORE * 1e9) * Math.max(1, 1000.0 / cpuMillis);
        double busy = 0.1 + 0.6 * random.nextDouble();
        Workload workload = Workload.of("w" + index, variants.toArray(Variant[]::new))
                .cpuMillis(cpuMillis)
                .rate(busy * Math.max(1, cpuMillis / 1000) / seconds)
                .requestBytes(10_000 + random.nextInt(200_000))
                .origin(Origin.at("users-" + index, 1, home[0] + random.nextDouble(), home[1] + random.nextDouble()))
                .p99(Duration.ofMillis(
                        Math.round(30 + 300 * random.nextDouble() + 1000 * seconds * (1 + 4 / (1 - busy)))))
                .priority(random.nextInt(3));
        if (random.nextInt(6) == 0) {
            workload = workload.accelerator("t4", 100 + 100 * random.nextInt(5), 1_000_000_000L);
        }
        if (random.nextInt(4) == 0) {
            workload = workload.accuracyAtLeast(accuracy - 0.015);
        }
        if (!neighbour.isEmpty()) {
            return workload.near(neighbour);
        }
        if (random.nextInt(7) == 0) {
            workload = workload.residency("north", "east");
        }
        if (random.nextInt(3) == 0) {
            workload =
                    workload.replicas(2 + random.nextInt(2)).spread(random.nextBoolean() ? Spread.SITE : Spread.NONE);
        } else if (index > 0 && random.nextInt(8) == 0) {
            workload = workload.awayFrom("w" + random.nextInt(index));
        } else {
            homes.put(workload.name(), home);
        }
        return workload;
    }

    private static Variant variant(String name, double accuracy, long memory, double macs) {
        return Variant.builder(name)
                .accuracy(accuracy)
                .memoryBytes(memory)
                .sizeBytes(memory / 2)
                .macs(macs)
                .build();
    }
}
