package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bounds of instances whose relaxation has a closed form. */
class LowerBoundSpecialCasesTest {
    private static final long AMPLE = Long.MAX_VALUE / 4;

    private static double bound(Instance instance) {
        SearchBudget budget = new SearchBudget(0, Duration.ofDays(1), () -> 0, Progress.NONE);
        return new LowerBound(instance).run(Double.POSITIVE_INFINITY, 600, budget);
    }

    /** One node a site; each group has an option on every node. */
    private static Group group(double[] cost, long cpu, int replicas, Group.Apart apart) {
        List<Option> options = new ArrayList<>();
        for (int b = 0; b < cost.length; b++) {
            options.add(new Option(b, b, 0, cost[b], cpu, 1, 0, -1, 0, 0));
        }
        options.sort(Comparator.comparingDouble(Option::cost).thenComparingInt(Option::node));
        return new Group(replicas, 0, options, apart, List.of(), List.of());
    }

    private static Instance instance(List<Group> groups, int bins, long cpu) {
        List<Bin> all = new ArrayList<>();
        for (int b = 0; b < bins; b++) {
            all.add(new Bin(b, cpu, AMPLE, AMPLE, List.of()));
        }
        return new Instance(groups, all, IntStream.range(0, bins).boxed().toList());
    }

    @Test
    void withRoomForAllItIsTheSumOfTheCheapestAndOfTheCheapestSitesWhereTheyStandApart() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int bins = 3 + random.nextInt(4);
            List<Group> groups = new ArrayList<>();
            double sum = 0;
            for (int g = 1 + random.nextInt(5); g > 0; g--) {
                double[] cost = random.doubles(bins, -5, 20).toArray();
                int replicas = 1 + random.nextInt(3);
                boolean apart = random.nextBoolean();
                groups.add(group(cost, 1, replicas, apart ? Group.Apart.SITE : Group.Apart.NONE));
                double[] sorted = cost.clone();
                Arrays.sort(sorted);
                for (int r = 0; r < replicas; r++) {
                    sum += sorted[apart ? r : 0];
                }
            }
            assertThat(bound(instance(groups, bins, AMPLE))).as("seed %d", seed).isCloseTo(sum, within(1e-6));
        }
    }

    /** Equal items on a cheap node with room for some and a dear one for all: the rest is dear, and the bound knows. */
    @Test
    void whatDoesNotFitTheCheapNodeCountsAsDear() {
        for (int items = 1; items <= 12; items++) {
            for (int fit = 0; fit <= items; fit++) {
                List<Group> groups = new ArrayList<>();
                for (int i = 0; i < items; i++) {
                    groups.add(group(new double[] {1, 3}, 10, 1, Group.Apart.NONE));
                }
                List<Bin> bins = List.of(
                        new Bin(0, Math.max(1, 10L * fit), AMPLE, AMPLE, List.of()),
                        new Bin(1, 10L * items, AMPLE, AMPLE, List.of()));
                double bound = bound(new Instance(groups, bins, List.of(0, 1)));
                double optimum = fit + 3.0 * (items - fit);
                assertThat(bound)
                        .as("%d items, %d fit the cheap node", items, fit)
                        .isBetween(0.97 * optimum - 0.2, optimum + 1e-6);
            }
        }
    }

    @Test
    void moreRoomNeverRaisesWhatNoPlacementIsBelow() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Group> groups = new ArrayList<>();
            for (int g = 0; g < 6; g++) {
                double[] cost = random.doubles(3, 1, 20).toArray();
                groups.add(group(cost, 5 + random.nextInt(10), 1, Group.Apart.NONE));
            }
            double narrow = NaiveCheck.optimum(instance(groups, 3, 25));
            double wide = NaiveCheck.optimum(instance(groups, 3, 50));
            assertThat(bound(instance(groups, 3, 50))).as("seed %d", seed).isLessThanOrEqualTo(wide + 1e-9);
            assertThat(bound(instance(groups, 3, 25))).as("seed %d", seed).isLessThanOrEqualTo(narrow + 1e-9);
            assertThat(wide).as("seed %d", seed).isLessThanOrEqualTo(narrow);
        }
    }
}
