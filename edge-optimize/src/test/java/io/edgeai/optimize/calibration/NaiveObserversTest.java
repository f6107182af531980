package io.edgeai.optimize.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each way to find a range against the plainest code that does the same; messages name the seed. */
class NaiveObserversTest {
    private static final int SEEDS = 25;
    private static final int BINS = 2048;

    @Test
    void extremesAreThoseOfTheSortedValues() {
        for (long seed = 0; seed < SEEDS; seed++) {
            float[][] samples = samples(seed);
            float[] sorted = joined(samples);
            Arrays.sort(sorted);
            assertThat(range(samples, CalibrationMethod.MIN_MAX))
                    .as("seed %d", seed)
                    .isEqualTo(new ValueRange(sorted[0], sorted[sorted.length - 1]));
        }
    }

    /** Unrolled: the first sample weighs 0.9^(n-1), each later one 0.1·0.9^(n-1-i). */
    @Test
    void movingAverageIsTheWeightedSum() {
        for (long seed = 0; seed < SEEDS; seed++) {
            float[][] samples = samples(seed);
            double low = 0;
            double high = 0;
            double weights = 0;
            for (int i = 0; i < samples.length; i++) {
                float[] sorted = samples[i].clone();
                Arrays.sort(sorted);
                double weight = Math.pow(0.9, samples.length - 1 - i) * (i == 0 ? 1 : 0.1);
                low += weight * sorted[0];
                high += weight * sorted[sorted.length - 1];
                weights += weight;
            }
            ValueRange range = range(samples, CalibrationMethod.MOVING_AVERAGE);
            assertThat(weights).isCloseTo(1, within(1e-12));
            assertThat((double) range.low()).as("seed %d", seed).isCloseTo(low, within(1e-5 * (1 + Math.abs(low))));
            assertThat((double) range.high()).as("seed %d", seed).isCloseTo(high, within(1e-5 * (1 + Math.abs(high))));
        }
    }

    /** Of n sorted values n·tail/2 may be cut on each side; the ends are right to a bin. */
    @Test
    void percentileIsThatOfTheSortedValues() {
        for (long seed = 0; seed < SEEDS; seed++) {
            for (double tail : new double[] {1e-4, 1e-2, 0.1, 0.4}) {
                float[] values = joined(samples(seed));
                Histogram histogram = histogram(values);
                ValueRange whole = histogram.range();
                Arrays.sort(values);
                int cut = (int) Math.floor(values.length * tail / 2);
                double bin = ((double) whole.high() - whole.low()) / BINS;
                ValueRange kept = Clipping.percentile(histogram, tail);
                double first = values[cut];
                double last = values[values.length - 1 - cut];
                assertThat((double) kept.low())
                        .as("seed %d tail %s", seed, tail)
                        .isBetween(first - 1.01 * bin, first + 0.01 * bin);
                assertThat((double) kept.high())
                        .as("seed %d tail %s", seed, tail)
                        .isBetween(last - 0.01 * bin, last + 1.01 * bin);
                long outside = 0;
                for (float value : values) {
                    outside += value < kept.low() - 0.01 * bin || value > kept.high() + 0.01 * bin ? 1 : 0;
                }
                assertThat(outside).as("seed %d", seed).isLessThanOrEqualTo(2L * cut);
            }
        }
    }

    /** Quantizes every value by every candidate and sums the true squared errors: none is much better. */
    @Test
    void leastSquaredErrorIsThatOfTrueQuantization() {
        for (long seed = 0; seed < SEEDS; seed++) {
            float[] values = joined(samples(seed));
            Histogram histogram = histogram(values);
            ValueRange chosen = Clipping.leastSquaredError(histogram);
            double least = Double.POSITIVE_INFINITY;
            for (int step = Clipping.STEPS / 8; step <= Clipping.STEPS; step++) {
                double factor = (double) step / Clipping.STEPS;
                least = Math.min(
                        least,
                        trueError(
                                values,
                                histogram.range().low() * factor,
                                histogram.range().high() * factor));
            }
            assertThat(trueError(values, chosen.low(), chosen.high()))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(1.25 * least + 1e-12);
            assertThat(trueError(values, chosen.low(), chosen.high()))
                    .as("seed %d: no worse than clipping nothing", seed)
                    .isLessThanOrEqualTo(1.1
                                    * trueError(
                                            values,
                                            histogram.range().low(),
                                            histogram.range().high())
                            + 1e-12);
        }
    }

    private static double trueError(float[] values, double low, double high) {
        double step = (high - low) / 255;
        double zero = Math.rint(-low / step);
        double sum = 0;
        for (float value : values) {
            double level = Math.max(0, Math.min(255, Math.rint(value / step) + zero));
            double error = value - (level - zero) * step;
            sum += error * error;
        }
        return sum / values.length;
    }

