package io.edgeai.monitor.alert;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Decides what people are told of alerts, and when. Alerts of a version that begin within the wait are one notification,
 * and one that begins within the time that belongs together after one that was told is not told as long as that one is not
 * over for good. An incident is told of once, however often it comes back within the quiet time; its end is told once that time has passed
 * without it. Nothing is told of what is silenced or follows from another alert, as long as it is. The cap holds back what
 * comes beyond it in an hour, and tells it as soon as it may, if it still fires. Thread-safe; sinks are called without a
 * lock held.
 */
public final class Notifier implements AutoCloseable {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Duration wait;
    private final Duration together;
    private final Duration quiet;
    private final int perHour;
    private final List<Inhibition> inhibitions;
    private final List<AlertSink> sinks;
    private final Consumer<RuntimeException> onFailure;
    private final List<Silence> silences;
    private final Map<Key, Incident> incidents = new LinkedHashMap<>();
    private final Deque<Instant> sent = new ArrayDeque<>();
    private int held;

    private Notifier(Builder builder) {
        this.wait = builder.wait;
        this.together = builder.together;
        this.quiet = builder.quiet;
        this.perHour = builder.perHour;
        this.inhibitions = List.copyOf(builder.inhibitions);
        this.sinks = List.copyOf(builder.sinks);
        this.onFailure = builder.onFailure;
        this.silences = new ArrayList<>(builder.silences);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Hears how an alert stands that began to fire, goes on, or is over. */
    public synchronized void changed(Alert alert, Instant now) {
        incidents.computeIfAbsent(key(alert), key -> new Incident(alert, now, false)).alert = alert;
    }

    /** Takes what an earlier run left: it has been told of. What ended longer than the quiet time ago is done with. */
    public synchronized void restore(Alert alert, Instant now) {
        if (alert.resolvedAt().filter(end -> now.isAfter(end.plus(quiet))).isPresent()) {
            return;
        }
        incidents.put(key(alert), new Incident(alert, alert.since(), true));
    }

    /** Adds a silence; those that are over are forgotten. */
    public synchronized void silence(Silence silence, Instant now) {
        silences.removeIf(old -> !old.until().isAfter(now));
        silences.add(silence);
    }

    /** Drops what is known of a version; a series of its name stays. */
    public synchronized void forget(VersionRef version) {
        incidents.keySet().removeIf(key -> key.version().equals(version) && key.signal() != SignalKind.SERIES);
    }

    /** Drops what is known of one signal. */
    public synchronized void forget(VersionRef version, SignalKind signal) {
        incidents.keySet().removeIf(key -> key.version().equals(version) && key.signal() == signal);
    }

    /** Tells what is due. */
    public void tick(Instant now) {
        for (Notification notification : due(now)) {
            for (AlertSink sink : sinks) {
                try {
                    sink.deliver(notification);
                } catch (RuntimeException e) {
                    onFailure.accept(e);
                }
            }
        }
    }

    @Override
    public void close() {
        sinks.forEach(AlertSink::close);
    }

    private synchronized List<Notification> due(Instant now) {
        while (!sent.isEmpty() && !now.isBefore(sent.getFirst().plus(HOUR))) {
            sent.removeFirst();
        }
        List<Notification> due = new ArrayList<>();
        ready(now).forEach((version, ready) -> {
            if (sent.size() < perHour) {
                ready.forEach(incident -> incident.told = true);
                due.add(notification(Notification.Kind.FIRING, version, ready, now));
            } else {
                for (Incident incident : ready) {
                    held += incident.heldBack ? 0 : 1;
                    incident.heldBack = true;
                }
            }
        });
        over(now).forEach((version, over) -> due.add(notification(Notification.Kind.RESOLVED, version, over, now)));
        return due;
    }

    /** Incidents to tell of now, by version: the wait of the first of them takes the others along. */
    private Map<VersionRef, List<Incident>> ready(Instant now) {
        Map<VersionRef, List<Incident>> ready = new TreeMap<>();
        for (Incident incident : incidents.values()) {
            if (!incident.told && incident.firing() && !joins(incident) && !keptBack(incident.alert(), now)) {
                ready.computeIfAbsent(incident.alert().version(), version -> new ArrayList<>())
                        .add(incident);
            }
        }
        ready.values()
                .removeIf(group -> group.stream().noneMatch(incident -> !now.isBefore(incident.heardAt.plus(wait))));
        return ready;
    }

    /** Incidents that ended long enough ago, which are forgotten; those that were told of, by version. */
    private Map<VersionRef, List<Incident>> over(Instant now) {
        Map<VersionRef, List<Incident>> over = new TreeMap<>();
        incidents.values().removeIf(incident -> {
            boolean ended = incident.alert()
                    .resolvedAt()
                    .filter(end -> now.isAfter(end.plus(quiet)))
                    .isPresent();
            if (ended && incident.told) {
                over.computeIfAbsent(incident.alert().version(), version -> new ArrayList<>())
                        .add(incident);
            }
            return ended;
        });
        return over;
    }

    private Notification notification(Notification.Kind kind, VersionRef version, List<Incident> group, Instant now) {
        int before = held;
        if (kind == Notification.Kind.FIRING) {
            sent.addLast(now);
            held = 0;
        }
        List<Alert> alerts = group.stream()
                .map(Incident::alert)
                .sorted(Comparator.comparingDouble(Alert::score).reversed())
                .toList();
        return new Notification(kind, version, alerts, now, kind == Notification.Kind.FIRING ? before : 0);
    }

    /** Whether it is part of something that was told a moment before. */
    private boolean joins(Incident incident) {
        return incidents.values().stream()
                .anyMatch(other -> other.told
                        && other.alert().version().equals(incident.alert().version())
                        && incident.heardAt.isBefore(other.heardAt.plus(together)));
    }

    private boolean keptBack(Alert alert, Instant now) {
        return silences.stream().anyMatch(silence -> silence.covers(alert, now))
                || inhibitions.stream()
                        .filter(rule -> rule.consequence() == alert.signal())
                        .anyMatch(rule -> fires(alert.version(), rule.cause()));
    }

    private boolean fires(VersionRef version, SignalKind signal) {
        return incidents.values().stream()
                .anyMatch(incident -> incident.firing()
                        && incident.alert().version().equals(version)
                        && incident.alert().signal() == signal);
    }

    private static Key key(Alert alert) {
        return new Key(alert.version(), alert.signal(), alert.since());
    }

    private record Key(VersionRef version, SignalKind signal, Instant since) {}

    private static final class Incident {
        private final Instant heardAt;
        private Alert alert;
        private boolean told;
        private boolean heldBack;

        Incident(Alert alert, Instant heardAt, boolean told) {
            this.alert = alert;
            this.heardAt = heardAt;
            this.told = told;
        }

        Alert alert() {
            return alert;
        }

        boolean firing() {
            return alert.state() == AlertState.FIRING;
        }
    }

    /**
     * Configures a notifier. By default: no sink, alerts of a version within 30 s told together and those within
     * 5 minutes taken for the same, an end told after 30
     * minutes of quiet, 20 beginnings an hour, {@link Inhibition#ofDefaults()}, no silence. Not thread-safe.
     */
    public static final class Builder {
        private final List<AlertSink> sinks = new ArrayList<>();
        private final List<Silence> silences = new ArrayList<>();
        private Duration wait = Duration.ofSeconds(30);
        private Duration together = Duration.ofMinutes(5);
        private Duration quiet = Duration.ofMinutes(30);
        private int perHour = 20;
        private List<Inhibition> inhibitions = Inhibition.ofDefaults();
        private Consumer<RuntimeException> onFailure = failure -> System.getLogger(Notifier.class.getName())
                .log(System.Logger.Level.WARNING, "A sink failed; the others hear all the same.", failure);

        private Builder() {}

        /** Adds a sink; it is closed with the notifier. */
        public Builder sink(AlertSink sink) {
            sinks.add(sink);
            return this;
        }

        /** How long the first alert of a version waits for others, 0 to 1 h. */
        public Builder wait(Duration time) {
            if (time.isNegative() || time.compareTo(HOUR) > 0) {
                throw new InvalidInputException(
                        "Wait (" + time + ") is not in 0 to 1 h. Maybe use Duration.ofSeconds(30).");
            }
            this.wait = time;
            return this;
        }

        /** How long after a told alert others of the version are taken for a part of it; 0 for never. */
        public Builder together(Duration time) {
            if (time.isNegative()) {
                throw new InvalidInputException(
                        "Together (" + time + ") is negative. Maybe use Duration.ofMinutes(5).");
            }
            this.together = time;
            return this;
        }

        /** How long an incident must stay away until its end is told. */
        public Builder quiet(Duration time) {
            if (time.isNegative()) {
                throw new InvalidInputException("Quiet (" + time + ") is negative. Maybe use Duration.ofMinutes(30).");
            }
            this.quiet = time;
            return this;
        }

        /** Beginnings told in an hour, 1 or more. */
        public Builder maxPerHour(int count) {
            if (count < 1) {
                throw new InvalidInputException("maxPerHour (" + count + ") is below 1. Maybe use 20.");
            }
            this.perHour = count;
            return this;
        }

        /** These instead of the defaults. */
        public Builder inhibitions(List<Inhibition> rules) {
            this.inhibitions = rules;
            return this;
        }

        /** Adds a silence. */
        public Builder silence(Silence silence) {
            silences.add(silence);
            return this;
        }

        /** Receives what a sink threw; logged by default. */
        public Builder onFailure(Consumer<RuntimeException> handler) {
            this.onFailure = handler;
            return this;
        }

        public Notifier build() {
            return new Notifier(this);
        }
    }
}
