package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** 125 real cell sites of Melbourne with 816 users (EUA data set), and round-trip times measured on PlanetLab. */
class EdgeSitesIT {
    private static Path folder() {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "placement");
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no folder " + folder);
        return folder;
    }

    private static List<Site> melbourne() throws IOException {
        List<String> rows = Files.readAllLines(folder().resolve("eua/site-optus-melbCBD.csv"));
        List<Site> sites = new ArrayList<>();
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            sites.add(Site.builder(cells[0])
                    .region("au")
                    .at(Double.parseDouble(cells[1]), Double.parseDouble(cells[2]))
                    .cpuCores(4)
                    .memoryBytes(4_000_000_000L)
                    .price(new Price(0, 0.02 + sites.size() % 10 * 0.01, 0, 0))
                    .build());
        }
        assertThat(sites).hasSize(125);
        return sites;
    }

    private static Workload workload(int index) {
        return Workload.of(
                        "camera-" + index,
                        Variant.builder("fp32")
                                .accuracy(0.92)
                                .memoryBytes(900_000_000)
                                .macs(2e8)
                                .build(),
                        Variant.builder("int8")
                                .accuracy(0.90)
                                .memoryBytes(300_000_000)
                                .macs(7e7)
                                .build())
                .rate(12)
                .cpuMillis(1000 + 100L * (index % 5))
                .p99(Duration.ofMillis(60));
    }

    @Test
    void usersAreServedFromTheNearestSitesWithRoom() throws IOException {
        List<String> users = Files.readAllLines(folder().resolve("eua/users-melbcbd-generated.csv"));
        List<Workload> workloads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String[] at = users.get(1 + i * 4).split(",", -1);
            workloads.add(workload(i)
                    .origin(Origin.at("user-" + i, 1, Double.parseDouble(at[0]), Double.parseDouble(at[1]))));
        }
        Topology topology = Topology.of(melbourne());
        PlacementProblem problem = new PlacementProblem(workloads, topology);
        PlacementPlan plan = PlacementEngine.builder()
                .iterations(3000)
                .ticker(() -> 0)
                .build()
                .place(problem)
                .orThrow();
        assertThat(BruteForce.faults(problem, plan)).isEmpty();
        assertThat(plan.gap()).as(() -> "gap " + plan.gap()).isLessThan(0.001);
        double metres = plan.assignments().stream()
                .mapToDouble(replica -> 1000
                        * replica.workload()
                                .demand()
                                .origins()
                                .get(0)
                                .coordinates()
                                .orElseThrow()
                                .kilometresTo(replica.site().coordinates().orElseThrow()))
                .average()
                .orElseThrow();
        assertThat(metres).as("mean distance in the CBD of 2 km").isLessThan(400);
    }

    @Test
    void measuredRoundTripTimesBoundWhereACheapPlanMayGo() throws IOException {
        double[][] rtt = planetLab();
        List<Site> sites = melbourne();
        List<String> ids = sites.stream().map(Site::id).toList();
        List<String> origins = new ArrayList<>();
        double[][] millis = new double[40][125];
        for (int o = 0; o < 40; o++) {
            origins.add("origin-" + o);
            System.arraycopy(rtt[200 + o], 0, millis[o], 0, 125);
        }
        Network network = Network.builder().matrix(origins, ids, millis).build();
        List<Workload> workloads = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            workloads.add(workload(i).origin(Origin.of("origin-" + i % 40)));
        }
        PlacementProblem problem = new PlacementProblem(workloads, Topology.of(sites, network));
        PlacementPlan plan = PlacementEngine.builder()
                .strategy(PlacementStrategies.costEfficient())
                .iterations(3000)
                .ticker(() -> 0)
                .build()
                .place(problem);
        assertThat(BruteForce.faults(problem, plan)).isEmpty();
        for (Assignment replica : plan.assignments()) {
            double link =
                    network.rttMillis(replica.workload().demand().origins().get(0), replica.site());
            assertThat(replica.estimate().latencyMillis()).isLessThanOrEqualTo(60);
            assertThat(replica.estimate().networkMillis()).isCloseTo(link, within(1e-12));
        }
        for (Explanation.OfWorkload of : plan.explain().workloads()) {
            assertThat(of.rejected().size() + of.chosen().size()).isLessThanOrEqualTo(125);
            of.rejected().stream()
                    .flatMap(rejection -> rejection.violations().stream())
                    .forEach(violation -> assertThat(violation.amount()).isPositive());
        }
        assertThat(plan.assignments().size()).isGreaterThan(100);
    }

    private static double[][] planetLab() throws IOException {
        double[][] rtt = new double[490][490];
        Path file = folder().resolve("latency/PlanetLabData_1.gz");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (double[] row : rtt) {
                String[] cells = lines.readLine().trim().split("\\s+", -1);
                for (int i = 0; i < row.length; i++) {
                    row[i] = Double.parseDouble(cells[i]);
                }
            }
        }
        return rtt;
    }
}
