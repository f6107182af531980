package io.edgeai.monitor.history;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.health.Health;
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
    private int unreadable;

    private Recorded() {}

    private record Incident(VersionRef version, SignalKind signal, Instant since) {}

    /**
     * Reads a folder, also while a monitor writes there.
     *
     * @throws io.edgeai.core.error.StorageException where a file cannot be read
     */
    public static Recorded read(Path folder) {
        Recorded found = new Recorded();
        for (Tier tier : Tier.values()) {
            Map<VersionRef, Deque<WindowSummary>> ofTier = new TreeMap<>();
            found.windows.put(tier, ofTier);
            found.each(folder, MonitorHistory.fileOf(tier), record -> {
                HistoryCodec.VersionWindow next = HistoryCodec.window(record);
                Deque<WindowSummary> kept = ofTier.computeIfAbsent(next.version(), version -> new ArrayDeque<>());
                kept.addLast(next.window());
                if (kept.size() > (tier == Tier.FINE ? KEEP_FINE : KEEP_OTHER)) {
                    kept.removeFirst();
                }
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
