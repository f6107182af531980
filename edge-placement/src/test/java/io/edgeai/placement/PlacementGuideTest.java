package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Digest;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.Work;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.cost.LatencyEstimator.Sample;
import io.edgeai.placement.gap.GapProblem;
import io.edgeai.placement.gap.GapSolution;
import io.edgeai.placement.gap.GapSolver;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Window;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.online.GpuNode;
import io.edgeai.placement.online.GpuPlacement;
import io.edgeai.placement.online.GpuTask;
import io.edgeai.placement.online.OnlinePlacer;
import io.edgeai.placement.online.TaskMix;
import io.edgeai.placement.solver.Occupancy;
import io.edgeai.placement.solver.Option;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.SolverAnswer;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the guide, compiled and run; a change there must be made here. */
class PlacementGuideTest {
    private static final Path ROOT = Path.of(System.getProperty("edgeai.root", ".."));

    // @formatter:off
    @Test
    void theGuidesExampleRuns() {
        List<Site> sites = List.of(
                Site.builder("berlin")
                        .region("eu-de")
                        .cpuCores(16)
                        .memoryBytes(32_000_000_000L)
                        .pricePerCoreHour(0.05)
                        .power(new Power(60, 180, 0, 350))
                        .build(),
                Site.builder("paris")
                        .region("eu-fr")
                        .cpuCores(8)
                        .memoryBytes(16_000_000_000L)
                        .pricePerCoreHour(0.04)
                        .power(new Power(40, 120, 0, 60))
                        .build());
        Network network = Network.builder()
                .rtt("factory", "berlin", 6)
                .rtt("factory", "paris", 21)
                .build();

        Variant fp32 = Variant.builder("defects@1")
                .accuracy(0.97)
                .memoryBytes(420_000_000)
                .macs(4.1e8)
                .build();
        Variant int8 = Variant.builder("defects@2")
                .accuracy(0.96)
                .memoryBytes(130_000_000)
                .macs(1.3e8)
                .build();
        Workload defects = Workload.of("defects", fp32, int8)
                .rate(40)
                .origin("factory")
                .p99(Duration.ofMillis(60))
                .cpuCores(2)
                .accuracyAtLeast(0.95);

        PlacementEngine engine = PlacementEngine.builder()
                .strategy(PlacementStrategies.costEfficient())
                .build();
        PlacementPlan plan = engine.place(defects).across(sites, network).orThrow();
        assertThat(plan.assignments()).singleElement().hasToString("defects#0 → paris/main (defects@2)");
        assertThat(plan.explain().text()).contains("money", "next best berlin/main");

        PlacementState state = PlacementState.of(Topology.of(sites, network), plan);
        Assignment replica = engine.decide(defects, state).orThrow();
        state.commit(replica);
        assertThat(replica.site().id()).as("replicas spread").isEqualTo("berlin");

        assertThat(engine.whatIf(plan).withoutSite("paris").answer().after().assignments())
                .singleElement()
                .hasToString("defects#0 → berlin/main (defects@2)");
        Rebalance change = engine.rebalance(plan, RebalanceLimits.moves(5).bytes(2_000_000_000L));
        assertThat(change.moves()).as("a proven optimum stays").isEmpty();
    }

    @Test
    void theGuidesShopIsOffAtNight() {
        List<Double> pricesOfTheDay = Collections.nCopies(24, 0.2);
        HourlyProfile spot = HourlyProfile.of(pricesOfTheDay);
        Schedule open = Schedule.daily(LocalTime.of(6, 0), LocalTime.of(22, 0)).at(ZoneOffset.ofHours(1));
        Site shop = Site.builder("shop")
                .cpuCores(4)
                .memoryBytes(8_000_000_000L)
                .hourly(Rate.KILOWATT_HOUR, spot.at(ZoneOffset.ofHours(1)))
                .on(open)
                .build();
        Variant int8 = Variant.builder("defects@2").macs(1.3e8).build();
        Workload till = Workload.of("till", int8)
                .runs(Schedule.of(List.of(Window.workdays(LocalTime.of(8, 0), LocalTime.of(18, 0))))
                        .at(ZoneOffset.ofHours(1)));
        PlacementEngine engine = PlacementEngine.defaults();
        assertThat(engine.place(till).across(List.of(shop)).feasible()).isTrue();
        String reasons = engine.place(Workload.of("defects", int8))
                .across(List.of(shop))
                .explain()
                .text();
        List<String> shown = reasons.lines()
                .map(String::strip)
                .filter(line -> line.contains("06:00"))
                .toList();
        assertThat(shown).hasSize(2);
        assertThat(ROOT.resolve("docs/guide/placement.md")).content().contains(shown);
    }

    @Test
    void theGuidesDeviceTakesBatches() {
        Variant together = Variant.builder("faces@1")
                .measured("t4", 4)
                .measured("t4", 8, 10)
                .measured("t4", 32, 31)
                .build();
        Site site = Site.builder("s")
                .cpuCores(1)
                .memoryBytes(1)
                .accelerators(1, new Accelerator("t4", 1, 0))
                .build();
        PlacementPlan plan = PlacementEngine.defaults()
                .place(Workload.of("faces", together).accelerator("t4", 1000, 0).rate(500))
                .across(List.of(site));
        assertThat(plan.explain().text()).contains("in batches of up to 8 (room for 800 requests/s)");
        assertThat(ROOT.resolve("docs/guide/placement.md"))
                .content()
                .contains("in batches of up to 8 (room for 800 requests/s)");
    }

