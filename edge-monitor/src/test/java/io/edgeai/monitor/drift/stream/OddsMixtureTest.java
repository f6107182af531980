package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OddsMixtureTest {
    /** The sum over all rows a change may have begun at of the likelihood ratio of the rows since. */
    private static double plain(boolean[] rows, int newest, double rate, double tempered) {
        double sum = 0;
        for (double times : new double[] {1.6, 2.1, 3, 4.5, 8}) {
            double odds = times * rate / (1 - rate);
            double raised = odds / (1 + odds);
            for (int since = 0; since <= newest; since++) {
                double ratio = 1;
                for (int row = since; row <= newest; row++) {
                    ratio *= Math.pow(rows[row] ? raised / rate : (1 - raised) / (1 - rate), tempered);
                }
                sum += ratio / 5;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"0.01, 1", "0.2, 1", "0.6, 1", "0.1, 0.5"})
    void evidenceIsTheMeanLikelihoodRatioSummedOverAllBeginnings(double rate, double tempered) {
        Random random = new Random(4);
        boolean[] rows = new boolean[120];
        OddsMixture mixture = new OddsMixture();
        mixture.against(rate, tempered);
        for (int row = 0; row < rows.length; row++) {
            rows[row] = random.nextDouble() < 1.5 * rate;
            double expected = plain(rows, row, rate, tempered);
            assertThat(mixture.add(rows[row])).as("row %s, seed 4", row).isCloseTo(expected, within(1e-9 * expected));
        }
        mixture.restart();
        assertThat(mixture.add(true)).isCloseTo(plain(new boolean[] {true}, 0, rate, tempered), within(1e-9));
    }
}
