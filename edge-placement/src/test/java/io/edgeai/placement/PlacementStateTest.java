package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static io.edgeai.placement.Samples.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacementStateTest {
    private static final Network NETWORK =
            Network.builder().rtt("o", "a", 5).rtt("o", "b", 15).build();
    private static final Topology TOPOLOGY = Topology.of(
            List.of(
                    site("a").region("r").build(),
                    site("b")
                            .region("r")
                            .accelerators(2, new Accelerator("t4", 16_000_000_000L, 1000))
                            .build()),
            NETWORK);
    private final PlacementEngine engine = PlacementEngine.defaults();
    private final PlacementState state = PlacementState.of(TOPOLOGY);

    private Assignment run(Workload workload) {
        Assignment replica = engine.decide(workload, state).orThrow();
        state.commit(replica);
        return replica;
    }

    @Test
    void decidesTheBestSiteUntilItIsFull() {
        Workload workload = workload("w").origin("o").spread(Spread.NONE);
        for (int i = 0; i < 4; i++) {
            assertThat(run(workload).site().id()).isEqualTo("a");
        }
        Assignment fifth = run(workload);
        assertThat(fifth.site().id()).isEqualTo("b");
        assertThat(fifth.replica()).isEqualTo(4);
        state.release(fifth);
        assertThat(state.replicas("w")).isEqualTo(4);
    }

    @Test
    void decidingAloneReservesNothing() {
        Workload workload = workload("w").cpuCores(4).origin("o");
        assertThat(engine.decide(workload, state).assignment()).isPresent();
        assertThat(engine.decide(workload, state).orThrow().site().id()).isEqualTo("a");
    }

    @Test
    void sharesOfDevicesArePackedBestFit() {
        Workload half = workload("half")
                .cpuMillis(500)
                .accelerator("t4", 400, 1_000_000_000)
                .spread(Spread.NONE);
        assertThat(run(half).device()).isZero();
        assertThat(run(half).device()).isZero();
        assertThat(run(half).device()).as("200 left on the first").isEqualTo(1);
        assertThat(run(workload("rest").cpuMillis(500).accelerator("t4", 200, 0))
                        .device())
                .isZero();
        Decision whole = engine.decide(workload("whole").accelerator("t4", 1000, 0), state);
        assertThat(whole.assignment()).isEmpty();
        assertThat(whole.explain().rejected().get(1).violations().get(0).message())
                .contains("needs 1000 milli of accelerator, 600 milli free");
        assertThatThrownBy(whole::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("(whole)")
                .hasMessageContaining("Maybe");
    }

    @Test
    void rulesBetweenReplicasHoldInBothDirections() {
        run(workload("model").origin("o"));
        Workload rival = workload("rival").origin("o").awayFrom("model");
        assertThat(run(rival).site().id()).isEqualTo("b");
        assertThat(engine.decide(workload("model").origin("o"), state).assignment())
                .as("a second replica may stand on neither site")
                .isEmpty();
        assertThat(run(workload("cache").near("rival")).site().id()).isEqualTo("b");
        assertThat(engine.decide(workload("far").spread(Spread.REGION), state).assignment())
                .isPresent();
    }

    @Test
    void regionsAreCountedOnce() {
        Workload workload = workload("w").spread(Spread.REGION);
        run(workload);
        assertThat(engine.decide(workload, state).explain().rejected())
                .allSatisfy(rejection -> assertThat(rejection.violations())
                        .extracting(violation -> violation.constraint())
                        .containsExactly("spread"));
    }

    @Test
    void commitsAndReleasesThatCannotBeAreRefused() {
        Workload workload = workload("w").cpuCores(4).origin("o").spread(Spread.NONE);
        Assignment replica = engine.decide(workload, state).orThrow();
        assertThatThrownBy(() -> state.release(replica)).isInstanceOf(InvalidInputException.class);
        state.commit(replica);
        assertThatThrownBy(() -> state.commit(replica))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("does not fit any more");
        PlacementState elsewhere =
                PlacementState.of(Topology.of(List.of(site("z").build())));
        assertThatThrownBy(() -> elsewhere.commit(replica)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aPlansStateIsWhatThePlanLeaves() {
        PlacementPlan plan = engine.place(List.of(workload("w").cpuCores(3).origin("o")), TOPOLOGY);
        PlacementState after = PlacementState.of(TOPOLOGY, plan);
        assertThat(engine.decide(workload("x").cpuCores(2).origin("o"), after)
                        .orThrow()
                        .site()
                        .id())
                .isEqualTo("b");
    }

    @Test
    void aSingleDecisionEqualsThePlanOfASingleReplica() {
        for (long seed = 0; seed < 200; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            Workload alone = problem.workloads().get(0).replicas(1);
            PlacementEngine judge = PlacementEngine.builder()
                    .strategy(PlacementStrategies.all().get((int) (seed % 7)))
                    .build();
            PlacementPlan plan = judge.place(List.of(alone), problem.topology());
            Decision decision = judge.decide(alone, PlacementState.of(problem.topology()));
            assertThat(decision.assignment().isPresent()).as("seed %d", seed).isEqualTo(plan.feasible());
            if (plan.feasible()) {
                assertThat(decision.orThrow().score()).as("seed %d", seed).isCloseTo(plan.objective(), within(1e-9));
            }
        }
    }

    @Test
    void anyOrderOfCommitsAndReleasesReturnsToEmpty() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            PlacementState shuffled = PlacementState.of(TOPOLOGY);
            List<Assignment> running = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                if (running.isEmpty() || random.nextInt(3) > 0) {
                    Workload next = workload("w" + random.nextInt(5))
                            .cpuMillis(200 + random.nextInt(900))
                            .spread(Spread.NONE);
                    if (random.nextBoolean()) {
                        next = next.accelerator("t4", 1 + random.nextInt(999), random.nextInt(2_000_000_000));
                    }
                    engine.decide(next, shuffled).assignment().ifPresent(replica -> {
                        shuffled.commit(replica);
                        running.add(replica);
                    });
                } else {
                    shuffled.release(running.remove(random.nextInt(running.size())));
                }
            }
            running.forEach(shuffled::release);
            for (PlacementState.NodeState node : shuffled.nodes()) {
                Workload all = workload("all").cpuCores(4).accelerator("t4", 1000, 16_000_000_000L);
                assertThat(node.headroom(all.accelerator()))
                        .as("seed %d", seed)
                        .isEqualTo(Headroom.ofEmpty(node.node, all.accelerator()));
            }
        }
    }
}
