package io.edgeai.federated.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Selections that learn from what they see, over many rounds. */
class LearningSelectionTest {
    private static final long SEED = 17;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static int[] numbers(int population) {
        return IntStream.range(0, population).toArray();
    }

    private static Candidates all(int round, int population) {
        return new Candidates(round, numbers(population), number -> 10 + number);
    }

    /** Runs rounds in which everybody reports a loss and a time of its own; counts how often each was selected. */
    private int[] play(
            Selection selection, int population, int rounds, IntToDoubleFunction loss, IntToDoubleFunction time) {
        Selection.Course course = selection.start();
        int[] counts = new int[population];
        for (int round = 1; round <= rounds; round++) {
            Candidates candidates = all(round, population);
            List<Experience> experiences = new ArrayList<>();
            for (int number : course.select(candidates, random)) {
                counts[number]++;
                experiences.add(
                        new Experience(number, true, 10, loss.applyAsDouble(number), time.applyAsDouble(number)));
            }
            course.observe(candidates, experiences);
        }
        return counts;
    }

    private static double mean(int[] counts, int from, int to) {
        return Arrays.stream(counts, from, to).average().orElseThrow();
    }

    @Test
    void oortLearnsWhoHasMuchToTeach() {
        int[] counts = play(Selection.oort(5), 40, 300, number -> number < 10 ? 4 : 0.1, number -> 1);
        assertThat(counts).as("everybody is tried, seed %d", SEED).doesNotContain(0);
        assertThat(mean(counts, 0, 10)).as("seed %d", SEED).isGreaterThan(5 * mean(counts, 10, 40));
    }

    @Test
    void oortAvoidsTheSlow() {
        int[] counts = play(Selection.oort(5), 40, 300, number -> 1, number -> number < 8 ? 30 : 1);
        assertThat(mean(counts, 0, 8)).as("seed %d", SEED).isLessThan(0.5 * mean(counts, 8, 40));
    }

    /** With everybody seen there is nothing new, and the worth that just does is the cut. */
    @Test
    void oortTakesOnlyThoseNearTheBest() {
        Selection.Course course = Selection.oort(3).start();
        List<Experience> experiences = new ArrayList<>();
        double[] worth = {100, 98, 96.5, 96, 90, 50, 3};
        for (int number = 0; number < worth.length; number++) {
            experiences.add(new Experience(number, true, 1, worth[number], 1));
        }
        course.observe(all(1, worth.length), experiences);
        int[] hits = new int[worth.length];
        for (int draw = 0; draw < 300; draw++) {
            Arrays.stream(course.select(all(1, worth.length), random)).forEach(number -> hits[number]++);
        }
        // 95 % of the third is 91.7: the first four take turns, the fifth is below.
        assertThat(Arrays.stream(hits, 0, 4).allMatch(count -> count > 100)).isTrue();
        assertThat(Arrays.stream(hits, 4, 7).sum()).isZero();
    }

