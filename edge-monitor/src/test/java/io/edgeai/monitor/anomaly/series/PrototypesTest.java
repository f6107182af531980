package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrototypesTest {
    private static float[] flat(double value) {
        float[] shape = new float[Prototypes.SIZE];
        java.util.Arrays.fill(shape, (float) value);
        return shape;
    }

    private static float[] noise(Random random) {
        float[] shape = new float[Prototypes.SIZE];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = (float) random.nextGaussian();
        }
        return shape;
    }

    /** The recipe in lists of doubles: nearest by full search, oldest match replaced, reach ·1.02 or ·0.9985. */
    private static final class Naive {
        private final List<double[]> shapes = new ArrayList<>();
        private final List<Integer> matched = new ArrayList<>();
        private double reach = 0.3;
        private int row;

        double novelty(float[] shape) {
            row++;
            int nearest = -1;
            double distance = Double.MAX_VALUE;
            for (int p = 0; p < shapes.size(); p++) {
                double sum = 0;
                for (int i = 0; i < shape.length; i++) {
                    sum += Math.pow(shape[i] - shapes.get(p)[i], 2);
                }
                if (Math.sqrt(sum / 6) < distance) {
                    distance = Math.sqrt(sum / 6);
                    nearest = p;
                }
            }
            if (nearest >= 0 && distance <= reach) {
                double[] near = shapes.get(nearest);
                for (int i = 0; i < near.length; i++) {
                    near[i] = 0.95 * near[i] + 0.05 * shape[i];
                }
                matched.set(nearest, row);
                reach *= 0.9985;
                return distance;
            }
            double[] copy = new double[shape.length];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = shape[i];
            }
            if (shapes.size() < 128) {
                shapes.add(copy);
                matched.add(row);
            } else {
                int oldest =
                        matched.indexOf(matched.stream().min(Integer::compare).orElseThrow());
                shapes.set(oldest, copy);
                matched.set(oldest, row);
            }
            reach *= 1.02;
            return nearest < 0 ? 0 : distance;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void distancesEqualTheNaiveSearch(long seed) {
        Random random = new Random(seed);
        Prototypes prototypes = new Prototypes();
        Naive naive = new Naive();
        for (int i = 0; i < 1500; i++) {
            float[] shape = noise(random);
            assertThat(prototypes.novelty(shape))
                    .as("seed %s row %s", seed, i)
                    .isCloseTo(naive.novelty(shape), within(2e-5));
        }
    }

    @Test
    void theFirstShapeIsNoNewsAndItsRepetitionHasDistanceZero() {
        Prototypes prototypes = new Prototypes();
        assertThat(prototypes.novelty(flat(5))).isZero();
        assertThat(prototypes.novelty(flat(5))).isZero();
        assertThat(prototypes.novelty(flat(8))).isCloseTo(3, within(1e-6));
    }

    @Test
    void aShapeThatComesBackIsKnownUnlessAHundredTwentyEightOthersCameSince() {
        Prototypes prototypes = new Prototypes();
        prototypes.novelty(flat(-1000));
        for (int i = 0; i < 127; i++) {
            assertThat(prototypes.novelty(flat(100.0 * i))).isGreaterThan(i == 0 ? 900 : 90);
        }
        assertThat(prototypes.novelty(flat(-1000))).isZero();
        assertThat(prototypes.novelty(flat(50_000))).isGreaterThan(30_000);
        // the one place it took is that of the longest unmatched, 0
        assertThat(prototypes.novelty(flat(0))).isCloseTo(100, within(1e-3));
        assertThat(prototypes.novelty(flat(-1000))).isZero();
    }

    @Test
    void theArrayMayBeUsedAgainByTheCaller() {
        Prototypes prototypes = new Prototypes();
        float[] shape = flat(1);
        prototypes.novelty(shape);
        java.util.Arrays.fill(shape, 77);
        assertThat(prototypes.novelty(flat(1))).isZero();
    }

    /** ln 1.02 · p = −ln 0.9985 · (1 − p) at the balance, p = 7.0 %. */
    @Test
    void aboutSevenPercentOfTheShapesOfAWideSeriesAreInserted() {
        Random random = new Random(5);
        Prototypes prototypes = new Prototypes();
        double reach = 0.3;
        int inserted = 0;
        for (int i = 0; i < 12_000; i++) {
            boolean insert = prototypes.novelty(noise(random)) > reach || i == 0;
            reach *= insert ? 1.02 : 0.9985;
            inserted += insert && i >= 4000 ? 1 : 0;
        }
        double balance = -Math.log(0.9985) / (Math.log(1.02) - Math.log(0.9985));
        assertThat(inserted / 8000.0).isCloseTo(balance, within(0.01));
    }
}
