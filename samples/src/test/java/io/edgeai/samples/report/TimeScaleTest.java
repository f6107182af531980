package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeScaleTest {
    @ParameterizedTest
    @CsvSource({"P3D, days, 3", "PT71H, hours, 71", "PT179M, minutes, 179", "PT2M, seconds, 120", "PT0S, seconds, 0"})
    void theLargestUnitIsTakenOfWhichThereAreThree(Duration span, String unit, double last) {
        Instant first = Instant.parse("2026-03-01T06:00:00Z");
        TimeScale scale = TimeScale.of(first.toEpochMilli(), first.plus(span).toEpochMilli());

        assertThat(scale.title()).isEqualTo(unit + " after 2026-03-01T06:00:00Z");
        assertThat(scale.at(first.toEpochMilli())).isZero();
        assertThat(scale.at(first.plus(span).toEpochMilli())).isEqualTo(last);
    }
}
