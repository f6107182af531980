package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every part of the solver against sums made anew and against trying everything, on instances with every rule. */
class SolverPartsPropertyTest {
    private static SearchBudget budget(long iterations) {
        return new SearchBudget(iterations, Duration.ofDays(1), () -> 0, Progress.NONE);
    }

    private static List<Integer> items(Instance instance) {
        return IntStream.range(0, instance.items()).boxed().toList();
    }

    @Test
    void occupancyAllowsExactlyWhatASumMadeAnewAllows() {
        int refused = 0;
        int placed = 0;
        for (long seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            Instance instance = RandomInstances.of(seed, 8);
            Occupancy state = new Occupancy(instance);
            for (int step = 0; step < 120; step++) {
                int item = random.nextInt(instance.items());
                if (state.isPlaced(item)) {
                    state.remove(item);
                } else if (!state.group(item).options().isEmpty()) {
                    List<Option> options = state.group(item).options();
                    Option option = options.get(random.nextInt(options.size()));
                    boolean possible = anyDeviceKeepsAll(instance, state, item, option);
                    assertThat(state.fits(item, option)).as("seed %d", seed).isEqualTo(possible);
                    assertThat(state.tryPlace(item, option)).as("seed %d", seed).isEqualTo(possible);
                    placed += possible ? 1 : 0;
                    refused += possible ? 0 : 1;
                }
                @Nullable Spot[] spots = state.snapshot();
                assertThat(NaiveCheck.keepsAll(instance, spots))
                        .as("seed %d step %d", seed, step)
                        .isTrue();
                double cost = Arrays.stream(spots)
                        .filter(Objects::nonNull)
                        .mapToDouble(spot -> spot.option().cost())
                        .sum();
                assertThat(state.cost()).as("seed %d", seed).isCloseTo(cost, within(1e-9));
                assertThat(state.placed() + state.missing().size()).isEqualTo(instance.items());
            }
        }
        assertThat(placed).isGreaterThan(1000);
        assertThat(refused).isGreaterThan(1000);
    }

