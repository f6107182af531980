package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SmoothingSearchTest {
    @Test
    void factorsArePowersOfTwoAroundTheMedian() {
        float[] factors = SmoothingSearch.factors(new float[] {1, 1, 1, 100, 0}, new float[] {1, 1, 1, 1, 1}, 0.5);
        assertThat(factors).containsExactly(1, 1, 1, 8, 1);
        float[] opposite = SmoothingSearch.factors(new float[] {1, 1, 1}, new float[] {1, 1, 64}, 0.5);
        assertThat(opposite).as("large weights give to activations").containsExactly(1, 1, 0.125f);
    }

    /** At alpha 1 all channels become about equally large, at alpha 0 all rows of the weights do. */
    @Test
    void alphaDecidesWhichSideIsFlat() {
        Random random = new Random(3);
        float[] activations = new float[50];
        float[] weights = new float[50];
        for (int c = 0; c < 50; c++) {
            activations[c] = (float) Math.exp(3 * random.nextGaussian());
            weights[c] = (float) Math.exp(random.nextGaussian());
        }
        assertThat(spread(activations, SmoothingSearch.factors(activations, weights, 1), true))
                .isLessThanOrEqualTo(2);
        assertThat(spread(weights, SmoothingSearch.factors(activations, weights, 0), false))
                .isLessThanOrEqualTo(2);
        for (float factor : SmoothingSearch.factors(activations, weights, 0.5)) {
            assertThat(Math.getExponent(factor)).isEqualTo((int) Math.round(Math.log(factor) / Math.log(2)));
            assertThat(factor).isEqualTo(Math.scalb(1f, Math.getExponent(factor)));
        }
    }

    private static double spread(float[] values, float[] factors, boolean divide) {
        double low = Double.MAX_VALUE;
        double high = 0;
        for (int i = 0; i < values.length; i++) {
            double value = divide ? values[i] / factors[i] : values[i] * factors[i];
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return high / low / 1.0001;
    }

    @Test
    void deadChannelsAreLeftAlone() {
        assertThat(SmoothingSearch.factors(new float[] {0, 0}, new float[] {1, 0}, 0.5))
                .containsExactly(1, 1);
    }
}
