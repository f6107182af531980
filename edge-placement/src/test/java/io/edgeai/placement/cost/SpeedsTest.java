package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeedsTest {
    /** One kind and many runs without error: the truth, and the spread of a Student law of four degrees alone. */
    @Test
    void oneKindIsAProportion() {
        List<Speeds.Run> runs = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            runs.add(new Speeds.Run(new double[] {i}, 30.0 * i));
        }
        Speeds speeds = Speeds.fit(new double[] {1}, runs);

        assertThat(speeds.nanos(new double[] {7})).isCloseTo(210, within(0.2));
        assertThat(speeds.spread(new double[] {7})).isCloseTo(0.2 * Math.sqrt(2), within(0.002));
    }

    /** Without runs, the spread is that of what is believed beforehand: scale, kind and run together. */
    @Test
    void withoutRunsTypicalSpeedsHold() {
        Speeds speeds = Speeds.fit(new double[] {3, 5}, List.of());

        assertThat(speeds.nanos(new double[] {2, 4})).isCloseTo(26, within(1e-12));
        double two = (6 * 6 + 20 * 20) / (26.0 * 26.0);
        assertThat(speeds.spread(new double[] {2, 4}))
                .isCloseTo(Math.sqrt(4 + 0.35 * 0.35 * two + 0.08), within(1e-12));
    }

    /** Odd runs hardly move the fit; a third of them would move a mean of logarithms by a factor of four. */
    @Test
    void oddRunsCountLittle() {
        Random random = new Random(3);
        List<Speeds.Run> runs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            double[] amounts = {1 + random.nextInt(50), 1 + random.nextInt(50)};
            double nanos = 2 * amounts[0] + 3 * amounts[1];
            runs.add(new Speeds.Run(amounts, i % 3 == 0 ? 64 * nanos : nanos));
        }
        Speeds speeds = Speeds.fit(new double[] {2, 3}, runs);

        assertThat(speeds.nanos(new double[] {1, 1})).isCloseTo(5, within(0.6));
    }

    @Test
    void equationsAreSolved() {
        Random random = new Random(1);
        for (int n = 1; n < 15; n++) {
            double[][] matrix = new double[n][n];
            double[] x = new double[n];
            double[] right = new double[n];
            for (int i = 0; i < n; i++) {
                x[i] = random.nextGaussian();
                for (int j = 0; j < n; j++) {
                    matrix[i][j] = random.nextGaussian();
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    right[i] += matrix[i][j] * x[j];
                }
            }
            assertThat(Linear.solve(matrix, right)).as("n %d", n).containsExactly(x, within(1e-8));
        }
        assertThat(Linear.solve(new double[][] {{0, 2}, {1, 0}}, new double[] {6, 5}))
                .containsExactly(new double[] {5, 3}, within(0.0));
    }
}
