package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AggregatorPropertyTest {
    private float[][] updates = new float[0][];
    private double[] weights = new double[0];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void weightedMeanIsTheExactMean(long seed) {
        draw(seed);
        double[] mean = combine(Aggregator.weightedMean());
        for (int i = 0; i < mean.length; i++) {
            BigDecimal sum = BigDecimal.ZERO;
            BigDecimal total = BigDecimal.ZERO;
            for (int u = 0; u < updates.length; u++) {
                sum = sum.add(new BigDecimal(weights[u]).multiply(new BigDecimal(updates[u][i])));
                total = total.add(new BigDecimal(weights[u]));
            }
            assertThat(mean[i])
                    .as("seed %d, coordinate %d", seed, i)
                    .isCloseTo(sum.divide(total, MathContext.DECIMAL64).doubleValue(), within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void medianAndTrimmedMeanAreThoseOfSortedColumns(long seed) {
        draw(seed);
        double[] median = combine(Aggregator.coordinateMedian());
        double[] trimmed = combine(Aggregator.trimmedMean(0.2));
        int n = updates.length;
        int cut = (int) (0.2 * n);
        for (int i = 0; i < median.length; i++) {
            int column = i;
            double[] sorted = Arrays.stream(updates)
                    .mapToDouble(update -> update[column])
                    .sorted()
                    .toArray();
            assertThat(median[i])
                    .as("seed %d", seed)
                    .isCloseTo((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, within(1e-12));
            assertThat(trimmed[i])
                    .as("seed %d", seed)
                    .isCloseTo(Arrays.stream(sorted, cut, n - cut).average().orElseThrow(), within(1e-12));
        }
    }

    @Test
    void theMeanOfOneUpdateIsThatUpdateToTheBit() {
        SplittableRandom random = new SplittableRandom(4);
        float[] update = new float[1000];
        for (int i = 0; i < update.length; i++) {
            update[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
        }
        for (double weight : new double[] {1, 3, 61, 0.7, 1e-3, 22.5}) {
            Aggregator.Accumulator mean = Aggregator.weightedMean().start(update.length);
            mean.add(update, weight);
            double[] result = mean.result();
            for (int i = 0; i < update.length; i++) {
                assertThat((float) result[i]).isEqualTo(update[i]);
            }
        }
    }

    @Test
    void aMinorityOfArbitraryUpdatesDoesNotMoveTheMedian() {
        Aggregator.Accumulator median = Aggregator.coordinateMedian().start(1);
        for (float value : new float[] {1, 1.1f, 0.9f, 1e30f, -1e30f}) {
            median.add(new float[] {value}, 1);
        }
        assertThat(median.result()[0]).isEqualTo(1);
    }

    @Test
    void trimmingHalfOrMoreIsRefused() {
        assertThatThrownBy(() -> Aggregator.trimmedMean(0.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("share (0.5)");
        assertThat(Aggregator.trimmedMean(0.1).name()).isEqualTo("trimmed-mean(0.1)");
        assertThat(Aggregator.weightedMean().name()).isEqualTo("weighted-mean");
        assertThat(Aggregator.coordinateMedian().name()).isEqualTo("coordinate-median");
    }

    private void draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        updates = new float[1 + random.nextInt(9)][1 + random.nextInt(6)];
        int width = updates[0].length;
        weights = new double[updates.length];
        for (int u = 0; u < updates.length; u++) {
            weights[u] = 1 + random.nextInt(3000);
            for (int i = 0; i < width; i++) {
                updates[u][i] = (float) random.nextGaussian();
            }
        }
    }

    private double[] combine(Aggregator rule) {
        Aggregator.Accumulator accumulator = rule.start(updates[0].length);
        for (int u = 0; u < updates.length; u++) {
            accumulator.add(updates[u].clone(), weights[u]);
        }
        return accumulator.result();
    }
}