    @Test
    void theGuidesProblemsAreProblems() throws IOException {
        Matcher blocks = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("docs/guide/placement.md")));
        int problems = 0;
        while (blocks.find()) {
            assertThat(PlacementEngine.defaults()
                            .place(PlacementProblemJson.read(blocks.group(1)))
                            .feasible())
                    .isTrue();
            problems++;
        }
        assertThat(problems).isEqualTo(2);
    }

    @Test
    void theGuidesAssignmentProblemIsSolved(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("gap"), "2 3  1 5 4  3 2 9  2 2 2  2 2 2  4 2");
        GapProblem problem = GapProblem.read(file);
        GapSolution found = GapSolver.builder()
                .budget(Duration.ofSeconds(10))
                .threads(2)
                .build()
                .solve(problem);
        assertThat(found.objective()).isEqualTo(1 + 2 + 4);
    }

    @Test
    void theGuidesTaskGetsAnAccelerator() {
        List<GpuNode> nodes = List.of(new GpuNode("a", "T4", 8000, 16_000_000_000L, 2));
        GpuTask task = new GpuTask("t", 1000, 1_000_000_000L, 1, 500, Set.of());
        List<GpuTask> lastWeek = List.of(task);
        OnlinePlacer placer = OnlinePlacer.gradient(nodes, TaskMix.of(lastWeek, nodes));
        Optional<GpuPlacement> placed = placer.place(task);
        assertThat(placed.orElseThrow().gpus()).hasSize(1);
        placer.release(placed.get());
        assertThat(placer.gpuMillisPlaced()).isZero();
    }

    @Test
    void theGuidesModelIsPredicted() {
        ModelCost cost =
                new ModelCost(0, 0, 2_000_000, 4_000_000, 0, 0, 0, List.of(), 0, Work.of(Work.Kind.DENSE, 2_000_000));
        List<Sample> samples = List.of(new Sample(cost, 8));
        LatencyEstimator here = LatencyEstimator.fit(samples);
        Variant unmeasured = Variant.builder("defects@3")
                .measured("arm-a76", here.millis(cost))
                .build();
        assertThat(unmeasured.measuredMillis().get("arm-a76")).isBetween(7.0, 8.0);
        LatencyEstimator later = here.corrected(new Sample(cost, 4.1), 0.2);
        assertThat(later.millis(cost)).isBetween(4.1, 8.0);
    }

    @Test
    void theGuidesGangIsDecidedWhole() {
        Variant model = Variant.builder("m@1").macs(1e6).build();
        Workload lead = Workload.of("lead", model).gang("training");
        Workload worker = Workload.of("worker", model).replicas(4).gang("training");
        List<Site> sites = List.of(
                Samples.site("a").build(),
                Samples.site("b").build(),
                Samples.site("c").build(),
                Samples.site("d").build());
        PlacementEngine engine = PlacementEngine.defaults();
        PlacementState state = PlacementState.of(Topology.of(sites, Network.ofCoordinates()));
        GangDecision decision = engine.decide(List.of(lead, worker), state);
        state.commit(decision.orThrow());
        assertThat(state.replicas("worker")).isEqualTo(4);
        assertThat(state.replicas("lead")).isEqualTo(1);
    }

    @Test
    void theGuidesDepotHoldsModels() {
        Digest digest = Digest.of(new byte[] {1});
        List<Digest> held = List.of(Digest.of(new byte[] {2}));
        Site depot = Site.builder("depot")
                .cpuCores(8)
                .memoryBytes(16_000_000_000L)
                .holding("defects@2", digest.toString())
                .build();
        Site asItIs = depot.holding(held);
        assertThat(asItIs.artifacts().names()).containsExactly("defects@2");
        assertThat(asItIs.artifacts().digests()).hasSize(2);
    }

    @Test
    void theGuidesSolversSolve() {
        PlacementEngine proving =
                PlacementEngine.builder().solver(PlacementSolvers.orTools()).build();
        PlacementSolver firstFit = (instance, seed, budget) -> {
            Occupancy room = new Occupancy(instance);
            List<Integer> groupOf = instance.groupOfItems();
            for (int item = 0; item < groupOf.size(); item++) {
                for (Option option : instance.groups().get(groupOf.get(item)).options()) {
                    if (room.chosen(item) == null) {
                        room.tryPlace(item, option);
                    }
                }
            }
            return SolverAnswer.of(room);
        };
        PlacementEngine own = PlacementEngine.builder().solver(firstFit).build();
        List<Site> sites = List.of(Samples.site("a").build(), Samples.site("b").build());
        Workload two = Samples.workload("w").replicas(2);
        assertThat(proving.place(two).across(sites).status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
        assertThat(own.place(two).across(sites).feasible()).isTrue();
    }
    // @formatter:on

    @Test
    void theGuideShowsTheStatementsThatRunHere() throws IOException {
        String guide = Files.readString(ROOT.resolve("docs/guide/placement.md"));
        String here = squeeze(Files.readString(
                ROOT.resolve("edge-placement/src/test/java/io/edgeai/placement/PlacementGuideTest.java")));
        Matcher blocks = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(guide);
        int statements = 0;
        while (blocks.find()) {
            for (String statement : blocks.group(1).replaceAll("//[^\\n]*", "").split(";", -1)) {
                String squeezed = squeeze(statement);
                boolean facade = squeezed.contains("edge."); // of a module that this one does not know
                if (!facade && (squeezed.contains("=") || squeezed.contains("commit"))) {
                    assertThat(here).contains(squeezed);
                    statements++;
                }
            }
        }
        assertThat(statements).isGreaterThanOrEqualTo(10);
    }

    private static String squeeze(String java) {
        return java.replaceAll("\\s", "");
    }
}
