package io.edgeai.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertBookTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 2);
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private final List<AlertRaised> announced = new ArrayList<>();
    private final EventBus events = new EventBus((event, failure) -> {
        throw failure;
    });
    private final AlertBook book = new AlertBook(events, 5);
    private Instant now = START;

    AlertBookTest() {
        events.subscribe(AlertRaised.class, announced::add);
    }

    private void scores(double... scores) {
        for (double score : scores) {
            now = now.plusSeconds(10);
            book.update(VERSION, SignalKind.LATENCY, score, () -> "score " + score, AlertPolicy.ofDefaults(), now);
        }
    }

    private AlertState state() {
        return book.alerts().get(0).state();
    }

    @Test
    void anAlertIsPendingThenFiringThenResolved() {
        scores(0.1);
        assertThat(book.alerts()).isEmpty();
        scores(0.6);
        assertThat(state()).isEqualTo(AlertState.PENDING);
        assertThat(announced).isEmpty();
        scores(0.7);
        assertThat(state()).isEqualTo(AlertState.FIRING);
        scores(0.1, 0.1, 0.1, 0.1, 0.1);
        assertThat(state()).isEqualTo(AlertState.FIRING);
        scores(0.1);
        assertThat(state()).isEqualTo(AlertState.RESOLVED);
        assertThat(book.alerts().get(0).resolvedAt()).contains(now);
        assertThat(book.alerts().get(0).since()).isEqualTo(START.plusSeconds(20));
    }

    @Test
    void oneUnconfirmedScoreLeavesNothing() {
        scores(0.9, 0.1);
        assertThat(book.alerts()).isEmpty();
        assertThat(announced).isEmpty();
    }

    @Test
    void oneIncidentIsAnnouncedOnceHoweverLongItLasts() {
        for (int i = 0; i < 500; i++) {
            scores(0.8);
        }
        assertThat(announced).singleElement().satisfies(event -> {
            assertThat(event.version()).isEqualTo(VERSION);
            assertThat(event.signal()).isEqualTo(SignalKind.LATENCY);
            assertThat(event.at()).isEqualTo(START.plusSeconds(20));
        });
    }

    @Test
    void betweenTheTwoThresholdsAnAlertNeitherBeginsNorEnds() {
        scores(0.45, 0.45, 0.45, 0.45);
        assertThat(book.alerts()).isEmpty();
        scores(0.6, 0.6, 0.1, 0.1, 0.1, 0.45, 0.1, 0.1, 0.1, 0.45);
        assertThat(state()).isEqualTo(AlertState.FIRING);
    }

    @Test
    void flappingForAnHourIsOneAnnouncement() {
        for (int i = 0; i < 45; i++) {
            scores(0.6, 0.6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
        }
        assertThat(announced).hasSize(1);
        assertThat(book.alerts()).hasSize(1);
    }

    @Test
    void theSameSignalLongAfterIsANewAlert() {
        scores(0.6, 0.6, 0, 0, 0, 0, 0, 0);
        now = now.plus(Duration.ofHours(1));
        scores(0.6, 0.6);
        assertThat(announced).hasSize(2);
        assertThat(book.alerts()).extracting(Alert::state).containsExactly(AlertState.FIRING, AlertState.RESOLVED);
    }

    @Test
    void theAlertKeepsTheHighestScoreAndItsMessage() {
        scores(0.6, 0.9, 0.7);
        assertThat(book.alerts().get(0).score()).isEqualTo(0.9);
        assertThat(book.alerts().get(0).message()).isEqualTo("score 0.9");
    }

    @Test
    void oneScoreIsEnoughWhereEachIsATest() {
        book.update(VERSION, SignalKind.DATA_DRIFT, 0.8, () -> "drift", AlertPolicy.immediate(), now);
        assertThat(announced).hasSize(1);
        book.update(VERSION, SignalKind.DATA_DRIFT, 0.1, () -> "drift", AlertPolicy.immediate(), now.plusSeconds(1));
        assertThat(state()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void signalsAndVersionsAreIndependentAndCanBeForgotten() {
        scores(0.8, 0.8);
        book.update(VersionRef.of("other", 1), SignalKind.LATENCY, 0.8, () -> "x", AlertPolicy.immediate(), now);
        assertThat(announced).hasSize(2);
        book.forget(VERSION);
        assertThat(book.alerts()).extracting(Alert::version).containsExactly(VersionRef.of("other", 1));
    }

    @Test
    void onlyTheNewestResolvedAlertsAreKept() {
        for (int i = 0; i < 9; i++) {
            scores(0.6, 0.6, 0, 0, 0, 0, 0, 0);
            now = now.plus(Duration.ofHours(2));
        }
        assertThat(book.alerts()).hasSize(5);
        assertThat(announced).hasSize(9);
    }

    @Test
    void impossiblePoliciesAreRefused() {
        assertThatThrownBy(() -> new AlertPolicy(0, 1, 0.4, Duration.ZERO))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(confirm after 0, resolve after 1)");
        assertThatThrownBy(() -> new AlertPolicy(1, 1, 0.6, Duration.ZERO))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0.6)");
    }
}
