package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistanceTestTest {
    private static final DistanceTest TEST = DistanceTest.of(0.05, 200, 1);

    private static double[] gaussian(Random random, int n, double mean, double spread) {
        return IntStream.range(0, n)
                .mapToDouble(i -> mean + spread * random.nextGaussian())
                .toArray();
    }

    private static float[][] points(Random random, int n, int size, double shift) {
        float[][] out = new float[n][size];
        for (float[] row : out) {
            for (int i = 0; i < size; i++) {
                row[i] = (float) (random.nextGaussian() + (i == 0 ? shift : 0));
            }
        }
        return out;
    }

    private static List<String> names(Random random, int n, double shareOfNew) {
        return IntStream.range(0, n)
                .mapToObj(i -> random.nextDouble() < shareOfNew ? "new" : random.nextInt(4) + "")
                .toList();
    }

    /** A shift of all values by 3 is a distance of 3; equal numbers of values pair in their order. */
    @Test
    void wassersteinIsTheMeanDistanceOfPairsInOrder() {
        Random random = new Random(1);
        double[] one = gaussian(random, 80, 0, 1);
        double[] other = gaussian(random, 80, 0.5, 2);
        double[] moved = Arrays.stream(one).map(v -> v + 3).toArray();
        double[] first = one.clone();
        double[] second = other.clone();
        Arrays.sort(first);
        Arrays.sort(second);
        double expected = IntStream.range(0, 80)
                .mapToDouble(i -> Math.abs(first[i] - second[i]))
                .average()
                .orElseThrow();

        assertThat(TEST.wasserstein(one, moved).distance()).isCloseTo(3, within(1e-9));
        assertThat(TEST.wasserstein(one, other).distance()).isCloseTo(expected, within(1e-9));
    }

    /** 50 : 50 against 75 : 25 is 0.0488 bits; nothing in common is 1. */
    @Test
    void jensenShannonIsInBits() {
        List<String> half =
                IntStream.range(0, 40).mapToObj(i -> i % 2 == 0 ? "a" : "b").toList();
        List<String> most =
                IntStream.range(0, 40).mapToObj(i -> i % 4 == 0 ? "b" : "a").toList();
        List<String> others = IntStream.range(0, 40).mapToObj(i -> "c").toList();

        assertThat(TEST.jensenShannon(half, most).distance()).isCloseTo(0.0488, within(5e-5));
        assertThat(TEST.jensenShannon(half, others).distance()).isCloseTo(1, within(1e-12));
        assertThat(TEST.jensenShannon(half, half).distance()).isZero();
    }

    /** The discrepancy as its definition says, by loops over all pairs with k(x, y) = exp(−|x − y|² / median). */
    @Test
    void theDiscrepancyIsThatOfAllPairs() {
        Random random = new Random(2);
        float[][] all = points(random, 60, 3, 0);
        for (int i = 30; i < 60; i++) {
            all[i][1] += 1.5f;
        }
        double[] squares = new double[60 * 59 / 2];
        double[][] distance = new double[60][60];
        int at = 0;
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j < i; j++) {
                for (int c = 0; c < 3; c++) {
                    distance[i][j] += Math.pow(all[i][c] - all[j][c], 2);
                }
                distance[j][i] = distance[i][j];
                squares[at++] = distance[i][j];
            }
        }
        Arrays.sort(squares);
        double expected = 0;
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j < 60; j++) {
                double kernel = Math.exp(-distance[i][j] / squares[squares.length / 2]);
                boolean same = i < 30 == j < 30;
                expected += i == j ? 0 : same ? kernel / (30 * 29) : -kernel / (30 * 30);
            }
        }

        DistanceDrift drift = TEST.embeddings(Arrays.copyOf(all, 30), Arrays.copyOfRange(all, 30, 60));

        assertThat(drift.distance()).isCloseTo(Math.sqrt(expected), within(1e-5));
        assertThat(drift.drifted()).isTrue();
    }

    @Test
    void whatIsTheSameEverywhereNeverDrifts() {
        double[] sevens = new double[80];
        Arrays.fill(sevens, 7);
        List<String> yes = Collections.nCopies(80, "yes");
        float[][] row = new float[40][4];
        for (int seed = 0; seed < 100; seed++) {
            DistanceTest test = DistanceTest.of(0.05, 200, seed);
            assertThat(List.of(
                            test.wasserstein(sevens, sevens),
                            test.jensenShannon(sevens, sevens),
                            test.jensenShannon(yes, yes),
                            test.embeddings(row, row)))
                    .as("seed %d", seed)
                    .extracting(DistanceDrift::pValue)
                    .containsOnly(1.0);
        }
    }

    /** False alarms of 5 % in 300 trials, with three standard errors. */
    @ParameterizedTest
    @ValueSource(strings = {"wasserstein", "jensen-shannon", "names", "mmd"})
    void falseAlarmsAreThoseOfTheLevel(String measure) {
        Random random = new Random(3);
        int alarms = 0;
        for (int trial = 0; trial < 300; trial++) {
            DistanceDrift drift =
                    switch (measure) {
                        case "wasserstein" -> TEST.wasserstein(gaussian(random, 100, 0, 1), gaussian(random, 40, 0, 1));
                        case "jensen-shannon" ->
                            TEST.jensenShannon(gaussian(random, 100, 0, 1), gaussian(random, 40, 0, 1));
                        case "names" -> TEST.jensenShannon(names(random, 100, 0.01), names(random, 40, 0.01));
                        default -> TEST.embeddings(points(random, 40, 8, 0), points(random, 40, 8, 0));
                    };
            alarms += drift.drifted() ? 1 : 0;
        }
        assertThat(alarms / 300.0).as("seed 3").isBetween(0.012, 0.088);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 64", "1, 512"})
    void aShiftInOneOfManyDirectionsIsFound(double shift, int size) {
        Random random = new Random(4);
        float[][] before = points(random, 500, size, 0);
        float[][] now = points(random, 400, size, shift * Math.sqrt(size) / 4);

        DistanceDrift drift = TEST.embeddings(before, now);

        assertThat(drift.drifted()).isTrue();
        assertThat(drift.referenceCount()).isEqualTo(500);
        assertThat(drift.pValue()).isEqualTo(1 / 201.0);
    }

    @Test
    void tooFewValuesAreNotJudged() {
        double[] few = new double[29];
        double[] many = new double[50];
        few[0] = 1;

        for (DistanceDrift drift : List.of(
                TEST.wasserstein(few, many),
                TEST.jensenShannon(few, many),
                TEST.jensenShannon(List.of("a"), List.of("b")),
                TEST.embeddings(new float[2][3], new float[50][3]))) {
            assertThat(drift.tested()).as(drift.measure()).isFalse();
            assertThat(drift.drifted()).isFalse();
        }
    }

    @Test
    void senselessInputIsRefused() {
        float[][] good = new float[40][3];
        float[][] wide = new float[40][4];
        float[][] broken = new float[40][3];
        broken[7][1] = Float.NaN;

        assertThatThrownBy(() -> TEST.embeddings(good, wide))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(4)")
                .hasMessageContaining("(3)");
        assertThatThrownBy(() -> TEST.embeddings(good, broken)).hasMessageContaining("not finite");
        assertThatThrownBy(() -> DistanceTest.of(0.05, 10, 1)).hasMessageContaining("(10)");
        assertThatThrownBy(() -> DistanceTest.of(1, 100, 1)).hasMessageContaining("(1.0)");
    }
}
