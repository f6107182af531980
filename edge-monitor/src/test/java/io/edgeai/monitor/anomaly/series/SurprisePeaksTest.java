package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurprisePeaksTest {
    @ParameterizedTest
    @CsvSource({"3.5, 3.5e-4", "5.55, 7e-5", "7, 1e-5"})
    void nothingLearntIsTheUsualThreshold(double usual, double chance) {
        assertThat(new SurprisePeaks().threshold(usual, chance)).isCloseTo(usual, within(1e-9));
    }

    @Test
    void wherePeaksCannotTellTheUsualThresholdStays() {
        SurprisePeaks peaks = new SurprisePeaks();
        peaks.add(50, 3);

        assertThat(peaks.threshold(1.5, 1e-5)).as("below the floor").isEqualTo(1.5);
        assertThat(peaks.threshold(3.5, 0.01)).as("more alarms than peaks").isEqualTo(3.5);
    }

    /** Peaks with a known exponential tail, one in 50 rows: threshold and rate follow in closed form. */
    @ParameterizedTest
    @CsvSource({"0.4, 1e-4", "1, 1e-4", "1, 1e-5"})
    void thresholdOfExponentialPeaksIsItsQuantile(double mean, double chance) {
        SurprisePeaks peaks = new SurprisePeaks();
        Random random = new Random(3);
        for (int peak = 0; peak < 3000; peak++) {
            peaks.add(2 - mean * Math.log(1 - random.nextDouble()), 1000);
            for (int row = 1; row < 50; row++) {
                peaks.add(0, 1000);
            }
        }
        // P(peak above t) · 1/50 = chance, for the exponential tail above 2
        double quantile = 2 + mean * Math.log(1 / 50.0 / chance);

        // the prior of 60 peaks with its own mean counts a tenth
        double usual = 5;
        double prior = (usual - 2) / Math.log(0.004 / chance);
        double mixed = 2 + (mean * 540 + prior * 60) / 600 * Math.log(1 / 50.0 / chance);
        assertThat(peaks.threshold(usual, chance)).isCloseTo(mixed, within(0.1 * mixed));
        assertThat(Math.abs(mixed - quantile)).isLessThan(0.12 * quantile);
    }

    /** One anomaly of any size counts as one peak at the threshold. */
    @Test
    void theSizeOfAnAnomalyDoesNotMatter() {
        SurprisePeaks moderate = new SurprisePeaks();
        SurprisePeaks huge = new SurprisePeaks();
        for (int row = 0; row < 100; row++) {
            moderate.add(row == 50 ? 4 : 0, 4);
            huge.add(row == 50 ? 300 : 0, 4);
        }
        assertThat(huge.threshold(4, 1e-4)).isEqualTo(moderate.threshold(4, 1e-4));
    }

    /** A series that is never quiet for 30 rows still teaches: its peaks end after 300 rows. */
    @Test
    void restlessnessWithoutPausesRaisesTheThreshold() {
        SurprisePeaks peaks = new SurprisePeaks();
        for (int row = 0; row < 20_000; row++) {
            peaks.add(row % 10 == 0 ? 5.5 : 0, 6);
        }
        assertThat(peaks.threshold(4, 1e-5)).isGreaterThan(10);
    }
}
