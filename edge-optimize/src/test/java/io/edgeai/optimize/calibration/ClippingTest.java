package io.edgeai.optimize.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClippingTest {
    @Test
    void histogramCountsByHand() {
        Histogram histogram = new Histogram(new ValueRange(0, 4), 4);
        histogram.add(FloatBuffer.wrap(new float[] {0, 0.5f, 1, 2.9f, 3, 4, -1, 9}));
        assertThat(histogram.counts()).containsExactly(3, 1, 1, 3);
    }

    @Test
    void divergenceByTheDefinition() {
        double[] p = {4, 0, 6};
        double[] q = {5, 1, 4};
        double expected = .4 * Math.log(.4 / .5) + .6 * Math.log(.6 / .4);
        assertThat(Clipping.divergence(p, q)).isCloseTo(expected, within(1e-12));
        assertThat(Clipping.divergence(p, p)).isZero();
        assertThat(Clipping.divergence(new double[2], p.clone())).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void spreadByHand() {
        assertThat(Clipping.spread(new double[] {1, 3, 0, 4, 5, 0, 0, 0}, 4)).containsExactly(2, 2, 0, 4, 5, 0, 0, 0);
        assertThat(Clipping.spread(new double[] {1, 3}, 256)).containsExactly(1, 3);
    }

    @Test
    void spreadKeepsTheSum() {
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            double[] bins = new double[1 + random.nextInt(900)];
            double sum = 0;
            for (int i = 0; i < bins.length; i++) {
                bins[i] = random.nextInt(4);
                sum += bins[i];
            }
            double spread = 0;
            for (double value : Clipping.spread(bins, 256)) {
                spread += value;
            }
            assertThat(spread).as("round %d of seed 11", round).isCloseTo(sum, within(1e-6));
        }
    }

    /** The chosen clipping against every candidate computed straight from the definition. */
    @Test
    void leastDivergenceAgainstBruteForce() {
        Random random = new Random(5);
        for (int round = 0; round < 6; round++) {
            float[] values = new float[20_000];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.abs(random.nextGaussian() * (i % 500 == 0 ? 12 : 1));
            }
            Histogram histogram = histogram(values, 0);
            ValueRange chosen = Clipping.leastDivergence(histogram);
            double least = Double.POSITIVE_INFINITY;
            double best = 0;
            for (int step = 16; step <= 128; step++) {
                double here = bruteDivergence(histogram.counts(), histogram.counts().length * step / 128);
                if (here <= least) {
                    least = here;
                    best = step / 128.0;
                }
            }
            assertThat(chosen.high() / histogram.range().high())
                    .as("round %d of seed 5", round)
                    .isCloseTo((float) best, within(1e-4f));
        }
    }

    private static double bruteDivergence(long[] counts, int kept) {
        double[] p = new double[kept];
        double[] q = new double[kept];
        double total = 0;
        double inside = 0;
        for (int i = 0; i < counts.length; i++) {
            p[Math.min(kept - 1, i)] += counts[i];
            total += counts[i];
        }
        int levels = 256;
        for (int level = 0; level < levels; level++) {
            int from = level * kept / levels;
            int to = (level + 1) * kept / levels;
            double sum = 0;
            int filled = 0;
            for (int i = from; i < to; i++) {
                sum += counts[i];
                filled += counts[i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                q[i] = counts[i] > 0 ? sum / filled : 0;
            }
            inside += sum;
        }
        double divergence = 0;
        for (int i = 0; i < kept; i++) {
            if (p[i] > 0) {
                divergence += p[i] / total * Math.log(p[i] / total / Math.max(1e-9, q[i] / inside));
            }
        }
        return divergence;
    }

    @Test
    void squaredErrorPredictsTheMeasuredError() {
        Random random = new Random(3);
        float[] values = new float[50_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Histogram histogram = histogram(values, -6);
        for (double factor : new double[] {0.2, 0.4, 0.6, 1}) {
            ValueRange kept = histogram.range().scaled(factor);
            double scale = ((double) kept.high() - kept.low()) / 255;
            double measured = 0;
            for (float value : values) {
                double level = Math.max(0, Math.min(255, Math.rint((value - kept.low()) / scale)));
                double error = kept.low() + level * scale - value;
                measured += error * error / values.length;
            }
            assertThat(Clipping.squaredError(histogram, kept)).isCloseTo(measured, within(0.1 * measured));
        }
    }

    @Test
    void outliersAreClippedByAllThree() {
        Random random = new Random(9);
        float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.abs(random.nextGaussian());
        }
        values[0] = 100;
        Histogram histogram = histogram(values, 0);
        assertThat(Clipping.percentile(histogram, 1e-4).high()).isBetween(3.5f, 8f);
        double least = 100 * (12.0 * 255 * 255) / (12.0 * 255 * 255 + values.length);
        assertThat((double) Clipping.leastSquaredError(histogram).high())
                .as("least (100-c)^2/n + (c/255)^2/12")
                .isCloseTo(least, within(100.0 / Clipping.STEPS));
        assertThat(Clipping.leastDivergence(histogram).high()).isLessThan(60);
    }

    @Test
    void uniformValuesAreNotClippedForSquaredError() {
        float[] values = new float[65_536];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 65_536f;
        }
        Histogram histogram = histogram(values, 0);
        assertThat(Clipping.leastSquaredError(histogram)).isEqualTo(histogram.range());
    }

    @Test
    void percentileKeepsASideFullOfValues() {
        float[] values = new float[10_000];
        for (int i = 0; i < 5_000; i++) {
            values[i] = i / 5_000f;
        }
        ValueRange range = Clipping.percentile(histogram(values, 0), 1e-2);
        assertThat(range.low()).isZero();
        assertThat(range.high()).isBetween(0.97f, 0.995f);
    }

    @Test
    void constantValueHasARange() {
        Histogram histogram = histogram(new float[] {2, 2, 2}, 2);
        assertThat(Clipping.percentile(histogram, 1e-4).high()).isEqualTo(2);
        assertThat(Clipping.leastDivergence(histogram).high()).isLessThanOrEqualTo(2);
        assertThat(Clipping.leastSquaredError(histogram).high()).isEqualTo(2);
    }

    /** Values far from zero once left the histogram with no bins for small candidates. */
    @Test
    void rangesThatDoNotHoldZeroAreExtendedToIt() {
        Histogram high = histogram(new float[] {2, 3, 4}, 2);
        assertThat(high.range()).isEqualTo(new ValueRange(0, 4));
        assertThat(Clipping.leastDivergence(high).high()).isBetween(3.9f, 4f);
        assertThat(Clipping.percentile(high, 1e-4).high()).isEqualTo(4);
        Histogram low = histogram(new float[] {-4, -3, -2}, -4);
        assertThat(low.range()).isEqualTo(new ValueRange(-4, 0));
        assertThat(Clipping.leastSquaredError(low).low()).isBetween(-4f, -3.9f);
    }

    private static Histogram histogram(float[] values, float low) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            max = Math.max(max, value);
        }
        Histogram histogram = new Histogram(new ValueRange(low, max), 2048);
        histogram.add(FloatBuffer.wrap(values));
        return histogram;
    }
}
