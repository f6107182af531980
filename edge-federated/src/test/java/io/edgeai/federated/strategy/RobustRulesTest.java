package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Robust rules against their published definitions, searched through without any shortcut. */
class RobustRulesTest {
    private float[][] updates = new float[0][];
    private double[] weights = new double[0];
    private float[] centre = new float[0];

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 12);
    }

    private void draw(long seed, int least) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = least + random.nextInt(8);
        int width = 1 + random.nextInt(5);
        updates = new float[n][width];
        weights = random.doubles(n, 0.5, 9).toArray();
        centre = new float[width];
        for (int i = 0; i < width; i++) {
            centre[i] = (float) random.nextGaussian();
            for (float[] update : updates) {
                update[i] = (float) (random.nextGaussian() * (random.nextInt(6) == 0 ? 20 : 1));
            }
        }
    }

    private double[] combine(Aggregator rule) {
        Aggregator.Accumulator accumulator = rule.start(centre);
        for (int u = 0; u < updates.length; u++) {
            accumulator.add(updates[u].clone(), weights[u]);
        }
        return accumulator.result();
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }

    private static double[] wide(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private double krumScore(int update, List<Integer> among, int bad) {
        return among.stream()
                .filter(other -> other != update)
                .map(other -> Math.pow(distance(wide(updates[update]), wide(updates[other])), 2))
                .sorted()
                .limit(Math.max(1, among.size() - bad - 2))
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private double[] meanOf(List<Integer> chosen) {
        double[] mean = new double[centre.length];
        for (int u : chosen) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += updates[u][i] / (double) chosen.size();
            }
        }
        return mean;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void krumTakesTheUpdateWithTheNearestNeighbours(long seed) {
        draw(seed, 5);
        int n = updates.length;
        int bad = (int) (0.2 * n);
        List<Integer> all = IntStream.range(0, n).boxed().toList();
        List<Integer> ranked = new ArrayList<>(all);
        ranked.sort(Comparator.comparingDouble(u -> krumScore(u, all, bad)));
        assertThat(combine(Aggregator.krum(0.2))).as("seed %d", seed).isEqualTo(wide(updates[ranked.get(0)]));
        assertThat(combine(Aggregator.multiKrum(0.2)))
                .as("seed %d", seed)
                .containsExactly(meanOf(ranked.subList(0, n - bad)), within(1e-5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bulyanAveragesTheMiddleOfWhatKrumChooses(long seed) {
        draw(seed, 7);
        int n = updates.length;
        int bad = Math.min((int) (0.25 * n), (n - 3) / 4);
        List<Integer> left = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        List<Integer> chosen = new ArrayList<>();
        while (chosen.size() < n - 2 * bad) {
            List<Integer> among = List.copyOf(left);
            Integer best = among.stream()
                    .min(Comparator.comparingDouble(u -> krumScore(u, among, bad)))
                    .orElseThrow();
            chosen.add(best);
            left.remove(best);
        }
        double[] result = combine(Aggregator.bulyan(0.25));
        for (int i = 0; i < result.length; i++) {
            int column = i;
            double[] values = chosen.stream()
                    .mapToDouble(u -> updates[u][column])
                    .sorted()
                    .toArray();
            double median = (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
            double expected = Arrays.stream(values)
                    .boxed()
                    .sorted(Comparator.comparingDouble(value -> Math.abs(value - median)))
                    .limit(values.length - 2L * bad)
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            assertThat(result[i]).as("seed %d, coordinate %d", seed, i).isCloseTo(expected, within(1e-5));
        }
    }

    private double totalDistance(double[] point) {
        double sum = 0;
        for (int u = 0; u < updates.length; u++) {
            sum += weights[u] * distance(point, wide(updates[u]));
        }
        return sum;
    }

    /** No step in any direction makes the sum of distances smaller. */
    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsNearerThanTheGeometricMedian(long seed) {
        draw(seed, 3);
        double[] median = combine(Aggregator.geometricMedian());
        double least = totalDistance(median);
        SplittableRandom random = new SplittableRandom(seed);
        for (int trial = 0; trial < 300; trial++) {
            double[] other = median.clone();
            double length = Math.pow(10, -3 + random.nextInt(4));
            for (int i = 0; i < other.length; i++) {
                other[i] += length * random.nextGaussian();
            }
            assertThat(totalDistance(other)).as("seed %d", seed).isGreaterThan(least * (1 - 1e-6));
        }
    }

    private double[] clippedMean(double[] from, double radius, boolean[] takesPart) {
        double[] moved = from.clone();
        double total = 0;
        for (int u = 0; u < updates.length; u++) {
            total += takesPart[u] ? weights[u] : 0;
        }
        for (int u = 0; u < updates.length; u++) {
            double norm = distance(wide(updates[u]), from);
            for (int i = 0; takesPart[u] && i < moved.length; i++) {
                moved[i] += weights[u] / total * (updates[u][i] - from[i]) * Math.min(1, radius / norm);
            }
        }
        return moved;
    }

    private double medianDistance(double[] from) {
        double[] sorted = Arrays.stream(updates)
                .mapToDouble(update -> distance(wide(update), from))
                .sorted()
                .toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void normBoundingShortensToTheMedian(long seed) {
        draw(seed, 3);
        boolean[] all = new boolean[updates.length];
        Arrays.fill(all, true);
        double[] start = wide(centre);
        assertThat(combine(Aggregator.normBounded()))
                .as("seed %d", seed)
                .containsExactly(clippedMean(start, medianDistance(start), all), within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void centredClippingMovesThreeTimesAndLeavesTheFarOnesOut(long seed) {
        draw(seed, 3);
        double[] point = wide(centre);
        boolean[] near = new boolean[updates.length];
        for (int u = 0; u < near.length; u++) {
            near[u] = distance(wide(updates[u]), point) <= 3 * medianDistance(point);
        }
        for (int step = 0; step < 3; step++) {
            point = clippedMean(point, medianDistance(point), near);
        }
        assertThat(combine(Aggregator.centredClipping())).as("seed %d", seed).containsExactly(point, within(1e-9));
    }

    /** 20 updates around 1 and 5 that pull to −1000: no rule follows them. */
    @ParameterizedTest
    @MethodSource("rules")
    void aFifthOfLiarsMovesNothingFar(Aggregator rule) {
        SplittableRandom random = new SplittableRandom(4);
        centre = new float[3];
        weights = new double[25];
        Arrays.fill(weights, 1);
        updates = new float[25][3];
        for (int u = 0; u < 25; u++) {
            for (int i = 0; i < 3; i++) {
                updates[u][i] = u % 5 == 0 ? -1000 : (float) (1 + 0.1 * random.nextGaussian());
            }
        }
        assertThat(combine(rule)).as(rule.name()).containsExactly(new double[] {1, 1, 1}, within(0.25));
    }

    static List<Aggregator> rules() {
        return List.of(
                Aggregator.coordinateMedian(),
                Aggregator.trimmedMean(0.2),
                Aggregator.krum(0.2),
                Aggregator.multiKrum(0.2),
                Aggregator.bulyan(0.2),
                Aggregator.geometricMedian(),
                Aggregator.centredClipping());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void updatesOnDiskGiveWhatUpdatesInMemoryGive(Aggregator rule) {
        draw(3, 9);
        double[] expected = combine(rule);
        try (KeptUpdates kept = new KeptUpdates(centre.length, 2L * centre.length * Float.BYTES)) {
            for (int u = 0; u < updates.length; u++) {
                kept.add(updates[u], weights[u]);
            }
            assertThat(((KeepingAggregator) rule).rule().combine(kept, wide(centre)))
                    .as(rule.name())
                    .containsExactly(expected, within(1e-9));
        }
    }

    @Test
    void rulesThatNeedAlikeParticipantsSaySo() {
        for (Aggregator rule : List.of(
                Aggregator.coordinateMedian(),
                Aggregator.trimmedMean(0.1),
                Aggregator.krum(0.1),
                Aggregator.multiKrum(0.1),
                Aggregator.bulyan(0.1))) {
            assertThat(rule.warning()).as(rule.name()).contains("Maybe use centred clipping.");
        }
        for (Aggregator rule : List.of(
                Aggregator.weightedMean(),
                Aggregator.geometricMedian(),
                Aggregator.normBounded(),
                Aggregator.centredClipping())) {
            assertThat(rule.warning()).as(rule.name()).isEmpty();
        }
        assertThatThrownBy(() -> Aggregator.krum(0.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("share (0.5)");
    }
}
