package io.edgeai.monitor.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.drift.Column;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftTest;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that others choose travel to the page whole, and as one line of a stream of events. */
class HostileNamesTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 3);
    private static final Instant NOW = Instant.parse("2026-01-05T00:00:00Z");

    /** Everything a page tells, with the same text wherever somebody may choose it. */
    private record Told(String text, int alertCount) implements DashboardSource {
        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public List<VersionRef> versions() {
            return List.of(VERSION);
        }

        @Override
        public Health health(VersionRef version) {
            return Health.of(
                    text,
                    NOW,
                    List.of(
                            HealthPart.of(SignalKind.ERRORS, 2, 0.25, text),
                            HealthPart.unknown(SignalKind.LATENCY, 1, text)));
        }

        @Override
        public List<WindowSummary> windows(VersionRef version, Tier tier) {
            return List.of();
        }

        @Override
        public Optional<DriftVerdict> drift(VersionRef version) {
            Column few = Column.numeric(text, 1, Double.NaN, Double.POSITIVE_INFINITY);
            DriftReport report = DriftTest.ofDefaults().compare(List.of(few), List.of(few));
            return Optional.of(new DriftVerdict(NOW, report, report));
        }

        @Override
        public List<Alert> alerts() {
            return Collections.nCopies(
                    alertCount,
                    new Alert(VERSION, SignalKind.ERRORS, AlertState.FIRING, 0.75, text, NOW, Optional.empty()));
        }
    }

    private static String state(String text, int alerts) {
        ExperimentCard.Row row = new ExperimentCard.Row(
                text, text, text, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0.123456);
        Boards boards = new Boards(
                () -> List.of(new ExperimentCard(text, 7, false, List.of(row))),
                () -> List.of(new SiteCard(text, text, 2, 0.5, 1.5)));
        return new StateJson(new Told(text, alerts), boards).write();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"quoted\" and \\ back",
                "two\nlines\r\n\ndata: forged",
                "</script><script>alert(1)</script>",
                "<img src=x onerror=alert(1)>",
                "\u0000\u0001\u001f\u007f",
                "\u2028 and \u2029",
                "\u202Eright to left",
                "größer 漢字 😀",
                "\",\"state\":\"RESOLVED",
                ""
            })
    void everyTextArrivesAsItWas(String text) throws IOException {
        String state = state(text, 1);
        JsonNode page = new ObjectMapper().readTree(state);
        JsonNode version = page.path("versions").path(0);

        assertThat(state.chars().filter(c -> c < ' ').count())
                .as("one line, no control character")
                .isZero();
        assertThat(List.of(
                        version.path("cause"),
                        version.path("parts").path(0).path("reason"),
                        version.path("parts").path(1).path("reason"),
                        version.path("drift").path("inputs").path(0).path("name"),
                        version.path("drift").path("outputs").path(0).path("name"),
                        page.path("alerts").path(0).path("message"),
                        page.path("experiments").path(0).path("model"),
                        page.path("experiments").path(0).path("rows").path(0).path("treatment"),
                        page.path("experiments").path(0).path("rows").path(0).path("metric"),
                        page.path("sites").path(0).path("site"),
                        page.path("sites").path(0).path("node")))
                .extracting(JsonNode::textValue)
                .containsOnly(text);
        assertThat(page.path("alerts").path(0).path("state").asText()).isEqualTo("FIRING");
    }

    /** JSON knows neither NaN nor infinity. */
    @Test
    void whatIsNoNumberIsNullAndOthersHaveFourDigits() throws IOException {
        JsonNode page = new ObjectMapper().readTree(state("x", 0));
        JsonNode row = page.path("experiments").path(0).path("rows").path(0);

        assertThat(List.of(row.path("difference"), row.path("low"), row.path("high")))
                .allMatch(JsonNode::isNull);
        assertThat(row.path("p").asDouble()).isEqualTo(0.1235);
        JsonNode parts = page.path("versions").path(0).path("parts");
        assertThat(parts.path(1).path("value").isNull()).isTrue();
        assertThat(page.path("versions").path(0).path("score").asDouble())
                .as("100 less what the only known part lost")
                .isEqualTo(25.0);
        assertThat(parts.path(0).path("lost").asDouble()
                        + parts.path(1).path("lost").asDouble())
                .isEqualTo(75.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 199, 200, 5000})
    void thePageListsTwoHundredAlertsAtMost(int count) throws IOException {
        assertThat(new ObjectMapper().readTree(state("x", count)).path("alerts"))
                .hasSize(Math.min(200, count));
    }
}
