package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static io.edgeai.placement.Samples.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.BrokenRuleException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.Occupancy;
import io.edgeai.placement.solver.Option;
import io.edgeai.placement.spi.SolverAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gangs by example: whole or not at all, in plans, in rebalancing and one decision at a time. */
class GangTest {
    private static final PlacementEngine ENGINE =
            PlacementEngine.builder().iterations(200).build();
    private static final List<Site> TWO = List.of(site("a").build(), site("b").build());

    private static Workload four(String name) {
        return workload(name).cpuCores(4);
    }

    private static PlacementPlan place(List<Site> sites, Workload... workloads) {
        return ENGINE.place(workloads).across(sites);
    }

    @Test
    void whereAllFitAGangChangesNothing() {
        PlacementPlan plain = place(TWO, workload("x"), workload("y").replicas(2));
        PlacementPlan gang =
                place(TWO, workload("x").gang("g"), workload("y").replicas(2).gang("g"));
        assertThat(gang.toString()).isEqualTo(plain.toString());
        assertThat(gang.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
    }

    @Test
    void aGangThatDoesNotFitLeavesItsRoomToOthers() {
        PlacementPlan plan = place(
                TWO,
                four("x").gang("train"),
                four("y").gang("train"),
                four("z").gang("train"),
                four("alone"),
                workload("small"));
        assertThat(plan.missing()).containsExactly(Map.entry("x", 1), Map.entry("y", 1), Map.entry("z", 1));
        assertThat(plan.of("alone")).hasSize(1);
        assertThat(plan.of("small")).hasSize(1);
        assertThat(plan.proven()).isTrue();
    }

    @Test
    void replicasOfOneWorkloadAreAllOrNone() {
        PlacementPlan plain = place(TWO, four("w").replicas(3).spread(Spread.NONE));
        assertThat(plain.of("w")).hasSize(2);
        PlacementPlan gang =
                place(TWO, four("w").replicas(3).spread(Spread.NONE).gang("w"));
        assertThat(gang.of("w")).isEmpty();
        assertThat(gang.missing()).containsExactly(Map.entry("w", 3));
    }

    @Test
    void aGangGoesByTheHighestPriorityOfItsMembers() {
        PlacementPlan plan = place(
                TWO,
                four("lead").priority(5).gang("g"),
                four("aide").gang("g"),
                four("rival").priority(3));
        assertThat(plan.missing()).containsExactly(Map.entry("rival", 1));
        PlacementPlan lower = place(
                TWO,
                four("lead").priority(2).gang("g"),
                four("aide").gang("g"),
                four("rival").priority(3));
        assertThat(lower.missing()).containsExactly(Map.entry("lead", 1), Map.entry("aide", 1));
    }

    @Test
    void aGangLargerThanTheClusterIsProvenImpossibleAndSaysByHowMuch() {
        Workload worker = workload("worker").replicas(30).spread(Spread.NONE).gang("train");
        PlacementPlan plan = place(TWO, worker, workload("w"));
        assertThat(plan.proven()).isTrue();
        assertThat(plan.missing()).containsExactly(Map.entry("worker", 30));
        assertThat(plan.of("w")).hasSize(1);
        Explanation.OfWorkload of = plan.explain().workloads().get(0);
        assertThat(of.gang())
                .isEqualTo("gang (train) is placed whole or not at all: (worker) finds no place for 23 of 30 replicas"
                        + " beside the others; it needs 30 cores, all sites together have 8 cores: 22 cores"
                        + " short; it needs 15000 MB of memory, all sites together have 8000 MB of memory: 7000"
                        + " MB of memory short");
        assertThatThrownBy(plan::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("22 cores short");
    }

    @Test
    void theExplanationSaysWhichMemberHadNoPlaceAndByHowMuch() {
        Workload large = Workload.of(
                        "large",
                        Variant.builder("v").memoryBytes(4_500_000_000L).build())
                .gang("g");
        PlacementPlan plan = place(TWO, workload("small").gang("g"), large);
        assertThat(plan.assignments()).isEmpty();
        Explanation.OfWorkload small = plan.explain().workloads().get(0);
        Explanation.OfWorkload lacking = plan.explain().workloads().get(1);
        assertThat(lacking.rejected()).hasSize(2);
        assertThat(lacking.rejected().get(0).violations().get(0).message()).contains("500 MB");
        assertThat(small.gang()).contains("(large) finds no place for 1 of 1 replicas");
        assertThat(small.alternative()).isEmpty();
        assertThat(small.rejected()).allSatisfy(rejection -> assertThat(rejection.violations())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.constraint()).isEqualTo("gang");
                    assertThat(violation.amount()).isEqualTo(2);
                }));
        assertThat(small.relaxation().orElseThrow().changes()).containsExactly("take it out of gang g");
        assertThat(plan.explain().text()).contains("  gang (g) is placed whole or not at all: (large)");
        assertThat(plan.toJson()).contains("\"gang\" : \"gang (g) is placed whole");
    }

    @Test
    void aConflictNamesWhatDoesNotFitWhicheverGangItIsIn() {
        PlacementPlan plan = place(
                TWO,
                four("x").gang("g"),
                four("y").gang("g"),
                four("z").gang("g"),
                workload("w").cpuCores(0));
        Conflict conflict = plan.conflict(Duration.ofSeconds(20)).orElseThrow();
        assertThat(conflict.workloads()).containsExactly("x", "y", "z");
        assertThat(conflict.requirements()).isEmpty();
    }

    @Test
    void aSolverThatPlacesHalfAGangIsRefused() {
        PlacementEngine engine = PlacementEngine.builder()
                .solver((instance, seed, budget) -> {
                    Occupancy room = new Occupancy(instance);
                    Option first = instance.groups().get(0).options().get(0);
                    room.tryPlace(0, first);
                    return SolverAnswer.of(room);
                })
                .build();
        assertThatThrownBy(() -> engine.place(
                                workload("x").gang("g"), workload("y").gang("g"))
                        .across(TWO))
                .isInstanceOfSatisfying(BrokenRuleException.class, broken -> assertThat(broken.rule())
                        .isEqualTo("gang"))
                .hasMessageContaining("workload (x)");
    }

    @Test
    void orToolsLeavesNoHalfGangEither() {
        PlacementPlan plan = PlacementEngine.builder()
                .solver(PlacementSolvers.orTools())
                .iterations(200)
                .build()
                .place(four("x").gang("g"), four("y").gang("g"), four("z").gang("g"), four("alone"))
                .across(TWO);
        assertThat(plan.missing()).containsOnlyKeys("x", "y", "z");
        assertThat(plan.proven()).isTrue();
    }

    @Test
    void aGangThatLosesAMemberStopsWholeAndLeavesItsRoom() {
        List<Site> sites =
                List.of(site("a").build(), site("b").build(), site("c").build());
        PlacementPlan running = ENGINE.place(four("x").gang("g"), four("y").gang("g"), four("z"))
                .across(sites)
                .orThrow();
        String lost = running.of("x").get(0).site().id();
        PlacementProblem rest = new PlacementProblem(
                running.problem().workloads(),
                Topology.of(
                        sites.stream().filter(site -> !site.id().equals(lost)).toList(), Network.ofCoordinates()));
        Rebalance change = ENGINE.rebalance(running.assignments(), rest, RebalanceLimits.moves(9));
        assertThat(change.after().missing()).containsExactly(Map.entry("x", 1), Map.entry("y", 1));
        assertThat(change.stopped())
                .extracting(replica -> replica.workload().name())
                .containsExactlyInAnyOrder("x", "y");
        assertThat(change.before().of("y")).as("what runs before the change").hasSize(1);
        Rebalance kept = ENGINE.rebalance(running.assignments(), running.problem(), RebalanceLimits.moves(0));
        assertThat(kept.stopped()).isEmpty();
    }

    @Test
    void aGangThatHalfRunsIsCompletedWithinTheLimitsOrStopped() {
        PlacementProblem problem = new PlacementProblem(
                List.of(four("x").gang("g"), four("y").gang("g")), Topology.of(TWO, Network.ofCoordinates()));
        List<Assignment> half = ENGINE.place(problem).of("x");
        Rebalance completed = ENGINE.rebalance(half, problem, RebalanceLimits.moves(1));
        assertThat(completed.moves()).hasSize(1);
        assertThat(completed.after().feasible()).isTrue();
        Rebalance stopped =
                ENGINE.rebalance(half, problem, RebalanceLimits.moves(1).bytes(1));
        assertThat(stopped.moves()).isEmpty();
        assertThat(stopped.after().assignments()).isEmpty();
        assertThat(stopped.stopped()).hasSize(1);
    }

    @Test
    void aGangIsDecidedAndCommittedAtOnce() {
        PlacementState state = PlacementState.of(Topology.of(TWO, Network.ofCoordinates()));
        List<Workload> gang = List.of(four("x").gang("g"), four("y").gang("g"));
        GangDecision decision = ENGINE.decide(gang, state);
        assertThat(decision.possible()).isTrue();
        assertThat(state.replicas("x")).as("nothing is reserved yet").isZero();
        state.commit(decision.orThrow());
        assertThat(state.replicas("x") + state.replicas("y")).isEqualTo(2);
        assertThat(ENGINE.decide(gang, state).assignments())
                .as("nothing is lacking")
                .isEmpty();
        assertThat(ENGINE.decide(gang, state).possible()).isTrue();
        GangDecision more = ENGINE.decide(List.of(four("v").gang("h")), state);
        assertThat(more.possible()).isFalse();
        assertThatThrownBy(more::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("gang (h) is placed whole or not at all: (v) finds no place for 1 of 1 replicas")
                .hasMessageContaining("Maybe ");
        state.release(decision.assignments().get(0));
        assertThat(ENGINE.decide(gang, state).assignments())
                .as("only what is lacking")
                .hasSize(1);
    }

    @Test
    void oneReplicaOfAGangIsNotDecidedAlone() {
        PlacementState state = PlacementState.of(Topology.of(TWO, Network.ofCoordinates()));
        assertThatThrownBy(() -> ENGINE.decide(workload("x").gang("g"), state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe decide(List.of(..), state)");
        assertThatThrownBy(() -> ENGINE.decide(List.of(workload("x").gang("g"), workload("y")), state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[g, ]");
    }

    @Test
    void aCommitOfManyIsAllOrNothing() {
        Topology topology = Topology.of(TWO, Network.ofCoordinates());
        List<Assignment> two =
                ENGINE.place(List.of(four("x"), four("y")), topology).orThrow().assignments();
        PlacementState state = PlacementState.of(topology);
        state.commit(two.get(1));
        assertThatThrownBy(() -> state.commit(two)).isInstanceOf(InvalidInputException.class);
        assertThat(state.replicas("x")).isZero();
        assertThat(state.replicas("y")).isEqualTo(1);
    }
}
