package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.List;
import org.junit.jupiter.api.Test;

class RebalanceTest {
    private static final Network NETWORK =
            Network.builder().rtt("o", "far", 50).rtt("o", "near", 5).build();
    private static final PlacementEngine ENGINE = PlacementEngine.builder()
            .strategy(PlacementStrategies.latencyAware())
            .build();

    /** A site on which one core is for sale. */
    private static Site site(String id) {
        return Site.builder(id).cpuCores(1).memoryBytes(4_000_000_000L).build();
    }

    private static Workload workload(String name, double latencyWeight) {
        return Samples.workload(name).origin("o").rate(latencyWeight);
    }

    private static PlacementProblem problem(List<Workload> workloads, Site... sites) {
        return new PlacementProblem(workloads, Topology.of(List.of(sites), NETWORK));
    }

    @Test
    void aNewNearSiteIsTakenByOneMoveThatSendsTheModel() {
        Workload workload = workload("w", 1);
        PlacementPlan running = ENGINE.place(problem(List.of(workload), site("far")));
        Rebalance change = ENGINE.rebalance(
                running.assignments(), problem(List.of(workload), site("far"), site("near")), RebalanceLimits.moves(1));
        assertThat(change.moves()).singleElement().satisfies(move -> {
            assertThat(move.from().orElseThrow().site().id()).isEqualTo("far");
            assertThat(move.to().site().id()).isEqualTo("near");
            assertThat(move.bytes()).isEqualTo(100_000_000);
        });
        assertThat(change.gain()).isPositive();
        assertThat(change.toString()).contains("1 moves", "100000000 bytes", "far", "near");
        Rebalance tooDear = ENGINE.rebalance(
                running.assignments(),
                problem(List.of(workload), site("far"), site("near")),
                RebalanceLimits.moves(1).bytes(99_999_999));
        assertThat(tooDear.moves()).isEmpty();
    }

    @Test
    void whatIsNotWantedStopsAndWhatIsNewStarts() {
        PlacementPlan running = ENGINE.place(problem(List.of(workload("old", 1)), site("near")));
        Rebalance change = ENGINE.rebalance(
                running.assignments(), problem(List.of(workload("new", 1)), site("near")), RebalanceLimits.moves(1));
        assertThat(change.stopped()).extracting(gone -> gone.workload().name()).containsExactly("old");
        assertThat(change.moves()).singleElement().satisfies(move -> {
            assertThat(move.from()).isEmpty();
            assertThat(move.to().workload().name()).isEqualTo("new");
        });
    }

    @Test
    void whatCannotStayAndMayNotMoveIsMissingFromThePlan() {
        PlacementPlan running = ENGINE.place(problem(List.of(workload("w", 1)), site("far")));
        Rebalance change = ENGINE.rebalance(
                running.assignments(), problem(List.of(workload("w", 1)), site("near")), RebalanceLimits.moves(0));
        assertThat(change.after().feasible()).isFalse();
        assertThat(change.after().missing()).containsEntry("w", 1);
        assertThat(change.stopped()).hasSize(1);
    }

    @Test
    void limitsBelowNothingAreRefused() {
        assertThatThrownBy(() -> RebalanceLimits.moves(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> RebalanceLimits.moves(1).bytes(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> RebalanceLimits.moves(1).leastGain(Double.NaN))
                .isInstanceOf(InvalidInputException.class);
    }
}
