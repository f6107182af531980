package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SolverPropertyTest {
    private static SearchBudget budget(long iterations) {
        return new SearchBudget(iterations, Duration.ofDays(1), () -> 0, Progress.NONE);
    }

    /** Costs and sizes at random; capacity a given multiple of what one even share needs. */
    private static Instance random(long seed, int items, int bins, double room) {
        Random random = new Random(seed);
        List<Group> groups = new ArrayList<>();
        double total = 0;
        for (int g = 0; g < items; g++) {
            int cpu = 5 + random.nextInt(20);
            int memory = 5 + random.nextInt(20);
            total += Math.max(cpu, memory);
            List<Option> options = new ArrayList<>();
            for (int b = 0; b < bins; b++) {
                options.add(new Option(b, b, 0, 10 + random.nextInt(40), cpu, memory, 0, -1, 0, 0));
            }
            options.sort(Comparator.comparingDouble(Option::cost).thenComparingInt(Option::node));
            groups.add(new Group(1, 0, options, Group.Apart.NONE, List.of(), List.of()));
        }
        long capacity = Math.round(total * room / bins);
        List<Bin> all = new ArrayList<>();
        for (int b = 0; b < bins; b++) {
            all.add(new Bin(b, capacity, capacity, 0, List.of()));
        }
        return new Instance(groups, all, IntStream.range(0, bins).boxed().toList());
    }

    private static double exhaustive(Instance instance) {
        return exhaustive(new Occupancy(instance), instance, 0);
    }

    private static double exhaustive(Occupancy state, Instance instance, int item) {
        if (item == instance.items()) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (Option option : instance.groups().get(item).options()) {
            if (state.tryPlace(item, option)) {
                best = Math.min(best, option.cost() + exhaustive(state, instance, item + 1));
                state.remove(item);
            }
        }
        return best;
    }

    @Test
    void localSearchAloneComesCloseToTheExhaustiveOptimum() {
        double gaps = 0;
        int solved = 0;
        for (long seed = 0; seed < 100; seed++) {
            Instance instance = random(seed, 8, 3, 1.1);
            double optimum = exhaustive(instance);
            Occupancy state = new Occupancy(instance);
            Ranking ranking = new Ranking(instance, Option::cost);
            List<Integer> left = GreedyConstruction.run(
                    state, ranking, IntStream.range(0, 8).boxed().toList());
            new EjectionRepair(state, ranking, new SplittableRandom(seed)).run(left, budget(2000));
            boolean complete = state.missing().isEmpty();
            if (complete) {
                new LocalSearch(state, ranking, new SplittableRandom(seed)).run(budget(500), 0);
                assertThat(state.cost()).as("seed %d", seed).isGreaterThanOrEqualTo(optimum - 1e-9);
                gaps += state.cost() / optimum - 1;
                solved++;
            }
            assertThat(complete).as("seed %d", seed).isEqualTo(optimum < Double.POSITIVE_INFINITY);
        }
        assertThat(solved).isGreaterThan(30);
        assertThat(gaps / solved).isLessThan(0.005);
    }

    @Test
    void theBoundNeverExceedsTheOptimumAndIsNearIt() {
        double ratio = 0;
        int counted = 0;
        for (long seed = 0; seed < 100; seed++) {
            Instance instance = random(seed, 8, 3, 1.3);
            double optimum = exhaustive(instance);
            double bound = new LowerBound(instance).run(Double.POSITIVE_INFINITY, 300, budget(0));
            assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(optimum + 1e-9);
            if (optimum < Double.POSITIVE_INFINITY) {
                ratio += bound / optimum;
                counted++;
            }
        }
        assertThat(ratio / counted).isGreaterThan(0.93);
    }

    @Test
    void theExactSearchEqualsTheExhaustiveOptimum() {
        for (long seed = 0; seed < 100; seed++) {
            Instance instance = random(seed, 7, 3, 1.15);
            Solution solution = Solver.solve(instance, seed, budget(0));
            double optimum = exhaustive(instance);
            assertThat(solution.proven()).as("seed %d", seed).isTrue();
            assertThat(solution.complete()).as("seed %d", seed).isEqualTo(optimum < Double.POSITIVE_INFINITY);
            if (solution.complete()) {
                assertThat(solution.cost()).as("seed %d", seed).isCloseTo(optimum, within(1e-9));
            }
        }
    }

    @Test
    void largerProblemsAreCompleteAndWithinAFewPercentOfTheirBound() {
        for (long seed = 0; seed < 5; seed++) {
            Instance instance = random(seed, 120, 10, 1.08);
            Solution solution = Solver.solve(instance, seed, budget(3000));
            assertThat(solution.complete()).as("seed %d", seed).isTrue();
            assertThat(solution.cost()).as("seed %d", seed).isLessThan(solution.lowerBound() * 1.03);
        }
    }

    @Test
    void aSnapshotLoadsBackExactly() {
        Instance instance = random(3, 12, 3, 2);
        Occupancy state = new Occupancy(instance);
        GreedyConstruction.run(
                state,
                new Ranking(instance, Option::cost),
                IntStream.range(0, 12).boxed().toList());
        Spot[] before = state.snapshot();
        double cost = state.cost();
        for (int item = 0; item < 12; item += 2) {
            state.remove(item);
        }
        assertThat(state.missing()).hasSize(6);
        state.load(before);
        assertThat(state.cost()).isEqualTo(cost);
        assertThat(state.snapshot()).containsExactly(before);
    }
}
