package io.edgeai.monitor;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.alert.AlertPolicy;
import io.edgeai.monitor.alert.Notifier;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.series.SeriesSettings;
import io.edgeai.monitor.series.SeriesWatch;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.series.WatchedSeries;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowTimer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * The host's series, each from when it is first asked for. Alerts know a series as version 1 of a model of its name, with a
 * signal of its own. A detector of a series gives one score for each event, so one score makes an alert fire. Thread-safe.
 */
final class SeriesBook {
    private static final int MOST = 1000;
    private static final AlertPolicy AT_ONCE =
            new AlertPolicy(1, 6, 0.4, AlertPolicy.ofDefaults().reopenWithin());

    private final Map<String, SeriesWatch> all = new ConcurrentSkipListMap<>();
    private final Map<String, Consumer<SeriesSettings>> settings;
    private final OwnScorers own;
    private final FalseAlarmBudget budget;
    private final Duration window;
    private final Clock clock;
    private final AlertBook alerts;
    private final Recorder recorder;
    private final Notifier notifier;
    private final Consumer<RuntimeException> onFailure;
    private final WindowTimer timer;
    private Instant start;

    SeriesBook(
            Map<String, Consumer<SeriesSettings>> settings,
            OwnScorers own,
            FalseAlarmBudget budget,
            Duration window,
            Clock clock,
            Ticker ticker,
            AlertBook alerts,
            Recorder recorder,
            Notifier notifier,
            Consumer<RuntimeException> onFailure) {
        this.settings = Map.copyOf(settings);
        this.own = own;
        this.budget = budget;
        this.window = window;
        this.clock = clock;
        this.alerts = alerts;
        this.recorder = recorder;
        this.notifier = notifier;
        this.onFailure = onFailure;
        this.timer = new WindowTimer(window.toNanos(), ticker.nanos());
        this.start = clock.instant();
        this.settings.keySet().stream().sorted().forEach(this::series);
    }

    static VersionRef subject(String series) {
        return VersionRef.of(series, 1);
    }

    WatchedSeries series(String name) {
        VersionRef subject = subject(name);
        if (!all.containsKey(name) && all.size() >= MOST) {
            throw new InvalidInputException("Series (" + name + ") would be one more than (" + MOST
                    + "). Maybe forget one, or name series by what they are and not by when.");
        }
        return all.computeIfAbsent(name, key -> open(key, subject));
    }

    List<WatchedSeries> all() {
        return List.copyOf(all.values());
    }

    boolean watches(VersionRef subject) {
        return subject.number() == 1 && all.containsKey(subject.model().name());
    }

    void forget(String name) {
        all.remove(name);
        alerts.forget(subject(name), SignalKind.SERIES);
        notifier.forget(subject(name), SignalKind.SERIES);
    }

    /** Closes the window that is over, if one is. */
    void tick(long nanos) {
        long length = timer.closeIfOver(nanos);
        if (length == 0) {
            return;
        }
        boolean gap = timer.gap(length);
        Instant begun = start;
        start = clock.instant();
        all.forEach((name, watch) -> {
            Map<Tier, SeriesWindow> closed = watch.close(begun, Duration.ofNanos(length), gap);
            recorder.series(name, closed);
            if (!gap) {
                alerts.update(
                        subject(name), SignalKind.SERIES, watch.score(), watch::sentence, AT_ONCE, clock.instant());
            }
            if (closed.containsKey(Tier.LONG)) {
                keep(watch);
            }
        });
    }

    /** Keeps what the detectors learnt. */
    void close() {
        all.values().forEach(this::keep);
    }

    private void keep(SeriesWatch watch) {
        try {
            recorder.learnt(watch);
        } catch (RuntimeException e) {
            onFailure.accept(e); // a stage of the host's that cannot be kept
        }
    }

    private SeriesWatch open(String name, VersionRef subject) {
        SeriesSettings chosen = new SeriesSettings();
        own.join(name, window, chosen);
        settings.getOrDefault(name, each -> {}).accept(chosen);
        SeriesWatch watch = new SeriesWatch(name, chosen, budget, window, onFailure);
        Instant now = clock.instant();
        recorder.restore(watch, subject, alerts, now).forEach(alert -> notifier.restore(alert, now));
        return watch;
    }
}
