package io.edgeai.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NotifierTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final VersionRef V2 = VersionRef.of("reviews", 1);
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private final List<Notification> told = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();
    private Instant now = START;
    private Notifier notifier = with(builder -> builder);

    private Notifier with(UnaryOperator<Notifier.Builder> settings) {
        return settings.apply(Notifier.builder().sink(told::add).onFailure(failures::add))
                .build();
    }

    private Alert begins(VersionRef version, SignalKind signal, double score) {
        Alert alert = new Alert(version, signal, AlertState.FIRING, score, signal + " rose.", now, Optional.empty());
        notifier.changed(alert, now);
        return alert;
    }

    private Alert ends(Alert alert) {
        Alert over = new Alert(
                alert.version(),
                alert.signal(),
                AlertState.RESOLVED,
                alert.score(),
                alert.message(),
                alert.since(),
                Optional.of(now));
        notifier.changed(over, now);
        return over;
    }

    private void pass(Duration time) {
        Instant until = now.plus(time);
        while (now.isBefore(until)) {
            now = now.plusSeconds(10);
            notifier.tick(now);
        }
    }

    @Test
    void alertsOfAVersionThatBeginTogetherAreOneNotification() {
        begins(V1, SignalKind.LATENCY, 0.6);
        pass(Duration.ofSeconds(20));
        begins(V1, SignalKind.ERRORS, 0.9);
        begins(V2, SignalKind.ERRORS, 0.7);
        assertThat(told).isEmpty();
        pass(Duration.ofMinutes(5));
        assertThat(told).extracting(Notification::version).containsExactly(V1, V2);
        assertThat(told.get(0).alerts())
                .extracting(Alert::signal)
                .containsExactly(SignalKind.ERRORS, SignalKind.LATENCY);
        assertThat(told.get(0).title()).isEqualTo("defects@1: ERRORS rose. (and 1 more)");
    }

    @Test
    void whatBeginsSoonAfterAToldAlertIsPartOfItUntilThatIsOver() {
        Alert first = begins(V1, SignalKind.ERRORS, 0.9);
        pass(Duration.ofMinutes(4));
        begins(V1, SignalKind.LATENCY, 0.7);
        pass(Duration.ofMinutes(2));
        begins(V1, SignalKind.ACCURACY, 0.7);
        pass(Duration.ofMinutes(5));
        assertThat(told)
                .extracting(each -> each.alerts().get(0).signal())
                .containsExactly(SignalKind.ERRORS, SignalKind.ACCURACY);
        ends(first);
        pass(Duration.ofMinutes(29));
        assertThat(told).hasSize(2);
        pass(Duration.ofMinutes(3));
        assertThat(told.get(2).kind()).isEqualTo(Notification.Kind.RESOLVED);
    }

    @Test
    void anEndIsToldOnceAfterTheQuietTimeAndNotIfItComesBack() {
        Alert alert = begins(V1, SignalKind.LATENCY, 0.6);
        pass(Duration.ofMinutes(1));
        for (int back = 0; back < 5; back++) {
            ends(alert);
            pass(Duration.ofMinutes(20));
            notifier.changed(alert, now);
            pass(Duration.ofMinutes(1));
        }
        assertThat(told).extracting(Notification::kind).containsExactly(Notification.Kind.FIRING);
        ends(alert);
        pass(Duration.ofMinutes(40));
        assertThat(told)
                .extracting(Notification::kind)
                .containsExactly(Notification.Kind.FIRING, Notification.Kind.RESOLVED);
        assertThat(told.get(1).title()).startsWith("defects@1: Over: LATENCY rose.");
    }

    @Test
    void whatEndedBeforeItWasToldIsNeverTold() {
        Alert alert = begins(V1, SignalKind.LATENCY, 0.6);
        pass(Duration.ofSeconds(20));
        ends(alert);
        pass(Duration.ofHours(2));
        assertThat(told).isEmpty();
    }

    /** Labels that disagree are both; people hear of the one that says why. */
    @Test
    void wrongAnswersAreToldOnceWhereConceptDriftExplainsThem() {
        notifier = with(builder -> builder.together(Duration.ZERO));
        Alert concept = begins(V1, SignalKind.CONCEPT_DRIFT, 0.9);
        begins(V1, SignalKind.ACCURACY, 0.8);
        begins(V2, SignalKind.ACCURACY, 0.8);
        pass(Duration.ofMinutes(10));
        assertThat(told).hasSize(2);
        assertThat(told.get(0).alerts()).containsExactly(concept);
        assertThat(told.get(1).version()).isEqualTo(V2);
    }

    @Test
    void aConsequenceIsKeptBackAsLongAsItsCauseFires() {
        notifier = with(builder -> builder.together(Duration.ZERO));
        Alert errors = begins(V1, SignalKind.ERRORS, 0.9);
        begins(V1, SignalKind.THROUGHPUT, 0.8);
        begins(V2, SignalKind.THROUGHPUT, 0.8);
        pass(Duration.ofMinutes(10));
        assertThat(told).hasSize(2);
        assertThat(told.get(0).alerts()).extracting(Alert::signal).containsExactly(SignalKind.ERRORS);
        assertThat(told.get(1).version())
                .as("another version's errors say nothing")
                .isEqualTo(V2);
        ends(errors);
        pass(Duration.ofSeconds(10));
        assertThat(told).hasSize(3);
        assertThat(told.get(2).alerts()).extracting(Alert::signal).containsExactly(SignalKind.THROUGHPUT);
    }

    @Test
    void aSilencedAlertThatStillFiresIsToldAfterTheSilence() {
        notifier.silence(Silence.of("defects", now, now.plus(Duration.ofMinutes(30)), "a new version"), now);
        Alert passing = begins(V1, SignalKind.ERRORS, 0.9);
        begins(V1, SignalKind.LATENCY, 0.7);
        begins(V2, SignalKind.LATENCY, 0.7);
        pass(Duration.ofMinutes(20));
        ends(passing);
        assertThat(told).extracting(Notification::version).containsExactly(V2);
        pass(Duration.ofMinutes(15));
        assertThat(told).extracting(Notification::version).containsExactly(V2, V1);
        assertThat(told.get(1).alerts()).extracting(Alert::signal).containsExactly(SignalKind.LATENCY);
    }

    @Test
    void theCapHoldsBackAndTellsLaterWhatStillFires() {
        notifier = with(builder -> builder.maxPerHour(3).wait(Duration.ZERO));
        List<Alert> alerts = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            alerts.add(begins(VersionRef.of("m", i), SignalKind.ERRORS, 0.9));
            pass(Duration.ofSeconds(10));
        }
        assertThat(told).hasSize(3);
        alerts.subList(3, 8).forEach(this::ends);
        pass(Duration.ofMinutes(61));
        assertThat(told.stream().filter(each -> each.kind() == Notification.Kind.FIRING))
                .extracting(Notification::version)
                .containsExactly(
                        VersionRef.of("m", 1),
                        VersionRef.of("m", 2),
                        VersionRef.of("m", 3),
                        VersionRef.of("m", 9),
                        VersionRef.of("m", 10));
        assertThat(told.get(3).held()).as("seven were held back in between").isEqualTo(7);
    }

    @Test
    void whatAnEarlierRunToldIsNotToldAgainButItsEndIs() {
        Alert firing = new Alert(V1, SignalKind.LATENCY, AlertState.FIRING, 0.7, "rose.", now, Optional.empty());
        Instant old = now.minus(Duration.ofDays(2));
        notifier.restore(firing, now);
        notifier.restore(
                new Alert(
                        V2,
                        SignalKind.ERRORS,
                        AlertState.RESOLVED,
                        0.7,
                        "rose.",
                        old,
                        Optional.of(old.plusSeconds(60))),
                now);
        pass(Duration.ofHours(1));
        assertThat(told).isEmpty();
        ends(firing);
        pass(Duration.ofHours(1));
        assertThat(told).singleElement().satisfies(only -> assertThat(only.kind())
                .isEqualTo(Notification.Kind.RESOLVED));
    }

    @Test
    void aSinkThatFailsDoesNotKeepTheOthersFromHearing() {
        RuntimeException broken = new IllegalStateException("no network");
        notifier = Notifier.builder()
                .sink(notification -> {
                    throw broken;
                })
                .sink(told::add)
                .onFailure(failures::add)
                .build();
        begins(V1, SignalKind.ERRORS, 0.9);
        pass(Duration.ofMinutes(1));
        assertThat(told).hasSize(1);
        assertThat(failures).containsExactly(broken);
    }

    @Test
    void badSettingsSayWhatIsWrong() {
        List<Runnable> bad = List.of(
                () -> Notifier.builder().wait(Duration.ofHours(2)),
                () -> Notifier.builder().together(Duration.ofSeconds(-1)),
                () -> Notifier.builder().quiet(Duration.ofSeconds(-1)),
                () -> Notifier.builder().maxPerHour(0),
                () -> new Inhibition(SignalKind.ERRORS, SignalKind.ERRORS),
                () -> Silence.of("defects", now, now, "never"),
                () -> new Silence(Optional.empty(), Set.of(), now, now.plusSeconds(1), "nothing"));
        for (Runnable each : bad) {
            assertThatThrownBy(each::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }
}
