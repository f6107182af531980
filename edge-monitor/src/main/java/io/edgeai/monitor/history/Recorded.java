package io.edgeai.monitor.history;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a history holds: of each version the newest windows of each tier, its alerts as they last stood, and its newest
 * health. Immutable.
 */
public final class Recorded {
    private static final int KEEP_FINE = 3600;
    private static final int KEEP_OTHER = 1440;

    private final Map<Tier, Map<VersionRef, Deque<WindowSummary>>> windows = new EnumMap<>(Tier.class);
    private final Map<Incident, Alert> alerts = new LinkedHashMap<>();
    private final Map<VersionRef, Health> health = new TreeMap<>();
    private final Map<Tier, Map<String, Deque<SeriesWindow>>> series = new EnumMap<>(Tier.class);
    private final Path folder;
    private int unreadable;

    private Recorded(Path folder) {
        this.folder = folder;
    }

    private record Incident(VersionRef version, SignalKind signal, Instant since) {}

    /**
     * Reads a folder, also while a monitor writes there.
     *
     * @throws io.edgeai.core.error.StorageException where a file cannot be read
     */
    public static Recorded read(Path folder) {
        Recorded found = new Recorded(folder);
        for (Tier tier : Tier.values()) {
            Map<VersionRef, Deque<WindowSummary>> ofTier = new TreeMap<>();
            found.windows.put(tier, ofTier);
            int most = tier == Tier.FINE ? KEEP_FINE : KEEP_OTHER;
            Map<String, Deque<SeriesWindow>> ofSeries = new TreeMap<>();
            found.series.put(tier, ofSeries);
            found.each(folder, MonitorHistory.fileOf(tier), record -> {
                if (SeriesCodec.knows(record)) {
                    SeriesCodec.NamedWindow next = SeriesCodec.window(record);
                    keep(ofSeries.computeIfAbsent(next.series(), name -> new ArrayDeque<>()), next.window(), most);
                    return;
                }
                HistoryCodec.VersionWindow next = HistoryCodec.window(record);
                keep(ofTier.computeIfAbsent(next.version(), version -> new ArrayDeque<>()), next.window(), most);
            });
        }
        found.each(folder, MonitorHistory.ALERTS, record -> {
            Alert alert = HistoryCodec.alert(record);
            found.alerts.put(new Incident(alert.version(), alert.signal(), alert.since()), alert);
        });
        found.each(folder, MonitorHistory.HEALTH, record -> {
            HistoryCodec.VersionHealth next = HistoryCodec.health(record);
            found.health.put(next.version(), next.health());
        });
        return found;
    }

    /** Every version that something is recorded of, in order. */
    public List<VersionRef> versions() {
        Set<VersionRef> all = new TreeSet<>(health.keySet());
        windows.values().forEach(ofTier -> all.addAll(ofTier.keySet()));
        return List.copyOf(all);
    }

    /** Windows of a tier, oldest first. */
    public List<WindowSummary> windows(VersionRef version, Tier tier) {
        return List.copyOf(windows.getOrDefault(tier, Map.of()).getOrDefault(version, new ArrayDeque<>()));
    }

    /** The names of the host's series that something is recorded of, in order. */
    public List<String> series() {
        Set<String> all = new TreeSet<>();
        series.values().forEach(ofTier -> all.addAll(ofTier.keySet()));
        return List.copyOf(all);
    }

    /** Windows of a series, oldest first. */
    public List<SeriesWindow> series(String name, Tier tier) {
        return List.copyOf(series.getOrDefault(tier, Map.of()).getOrDefault(name, new ArrayDeque<>()));
    }

    /** What was learnt and kept under a name, if it is whole; read now. */
    public Optional<StateFile> state(String name) {
        return StateFile.read(folder, name + MonitorHistory.STATE);
    }

    /** Alerts of all versions as they last stood, newest first. */
    public List<Alert> alerts() {
        List<Alert> all = new ArrayList<>(alerts.values());
        all.sort(Comparator.comparing(Alert::since).reversed());
        return List.copyOf(all);
    }

    /** The newest health of a version. */
    public Optional<Health> health(VersionRef version) {
        return Optional.ofNullable(health.get(version));
    }

    /** Records whose checksum holds but which this version of the library cannot read. */
    public int unreadable() {
        return unreadable;
    }

    private static <T> void keep(Deque<T> kept, T next, int most) {
        kept.addLast(next);
        if (kept.size() > most) {
            kept.removeFirst();
        }
    }

    private void each(Path folder, String log, Consumer<ByteBuffer> reader) {
        SegmentLog.read(folder, log, record -> {
            try {
                reader.accept(record);
            } catch (UncheckedIOException | IllegalArgumentException | EdgeException e) {
                unreadable++;
            }
        });
    }
}