    @Test
    void powerOfChoiceTakesTheGreatestLossOfThoseDrawn() {
        Selection.Course course = Selection.powerOfChoice(4, 20).start();
        List<Experience> experiences = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            if (number != 6) {
                experiences.add(new Experience(number, true, 1, (number * 7) % 20, 1));
            }
        }
        course.observe(all(1, 20), experiences);
        // All twenty are drawn: the unknown first, then losses 19, 18, 17 = 7n mod 20 at n = 17, 14, 11.
        assertThat(course.select(all(2, 20), random)).containsExactly(6, 17, 14, 11);
        int[] few = Selection.powerOfChoice(2, 3).start().select(all(1, 100), random);
        assertThat(few).hasSize(2).doesNotHaveDuplicates();
    }

    /** Two thirds are there in one round of five; over time all are selected about as often. */
    @Test
    void whoIsRarelyThereIsTakenWhenItIs() {
        int population = 30;
        Selection.Course aware = Selection.availabilityAware(3).start();
        Selection.Course plain = Selection.count(3).start();
        int[] counts = new int[population];
        int[] without = new int[population];
        for (int round = 1; round <= 3000; round++) {
            int now = round;
            int[] there = Arrays.stream(numbers(population))
                    .filter(number -> number < 10 || (number + now) % 5 == 0)
                    .toArray();
            Candidates candidates = new Candidates(round, there, number -> 1);
            Arrays.stream(aware.select(candidates, random)).forEach(number -> counts[number]++);
            Arrays.stream(plain.select(candidates, random)).forEach(number -> without[number]++);
            aware.observe(candidates, List.of());
        }
        double ratio = mean(counts, 0, 10) / mean(counts, 10, 30);
        assertThat(ratio).as("seed %d", SEED).isBetween(1.0, 2.2);
        assertThat(mean(without, 0, 10) / mean(without, 10, 30))
                .as("without, seed %d", SEED)
                .isGreaterThan(4);
    }

    @ParameterizedTest
    @CsvSource({"12,3,30", "10,4,33", "5,5,7", "7,2,7", "6,3,4"})
    void eachStratumSendsItsPart(int count, int strata, int population) {
        int[] chosen = Selection.stratified(count, strata).start().select(all(1, population), random);
        assertThat(chosen).hasSize(Math.min(count, population)).doesNotHaveDuplicates();
        // Sizes grow with the number, so strata are runs of numbers.
        int[] sent = new int[strata];
        for (int number : chosen) {
            int stratum = 0;
            while ((long) population * (stratum + 1) / strata <= number) {
                stratum++;
            }
            sent[stratum]++;
        }
        double share = Math.min(count, population) / (double) strata;
        assertThat(Arrays.stream(sent).allMatch(some -> Math.abs(some - share) < 1))
                .isTrue();
    }

    @Test
    void whoWasSelectedRests() {
        Selection.Course course = Selection.count(4).coolDown(3).start();
        List<List<Integer>> history = new ArrayList<>();
        for (int round = 1; round <= 60; round++) {
            Candidates candidates = all(round, 20);
            List<Integer> chosen =
                    Arrays.stream(course.select(candidates, random)).boxed().toList();
            for (List<Integer> before : history.subList(Math.max(0, history.size() - 3), history.size())) {
                assertThat(chosen).as("round %d, seed %d", round, SEED).doesNotContainAnyElementsOf(before);
            }
            history.add(chosen);
            course.observe(
                    candidates,
                    chosen.stream()
                            .map(number -> new Experience(number, false, 0, 1, 1))
                            .toList());
        }
        assertThat(history).allMatch(chosen -> chosen.size() == 4);
    }

    /** The most loved would be selected always: with fairness never more than its factor allows, plus one round. */
    @Test
    void nobodyIsSelectedMuchOftenerThanTheRest() {
        int rounds = 400;
        int[] counts = play(Selection.powerOfChoice(4, 20).fairness(1.5), 20, rounds, number -> number, number -> 1);
        double mean = 4.0 * rounds / 20;
        assertThat(Arrays.stream(counts).max().orElseThrow())
                .as("seed %d", SEED)
                .isLessThanOrEqualTo((int) (1.5 * mean) + 1);
        int[] without = play(Selection.powerOfChoice(4, 20), 20, rounds, number -> number, number -> 1);
        assertThat(Arrays.stream(without).max().orElseThrow()).isGreaterThan((int) (2 * mean));
    }

    /** Of weights 1 to 4 the first drawn is each with its share: χ² of 3 degrees, 16.3 is passed once in a thousand. */
    @Test
    void weightedDrawsFollowTheirWeights() {
        int[] hits = new int[4];
        for (int draw = 0; draw < 20_000; draw++) {
            hits[Draw.weighted(numbers(4), 1, number -> number + 1.0, random)[0]]++;
        }
        double chi = 0;
        for (int number = 0; number < 4; number++) {
            double expected = 20_000 * (number + 1) / 10.0;
            chi += Math.pow(hits[number] - expected, 2) / expected;
        }
        assertThat(chi).as("seed %d", SEED).isLessThan(16.3);
    }

    @Test
    void poissonHasNoFixedSize() {
        double sum = 0;
        double squares = 0;
        for (int draw = 0; draw < 5000; draw++) {
            int size = Selection.poisson(0.2).select(1, 100, random).length;
            sum += size;
            squares += size * size;
        }
        double mean = sum / 5000;
        assertThat(mean).as("seed %d", SEED).isCloseTo(20, within(0.3));
        assertThat(squares / 5000 - mean * mean).as("variance 100·0.2·0.8").isCloseTo(16, within(1.5));
        assertThat(Selection.poisson(0.2).unbiased()).isTrue();
        assertThat(Selection.oort(3).unbiased()).isFalse();
    }

    static List<Selection> selections() {
        return List.of(
                Selection.oort(5),
                Selection.powerOfChoice(5, 12),
                Selection.availabilityAware(5),
                Selection.oort(5).coolDown(2),
                Selection.powerOfChoice(5, 9).fairness(2).coolDown(1));
    }

    /** What is restored goes on as what was saved would have. */
    @ParameterizedTest
    @MethodSource("selections")
    void savedStateGoesOnAlike(Selection selection) {
        Selection.Course first = selection.start();
        for (int round = 1; round <= 20; round++) {
            observe(first, round, first.select(all(round, 30), new SplittableRandom(round)));
        }
        Selection.Course second = selection.start();
        second.restore(first.state());
        for (int round = 21; round <= 40; round++) {
            int[] one = first.select(all(round, 30), new SplittableRandom(round));
            assertThat(second.select(all(round, 30), new SplittableRandom(round)))
                    .as("%s, round %d", selection, round)
                    .isEqualTo(one);
            observe(first, round, one);
            observe(second, round, one);
        }
    }

    private static void observe(Selection.Course course, int round, int[] chosen) {
        course.observe(
                all(round, 30),
                Arrays.stream(chosen)
                        .mapToObj(number ->
                                new Experience(number, (number + round) % 4 > 0, 5, 1.0 / (1 + number), 1 + number % 3))
                        .toList());
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> Selection.oort(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Selection.powerOfChoice(4, 3)).hasMessageContaining("candidates (3)");
        assertThatThrownBy(() -> Selection.stratified(2, 3)).hasMessageContaining("strata (3)");
        assertThatThrownBy(() -> Selection.all().coolDown(0)).hasMessageContaining("rounds (0)");
        assertThatThrownBy(() -> Selection.all().fairness(0.5)).hasMessageContaining("factor (0.5)");
        assertThatThrownBy(() -> Selection.poisson(0)).hasMessageContaining("chance (0.0)");
    }
}
