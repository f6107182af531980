package io.edgeai.federated.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.Samples;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardizationPropertyTest {
    /** 1, 2, 3, 4: mean 2.5, variance 5/4. */
    @Test
    void fourNumbersByHand() {
        LabelledSet set = LabelledSet.of(new float[] {1, 2, 3, 4}, 1, new int[4], 2);
        Standardization scaling = Standardization.fit(set);
        assertThat(scaling.mean()).containsExactly(2.5f);
        assertThat((double) scaling.scale()[0]).isCloseTo(1 / (Math.sqrt(1.25) + 0.001), within(1e-7));
        float[] out = scaling.apply(set).values();
        assertThat((double) out[0]).isCloseTo(-1.5 / (Math.sqrt(1.25) + 0.001), within(1e-6));
        assertThat(out[0]).isEqualTo(-out[3]);
        assertThat(out[1]).isEqualTo(-out[2]);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void momentsAreThoseOfTwoPassesInDouble(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 1 + random.nextInt(60);
        int features = 1 + random.nextInt(9);
        float[] values = new float[size * features];
        double[] centre = random.doubles(features, -1000, 1000).toArray();
        double[] spread = random.doubles(features, 0.001, 50).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (centre[i % features] + spread[i % features] * random.nextGaussian());
        }
        LabelledSet set = LabelledSet.of(values, features, new int[size], 2);
        Standardization scaling = Standardization.fit(set);
        LabelledSet scaled = scaling.apply(set);
        for (int j = 0; j < features; j++) {
            int feature = j;
            double[] column = java.util.stream.IntStream.range(0, size)
                    .mapToDouble(i -> set.sample(i)[feature])
                    .toArray();
            double mean = Arrays.stream(column).average().orElseThrow();
            double deviation = Math.sqrt(
                    Arrays.stream(column).map(x -> (x - mean) * (x - mean)).sum() / size);
            assertThat((double) scaling.mean()[j]).as("seed %d", seed).isCloseTo(mean, within(1e-4));
            assertThat(1 / (double) scaling.scale()[j])
                    .as("seed %d", seed)
                    .isCloseTo(deviation + 0.001, within(1e-4 * (1 + deviation)));
            for (int i = 0; i < size; i++) {
                assertThat((double) scaled.sample(i)[j])
                        .as("seed %d, sample %d, feature %d", seed, i, j)
                        .isCloseTo((column[i] - mean) / (deviation + 0.001), within(0.01));
            }
        }
    }

    /** Whatever the constant, also where it has no exact binary form or is huge: zero, not noise times a thousand. */
    @ParameterizedTest
    @ValueSource(floats = {0, 1, 0.1f, -3.3f, 1e-30f, 16_777_215f, 1e30f, Float.MAX_VALUE})
    void constantColumnsBecomeZero(float constant) {
        for (int size : new int[] {1, 2, 3, 7, 1000}) {
            float[] values = new float[size];
            Arrays.fill(values, constant);
            LabelledSet set = LabelledSet.of(values, 1, new int[size], 2);
            Standardization scaling = Standardization.fit(set);
            assertThat(scaling.apply(set).values()).as("%d times", size).containsOnly(0);
            assertThat(scaling.scale()[0]).isCloseTo(1000, within(0.01f));
        }
    }

    /** A feature beside a constant one is not touched by it. */
    @Test
    void columnsDoNotMix() {
        LabelledSet set = LabelledSet.of(new float[] {7, 1, 7, 3}, 2, new int[2], 2);
        float[] out = Standardization.fit(set).apply(set).values();
        assertThat(out[0]).isZero();
        assertThat(out[2]).isZero();
        assertThat((double) out[3]).isCloseTo(1 / 1.001, within(1e-6));
    }

    /** One sample has no spread: it becomes zeros. */
    @Test
    void oneSampleBecomesZeros() {
        LabelledSet set = LabelledSet.of(new float[] {3, -4, 1e9f}, 3, new int[1], 2);
        assertThat(Standardization.fit(set).apply(set).values()).containsOnly(0);
    }

    /** Statistics of a view are of its rows only, counted as often as they occur. */
    @Test
    void viewsCountTheirRows() {
        LabelledSet all = LabelledSet.of(new float[] {0, 10, 500}, 1, new int[] {0, 1, 1}, 2);
        Standardization scaling = Standardization.fit(all.select(0, 1, 1, 1));
        assertThat(scaling.mean()).containsExactly(7.5f);
        assertThat((double) scaling.scale()[0]).isCloseTo(1 / (Math.sqrt(18.75) + 0.001), within(1e-6));
        LabelledSet other = scaling.apply(all.select(2, 0));
        assertThat((double) other.sample(0)[0]).isCloseTo(492.5 / (Math.sqrt(18.75) + 0.001), within(1e-3));
        assertThat(other.label(0)).isEqualTo(1);
        assertThat(other.size()).isEqualTo(2);
    }

    /** Shifting and stretching the inputs does not change what comes out, but for the floor under the deviation. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void affineInputsGiveTheSameScores(long seed) {
        LabelledSet set = Samples.clouds(200, 3, 2, seed);
        float[] moved = set.values().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] = 8 * moved[i] + 64;
        }
        LabelledSet other = LabelledSet.of(moved, 3, new int[200], 2);
        float[] plain = Standardization.fit(set).apply(set).values();
        float[] same = Standardization.fit(other).apply(other).values();
        for (int i = 0; i < plain.length; i++) {
            assertThat(same[i]).as("seed %d", seed).isCloseTo(plain[i], within(0.01f));
        }
    }

    /** The inputs stay as they are, and what is handed out cannot be changed from outside. */
    @Test
    void nothingIsChangedInPlace() {
        LabelledSet set = Samples.clouds(20, 3, 2, 1);
        float[] before = set.values().clone();
        Standardization scaling = Standardization.fit(set);
        float[] first = scaling.apply(set).values().clone();
        scaling.mean()[0] = 99;
        scaling.scale()[0] = 99;
        assertThat(set.values()).isEqualTo(before);
        assertThat(scaling.apply(set).values()).isEqualTo(first);
    }
}
