package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConformalBandTest {
    /** Ten paths of five errors: horizon 3 pools all fifty, and 1.1 times the ⌈0.9·51⌉ = 46th is its width. */
    @Test
    void theWidthIsAFiniteSampleQuantile() {
        double[][] errors = new double[10][5];
        double[] sizes = new double[50];
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            errors[i / 5][i % 5] = random.nextGaussian();
            sizes[i] = Math.abs(errors[i / 5][i % 5]);
        }
        Arrays.sort(sizes);

        double[] widths = ConformalBand.halfWidths(errors, 5, 0.9);

        assertThat(widths[2]).isCloseTo(1.1 * sizes[45], within(1e-12));
    }

    @Test
    void fewErrorsAreAllPooledAndLaterHorizonsGrowByTheRoot() {
        double[][] errors = {{1, -2}, {3, 0.5}};

        assertThat(ConformalBand.halfWidths(errors, 8, 0.95))
                .containsExactly(
                        new double[] {
                            3.3,
                            3.3,
                            3.3 * Math.sqrt(1.5),
                            3.3 * Math.sqrt(2),
                            3.3 * Math.sqrt(2.5),
                            3.3 * Math.sqrt(3),
                            3.3 * Math.sqrt(3.5),
                            6.6
                        },
                        within(1e-9));
    }
}
