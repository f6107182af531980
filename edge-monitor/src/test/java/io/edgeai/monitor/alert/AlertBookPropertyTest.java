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
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alert book against the policy read off the whole history of scores. */
class AlertBookPropertyTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 2);
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private final List<AlertRaised> announced = new ArrayList<>();
    private final EventBus events = new EventBus((event, failure) -> {});
    private final AlertBook book = new AlertBook(events, 1000);

    AlertBookPropertyTest() {
        events.subscribe(AlertRaised.class, announced::add);
    }

    private void update(double score, AlertPolicy policy, Instant now) {
        book.update(VERSION, SignalKind.LATENCY, score, () -> "score " + score, policy, now);
    }

    /** One incident found by looking forward from its first score; reopened ones are joined afterwards. */
    private record Incident(int begin, int fired, int end, double highest) {}

    private static List<Incident> incidents(double[] scores, AlertPolicy policy) {
        List<Incident> found = new ArrayList<>();
        int i = 0;
        while (i < scores.length) {
            int high = 0;
            while (i + high < scores.length && high < policy.confirmAfter() && scores[i + high] >= 0.5) {
                high++;
            }
            if (high < policy.confirmAfter()) {
                i += Math.max(1, high);
                continue;
            }
            int fired = i + high - 1;
            int end = fired + 1;
            int quiet = 0;
            while (end < scores.length && quiet < policy.resolveAfter()) {
                quiet = scores[end++] < policy.resolveBelow() ? quiet + 1 : 0;
            }
            boolean over = quiet == policy.resolveAfter();
            double highest = 0;
            for (int k = i; k < end; k++) {
                highest = Math.max(highest, scores[k]);
            }
            found.add(new Incident(i, fired, over ? end - 1 : -1, highest));
            i = end;
        }
        return found;
    }

    private static List<Incident> joined(List<Incident> all, AlertPolicy policy, int secondsPerStep) {
        List<Incident> out = new ArrayList<>();
        for (Incident next : all) {
            Incident last = out.isEmpty() ? null : out.get(out.size() - 1);
            long pause = last == null ? Long.MAX_VALUE : (long) secondsPerStep * (next.begin() - last.end());
            if (last != null && pause <= policy.reopenWithin().toSeconds()) {
                double highest = Math.max(last.highest(), next.highest());
                out.set(out.size() - 1, new Incident(last.begin(), last.fired(), next.end(), highest));
            } else {
                out.add(next);
            }
        }
        return out;
    }

    @RepeatedTest(60)
    void everyHistoryGivesTheIncidentsOfThePolicy(RepetitionInfo info) {
        long seed = info.getCurrentRepetition();
        Random random = new Random(seed);
        AlertPolicy policy = new AlertPolicy(
                1 + random.nextInt(3),
                1 + random.nextInt(4),
                0.1 + 0.4 * random.nextDouble(),
                Duration.ofSeconds(10L * random.nextInt(30)));
        double[] scores = new double[400];
        double level = 0;
        for (int i = 0; i < scores.length; i++) {
            level = random.nextInt(12) == 0 ? random.nextDouble() : level;
            scores[i] = Math.max(0, Math.min(1, level + 0.15 * random.nextGaussian()));
            update(scores[i], policy, START.plusSeconds(10L * i));
        }
        List<Incident> expected = joined(incidents(scores, policy), policy, 10);
        assertThat(announced)
                .as("seed %s", seed)
                .extracting(AlertRaised::at)
                .isEqualTo(expected.stream()
                        .map(one -> START.plusSeconds(10L * one.fired()))
                        .toList());
        List<Alert> known = book.alerts().stream()
                .filter(alert -> alert.state() != AlertState.PENDING)
                .sorted(Comparator.comparing(Alert::since))
                .toList();
        assertThat(known).as("seed %s", seed).hasSameSizeAs(expected);
        for (int i = 0; i < known.size(); i++) {
            Incident one = expected.get(i);
            Alert alert = known.get(i);
            assertThat(alert.since()).isEqualTo(START.plusSeconds(10L * one.begin()));
            assertThat(alert.score()).as("seed %s", seed).isEqualTo(one.highest());
            assertThat(alert.message()).isEqualTo("score " + one.highest());
            assertThat(alert.state()).isEqualTo(one.end() < 0 ? AlertState.FIRING : AlertState.RESOLVED);
            assertThat(alert.resolvedAt().isPresent()).isEqualTo(one.end() >= 0);
            alert.resolvedAt().ifPresent(end -> assertThat(end).isEqualTo(START.plusSeconds(10L * one.end())));
        }
    }

    /** A continued incident used to be listed twice, as resolved and as firing. */
    @Test
    void anIncidentThatGoesOnIsListedOnceAndKeepsItsHighestScore() {
        AlertPolicy policy = AlertPolicy.immediate();
        update(0.9, policy, START);
        update(0, policy, START.plusSeconds(10));
        update(0.6, policy, START.plusSeconds(20));
        assertThat(book.alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.state()).isEqualTo(AlertState.FIRING);
            assertThat(alert.since()).isEqualTo(START);
            assertThat(alert.score()).isEqualTo(0.9);
            assertThat(alert.message()).isEqualTo("score 0.9");
            assertThat(alert.resolvedAt()).isEmpty();
        });
        assertThat(announced).hasSize(1);
    }

    @Test
    void aNewBookKnowsNothingAndAnnouncesAfresh() {
        update(0.9, AlertPolicy.ofDefaults(), START);
        AlertBook restarted = new AlertBook(events, 10);
        assertThat(restarted.alerts()).isEmpty();
        restarted.update(VERSION, SignalKind.LATENCY, 0.9, () -> "x", AlertPolicy.ofDefaults(), START.plusSeconds(10));
        assertThat(announced).isEmpty();
        assertThat(restarted.alerts()).singleElement().extracting(Alert::state).isEqualTo(AlertState.PENDING);
    }

    @Test
    void aFailingSubscriberLeavesTheBookInOrder() {
        List<RuntimeException> failures = new ArrayList<>();
        EventBus failing = new EventBus((event, failure) -> failures.add(failure));
        failing.subscribe(AlertRaised.class, event -> {
            throw new IllegalStateException("subscriber");
        });
        AlertBook own = new AlertBook(failing, 10);
        own.update(VERSION, SignalKind.ERRORS, 0.9, () -> "x", AlertPolicy.immediate(), START);
        own.update(VERSION, SignalKind.ERRORS, 0.9, () -> "x", AlertPolicy.immediate(), START);
        assertThat(failures).hasSize(1);
        assertThat(own.alerts()).singleElement().extracting(Alert::state).isEqualTo(AlertState.FIRING);
        own.update(VERSION, SignalKind.ERRORS, 0, () -> "x", AlertPolicy.immediate(), START.plusSeconds(1));
        assertThat(own.alerts()).singleElement().extracting(Alert::state).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aSubscriberMayAskTheBook() {
        List<List<Alert>> seen = new ArrayList<>();
        events.subscribe(AlertRaised.class, event -> seen.add(book.alerts()));
        update(0.9, AlertPolicy.immediate(), START);
        assertThat(seen).singleElement().satisfies(alerts -> assertThat(alerts)
                .singleElement()
                .extracting(Alert::state)
                .isEqualTo(AlertState.FIRING));
    }

    @Test
    void openAlertsArePendingOrFiring() {
        assertThat(book.open(VERSION, SignalKind.LATENCY)).isFalse();
        update(0.9, AlertPolicy.ofDefaults(), START);
        assertThat(book.open(VERSION, SignalKind.LATENCY)).isTrue();
        assertThat(book.open(VERSION, SignalKind.ERRORS)).isFalse();
        update(0.1, AlertPolicy.ofDefaults(), START);
        assertThat(book.open(VERSION, SignalKind.LATENCY)).isFalse();
    }

    /** A threshold of 0 would keep an alert open for ever, as no score is below it. */
    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 0.51, Double.NaN})
    void thresholdsThatNoScoreOrEveryScorePassesAreRefused(double below) {
        assertThatThrownBy(() -> new AlertPolicy(1, 1, below, Duration.ZERO))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + below + ")")
                .hasMessageContaining("Maybe");
    }
}
