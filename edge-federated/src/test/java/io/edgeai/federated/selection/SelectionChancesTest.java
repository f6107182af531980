package io.edgeai.federated.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How often each is chosen, against chances worked out by going through all that can happen. */
class SelectionChancesTest {
    private static final int DRAWS = 20_000;

    private static Candidates candidates(int round, int size, IntUnaryOperator samples) {
        return new Candidates(round, IntStream.range(0, size).toArray(), samples);
    }

    /**
     * The chance of each to be among {@code count}, when the next is always drawn by its weight among those left: the sum
     * over all orders.
     */
    private static void chances(double[] weights, boolean[] gone, int count, double chance, double[] inclusion) {
        if (count == 0) {
            return;
        }
        double left = 0;
        for (int i = 0; i < weights.length; i++) {
            left += gone[i] ? 0 : weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            if (!gone[i]) {
                double own = chance * weights[i] / left;
                inclusion[i] += own;
                gone[i] = true;
                chances(weights, gone, count - 1, own, inclusion);
                gone[i] = false;
            }
        }
    }

    /** Five standard deviations of a frequency: passed once in 1.7 million; the seed is fixed. */
    private static void matches(int[] hits, double[] chances) {
        for (int i = 0; i < hits.length; i++) {
            double deviation = Math.sqrt(chances[i] * (1 - chances[i]) / DRAWS);
            assertThat(hits[i] / (double) DRAWS)
                    .as("participant %d", i)
                    .isCloseTo(chances[i], within(5 * deviation + 1e-12));
        }
    }

