package io.edgeai.core.registry;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What readers see: an immutable snapshot, brought up to date from the audit's new entries over a connection of its
 * own, so that readers never wait for writers. Thread-safe.
 */
final class Memory {
    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);
    private static final long STALE_NANOS = 1_000_000_000;

    private final Path home;
    private final Catalog catalog;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Snapshot snapshot = Snapshot.EMPTY;
    private volatile long checkedAt;
    private volatile boolean followed;

    Memory(Path home, Catalog catalog, Ticker ticker) {
        this.home = home;
        this.catalog = catalog;
        this.ticker = ticker;
    }

    @FunctionalInterface
    interface Read<T> {
        T of(Catalog catalog) throws SQLException;
    }

    /** Runs a query over the readers' connection. */
    <T> T read(Read<T> query) {
        lock.lock();
        try {
            current();
            return catalog.reading(() -> query.of(catalog));
        } finally {
            lock.unlock();
        }
    }

    /** Shows all that was committed before the call, by any registry of the home. */
    Snapshot fresh() {
        lock.lock();
        try {
            Snapshot before = current();
            Snapshot next = catalog.latest(before);
            snapshot = next;
            checkedAt = ticker.nanos();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** What is in memory where that is how it was after an entry, otherwise as {@link #fresh}. */
    Snapshot asOf(long sequence) {
        Snapshot now = current();
        return now.sequence() == sequence ? now : fresh();
    }

    /**
     * As {@link #fresh}, after a change that is durable already and must not be reported as failed: where reading fails,
     * the next {@link #recent} tries again.
     */
    void freshIfPossible() {
        try {
            fresh();
        } catch (StorageException | ModelIntegrityException e) {
            checkedAt = ticker.nanos() - STALE_NANOS - 1;
            LOG.warn("A change of {} is recorded but not yet shown: {}", home, e.getMessage());
        }
    }

    /**
     * As {@link #freshIfPossible}, where what changed is known and memory showed all that was before, so that nothing is
     * read.
     *
     * @param first the number of the first entry of the change
     * @param last the number of its last entry
     * @param at when it was known to be the last of all
     */
    void changed(long first, long last, Map<VersionRef, Entry> changes, long at) {
        lock.lock();
        try {
            Snapshot before = current();
            if (before.sequence() == first - 1 && before.damaged().isEmpty()) {
                snapshot = before.with(last, new HashMap<>(changes));
                checkedAt = at;
            } else {
                freshIfPossible();
            }
        } finally {
            lock.unlock();
        }
    }

    long now() {
        return ticker.nanos();
    }

    /** From now on somebody else sees to it that memory is fresh, and {@link #recent} never looks itself. */
    void followed() {
        followed = true;
    }

    /** What is in memory. Once a second one caller looks for news first while the others go on. */
    Snapshot recent() {
        if (!followed && ticker.nanos() - checkedAt > STALE_NANOS && lock.tryLock()) {
            try {
                if (ticker.nanos() - checkedAt > STALE_NANOS) {
                    fresh();
                }
            } catch (StorageException | ModelIntegrityException e) {
                checkedAt = ticker.nanos();
                LOG.warn("Serving the last known versions of {}: {}", home, e.getMessage());
            } finally {
                lock.unlock();
            }
        }
        return current();
    }

    /** @throws LifecycleException after close */
    Snapshot current() {
        Snapshot current = snapshot;
        if (current == null) {
            throw new LifecycleException("Registry (" + home + ") is closed. Maybe open another.");
        }
        return current;
    }

    /** Whether this call closed it. */
    boolean close() {
        lock.lock();
        try {
            if (snapshot == null) {
                return false;
            }
            snapshot = null;
            catalog.close();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
