package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
    @ParameterizedTest
    @CsvSource({"8, 0, 1000000, 1000000", "8, 5, 1000000, 1005000", "100, 0.25, 0, 250", "0.001, 0, 125, 1000000"})
    void bytesAreBitsOverMegabitsAfterTheLatency(double megabits, double millis, long bytes, double micros) {
        assertThat(Link.of(megabits, millis).micros(bytes)).isCloseTo(micros, within(1e-6 * micros));
    }

    @Test
    void memoryTakesNoTimeHoweverMuchIsSent() {
        assertThat(Link.memory().micros(0)).isZero();
        assertThat(Link.memory().micros(Long.MAX_VALUE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.NEGATIVE_INFINITY})
    void aBandwidthThatSendsNothingIsRefused(double bandwidth) {
        assertThatThrownBy(() -> new Link(bandwidth, Duration.ZERO))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + bandwidth + ")");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -2, Double.NaN, Double.POSITIVE_INFINITY})
    void aTierMustTakeSomeTime(double slowdown) {
        assertThatThrownBy(() -> new Tier("edge", slowdown))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + slowdown + ") of tier (edge)")
                .hasMessageContaining("Maybe");
    }
}
