package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    @ParameterizedTest
    @CsvSource({
        "1970-01-01,1970-01-01T00:00:00Z",
        "2014-07-01 00:30:00,2014-07-01T00:30:00Z",
        "2014-07-01 00:30,2014-07-01T00:30:00Z",
        "2014-07-01T00:30:00.250,2014-07-01T00:30:00.250Z",
        "2014-07-01T00:30:00Z,2014-07-01T00:30:00Z",
        "2014-07-01T00:30:00+02:00,2014-06-30T22:30:00Z",
        "2014-07-01T00:30:00+0200,2014-06-30T22:30:00Z",
        "2014-07-01T00:30:00-05,2014-07-01T05:30:00Z",
        "2014-07-01 00:30:00 +02:00,2014-06-30T22:30:00Z",
        "' 2014-07-01 00:30:00 ',2014-07-01T00:30:00Z",
        "0,1970-01-01T00:00:00Z",
        "-1,1969-12-31T23:59:59Z",
        "1404174600,2014-07-01T00:30:00Z",
        "1404174600.5,2014-07-01T00:30:00.500Z",
        "1404174600000,2014-07-01T00:30:00Z",
        "1404174600250,2014-07-01T00:30:00.250Z",
        "99999999999,5138-11-16T09:46:39Z",
        "100000000000,1973-03-03T09:46:40Z",
    })
    void manyWaysToWriteATime(String text, String instant) {
        assertThat(Timestamps.epochMillis(text))
                .isEqualTo(Instant.parse(instant).toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yesterday",
                "2014-02-30",
                "2014-07-01T25:00:00",
                "2014-07-01X00:30:00",
                "07/01/2014",
                "2014-07-01T00:30:00+25:00",
                "1e9",
                "NaN",
                "12345678901234567890",
                "2014-07-01 noon"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> Timestamps.epochMillis(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + text + ")")
                .hasMessageContaining("Maybe");
    }

    @Test
    void secondsAndTextAgreeForAllOfADay() {
        Instant start = Instant.parse("2026-11-25T00:00:00Z");
        for (int second = 0; second < 86_400; second += 37) {
            Instant at = start.plusSeconds(second);
            assertThat(Timestamps.epochMillis(at.toString())).isEqualTo(at.toEpochMilli());
            assertThat(Timestamps.epochMillis(Long.toString(at.getEpochSecond())))
                    .isEqualTo(at.toEpochMilli());
        }
    }
}