    private static boolean anyDeviceKeepsAll(Instance instance, Occupancy state, int item, Option option) {
        int devices = option.deviceMilli() == 0
                ? 1
                : instance.bins().get(option.node()).devices().size();
        for (int d = 0; d < devices; d++) {
            @Nullable Spot[] spots = state.snapshot();
            spots[item] = new Spot(option, option.deviceMilli() == 0 ? -1 : d);
            if (NaiveCheck.keepsAll(instance, spots)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void roomWithoutAnItemIsNecessaryForTakingItsPlace() {
        int checked = 0;
        for (long seed = 0; seed < 100; seed++) {
            Instance instance = RandomInstances.of(seed, 8);
            Occupancy state = new Occupancy(instance);
            GreedyConstruction.run(state, new Ranking(instance, Option::cost), items(instance));
            for (int item : state.missing()) {
                for (Option option : state.group(item).options()) {
                    for (int other : state.membersOf(option.node())) {
                        boolean room = state.roomWithout(other, option);
                        Spot stood = state.remove(other);
                        if (state.fits(item, option)) {
                            assertThat(room).as("seed %d", seed).isTrue();
                            checked++;
                        }
                        state.restore(other, stood);
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(20);
    }

    @Test
    void greedyReturnsExactlyWhatIsMissingAndNoneOfItFits() {
        int left = 0;
        for (long seed = 0; seed < 200; seed++) {
            Instance instance = RandomInstances.of(seed, 8);
            Occupancy state = new Occupancy(instance);
            List<Integer> rest = GreedyConstruction.run(state, new Ranking(instance, Option::cost), items(instance));
            assertThat(rest).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(state.missing());
            for (int item : rest) {
                assertThat(state.group(item).options()).as("seed %d", seed).noneMatch(o -> state.fits(item, o));
            }
            assertThat(NaiveCheck.keepsAll(instance, state.snapshot())).isTrue();
            left += rest.size();
        }
        assertThat(left).isPositive();
    }

    @Test
    void repairNeverLosesMoreAndNeverTradesAHigherPriorityForALower() {
        int repaired = 0;
        for (long seed = 0; seed < 200; seed++) {
            Instance instance = RandomInstances.of(seed, 8);
            Occupancy state = new Occupancy(instance);
            Ranking ranking = new Ranking(instance, Option::cost);
            List<Integer> left = GreedyConstruction.run(state, ranking, items(instance)).stream()
                    .filter(item -> !state.group(item).options().isEmpty())
                    .toList();
            int[] before = missingByPriority(state);
            new EjectionRepair(state, ranking, new SplittableRandom(seed)).run(left, budget(500));
            int[] after = missingByPriority(state);
            assertThat(Arrays.compare(after, before)).as("seed %d", seed).isLessThanOrEqualTo(0);
            assertThat(NaiveCheck.keepsAll(instance, state.snapshot()))
                    .as("seed %d", seed)
                    .isTrue();
            repaired += Arrays.compare(after, before) < 0 ? 1 : 0;
        }
        assertThat(repaired).as("it must help somewhere").isPositive();
    }

    /** Missing items of priority 2, 1 and 0. */
    private static int[] missingByPriority(Occupancy state) {
        int[] counts = new int[3];
        state.missing().forEach(item -> counts[2 - state.group(item).priority()]++);
        return counts;
    }

    @Test
    void localSearchNeverWorsensNorViolatesNorLosesAnItem() {
        int improved = 0;
        for (long seed = 0; seed < 150; seed++) {
            Instance instance = RandomInstances.of(seed, 7);
            Occupancy state = new Occupancy(instance);
            Random random = new Random(seed);
            for (int item : items(instance)) {
                List<Option> options = state.group(item).options();
                for (int tries = 0; tries < 10 && !options.isEmpty() && !state.isPlaced(item); tries++) {
                    state.tryPlace(item, options.get(random.nextInt(options.size())));
                }
            }
            double before = state.cost();
            List<Integer> missing = state.missing();
            new LocalSearch(state, new Ranking(instance, Option::cost), new SplittableRandom(seed))
                    .run(budget(200), Double.NEGATIVE_INFINITY);
            assertThat(state.cost()).as("seed %d", seed).isLessThanOrEqualTo(before + 1e-9);
            assertThat(state.missing()).as("seed %d", seed).isEqualTo(missing);
            assertThat(NaiveCheck.keepsAll(instance, state.snapshot()))
                    .as("seed %d", seed)
                    .isTrue();
            improved += state.cost() < before - 1e-9 ? 1 : 0;
        }
        assertThat(improved).isGreaterThan(100);
    }

    @Test
    void boundAndSolutionEncloseTheOptimumFoundByTryingEverything() {
        int feasible = 0;
        for (long seed = 0; seed < 80; seed++) {
            Instance instance = RandomInstances.of(seed, 3);
            double optimum = NaiveCheck.optimum(instance);
            double bound = new LowerBound(instance).run(Double.POSITIVE_INFINITY, 600, budget(0));
            assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(optimum + 1e-7);
            Solution solution = Solver.solve(instance, seed, budget(100));
            assertThat(solution.proven()).as("seed %d", seed).isTrue();
            assertThat(solution.complete()).as("seed %d", seed).isEqualTo(optimum < Double.POSITIVE_INFINITY);
            if (solution.complete()) {
                assertThat(solution.cost()).as("seed %d", seed).isCloseTo(optimum, within(1e-7));
                feasible++;
            }
        }
        assertThat(feasible).isBetween(20, 79);
    }

    /** One divisible resource and equal costs per unit: the relaxed optimum fills the cheap node first. */
    @Test
    void theBoundReachesTheFractionalOptimumWhereAllPreferTheSameNode() {
        List<Group> groups = IntStream.range(0, 60)
                .mapToObj(g -> new Group(
                        1,
                        0,
                        List.of(
                                new Option(0, 0, 0, 10, 10, 0, 0, -1, 0, 0),
                                new Option(1, 1, 0, 20, 10, 0, 0, -1, 0, 0),
                                new Option(2, 2, 0, 30, 10, 0, 0, -1, 0, 0)),
                        Group.Apart.NONE,
                        List.of(),
                        List.of()))
                .toList();
        List<Bin> bins = IntStream.range(0, 3)
                .mapToObj(b -> new Bin(b, 255, 0, 0, List.of()))
                .toList();
        double fractional = 25.5 * 10 + 25.5 * 20 + 9 * 30;
        double whole = 25 * 10 + 25 * 20 + 10 * 30;
        Instance instance = new Instance(groups, bins, List.of(0, 0, 0));
        double bound = new LowerBound(instance).run(whole, 600, budget(0));
        assertThat(bound).isBetween(fractional * 0.99, fractional + 1e-9);
        assertThat(Solver.solve(instance, 1, budget(100)).cost()).isCloseTo(whole, within(1e-9));
    }
}