    /** Divergence written anew on plain arrays, and every candidate tried. */
    @Test
    void leastDivergenceIsTheLeastOfAllCandidates() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Histogram histogram = histogram(joined(samples(seed)));
            double least = Double.POSITIVE_INFINITY;
            for (int step = Clipping.STEPS / 8; step <= Clipping.STEPS; step++) {
                least = Math.min(
                        least, naiveDivergence(histogram, histogram.range().scaled((double) step / Clipping.STEPS)));
            }
            ValueRange chosen = Clipping.leastDivergence(histogram);
            assertThat(naiveDivergence(histogram, chosen)).as("seed %d", seed).isCloseTo(least, within(1e-9));
            assertThat(Clipping.divergence(histogram, chosen))
                    .as("seed %d", seed)
                    .isCloseTo(least, within(1e-9));
        }
    }

    private static double naiveDivergence(Histogram histogram, ValueRange kept) {
        long[] counts = histogram.counts();
        double width = ((double) histogram.range().high() - histogram.range().low()) / counts.length;
        int first = (int) Math.round((kept.low() - histogram.range().low()) / width);
        int end = (int) Math.min(
                counts.length, Math.round((kept.high() - histogram.range().low()) / width));
        List<Double> p = new ArrayList<>();
        List<Double> q = new ArrayList<>();
        long total = Arrays.stream(counts).sum();
        for (int i = first; i < end; i++) {
            double mass = counts[i];
            for (int j = 0; i == first && j < first; j++) {
                mass += counts[j];
            }
            for (int j = end; i == end - 1 && j < counts.length; j++) {
                mass += counts[j];
            }
            p.add(mass / total);
            q.add(0.0);
        }
        int bins = end - first;
        long inside = Arrays.stream(counts, first, end).sum();
        for (int level = 0; level < 256; level++) {
            int from = level * bins / 256;
            int to = (level + 1) * bins / 256;
            long sum = 0;
            long filled = 0;
            for (int i = from; i < to; i++) {
                sum += counts[first + i];
                filled += counts[first + i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                q.set(i, counts[first + i] == 0 ? 0 : (double) sum / filled / inside);
            }
        }
        double divergence = 0;
        for (int i = 0; i < bins; i++) {
            if (p.get(i) > 0) {
                divergence += p.get(i) * (Math.log(p.get(i)) - Math.log(Math.max(1e-9, q.get(i))));
            }
        }
        return inside == 0 ? Double.POSITIVE_INFINITY : divergence;
    }

    @Test
    void histogramsCountEveryValueInItsBin() {
        for (long seed = 0; seed < SEEDS; seed++) {
            float[] values = joined(samples(seed));
            Histogram histogram = histogram(values);
            double low = histogram.range().low();
            double width = (histogram.range().high() - low) / BINS;
            long[] naive = new long[BINS];
            for (float value : values) {
                naive[(int) Math.max(0, Math.min(BINS - 1, Math.floor((value - low) / width)))]++;
            }
            assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(values.length);
            long moved = 0;
            for (int i = 0; i < BINS; i++) {
                moved += Math.abs(naive[i] - histogram.counts()[i]);
            }
            assertThat(moved)
                    .as("seed %d: only values on an edge may differ", seed)
                    .isLessThan(values.length / 50);
        }
    }

    @Test
    void constantsSingleValuesAndEmptyTensorsHaveRanges() {
        for (CalibrationMethod method : CalibrationMethod.values()) {
            for (float value : new float[] {0, 1e-42f, -3, 1e30f, -Float.MAX_VALUE}) {
                ValueRange range = range(new float[][] {{value}, {value}}, method);
                assertThat(range.low()).as("%s %s", method, value).isLessThanOrEqualTo(Math.max(value, 0));
                assertThat(range.high()).as("%s %s", method, value).isGreaterThanOrEqualTo(Math.min(value, 0));
                double far = Math.max(Math.abs((double) range.low()), Math.abs((double) range.high()));
                assertThat(far).as("%s %s", method, value).isLessThanOrEqualTo(Math.abs((double) value));
            }
        }
    }

    private static ValueRange range(float[][] samples, CalibrationMethod method) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1);
        b.node("Identity", "y", "x");
        OnnxGraph graph = b.output("y", 1).graph();
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (float[] sample : samples) {
            feeds.add(Map.of("x", Tensor.of(sample, sample.length)));
        }
        return new Calibrator(Ort.runtime())
                .ranges(graph, feeds, List.of("x"), method, Progress.NONE)
                .get("x");
    }

    /** Normal, skewed, one-sided, heavy-tailed and shifted values by turns. */
    private static float[][] samples(long seed) {
        Random random = new Random(seed);
        float[][] samples = new float[2 + random.nextInt(6)][];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Ort.normal(random, 200 + random.nextInt(800));
            for (int j = 0; j < samples[i].length; j++) {
                float v = samples[i][j];
                samples[i][j] = switch ((int) (seed % 5)) {
                    case 0 -> v;
                    case 1 -> Math.max(0, v);
                    case 2 -> v * v * v;
                    case 3 -> (float) Math.exp(v) * 3 - 2;
                    default -> v * (1 + i);
                };
            }
        }
        return samples;
    }

    private static float[] joined(float[][] samples) {
        int count = Arrays.stream(samples).mapToInt(sample -> sample.length).sum();
        FloatBuffer all = FloatBuffer.allocate(count);
        for (float[] sample : samples) {
            all.put(sample);
        }
        return all.array();
    }

    private static Histogram histogram(float[] values) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        Histogram histogram = new Histogram(new ValueRange(low, high), BINS);
        histogram.add(FloatBuffer.wrap(values));
        return histogram;
    }
}
