package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors at fixed distances, whose spread is none: the mean distance alone decides. */
class EarlyDriftDetectionTest {
    /** Errors until the detector speaks, after 40 that are {@code before} rows apart; −1 for none of 400. */
    private static int errorsUntilChange(EarlyDriftDetection detector, int before, int after) {
        for (int error = 1; error <= 440; error++) {
            int rows = error <= 40 ? before : after;
            for (int row = 1; row < rows; row++) {
                detector.update(0);
            }
            if (detector.update(1)) {
                return error - 40;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @CsvSource({"20, 20", "20, 19", "5, 50"})
    void errorsAsFarApartOrFartherAreNoChange(int before, int after) {
        assertThat(errorsUntilChange(new EarlyDriftDetection(), before, after)).isEqualTo(-1);
    }

    /** Two distances b and a, of k a's after 40 b's: their mean plus two deviations by hand falls below 0.9 b first at k. */
    @ParameterizedTest
    @CsvSource({"20, 10", "100, 80", "50, 5"})
    void nearerErrorsAreAChangeOnceMeanAndSpreadSaySo(int before, int after) {
        double most = before;
        int expected = 0;
        double now;
        do {
            expected++;
            double share = expected / (40.0 + expected);
            double mean = before + share * (after - before);
            now = mean + 2 * (before - after) * Math.sqrt(share * (1 - share));
            most = Math.max(most, now);
        } while (now >= 0.9 * most);

        EarlyDriftDetection detector = new EarlyDriftDetection();
        assertThat(errorsUntilChange(detector, before, after)).isEqualTo(expected);
        Change change = detector.lastChange().orElseThrow();
        assertThat(change.after()).isGreaterThan(change.before());
    }

    @Test
    void fewerThanThirtyErrorsSayNothing() {
        EarlyDriftDetection detector = new EarlyDriftDetection();
        boolean found = false;
        for (int error = 1; error < 30; error++) {
            for (int row = error; row < 100; row += error) {
                found |= detector.update(0);
            }
            found |= detector.update(1);
        }
        assertThat(found).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, -1, 2, Double.POSITIVE_INFINITY})
    void onlyRightAndWrongAreTaken(double value) {
        assertThatThrownBy(() -> new EarlyDriftDetection().update(value))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + value + ")")
                .hasMessageContaining("Maybe");
    }
}
