package io.edgeai.monitor.alert;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the alerts of all versions and signals and announces each incident once, as {@link AlertRaised}. Remembers the
 * open alerts and the last resolved ones. Thread-safe; subscribers are called without a lock held.
 */
public final class AlertBook {
    private final EventBus events;
    private final Consumer<Alert> changes;
    private final int keep;
    private final Map<Key, AlertTrack> open = new HashMap<>();
    private final List<Alert> resolved = new ArrayList<>();

    /** @param keep resolved alerts remembered, newest */
    public AlertBook(EventBus events, int keep) {
        this(events, keep, alert -> {});
    }

    /** @param changes hears of every alert that begins to fire, goes on after its end, or is over, as it stands then */
    public AlertBook(EventBus events, int keep, Consumer<Alert> changes) {
        this.events = events;
        this.changes = changes;
        this.keep = keep;
    }

    /**
     * Takes the next score of a signal.
     *
     * @param message describes what is unusual now; asked only when the score is 0.5 or more
     */
    public void update(
            VersionRef version,
            SignalKind signal,
            double score,
            Supplier<String> message,
            AlertPolicy policy,
            Instant now) {
        Optional<Alert> fired;
        Optional<Alert> changed;
        synchronized (this) {
            AlertTrack track = open.computeIfAbsent(new Key(version, signal), key -> new AlertTrack(version, signal));
            boolean before = firing(track);
            fired = track.update(score, message, policy, now);
            Optional<Alert> over = track.takeResolved();
            over.ifPresent(this::remember);
            changed = over.isPresent() || before ? over : track.current().filter(alert -> firing(track));
        }
        changed.ifPresent(changes);
        fired.ifPresent(alert -> events.publish(new AlertRaised(version, signal, alert.score(), alert.message(), now)));
    }

    /**
     * Goes on from how alerts of an earlier run stood: those that fired go on unannounced, those that were over may reopen.
     *
     * @param earlier one entry for each incident, in any order
     */
    public synchronized void restore(List<Alert> earlier) {
        List<Alert> oldestFirst = new ArrayList<>(earlier);
        oldestFirst.sort(Comparator.comparing(Alert::since));
        for (Alert alert : oldestFirst) {
            open.computeIfAbsent(
                            new Key(alert.version(), alert.signal()),
                            key -> new AlertTrack(alert.version(), alert.signal()))
                    .restore(alert);
            if (alert.state() == AlertState.RESOLVED) {
                remember(alert);
            }
        }
    }

    /** Whether a signal has a pending or firing alert. */
    public synchronized boolean open(VersionRef version, SignalKind signal) {
        AlertTrack track = open.get(new Key(version, signal));
        return track != null && track.current().isPresent();
    }

    /** The firing alerts of a version. */
    public synchronized List<Alert> firing(VersionRef version) {
        return open.entrySet().stream()
                .filter(entry -> entry.getKey().version().equals(version))
                .filter(entry -> firing(entry.getValue()))
                .flatMap(entry -> entry.getValue().current().stream())
                .toList();
    }

    /** Pending, firing and remembered resolved alerts, newest first; one that goes on is no longer resolved. */
    public synchronized List<Alert> alerts() {
        List<Alert> all = new ArrayList<>(resolved);
        for (AlertTrack track : open.values()) {
            track.current().ifPresent(now -> {
                all.removeIf(old -> sameIncident(old, now));
                all.add(now);
            });
        }
        all.sort(Comparator.comparing(Alert::since).reversed());
        return List.copyOf(all);
    }

    /** Drops what is known of a version; a series of its name stays. */
    public synchronized void forget(VersionRef version) {
        open.keySet().removeIf(key -> key.version().equals(version) && key.signal() != SignalKind.SERIES);
        resolved.removeIf(alert -> alert.version().equals(version) && alert.signal() != SignalKind.SERIES);
    }

    /** Drops what is known of one signal. */
    public synchronized void forget(VersionRef version, SignalKind signal) {
        open.remove(new Key(version, signal));
        resolved.removeIf(alert -> alert.version().equals(version) && alert.signal() == signal);
    }

    private static boolean firing(AlertTrack track) {
        return track.current()
                .filter(alert -> alert.state() == AlertState.FIRING)
                .isPresent();
    }

    private void remember(Alert alert) {
        resolved.removeIf(old -> sameIncident(old, alert));
        resolved.add(alert);
        if (resolved.size() > keep) {
            resolved.remove(0);
        }
    }

    private static boolean sameIncident(Alert one, Alert other) {
        return one.version().equals(other.version())
                && one.signal() == other.signal()
                && one.since().equals(other.since());
    }

    private record Key(VersionRef version, SignalKind signal) {}
}
