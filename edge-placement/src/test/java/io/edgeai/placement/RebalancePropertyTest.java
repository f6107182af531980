package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A plan made by one strategy, rebalanced towards another, and again after a site was lost. */
class RebalancePropertyTest {
    private static final int CASES = 80;

    private static PlacementEngine engine(int strategy) {
        return PlacementEngine.builder()
                .strategy(strategy(strategy))
                .iterations(200)
                .build();
    }

    /** Without the two that forbid sites of their own, so that every plan of one is a plan of the other. */
    private static PlacementStrategy strategy(int number) {
        return PlacementStrategies.all().stream()
                .filter(strategy -> strategy.constraints().isEmpty())
                .toList()
                .get(number % 5);
    }

    @Test
    void limitsAndRulesAreKeptAndNothingGetsWorse() {
        int gained = 0;
        for (int seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan running = engine(seed).place(problem);
            PlacementEngine other = engine(seed + 1);
            int moves = seed % 4;
            long bytes = seed % 3 == 0 ? 300_000_000L : 900_000_000L;
            Rebalance change =
                    other.rebalance(running, RebalanceLimits.moves(moves).bytes(bytes));
            assertThat(change.moves()).as("seed %d", seed).hasSizeLessThanOrEqualTo(moves);
            assertThat(change.bytes()).as("seed %d", seed).isLessThanOrEqualTo(bytes);
            assertThat(BruteForce.faults(problem, change.after()))
                    .as("seed %d", seed)
                    .isEmpty();
            assertThat(change.before().assignments().size())
                    .as("seed %d", seed)
                    .isEqualTo(running.assignments().size());
            assertThat(change.after().assignments().size())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(running.assignments().size());
            if (running.feasible()) {
                assertThat(change.gain()).as("seed %d", seed).isNotNegative();
                assertThat(change.after().objective())
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(BruteForce.optimum(problem, strategy(seed + 1)) - 1e-8);
                gained += change.gain() > 0 ? 1 : 0;
            }
        }
        assertThat(gained).as("plans that got better").isGreaterThan(CASES / 20);
    }

    @Test
    void oneMoveIsTheBestOfAllSingleMoves() {
        for (int seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan running = engine(seed).place(problem);
            if (!running.feasible()) {
                continue;
            }
            PlacementEngine other = engine(seed + 1);
            Rebalance none = other.rebalance(running, RebalanceLimits.moves(0));
            assertThat(none.moves()).as("seed %d", seed).isEmpty();
            double best = 0;
            for (Assignment replica : none.before().assignments()) {
                PlacementState without = PlacementState.of(problem.topology(), none.before());
                without.release(replica);
                double score = other.decide(replica.workload(), without)
                        .assignment()
                        .map(Assignment::score)
                        .orElse(Double.POSITIVE_INFINITY);
                best = Math.max(best, replica.score() - score);
            }
            Rebalance one = other.rebalance(running, RebalanceLimits.moves(1));
            assertThat(one.gain()).as("seed %d", seed).isCloseTo(best, within(1e-9));
        }
    }

    @Test
    void whatLosesItsSiteMovesAndTheRestStays() {
        int moved = 0;
        for (int seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementEngine engine = engine(seed);
            PlacementPlan running = engine.place(problem);
            List<Site> rest = problem.topology()
                    .sites()
                    .subList(1, problem.topology().sites().size());
            String lost = problem.topology().sites().get(0).id();
            PlacementProblem left = new PlacementProblem(
                    problem.workloads(), Topology.of(rest, problem.topology().network()));
            Rebalance change =
                    engine.rebalance(running.assignments(), left, new RebalanceLimits(100, Long.MAX_VALUE / 4, 1e9));
            assertThat(BruteForce.faults(left, change.after()))
                    .as("seed %d", seed)
                    .isEmpty();
            Map<String, Integer> before = places(running, lost);
            Map<String, Integer> after = places(change.after(), lost);
            before.forEach((place, count) ->
                    assertThat(after.getOrDefault(place, 0)).as(place).isGreaterThanOrEqualTo(count));
            for (Rebalance.Move move : change.moves()) {
                assertThat(move.from().map(old -> old.site().id()).orElse(lost))
                        .as("seed %d, %s", seed, move)
                        .isEqualTo(lost);
                moved++;
            }
        }
        assertThat(moved).as("replicas that found another site").isGreaterThan(CASES / 10);
    }

    private static Map<String, Integer> places(PlacementPlan plan, String without) {
        Map<String, Integer> places = new HashMap<>();
        plan.assignments().stream()
                .filter(replica -> !replica.site().id().equals(without))
                .forEach(replica -> places.merge(
                        replica.workload().name() + " on " + replica.site().id() + "/"
                                + replica.node().name() + " "
                                + replica.variant().name(),
                        1,
                        Integer::sum));
        return places;
    }

    @Test
    void applyingTheMovesToTheStateGivesThePlanAfter() {
        for (int seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan running = engine(seed).place(problem);
            Rebalance change = engine(seed + 2).rebalance(running, RebalanceLimits.moves(3));
            PlacementState state = PlacementState.of(problem.topology(), running);
            change.apply(state);
            for (Workload workload : problem.workloads()) {
                assertThat(state.replicas(workload.name()))
                        .as("seed %d, %s", seed, workload.name())
                        .isEqualTo(change.after().of(workload.name()).size());
            }
            for (Assignment replica : change.after().assignments()) {
                state.release(replica);
            }
        }
    }
}
