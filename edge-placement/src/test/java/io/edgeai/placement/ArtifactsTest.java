package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.model.Artifacts;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.spi.ScoreTerm;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.Terms;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Models that sites hold already: nothing has to be sent for them. */
class ArtifactsTest {
    private static final Digest BYTES = Digest.of(new byte[] {1, 2, 3});
    private static final Variant MODEL = Variant.builder("m@1")
            .sizeBytes(125_000_000)
            .memoryBytes(1_000_000)
            .macs(1e6)
            .digest(BYTES)
            .build();
    private static final Network NETWORK = Network.builder()
            .rtt("o", "a", 5)
            .rtt("o", "b", 9)
            .bandwidth("a", 100)
            .bandwidth("b", 100)
            .build();

    private static Workload model() {
        return Workload.of("m", MODEL).origin("o");
    }

    private static double updateSeconds(Site site) {
        return CostModel.defaults()
                .estimate(model(), MODEL, site, site.nodes().get(0), NETWORK)
                .updateSeconds();
    }

    @Test
    void aVariantIsHeldByItsNameOrByItsDigest() {
        assertThat(Artifacts.NONE.hold(MODEL)).isFalse();
        assertThat(Artifacts.of(List.of("m@1")).hold(MODEL)).isTrue();
        assertThat(Artifacts.of(List.of("m@2", BYTES.toString())).hold(MODEL)).isTrue();
        assertThat(Artifacts.of(List.of(Digest.of(new byte[1]).toString())).hold(MODEL))
                .isFalse();
        Variant unknown = Variant.builder("x").build();
        assertThat(Artifacts.of(List.of(BYTES.toString())).hold(unknown)).isFalse();
        assertThat(site("a").build().holding(List.of(BYTES)).artifacts().hold(MODEL))
                .isTrue();
        assertThat(Artifacts.of(List.of("b", BYTES.toString(), "a")).texts())
                .containsExactly("a", "b", BYTES.toString());
        assertThatThrownBy(() -> Artifacts.of(List.of("sha256:xyz"))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void sendingTakesNoTimeWhereItIsHeld() {
        assertThat(updateSeconds(site("a").build())).isCloseTo(125e6 * 8 / 100e6, within(1e-9));
        assertThat(updateSeconds(site("a").holding("m@1").build())).isZero();
    }

    @Test
    void federatedReadyGoesToWhereTheModelIsAmongEqualSites() {
        Workload learner = model().federated();
        Site first = site("a").trainingData(1000).build();
        Site second = site("b").trainingData(1000).build();
        PlacementEngine engine = PlacementEngine.builder()
                .strategy(PlacementStrategies.federatedReady())
                .build();
        assertThat(engine.place(learner).across(List.of(first, second), NETWORK).assignments())
                .singleElement()
                .satisfies(replica -> assertThat(replica.site().id()).isEqualTo("a"));
        PlacementPlan plan = engine.place(learner).across(List.of(first, second.holding(List.of(BYTES))), NETWORK);
        assertThat(plan.assignments()).singleElement().satisfies(replica -> {
            assertThat(replica.site().id()).isEqualTo("b");
            assertThat(replica.transferBytes()).isZero();
        });
    }

    @Test
    void theTransferTermWeighsBytesAgainstAnythingElse() {
        List<Site> sites = List.of(site("a").build(), site("b").holding("m@1").build());
        WeightedStrategy latency = PlacementStrategies.latencyAware();
        ScoreTerm transfer = Terms.named("transfer");
        assertThat(siteOf(latency, sites)).isEqualTo("a");
        assertThat(siteOf(latency.plus(transfer.weight(1e-6)), sites))
                .as("as a tie rule it changes nothing")
                .isEqualTo("a");
        // 4 ms of round trip are 0.4 of the latency term, 125 MB 0.125 of the transfer term
        assertThat(siteOf(latency.plus(transfer.weight(3.1)), sites)).isEqualTo("a");
        assertThat(siteOf(latency.plus(transfer.weight(3.3)), sites)).isEqualTo("b");
        Explanation.Choice chosen = PlacementEngine.builder()
                .strategy(latency.plus(transfer.weight(3.1)))
                .build()
                .place(model())
                .across(sites, NETWORK)
                .explain()
                .workloads()
                .get(0)
                .chosen()
                .get(0);
        assertThat(chosen.terms()).anySatisfy(term -> {
            assertThat(term.name()).isEqualTo("transfer");
            assertThat(term.value()).isEqualTo(125e6);
            assertThat(term.charge()).isCloseTo(3.1 * 0.125, within(1e-12));
        });
        assertThatThrownBy(() -> Terms.named("bytes"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("transfer");
    }

    private static String siteOf(PlacementStrategy strategy, List<Site> sites) {
        return PlacementEngine.builder()
                .strategy(strategy)
                .build()
                .place(model())
                .across(sites, NETWORK)
                .assignments()
                .get(0)
                .site()
                .id();
    }

    @Test
    void rebalancingSendsNothingToASiteThatHoldsTheModel() {
        PlacementEngine engine = PlacementEngine.defaults();
        Site far = site("b").build();
        PlacementProblem alone = new PlacementProblem(List.of(model()), Topology.of(List.of(far), NETWORK));
        List<Assignment> running = engine.place(alone).assignments();
        RebalanceLimits noBytes = RebalanceLimits.moves(3).bytes(0);
        PlacementProblem without = new PlacementProblem(
                List.of(model()), Topology.of(List.of(site("a").build(), far), NETWORK));
        assertThat(engine.rebalance(running, without, noBytes).moves()).isEmpty();
        PlacementProblem with = new PlacementProblem(
                List.of(model()), Topology.of(List.of(site("a").holding("m@1").build(), far), NETWORK));
        Rebalance change = engine.rebalance(running, with, noBytes);
        assertThat(change.moves()).hasSize(1);
        assertThat(change.bytes()).isZero();
        assertThat(change.gain()).isPositive();
    }

    @Test
    void roomOnDiskIsNeededAllTheSame() {
        Site full = Site.builder("a")
                .node(new Node("n", 4000, 1L << 30, 100_000_000, "cpu", 10, List.of()))
                .holding("m@1")
                .build();
        assertThat(PlacementEngine.defaults()
                        .place(model())
                        .across(List.of(full), NETWORK)
                        .feasible())
                .isFalse();
    }

    @Test
    void holdingChangesNoPlanWhoseStrategyDoesNotAskForIt() {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            PlacementProblem plain = RandomProblems.small(seed);
            PlacementProblem holding = new PlacementProblem(
                    plain.workloads(),
                    Topology.of(
                            plain.topology().sites().stream()
                                    .map(site -> random.nextBoolean()
                                            ? site
                                            : site.toBuilder()
                                                    .holding("full", "small")
                                                    .build())
                                    .toList(),
                            plain.topology().network()));
            PlacementEngine engine = PlacementEngine.builder()
                    .strategy(PlacementStrategies.all().get((int) (seed % 6)))
                    .iterations(100)
                    .build();
            assertThat(engine.place(holding).toString())
                    .as("seed %d", seed)
                    .isEqualTo(engine.place(plain).toString());
        }
    }
}
