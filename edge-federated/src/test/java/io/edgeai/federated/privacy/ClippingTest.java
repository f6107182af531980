package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClippingTest {
    private static final int[] LAYERS = {0, 3, 10};

    private static double norm(float[] values, int from, int to) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares);
    }

    private static float[] update(long seed, double size) {
        Random random = new Random(seed);
        float[] update = new float[10];
        for (int i = 0; i < update.length; i++) {
            update[i] = (float) (size * random.nextGaussian());
        }
        return update;
    }

    @Test
    void longUpdatesKeepTheirDirectionAndLoseTheirLength() {
        for (long seed = 0; seed < 200; seed++) {
            float[] update = update(seed, 5);
            float[] before = update.clone();
            assertThat(Clipping.flat(0.7).start(LAYERS).clip(update)).isFalse();

            assertThat(norm(update, 0, 10)).as("seed %s", seed).isBetween(0.7 * (1 - 1e-6), 0.7);
            double ratio = update[0] / before[0];
            for (int i = 0; i < 10; i++) {
                assertThat(update[i] / before[i]).as("seed %s", seed).isCloseTo((float) ratio, within(1e-6f));
            }
        }
    }

    @Test
    void shortUpdatesStayToTheBit() {
        float[] update = update(1, 0.01);
        float[] before = update.clone();

        assertThat(Clipping.flat(1).start(LAYERS).clip(update)).isTrue();
        assertThat(Clipping.perLayer(1).start(LAYERS).clip(update)).isTrue();

        assertThat(update).containsExactly(before);
    }

    @Test
    void everyLayerHasItsShare() {
        float[] update = update(2, 5);
        update[0] = 1e-3f;
        update[1] = 0;
        update[2] = 0;

        assertThat(Clipping.perLayer(2).start(LAYERS).clip(update)).isFalse();

        assertThat(update[0]).isEqualTo(1e-3f);
        assertThat(norm(update, 3, 10)).isCloseTo(2 / Math.sqrt(2), within(1e-5));
    }

    @Test
    void infinitelyLongUpdatesAreNotLetThrough() {
        float[] update = new float[10];
        Arrays.fill(update, Float.MAX_VALUE);

        assertThat(Clipping.flat(1).start(LAYERS).clip(update)).isFalse();

        assertThat(norm(update, 0, 10)).isBetween(0.999, 1.0);
    }

    /** Half of the updates have length 1, half of them 4: the quantile .25 is below 1, the median between, .75 above. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 10})
    void theAdaptiveNormFindsTheMedian(double start) {
        Clipping.Bound bound = Clipping.adaptive(start, 0.5).start(LAYERS);
        for (int round = 0; round < 400; round++) {
            double within = 0;
            for (int i = 0; i < 100; i++) {
                float[] update = new float[10];
                update[3] = i % 2 == 0 ? 1 : 4;
                within += bound.clip(update) ? 0.5 : -0.5;
            }
            bound.observe(within, 100);
        }
        assertThat(bound.norm()).isBetween(0.9, 4.1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void normsArePositive(double norm) {
        assertThatThrownBy(() -> Clipping.flat(norm))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + norm + ")");
    }
}
