package io.edgeai.monitor.openmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text format, as its specification 1.0.0 spells it. */
class OpenMetricsTest {
    @Test
    void aWholeExposition() {
        String text = new OpenMetrics()
                .family("acme_requests", OpenMetrics.Type.COUNTER, "", "All of them.")
                .sample("_total", Map.of("path", "/a", "code", "200"), 17)
                .sample("_total", Map.of("path", "/b", "code", "404"), 0)
                .family("acme_latency_seconds", OpenMetrics.Type.HISTOGRAM, "seconds", "Time.")
                .sample("_bucket", Map.of("le", OpenMetrics.number(0.1)), 3)
                .sample("_bucket", Map.of("le", "+Inf"), 4)
                .family("acme_temperature", OpenMetrics.Type.GAUGE, "", "Now.")
                .sample("", Map.of(), 36.6)
                .end();

        assertThat(text)
                .isEqualTo(
                        """
                        # TYPE acme_requests counter
                        # HELP acme_requests All of them.
                        acme_requests_total{code="200",path="/a"} 17
                        acme_requests_total{code="404",path="/b"} 0
                        # TYPE acme_latency_seconds histogram
                        # UNIT acme_latency_seconds seconds
                        # HELP acme_latency_seconds Time.
                        acme_latency_seconds_bucket{le="0.1"} 3
                        acme_latency_seconds_bucket{le="+Inf"} 4
                        # TYPE acme_temperature gauge
                        # HELP acme_temperature Now.
                        acme_temperature 36.6
                        # EOF
                        """);
    }

    @Test
    void lineFeedsQuotesAndBackslashesAreEscaped() {
        String text = new OpenMetrics()
                .family("a", OpenMetrics.Type.GAUGE, "", "back\\slash \"quoted\"\nnew line")
                .sample("", Map.of("l", "\\n\"\n"), 1)
                .end();

        assertThat(text)
                .contains("# HELP a back\\\\slash \\\"quoted\\\"\\nnew line\n")
                .contains("a{l=\"\\\\n\\\"\\n\"} 1\n");
    }

    /** The examples of the section on canonical numbers. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "0.001, 0.001",
        "0.002, 0.002",
        "0.01, 0.01",
        "0.1, 0.1",
        "0.9, 0.9",
        "0.95, 0.95",
        "0.99, 0.99",
        "0.999, 0.999",
        "1, 1.0",
        "1.7, 1.7",
        "10, 10.0",
        "1e-10, 1e-10",
        "1e-9, 1e-09",
        "1e-5, 1e-05",
        "0.0001, 0.0001",
        "100000, 100000.0",
        "1e6, 1e+06",
        "1e10, 1e+10",
        "1.5e-7, 1.5e-07",
        "-2.5, -2.5",
        "-1e100, -1e+100",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "NaN, NaN"
    })
    void canonicalNumbers(double value, String expected) {
        assertThat(OpenMetrics.number(value)).isEqualTo(expected);
    }

    @Test
    void whatTheFormatForbidsIsRefused() {
        OpenMetrics out = new OpenMetrics().family("a", OpenMetrics.Type.GAUGE, "", "x");

        assertThatThrownBy(() -> out.family("a", OpenMetrics.Type.COUNTER, "", "x"))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> out.family("1a", OpenMetrics.Type.GAUGE, "", "x"))
                .hasMessageContaining("(1a)");
        assertThatThrownBy(() -> out.family("b", OpenMetrics.Type.GAUGE, "seconds", "x"))
                .hasMessageContaining("(_seconds)");
        assertThatThrownBy(() -> out.sample("", Map.of("a-b", "x"), 1)).hasMessageContaining("(a-b)");
    }
}
