package io.edgeai.monitor.alert;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state machine of one signal of one version. Not thread-safe. */
final class AlertTrack {
    private final VersionRef version;
    private final SignalKind signal;
    private @Nullable Alert current;
    private @Nullable Alert last;
    private @Nullable Alert justResolved;
    private int streak;

    AlertTrack(VersionRef version, SignalKind signal) {
        this.version = version;
        this.signal = signal;
    }

    /** The alert, if this score made it fire for the first time. */
    Optional<Alert> update(double score, Supplier<String> message, AlertPolicy policy, Instant now) {
        Alert alert = current;
        if (alert == null) {
            return score >= 0.5 ? begin(score, message.get(), policy, now) : Optional.empty();
        }
        return alert.state() == AlertState.PENDING
                ? confirm(alert, score, message, policy)
                : watchEnd(alert, score, message, policy, now);
    }

    /** Goes on from how the alert of an earlier run stood; one that was not confirmed is forgotten. */
    void restore(Alert earlier) {
        if (earlier.state() == AlertState.FIRING) {
            current = earlier;
        } else if (earlier.state() == AlertState.RESOLVED) {
            last = earlier;
        }
    }

    Optional<Alert> current() {
        return Optional.ofNullable(current);
    }

    Optional<Alert> takeResolved() {
        Optional<Alert> taken = Optional.ofNullable(justResolved);
        justResolved = null;
        return taken;
    }

    private Optional<Alert> begin(double score, String message, AlertPolicy policy, Instant now) {
        streak = 1;
        current = alert(AlertState.PENDING, score, message, now, Optional.empty());
        return policy.confirmAfter() == 1 ? fire(current, policy) : Optional.empty();
    }

    private Optional<Alert> confirm(Alert alert, double score, Supplier<String> message, AlertPolicy policy) {
        if (score < 0.5) {
            current = null;
            return Optional.empty();
        }
        streak++;
        Alert next = raised(alert, score, message);
        current = next;
        return streak >= policy.confirmAfter() ? fire(next, policy) : Optional.empty();
    }

    private Optional<Alert> fire(Alert alert, AlertPolicy policy) {
        streak = 0;
        Alert before = last;
        if (before != null && recent(before, alert, policy.reopenWithin())) {
            Alert worse = before.score() > alert.score() ? before : alert;
            current = alert(AlertState.FIRING, worse.score(), worse.message(), before.since(), Optional.empty());
            return Optional.empty();
        }
        Alert firing = alert(AlertState.FIRING, alert.score(), alert.message(), alert.since(), Optional.empty());
        current = firing;
        return Optional.of(firing);
    }

    private Optional<Alert> watchEnd(
            Alert alert, double score, Supplier<String> message, AlertPolicy policy, Instant now) {
        streak = score < policy.resolveBelow() ? streak + 1 : 0;
        if (streak >= policy.resolveAfter()) {
            Alert over = alert(AlertState.RESOLVED, alert.score(), alert.message(), alert.since(), Optional.of(now));
            last = over;
            justResolved = over;
            current = null;
        } else {
            current = raised(alert, score, message);
        }
        return Optional.empty();
    }

    private Alert raised(Alert alert, double score, Supplier<String> message) {
        return score > alert.score()
                ? alert(alert.state(), score, message.get(), alert.since(), alert.resolvedAt())
                : alert;
    }

    private static boolean recent(Alert before, Alert next, Duration within) {
        return before.resolvedAt()
                .map(end -> Duration.between(end, next.since()).compareTo(within) <= 0)
                .orElse(false);
    }

    private Alert alert(AlertState state, double score, String message, Instant since, Optional<Instant> resolvedAt) {
        return new Alert(version, signal, state, score, message, since, resolvedAt);
    }
}
