package io.edgeai.monitor.history;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records what a monitor sees in a folder, one log for each tier of windows, one for alerts and one for health. Fine and
 * minute windows take two fifths of the bound each; a window takes about 200 bytes, so by default an hour-long look back is
 * there for 35 versions. One monitor records in a folder at a time. Thread-safe.
 */
public final class MonitorHistory implements AutoCloseable {
    /** Bytes of a history, by default. */
    public static final long DEFAULT_BYTES = 32L << 20;

    static final String ALERTS = "alerts";
    static final String HEALTH = "health";
    static final String STATE = ".state";

    private static final long LEAST_BYTES = 1L << 20;

    private final Path folder;
    private final FileChannel lockFile;
    private final Map<Tier, SegmentLog> windows = new EnumMap<>(Tier.class);
    private final SegmentLog alerts;
    private final SegmentLog health;

    private MonitorHistory(Path folder, FileChannel lockFile, long maxBytes) {
        this.folder = folder;
        this.lockFile = lockFile;
        for (Tier tier : Tier.values()) {
            windows.put(tier, SegmentLog.open(folder, fileOf(tier), maxBytes * (tier == Tier.LONG ? 1 : 4) / 10));
        }
        this.alerts = SegmentLog.open(folder, ALERTS, maxBytes / 20);
        this.health = SegmentLog.open(folder, HEALTH, maxBytes / 20);
    }

    /**
     * Opens a folder for recording; empty where another monitor, here or in another process, records there.
     *
     * @param folder made where it is missing
     * @param maxBytes of all files, 1 MiB or more
     * @throws StorageException where the folder cannot be used
     */
    public static Optional<MonitorHistory> open(Path folder, long maxBytes) {
        if (maxBytes < LEAST_BYTES) {
            throw new InvalidInputException(
                    "History of (" + maxBytes + ") bytes is below 1 MiB. Maybe use MonitorHistory.DEFAULT_BYTES.");
        }
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new MonitorHistory(folder, channel, maxBytes));
        } catch (IOException | StorageException e) {
            closeQuietly(channel, e);
            throw new StorageException(
                    "History in (" + folder + ") cannot be opened: " + e.getMessage()
                            + ". Maybe the folder belongs to another user.",
                    e);
        }
    }

    /** Records a closed window. */
    public synchronized void window(VersionRef version, Tier tier, WindowSummary window) {
        log(tier).append(HistoryCodec.window(version, window));
    }

    /** Records a closed window of a host's series. */
    public synchronized void series(String series, Tier tier, SeriesWindow window) {
        log(tier).append(SeriesCodec.bytes(series, window));
    }

    /** Keeps something learnt, in place of what was kept of it before; not counted in the bound. */
    public synchronized void state(String name, Instant at, byte[] state) {
        StateFile.write(folder, name + STATE, at, state);
    }

    /** Records how an alert stands now. */
    public synchronized void alert(Alert alert) {
        alerts.append(HistoryCodec.alert(alert));
    }

    /** Records how a version does. */
    public synchronized void health(VersionRef version, Health now) {
        health.append(HistoryCodec.health(version, now));
    }

    /** Puts everything on the disk and lets another monitor record. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        List<AutoCloseable> parts = new ArrayList<>(windows.values());
        parts.add(alerts);
        parts.add(health);
        parts.add(lockFile);
        StorageException first = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                StorageException failure = new StorageException("History cannot be closed: " + e.getMessage(), e);
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    static String fileOf(Tier tier) {
        return switch (tier) {
            case FINE -> "fine";
            case COARSE -> "minutes";
            case LONG -> "hours";
        };
    }

    private SegmentLog log(Tier tier) {
        SegmentLog log = windows.get(tier);
        if (log == null) {
            throw new IllegalStateException("Tier (" + tier + ") has no log.");
        }
        return log;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held in this process
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel, Exception why) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
    }
}