    private static int[] count(Selection.Course course, int size, int round, IntUnaryOperator samples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] hits = new int[size];
        for (int draw = 0; draw < DRAWS; draw++) {
            for (int one : course.select(candidates(round, size, samples), random)) {
                hits[one]++;
            }
        }
        return hits;
    }

    /** With as many candidates as are wanted, power of choice is the weighted draw itself. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void drawsBySizeFollowTheSumOverAllOrders(int count) {
        int[] sizes = {1, 2, 4, 8, 5};
        double[] expected = new double[5];
        chances(new double[] {1, 2, 4, 8, 5}, new boolean[5], count, 1, expected);
        int[] hits = count(Selection.powerOfChoice(count, count).start(), 5, 1, i -> sizes[i], 40 + count);
        assertThat(Arrays.stream(hits).sum()).isEqualTo(count * DRAWS);
        matches(hits, expected);
    }

    /** Six rounds, in which participant i is there in i of them: its weight is 8 / (i + 1). */
    @Test
    void rarePresenceWeighsByItsInverse() {
        Selection.Course course = Selection.availabilityAware(2).start();
        for (int round = 1; round <= 6; round++) {
            int first = round;
            int[] there = IntStream.range(0, 7).filter(i -> i >= first).toArray();
            course.observe(new Candidates(round, there, i -> 1), List.of());
        }
        double[] weights = IntStream.range(0, 7).mapToDouble(i -> 8.0 / (i + 1)).toArray();
        double[] expected = new double[7];
        chances(weights, new boolean[7], 2, 1, expected);
        matches(count(course, 7, 7, i -> 1, 3), expected);
    }

    /** 10 people in 3 classes of 3, 3 and 4 by size, of whom 1, 1 and 2 are sent. */
    @Test
    void withinAClassOfSizeAllAreAlike() {
        int[] sizes = {50, 3, 900, 7, 20, 400, 1, 60, 800, 30};
        double[] expected = new double[10];
        int[] order = IntStream.range(0, 10)
                .boxed()
                .sorted((a, b) -> sizes[a] - sizes[b])
                .mapToInt(i -> i)
                .toArray();
        for (int place = 0; place < 10; place++) {
            expected[order[place]] = place < 6 ? 1 / 3.0 : 2 / 4.0;
        }
        matches(count(Selection.stratified(4, 3).start(), 10, 1, i -> sizes[i], 9), expected);
    }

    /** Sizes of a Poisson round are binomial: each number of participants as often as its coefficient says. */
    @Test
    void poissonRoundsAreBinomial() {
        SplittableRandom random = new SplittableRandom(5);
        int[] sizes = new int[9];
        for (int draw = 0; draw < DRAWS; draw++) {
            sizes[Selection.poisson(0.3).select(draw + 1, 8, random).length]++;
        }
        double[] expected = new double[9];
        for (int set = 0; set < 256; set++) {
            int size = Integer.bitCount(set);
            expected[size] += Math.pow(0.3, size) * Math.pow(0.7, 8 - size);
        }
        matches(sizes, expected);
    }

    /** Of n = 20 wanted: round(share · n) are new while there are enough, with share 0.9 · 0.98^(r−1), at least 0.2. */
    @ParameterizedTest
    @CsvSource({"1,100,100", "10,100,100", "30,100,100", "80,100,100", "5,100,4", "5,6,100", "1,0,50", "1,50,0", "1,3,5"
    })
    void oortExploresAsMuchAsItsShareSays(int round, int known, int unknown) {
        Selection.Course course = Selection.oort(20).start();
        List<Experience> seen = IntStream.range(0, known)
                .mapToObj(i -> new Experience(i, true, 10 + i, 1, 1))
                .toList();
        course.observe(candidates(1, known, i -> 10), seen);
        int[] chosen = course.select(candidates(round, known + unknown, i -> 10), new SplittableRandom(round));
        double share = 0.9;
        for (int i = 1; i < round; i++) {
            share *= 0.98;
        }
        int size = Math.min(20, known + unknown);
        int fresh = (int) Math.round(Math.max(0.2, share) * size);
        fresh = Math.min(unknown, Math.max(fresh, size - known));
        assertThat(chosen).doesNotHaveDuplicates().hasSize(size);
        assertThat(Arrays.stream(chosen).filter(i -> i >= known).count()).isEqualTo(fresh);
    }

    static Stream<Selection> all() {
        return Stream.of(
                Selection.count(4),
                Selection.fraction(0.37),
                Selection.poisson(0.5),
                Selection.oort(4),
                Selection.powerOfChoice(3, 6),
                Selection.availabilityAware(5),
                Selection.stratified(5, 3),
                Selection.count(4).coolDown(2),
                Selection.oort(4).fairness(1.5),
                Selection.stratified(4, 2).fairness(2).coolDown(1));
    }

    /** 30 rounds with people who come and go: the same seed chooses the same, and only from those who are there. */
    @ParameterizedTest
    @MethodSource("all")
    void theSameSeedChoosesTheSameOfThoseWhoAreThere(Selection selection) {
        assertThat(history(selection, 21)).isEqualTo(history(selection, 21));
        assertThat(history(selection, 22)).isNotEqualTo(history(selection, 21));
    }

    private static List<List<Integer>> history(Selection selection, long seed) {
        SplittableRandom coming = new SplittableRandom(99);
        Selection.Course course = selection.start();
        List<List<Integer>> rounds = new ArrayList<>();
        for (int round = 1; round <= 30; round++) {
            int[] there =
                    IntStream.range(0, 15).filter(i -> coming.nextInt(3) > 0).toArray();
            Candidates candidates = new Candidates(round, there, i -> 1 + i * i);
            int[] chosen = course.select(candidates, new SplittableRandom(seed * 1000 + round));
            assertThat(chosen).as("%s, round %d", selection, round).doesNotHaveDuplicates();
            assertThat(Arrays.stream(there).boxed())
                    .containsAll(Arrays.stream(chosen).boxed().toList());
            double step = round;
            course.observe(
                    candidates,
                    Arrays.stream(chosen)
                            .mapToObj(i -> new Experience(i, i % 4 > 0, 1 + i, 3 / step + i, 1 + i % 5))
                            .toList());
            rounds.add(Arrays.stream(chosen).boxed().toList());
        }
        return rounds;
    }

    /** The gap between two selections of the same participant, read from the history alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void nobodyComesBackBeforeItHasRested(int rest) {
        Selection.Course course = Selection.count(2).coolDown(rest).start();
        int[] last = new int[10];
        Arrays.fill(last, -100);
        SplittableRandom random = new SplittableRandom(rest);
        for (int round = 1; round <= 200; round++) {
            Candidates there = candidates(round, 10, i -> 1);
            int[] chosen = course.select(there, random);
            for (int one : chosen) {
                assertThat(round - last[one])
                        .as("round %d, participant %d", round, one)
                        .isGreaterThan(rest);
                last[one] = round;
            }
            course.observe(
                    there,
                    Arrays.stream(chosen)
                            .mapToObj(i -> new Experience(i, false, 0, Double.NaN, Double.NaN))
                            .toList());
        }
    }
}
