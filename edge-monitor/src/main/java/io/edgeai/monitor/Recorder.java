package io.edgeai.monitor;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.history.MonitorHistory;
import io.edgeai.monitor.history.Recorded;
import io.edgeai.monitor.history.StateFile;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.series.SeriesWatch;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A monitor's history, if it has one. What the disk refuses is told and does not stop the monitor. Thread-safe. */
final class Recorder implements AutoCloseable {
    private static final String SERIES = "series-";
    private static final String DRIFT = "drift-";
    private static final String CONCEPT = "concept-";
    private static final String ADVICE = "advice-";

    private final Optional<MonitorHistory> history;
    private final @Nullable Recorded earlier;
    private final Consumer<RuntimeException> onFailure;

    private Recorder(
            Optional<MonitorHistory> history, @Nullable Recorded earlier, Consumer<RuntimeException> onFailure) {
        this.history = history;
        this.earlier = earlier;
        this.onFailure = onFailure;
    }

    static Recorder open(@Nullable Path folder, long maxBytes, Consumer<RuntimeException> onFailure) {
        if (folder == null) {
            return new Recorder(Optional.empty(), null, onFailure);
        }
        Optional<MonitorHistory> history = MonitorHistory.open(folder, maxBytes);
        if (history.isEmpty()) {
            onFailure.accept(new StorageException("Another monitor records in (" + folder
                    + "), so this one keeps nothing. Maybe give it a folder of its own."));
        }
        return new Recorder(history, Recorded.read(folder), onFailure);
    }

    /** Gives a version that is watched from now on what an earlier run knew of it, and tells its alerts. */
    List<Alert> restore(VersionRef version, VersionWatch watch, AlertBook alerts) {
        if (earlier == null) {
            return List.of();
        }
        Map<Tier, List<WindowSummary>> windows = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            windows.put(tier, earlier.windows(version, tier));
        }
        watch.restore(windows);
        try {
            earlier.state(DRIFT + version).map(StateFile::state).ifPresent(watch::restoreDrift);
        } catch (EdgeException e) {
            onFailure.accept(e); // the first samples become the reference
        }
        try {
            earlier.state(CONCEPT + version).map(StateFile::state).ifPresent(watch::restoreConcept);
        } catch (EdgeException e) {
            onFailure.accept(e); // labels begin anew
        }
        return alertsOf(version, earlier, alerts);
    }

    private static List<Alert> alertsOf(VersionRef version, Recorded earlier, AlertBook alerts) {
        List<Alert> known = earlier.alerts().stream()
                .filter(alert -> alert.version().equals(version))
                .toList();
        alerts.restore(known);
        return known;
    }

    /** Gives a series that is watched from now on what an earlier run knew of it, and tells its alerts. */
    List<Alert> restore(SeriesWatch watch, VersionRef subject, AlertBook alerts, Instant now) {
        if (earlier == null) {
            return List.of();
        }
        Map<Tier, List<SeriesWindow>> windows = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            windows.put(tier, earlier.series(watch.name(), tier));
        }
        Optional<StateFile> state = earlier.state(SERIES + watch.name());
        watch.restore(
                windows,
                state.map(StateFile::state).orElse(new byte[0]),
                state.map(StateFile::at).orElse(Instant.MIN),
                now);
        return alertsOf(subject, earlier, alerts);
    }

    void series(String name, Map<Tier, SeriesWindow> closed) {
        closed.forEach((tier, window) -> record(to -> to.series(name, tier, window)));
    }

    void learnt(SeriesWatch watch) {
        watch.newest().ifPresent(window -> record(to -> to.state(SERIES + watch.name(), window.end(), watch.save())));
    }

    /** Keeps what later samples of a version are compared with. */
    void driftReference(VersionRef version, byte[] state, Instant now) {
        record(to -> to.state(DRIFT + version, now, state));
    }

    /** Keeps how often answers of a version were right. */
    void concept(VersionRef version, byte[] state, Instant now) {
        record(to -> to.state(CONCEPT + version, now, state));
    }

    /** Keeps which advice on a version stands. */
    void advice(VersionRef version, byte[] state, Instant now) {
        record(to -> to.state(ADVICE + version, now, state));
    }

    /** Gives what an earlier run knew of the advice on a version. */
    void restoreAdvice(VersionRef version, Announcer announcer) {
        try {
            Optional<StateFile> known = earlier == null ? Optional.empty() : earlier.state(ADVICE + version);
            known.map(StateFile::state).ifPresent(state -> announcer.restoreAdvice(version, state));
        } catch (EdgeException e) {
            onFailure.accept(e); // it is told once more
        }
    }

    /** What an earlier run counted of an objective. */
    Optional<byte[]> objective(Objective objective) {
        return earlier == null
                ? Optional.empty()
                : earlier.state(file(objective)).map(StateFile::state);
    }

    void objective(Objective objective, byte[] counts, Instant now) {
        record(to -> to.state(file(objective), now, counts));
    }

    private static String file(Objective objective) {
        return "objective-" + objective.model() + "-" + objective.name().replaceAll("[^A-Za-z0-9.]", "-");
    }

    void windows(VersionRef version, Map<Tier, WindowSummary> closed) {
        closed.forEach((tier, window) -> record(to -> to.window(version, tier, window)));
    }

    void alert(Alert alert) {
        record(to -> to.alert(alert));
    }

    void health(VersionRef version, Health now) {
        record(to -> to.health(version, now));
    }

    @Override
    public void close() {
        record(MonitorHistory::close);
    }

    private void record(Consumer<MonitorHistory> what) {
        if (history.isPresent()) {
            try {
                what.accept(history.get());
            } catch (EdgeException e) {
                onFailure.accept(e);
            }
        }
    }
}
