package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static io.edgeai.placement.Samples.variant;
import static io.edgeai.placement.Samples.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PlacementEngineTest {
    private static final Network NETWORK = Network.builder()
            .rtt("o", "a", 5)
            .rtt("o", "b", 15)
            .rtt("o", "c", 40)
            .build();
    private static final List<Site> SITES =
            List.of(site("a").build(), site("b").build(), site("c").build());

    private static PlacementPlan place(Workload... workloads) {
        return PlacementEngine.defaults().place(workloads).across(SITES, NETWORK);
    }

    private static List<String> sitesOf(PlacementPlan plan, String workload) {
        return plan.of(workload).stream().map(replica -> replica.site().id()).toList();
    }

    @Test
    void aRegisteredVersionIsPlacedUnderItsTypesDeadline() {
        ModelVersion version = new ModelVersion(
                VersionRef.of("defects", 2),
                ModelFormat.ONNX,
                WorkloadType.INFERENCE,
                Digest.of(new byte[] {1}),
                40_000_000,
                Signature.UNKNOWN,
                Optional.empty(),
                "",
                Stage.ACTIVE,
                Instant.EPOCH,
                Map.of());
        Workload workload = Workload.of(version);
        assertThat(workload.demand().latency())
                .isEqualTo(WorkloadType.INFERENCE.defaults().deadline());
        PlacementPlan plan = PlacementEngine.defaults()
                .place(workload.rate(20).origin("o"))
                .across(SITES, NETWORK)
                .orThrow();
        assertThat(plan.assignments()).singleElement().satisfies(replica -> {
            assertThat(replica.variant().name()).isEqualTo("defects@2");
            assertThat(replica.site().id()).isEqualTo("a");
            assertThat(replica.estimate().serviceMillis()).isCloseTo(1, within(1e-9));
        });
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
        assertThat(plan.gap()).isZero();
    }

    @Test
    void capacityPushesTheLastWorkloadToTheNextSite() {
        Workload[] five = new Workload[5];
        for (int i = 0; i < 5; i++) {
            five[i] = workload("w" + i).origin("o");
        }
        PlacementPlan plan = place(five).orThrow();
        assertThat(plan.assignments().stream()
                        .filter(replica -> replica.site().id().equals("a")))
                .hasSize(4);
        assertThat(plan.assignments().stream()
                        .filter(replica -> replica.site().id().equals("b")))
                .hasSize(1);
        assertThat(plan.loads().get(0).cpuShare()).isEqualTo(1);
        assertThat(plan.loads().get(0).replicas()).isEqualTo(4);
        assertThat(plan.loads().get(1).memoryShare()).isCloseTo(0.125, within(1e-12));
    }

    @Test
    void replicasSpreadOverSitesUnlessTold() {
        assertThat(sitesOf(place(workload("w").origin("o").replicas(2)), "w")).containsExactlyInAnyOrder("a", "b");
        assertThat(sitesOf(place(workload("w").origin("o").replicas(2).spread(Spread.NONE)), "w"))
                .containsExactly("a", "a");
    }

    @Test
    void nearAndAwayHoldAcrossWorkloads() {
        PlacementPlan plan = place(
                workload("model").origin("o"),
                workload("cache").near("model"),
                workload("rival").origin("o").awayFrom("model"));
        assertThat(sitesOf(plan, "cache")).isEqualTo(sitesOf(plan, "model"));
        assertThat(sitesOf(plan, "rival")).doesNotContainAnyElementsOf(sitesOf(plan, "model"));
    }

    @Test
    void higherPriorityGoesFirstWhereNotAllFits() {
        PlacementPlan plan = PlacementEngine.defaults()
                .place(
                        workload("low").cpuCores(4),
                        workload("high").cpuCores(4).priority(9),
                        workload("middle").cpuCores(4).priority(5))
                .across(List.of(SITES.get(0), SITES.get(1)));
        assertThat(plan.feasible()).isFalse();
        assertThat(plan.missing()).containsExactly(Map.entry("low", 1));
        assertThat(plan.proven()).isTrue();
    }

    @Test
    void anImpossibleLatencySaysByHowMuchAndWhatWouldHelp() {
        Workload workload = workload("w").origin("o").p99(Duration.ofMillis(12)).rate(1);
        PlacementPlan plan = place(workload);
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.INFEASIBLE);
        assertThat(plan.lowerBound()).isInfinite();
        Explanation.OfWorkload of = plan.explain().workloads().get(0);
        assertThat(of.rejected()).extracting(Explanation.Rejection::site).containsExactly("a", "b", "c");
        assertThat(of.rejected().get(0).violations()).singleElement().satisfies(violation -> {
            assertThat(violation.constraint()).isEqualTo("latency");
            assertThat(violation.amount()).isCloseTo(3, within(1e-9));
        });
        Explanation.Relaxation way = of.relaxation().orElseThrow();
        assertThat(way.changes()).containsExactly("raise p99 to 15 ms");
        assertThat(place(workload.p99(Duration.ofMillis(15))).feasible())
                .as("the way out works")
                .isTrue();
        assertThatThrownBy(plan::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("{w=1}")
                .hasMessageContaining("Maybe raise p99 to 15 ms");
    }

    @Test
    void missingMemoryIsGivenInMegabytes() {
        PlacementPlan plan = PlacementEngine.defaults()
                .place(Workload.of("w", variant("v1")))
                .across(List.of(site("tiny").memoryBytes(380_000_000).build()));
        assertThat(plan.explain().text())
                .contains("rejected tiny: memory: needs 500 MB of memory, 380 MB free: 120 MB short")
                .contains("cheapest way out: lower memory by 120 MB to 380 MB");
    }

    @Test
    void overloadNamesTheReplicasThatWouldDo() {
        Workload workload = workload("w").rate(250).origin("o");
        Explanation.Relaxation way =
                place(workload).explain().workloads().get(0).relaxation().orElseThrow();
        assertThat(way.changes()).containsExactly("use 3 replicas or lower the rate to 95/s");
        assertThat(place(workload.replicas(3)).feasible()).isTrue();
        assertThat(place(workload.rate(95)).feasible()).isTrue();
    }

    @Test
    void spreadOverTooFewSitesIsProvenImpossibleWithItsReason() {
        PlacementPlan plan = place(workload("w").replicas(4));
        assertThat(plan.feasible()).isFalse();
        assertThat(plan.proven()).isTrue();
        assertThat(plan.missing()).containsEntry("w", 1);
        assertThat(plan.explain().text()).contains("spread: a replica of it already stands on this site");
    }

    @Test
    void explanationNamesTheNextBestAndItsDelta() {
        Explanation.OfWorkload of =
                place(workload("w").origin("o")).explain().workloads().get(0);
        Explanation.Alternative next = of.alternative().orElseThrow();
        assertThat(next.choice().site()).isEqualTo("b");
        assertThat(next.delta()).isCloseTo(1.0, within(1e-9));
        assertThat(of.rejected()).isEmpty();
        assertThat(of.chosen().get(0).terms())
                .extracting(Explanation.Term::name)
                .containsExactly("latency", "money", "power");
    }

    @Test
    void theSameSeedGivesTheSamePlan() {
        List<Workload> workloads = new ArrayList<>();
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            workloads.add(workload("w" + i).cpuMillis(700 + 37L * (i % 11)).origin("o"));
        }
        Network.Builder network = Network.builder();
        for (int s = 0; s < 12; s++) {
            sites.add(site("s" + s).build());
            network.rtt("o", "s" + s, 3 + s * s % 17);
        }
        Topology topology = Topology.of(sites, network.build());
        PlacementEngine engine = PlacementEngine.builder()
                .seed(7)
                .iterations(2000)
                .ticker(() -> 0)
                .build();
        PlacementPlan first = engine.place(workloads, topology);
        assertThat(engine.place(workloads, topology).toString()).isEqualTo(first.toString());
        assertThat(first.gap()).isLessThan(0.1);
        assertThat(BruteForce.faults(new PlacementProblem(workloads, topology), first))
                .isEmpty();
    }

    @Test
    void progressIsReportedAndCancels() {
        AtomicInteger updates = new AtomicInteger();
        Progress counting = (phase, done, total) -> updates.incrementAndGet();
        PlacementEngine.defaults()
                .place(workload("w").origin("o"), workload("x").cpuCores(4).origin("o"))
                .progress(counting)
                .across(SITES, NETWORK);
        assertThat(updates.get()).isPositive();
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> PlacementEngine.defaults()
                        .place(workload("w"))
                        .progress(cancelling)
                        .across(SITES, NETWORK))
                .isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void theTimeLimitEndsTheSearchWithWhatItHas() {
        AtomicLong clock = new AtomicLong();
        PlacementEngine engine = PlacementEngine.builder()
                .iterations(Long.MAX_VALUE)
                .timeLimit(Duration.ofSeconds(1))
                .ticker(() -> clock.addAndGet(1_000_000))
                .build();
        List<Workload> workloads = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            workloads.add(workload("w" + i).cpuMillis(900 + i * 13L).origin("o"));
        }
        PlacementPlan plan = engine.place(workloads).across(SITES, NETWORK);
        assertThat(plan.feasible()).isTrue();
        assertThat(clock.get()).isLessThan(1_100_000_000L);
    }

    @Test
    void aScoreThatIsNoNumberIsRefusedWithItsTerm() {
        PlacementEngine engine = PlacementEngine.builder()
                .strategy(PlacementStrategy.of("broken", candidate -> Double.NaN))
                .build();
        assertThatThrownBy(() -> engine.place(workload("w")).across(SITES))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(broken)");
    }

    @Test
    void noSitesAndNoWorkloadsAreAnswered() {
        assertThat(PlacementEngine.defaults()
                        .place(workload("w"))
                        .across(List.of())
                        .feasible())
                .isFalse();
        PlacementPlan empty = PlacementEngine.defaults().place(List.of()).across(SITES);
        assertThat(empty.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
        assertThat(empty.objective()).isZero();
    }

    @Test
    void aZeroCapacitySiteIsRejectedNotDividedBy() {
        PlacementPlan plan = PlacementEngine.builder()
                .strategy(PlacementStrategies.energyEfficient())
                .build()
                .place(workload("w"))
                .across(List.of(Site.builder("empty").cpuCores(0).memoryBytes(0).build()));
        assertThat(plan.explain().workloads().get(0).rejected().get(0).violations())
                .extracting(violation -> violation.constraint())
                .containsExactly("cpu", "memory");
    }

    @Test
    void badProblemsListEverything() {
        assertThatThrownBy(() -> place(workload("w"), workload("w").near("ghost")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("two workloads are named (w)")
                .hasMessageContaining("unknown workloads [ghost]");
    }
}
