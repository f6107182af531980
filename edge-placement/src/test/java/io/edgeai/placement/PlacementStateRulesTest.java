package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static io.edgeai.placement.Samples.variant;
import static io.edgeai.placement.Samples.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a state refuses to commit and to release, and which rules outlive what. */
class PlacementStateRulesTest {
    private static final PlacementEngine BY_NAME = PlacementEngine.builder()
            .strategy(PlacementStrategy.of("name", c -> c.site().id().charAt(0)))
            .build();
    private static final Topology FOUR = Topology.of(List.of(
            site("a").region("north").build(),
            site("b").region("north").build(),
            site("c").region("south").build(),
            site("d").region("south").build()));
    private final PlacementState state = PlacementState.of(FOUR);

    private Assignment run(Workload workload) {
        Assignment replica = BY_NAME.decide(workload, state).orThrow();
        state.commit(replica);
        return replica;
    }

    private String siteOf(Workload workload) {
        return BY_NAME.decide(workload, state).orThrow().site().id();
    }

    private void refused(Assignment replica, String rule) {
        assertThatThrownBy(() -> state.commit(replica))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + replica + ")")
                .hasMessageContaining("(" + rule + ")")
                .hasMessageContaining("Maybe something else was committed");
    }

    @Test
    void twoDecisionsFromOneStateCannotBreakSpreadOverSites() {
        Workload workload = workload("w").spread(Spread.SITE);
        Assignment first = BY_NAME.decide(workload, state).orThrow();
        Assignment second = BY_NAME.decide(workload, state).orThrow();
        state.commit(first);
        refused(second, "spread");
        assertThat(state.replicas("w")).isEqualTo(1);
        assertThat(run(workload).site().id()).isEqualTo("b");
    }

    @Test
    void twoDecisionsFromOneStateCannotBreakSpreadOverRegions() {
        Workload workload = workload("w").spread(Spread.REGION);
        Assignment first = BY_NAME.decide(workload, state).orThrow();
        run(workload("filler").cpuCores(4));
        Assignment neighbour = BY_NAME.decide(workload, state).orThrow();
        assertThat(neighbour.site().id()).isEqualTo("b");
        state.commit(neighbour);
        refused(first, "spread");
        assertThat(run(workload).site().id()).isEqualTo("c");
    }

    @Test
    void twoDecisionsFromOneStateCannotBreakAwayFrom() {
        Assignment model = BY_NAME.decide(workload("model"), state).orThrow();
        Assignment rival =
                BY_NAME.decide(workload("rival").awayFrom("model"), state).orThrow();
        state.commit(rival);
        refused(model, "away-from");
        PlacementState other = PlacementState.of(FOUR);
        other.commit(model);
        assertThatThrownBy(() -> other.commit(rival)).hasMessageContaining("(away-from)");
    }

    @Test
    void twoDecisionsFromOneStateCannotBreakNear() {
        Assignment model = BY_NAME.decide(workload("model"), state).orThrow();
        Assignment full = BY_NAME.decide(workload("full").cpuCores(4), state).orThrow();
        state.commit(full);
        Assignment cache =
                BY_NAME.decide(workload("cache").near("model"), state).orThrow();
        assertThat(cache.site().id()).isEqualTo("b");
        state.release(full);
        state.commit(cache);
        refused(model, "near");
        assertThat(siteOf(workload("model"))).isEqualTo("b");
    }

    @Test
    void aRefusedCommitChangesNothing() {
        Workload workload = workload("w").spread(Spread.SITE);
        Assignment twin = run(workload);
        refused(twin, "spread");
        assertThat(state.nodes().get(0).headroom(workload.accelerator()).cpuMillis())
                .isEqualTo(3000);
        state.release(twin);
        assertThat(state.nodes().get(0).headroom(workload.accelerator()).cpuMillis())
                .isEqualTo(4000);
        assertThat(siteOf(workload)).isEqualTo("a");
    }

    @Test
    void onlyTheNodeOfAReplicaGivesItBack() {
        Node one = new Node("one", 2000, 4_000_000_000L, Long.MAX_VALUE, "cpu", 10, List.of());
        Node two = new Node("two", 2000, 4_000_000_000L, Long.MAX_VALUE, "cpu", 10, List.of());
        Site twin = Site.builder("twin").node(one).node(two).build();
        PlacementState nodes = PlacementState.of(Topology.of(List.of(twin)));
        Assignment replica = BY_NAME.decide(workload("w").cpuCores(2), nodes).orThrow();
        assertThat(replica.node().name()).isEqualTo("one");
        nodes.commit(replica);
        Assignment wrong = new Assignment(
                replica.workload(), 0, twin, two, replica.variant(), -1, replica.estimate(), replica.score());
        assertThatThrownBy(() -> nodes.release(wrong))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("twin/two")
                .hasMessageContaining("not committed");
        assertThat(nodes.nodes()
                        .get(1)
                        .headroom(replica.workload().accelerator())
                        .cpuMillis())
                .as("more than the node has must never be free")
                .isEqualTo(2000);
        nodes.release(replica);
        assertThat(nodes.replicas("w")).isZero();
    }

    @Test
    void onlyTheVariantOfAReplicaIsGivenBack() {
        Variant small = Variant.builder("small").memoryBytes(1000).macs(1).build();
        Assignment replica = run(workload("w"));
        Assignment wrong = new Assignment(
                replica.workload(), 0, replica.site(), replica.node(), small, -1, replica.estimate(), replica.score());
        assertThatThrownBy(() -> state.release(wrong)).hasMessageContaining("(small)");
        assertThat(state.replicas("w")).isEqualTo(1);
    }

    @Test
    void onlyTheNeedsOfAReplicaAreGivenBack() {
        Assignment replica = run(workload("w").cpuMillis(500));
        Assignment larger = new Assignment(
                replica.workload().cpuMillis(2000),
                0,
                replica.site(),
                replica.node(),
                replica.variant(),
                -1,
                replica.estimate(),
                replica.score());
        assertThatThrownBy(() -> state.release(larger)).isInstanceOf(InvalidInputException.class);
        assertThat(state.nodes()
                        .get(0)
                        .headroom(replica.workload().accelerator())
                        .cpuMillis())
                .isEqualTo(3500);
    }

    @Test
    void onlyTheDeviceOfAReplicaIsGivenBack() {
        PlacementState devices = PlacementState.of(Topology.of(List.of(
                site("g").accelerators(2, new Accelerator("t4", 1000, 1000)).build())));
        Workload workload = workload("w").accelerator("t4", 600, 10).spread(Spread.NONE);
        Assignment replica = BY_NAME.decide(workload, devices).orThrow();
        devices.commit(replica);
        assertThat(replica.device()).isZero();
        Assignment wrong = new Assignment(
                workload, 0, replica.site(), replica.node(), replica.variant(), 1, replica.estimate(), 0);
        assertThatThrownBy(() -> devices.release(wrong)).isInstanceOf(InvalidInputException.class);
        Assignment outside = new Assignment(
                workload, 0, replica.site(), replica.node(), replica.variant(), 7, replica.estimate(), 0);
        assertThatThrownBy(() -> devices.release(outside)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> devices.commit(outside)).isInstanceOf(InvalidInputException.class);
        devices.release(replica);
        assertThat(devices.nodes().get(0).headroom(workload.accelerator()).acceleratorMilli())
                .isEqualTo(1000);
    }

    @Test
    void aReplicaIsReleasedOnce() {
        Workload workload = workload("w").spread(Spread.NONE);
        Assignment replica = run(workload);
        state.release(replica);
        assertThatThrownBy(() -> state.release(replica))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not committed");
    }

    @Test
    void decidingAloneLeavesNoRuleBehind() {
        run(workload("model"));
        assertThat(siteOf(workload("rival").awayFrom("model"))).isEqualTo("b");
        assertThat(siteOf(workload("rival")))
                .as("a rule that was only asked about must not stay")
                .isEqualTo("a");
        assertThat(BY_NAME.decide(workload("rival").awayFrom("model"), state)
                        .explain()
                        .rejected())
                .extracting(Explanation.Rejection::site)
                .containsExactly("a");
        assertThat(siteOf(workload("rival"))).isEqualTo("a");
    }

    @Test
    void rulesEndWithTheLastReplicaOfTheWorkloadThatMadeThem() {
        Workload model = workload("model").spread(Spread.NONE).cpuCores(3);
        run(model);
        Assignment cache = run(workload("cache").near("model"));
        assertThatThrownBy(() -> BY_NAME.decide(model, state).orThrow())
                .as("a holds the cache and is full")
                .isInstanceOf(NoFeasiblePlacementException.class);
        state.release(cache);
        assertThat(siteOf(model)).isEqualTo("b");
    }

    @Test
    void rulesLastWhileAnyReplicaOfTheWorkloadRuns() {
        Workload guard = workload("guard").awayFrom("model");
        Assignment onA = run(guard);
        Assignment onB = run(guard);
        assertThat(siteOf(workload("model"))).isEqualTo("c");
        state.release(onA);
        assertThat(siteOf(workload("model"))).isEqualTo("a");
        state.release(onB);
        run(workload("guard"));
        assertThat(siteOf(workload("model"))).as("the new guard has no rule").isEqualTo("a");
    }

    @Test
    void aNewReplicaTakesTheSmallestFreeNumber() {
        Workload workload = workload("w");
        Assignment zero = run(workload);
        Assignment one = run(workload);
        Assignment two = run(workload);
        assertThat(List.of(zero.replica(), one.replica(), two.replica())).containsExactly(0, 1, 2);
        state.release(zero);
        assertThat(run(workload).replica()).as("2 still runs").isZero();
        assertThat(run(workload).replica()).isEqualTo(3);
    }

    @Test
    void aRegionFullOfReplicasNamesTheSpreadThatWouldDoOnEachSite() {
        Workload workload = workload("w").spread(Spread.REGION);
        run(workload);
        run(workload);
        List<Explanation.Rejection> rejected =
                BY_NAME.decide(workload, state).explain().rejected();
        assertThat(rejected)
                .extracting(r -> r.site() + " " + r.violations().get(0).repair())
                .containsExactly(
                        "a allow spread NONE", "b allow spread SITE", "c allow spread NONE", "d allow spread SITE");
    }

    @Test
    void chainsOfNearGatherEverythingOnOneSite() {
        run(workload("full").cpuCores(2));
        Workload first = workload("first").cpuCores(1);
        run(first);
        run(workload("second").near("first"));
        Decision third = BY_NAME.decide(workload("third").near("second"), state);
        assertThat(third.assignment()).isEmpty();
        assertThat(third.explain().rejected())
                .extracting(rejection -> rejection.violations().get(0).constraint())
                .containsExactly("cpu", "near", "near", "near");
        assertThat(third.explain().rejected().get(3).violations().get(0).message())
                .isEqualTo("workload second stands on another site");
    }

    @Test
    void committingAPlanTwiceIsRefused() {
        PlacementPlan plan = BY_NAME.place(workload("w").replicas(3)).across(FOUR);
        PlacementState after = PlacementState.of(FOUR, plan);
        assertThat(after.replicas("w")).isEqualTo(3);
        plan.assignments().forEach(replica -> assertThatThrownBy(() -> after.commit(replica))
                .isInstanceOf(InvalidInputException.class));
        plan.assignments().forEach(after::release);
        assertThat(after.replicas("w")).isZero();
        plan.assignments().forEach(after::commit);
        assertThat(after.replicas("w")).isEqualTo(3);
    }

    @Test
    void aTopologyWithoutTheSiteOrNodeIsNamed() {
        Assignment replica = run(workload("w"));
        PlacementState other = PlacementState.of(Topology.of(
                List.of(Site.builder("a")
                        .node(new Node("x", 1, 1, 1, "cpu", 1, List.of()))
                        .build()),
                Network.ofCoordinates()));
        assertThatThrownBy(() -> other.commit(replica))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a/main")
                .hasMessageContaining("topology lacks");
        assertThatThrownBy(() -> other.release(replica)).hasMessageContaining("topology lacks");
        assertThat(other.replicas("w")).isZero();
        assertThat(variant("v1").name()).isEqualTo(replica.variant().name());
    }
}
