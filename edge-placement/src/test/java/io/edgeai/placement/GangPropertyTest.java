package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gangs on small random problems, against all sets of whole gangs and single replicas that fit together. */
class GangPropertyTest {
    private static final int CASES = 44;

    private static PlacementStrategy strategy(long seed) {
        return PlacementStrategies.all().get((int) (seed % 7));
    }

    private static PlacementEngine engine(long seed) {
        return PlacementEngine.builder()
                .strategy(strategy(seed))
                .iterations(200)
                .build();
    }

    @Test
    void whatIsPlacedIsWholeAndTheMostByPriority() {
        int incomplete = 0;
        int someGang = 0;
        int most = 0;
        for (long seed = 0; seed < CASES; seed += 2) {
            PlacementProblem problem = GangProblems.small(seed);
            PlacementPlan plan = engine(seed).place(problem);
            Map<String, Integer> placed = GangProblems.placed(plan.assignments());
            assertThat(BruteForce.faults(problem, plan)).as("seed %d", seed).isEmpty();
            assertThat(GangProblems.halfPlaced(problem, placed))
                    .as("seed %d", seed)
                    .isEmpty();
            if (plan.feasible()) {
                continue;
            }
            incomplete++;
            someGang += problem.workloads().stream()
                            .anyMatch(w -> !w.policy().gang().isEmpty() && placed.containsKey(w.name()))
                    ? 1
                    : 0;
            List<Integer> counts = problem.workloads().stream()
                    .map(workload -> placed.getOrDefault(workload.name(), 0))
                    .toList();
            int[] missing = GangProblems.missing(problem, counts);
            int[] least = GangProblems.leastMissing(problem, strategy(seed));
            assertThat(Arrays.compare(least, missing)).as("seed %d", seed).isLessThanOrEqualTo(0);
            most += Arrays.equals(least, missing) ? 1 : 0;
        }
        assertThat(most)
                .as("of " + incomplete + " plans that nothing beats")
                .isGreaterThanOrEqualTo(incomplete * 95 / 100);
        assertThat(incomplete).as("problems where not all fits").isGreaterThan(CASES / 4);
        assertThat(someGang).as("of them with a gang that is placed").isGreaterThan(1);
    }

    @Test
    void whereAllFitsGangsChangeNothing() {
        for (long seed = 0; seed < CASES; seed += 6) {
            PlacementProblem plain = RandomProblems.small(seed);
            PlacementPlan without = engine(seed).place(plain);
            if (without.feasible()) {
                assertThat(engine(seed).place(GangProblems.small(seed)).toString())
                        .as("seed %d", seed)
                        .isEqualTo(without.toString());
            }
        }
    }

    @Test
    void everyMissingMemberIsExplained() {
        int explained = 0;
        for (long seed = 0; seed < CASES; seed += 4) {
            PlacementProblem problem = GangProblems.small(seed);
            PlacementPlan plan = engine(seed).place(problem);
            for (Explanation.OfWorkload of : plan.explain().workloads()) {
                Workload workload = problem.workloads().stream()
                        .filter(each -> each.name().equals(of.workload()))
                        .findFirst()
                        .orElseThrow();
                boolean missing = of.missingReplicas() > 0;
                assertThat(of.gang().isEmpty())
                        .as("seed %d, %s", seed, of.workload())
                        .isEqualTo(!missing || workload.policy().gang().isEmpty());
                if (missing) {
                    explained += of.gang().isEmpty() ? 0 : 1;
                    assertThat(of.alternative()).as("seed %d", seed).isEmpty();
                    assertThat(of.rejected())
                            .as("seed %d, %s", seed, of.workload())
                            .hasSize(problem.topology().sites().size());
                }
            }
        }
        assertThat(explained).isGreaterThan(4);
    }

    @Test
    void rebalancingLeavesNoHalfGangWhicheverSiteIsLost() {
        int stopped = 0;
        for (int seed = 0; seed < CASES; seed += 4) {
            PlacementProblem problem = GangProblems.small(seed);
            PlacementEngine engine = engine(seed);
            List<Assignment> running = engine.place(problem).assignments();
            List<Site> rest = problem.topology()
                    .sites()
                    .subList(1, problem.topology().sites().size());
            PlacementProblem left = new PlacementProblem(
                    problem.workloads(), Topology.of(rest, problem.topology().network()));
            Rebalance change = engine.rebalance(running, left, RebalanceLimits.moves(seed % 4));
            assertThat(change.moves()).as("seed %d", seed).hasSizeLessThanOrEqualTo(seed % 4);
            assertThat(BruteForce.faults(left, change.after()))
                    .as("seed %d", seed)
                    .isEmpty();
            Map<String, Integer> after = GangProblems.placed(change.after().assignments());
            assertThat(GangProblems.halfPlaced(left, after)).as("seed %d", seed).isEmpty();
            assertThat(after.values().stream().mapToInt(n -> n).sum()
                            + change.stopped().size())
                    .as("seed %d: what ran runs or is stopped", seed)
                    .isGreaterThanOrEqualTo(running.size());
            stopped += change.stopped().size();
            PlacementState state = PlacementState.of(problem.topology());
            state.commit(running);
            if (change.moves().isEmpty()) {
                change.apply(state);
                change.after().assignments().forEach(state::release);
            }
        }
        assertThat(stopped).isPositive();
    }

    @Test
    void aDecisionOnAnEmptyStateIsPossibleWhereBruteForceFindsAWay() {
        int possible = 0;
        int impossible = 0;
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem plain = RandomProblems.small(seed);
            List<Workload> gang = plain.workloads().stream()
                    .map(workload -> workload.gang("all"))
                    .toList();
            PlacementProblem problem = new PlacementProblem(gang, plain.topology());
            PlacementState state = PlacementState.of(problem.topology());
            GangDecision decision = engine(seed).decide(gang, state);
            boolean fits = BruteForce.optimum(problem, strategy(seed)) < Double.POSITIVE_INFINITY;
            assertThat(decision.possible()).as("seed %d", seed).isEqualTo(fits);
            for (Workload workload : gang) {
                assertThat(state.replicas(workload.name())).isZero();
            }
            state.commit(decision.assignments());
            possible += fits ? 1 : 0;
            impossible += fits ? 0 : 1;
        }
        assertThat(possible).isGreaterThan(4);
        assertThat(impossible).isGreaterThan(4);
    }
}
