package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdLadderTest {
    private static final double FOREVER = 1e12;

    /** The earlier opinion is exponential: a factor e rarer for each half of surprise more. */
    @ParameterizedTest
    @CsvSource({"1e-4, 5", "1e-3, 3.8487", "1e-5, 6.1513"})
    void nothingSeenIsTheEarlierOpinion(double rate, double level) {
        ThresholdLadder ladder = new ThresholdLadder();
        ladder.begin(1000, 5, 1e-4, 0.01);

        assertThat(ladder.level(rate)).isCloseTo(level, within(0.001));
    }

    /** Replays the surprises against one threshold, as an alert with that pause would. */
    private static int alerts(double[] surprises, double threshold, int pause) {
        int alerts = 0;
        int last = -pause;
        for (int row = 0; row < surprises.length; row++) {
            if (surprises[row] >= threshold && row - last >= pause) {
                last = row;
                alerts++;
            }
        }
        return alerts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 150})
    void theLevelOfARateGivesAboutThatManyAlertsWhenReplayed(int pause) {
        Random random = new Random(7);
        double[] surprises = new double[100_000];
        ThresholdLadder ladder = new ThresholdLadder();
        ladder.begin(1, 5, 1e-4, 0.01);
        for (int row = 0; row < surprises.length; row++) {
            surprises[row] = -Math.log(random.nextDouble()) / 1.5;
            ladder.add(surprises[row], pause, FOREVER);
        }
        for (double rate : new double[] {1e-3, 3e-4}) {
            double wanted = rate * surprises.length;
            assertThat((double) alerts(surprises, ladder.level(rate), pause))
                    .as("pause %s, rate %s, seed 7", pause, rate)
                    .isCloseTo(wanted, within(0.15 * wanted));
        }
    }

    /** Ten times the memory after a change nothing is left of what was before it. */
    @Test
    void oldRowsAreForgotten() {
        ThresholdLadder ladder = new ThresholdLadder();
        ladder.begin(1, 5, 1e-4, 0.01);
        for (int row = 0; row < 22_000; row++) {
            ladder.add(row < 2_000 ? 15 : row % 100 == 0 ? 2 : 0, 10, 2_000);
        }
        assertThat(ladder.level(1e-3)).isCloseTo(2, within(0.09)); // a rung is 4.5 %;
    }

    @Test
    void ratesBeyondWhatWasSeenAreTheEndsOfTheLadder() {
        ThresholdLadder ladder = new ThresholdLadder();
        ladder.begin(1, 5, 1e-4, 0.01);
        for (int row = 0; row < 1000; row++) {
            ladder.add(300, 1, FOREVER);
        }
        assertThat(ladder.level(0.5)).as("every rung was passed each row").isBetween(19.0, 19.3);
        assertThat(ladder.level(2)).as("more than one alert a row").isEqualTo(ThresholdLadder.LOWEST);
    }
}
