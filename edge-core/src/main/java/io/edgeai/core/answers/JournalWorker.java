package io.edgeai.core.answers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the thread of a journal does: takes what waits and writes it as one block, at most some 200 times a second where few
 * requests come, so that those who answer have nobody to wake.
 */
final class JournalWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWorker.class);

    /** Bounds what a damaged place takes with it. */
    private static final int MOST_IN_BLOCK = 256;

    private static final long GATHERING = 5_000_000;
    private static final long OFFERER_AT_WORK = 100_000;
    private static final long BETWEEN_SYNCS = 5_000_000_000L;
    private static final long BETWEEN_PRUNINGS = 3_600_000_000_000L;
    private static final long BETWEEN_WARNINGS = 60_000_000_000L;

    private final JournalWriter writer;
    private final AnswerRing<Waiting> ring;
    private final LongAdder dropped;
    private final LongAdder kept = new LongAdder();
    private final List<Waiting> batch = new ArrayList<>(MOST_IN_BLOCK);
    private final Object news = new Object();
    private volatile boolean sleeping;
    private volatile boolean hurried;
    private volatile boolean ending;
    private volatile @Nullable Thread thread;

    /** Requests that were written or failed to be, and whether no more will be; both guarded by {@link #news}. */
    private long done;

    private boolean ended;

    private long droppedTold;
    private long synced = System.nanoTime();
    private long pruned = synced - BETWEEN_PRUNINGS;
    private long warned = synced - BETWEEN_WARNINGS;

    JournalWorker(JournalWriter writer, AnswerRing<Waiting> ring, LongAdder dropped) {
        this.writer = writer;
        this.ring = ring;
        this.dropped = dropped;
    }

    /** Something was offered. */
    void offered() {
        if (sleeping) {
            sleeping = false;
            LockSupport.unpark(thread);
        }
    }

    long kept() {
        return kept.sum();
    }

    /** Waits until what was offered before is written or has failed to be; false where that takes longer or ended. */
    boolean flush(long nanos) {
        long target = ring.given();
        long end = System.nanoTime() + nanos;
        hurried = true;
        LockSupport.unpark(thread);
        synchronized (news) {
            while (done < target) {
                long left = end - System.nanoTime();
                if (ended || left <= 0) {
                    return false;
                }
                try {
                    news.wait(1 + left / 1_000_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    /** Has the thread write what waits, and end. */
    void end() {
        ending = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (true) {
            boolean last = ending;
            ring.take(batch, MOST_IN_BLOCK);
            if (batch.isEmpty()) {
                if (last && !ring.waiting()) {
                    break;
                }
                sleep();
            } else {
                boolean full = batch.size() == MOST_IN_BLOCK;
                write();
                if (!full && !hurried && !ending) {
                    LockSupport.parkNanos(this, GATHERING);
                }
            }
            upkeep();
        }
        guarded(writer::close);
        synchronized (news) {
            ended = true;
            news.notifyAll();
        }
    }

    private void sleep() {
        hurried = false;
        sleeping = true;
        if (ring.waiting()) {
            LockSupport.parkNanos(this, OFFERER_AT_WORK);
        } else if (!ending) {
            long now = System.nanoTime();
            long untilPruning = BETWEEN_PRUNINGS - (now - pruned);
            long untilSync = writer.unsynced() ? BETWEEN_SYNCS - (now - synced) : untilPruning;
            LockSupport.parkNanos(this, Math.max(1, Math.min(untilPruning, untilSync)));
        }
        sleeping = false;
    }

    private void write() {
        long lost = dropped.sum();
        boolean whole = guarded(() -> writer.write(batch, lost - droppedTold));
        if (whole) {
            droppedTold = lost;
            kept.add(batch.size());
        } else {
            dropped.add(batch.size());
        }
        synchronized (news) {
            done += batch.size();
            news.notifyAll();
        }
        batch.clear();
    }

    private void upkeep() {
        long now = System.nanoTime();
        if (now - pruned >= BETWEEN_PRUNINGS) {
            pruned = now;
            guarded(writer::prune);
        }
        if (now - synced >= BETWEEN_SYNCS) {
            synced = now;
            guarded(writer::sync);
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    /** False where it failed, which is logged once a minute. */
    private boolean guarded(Writing work) {
        try {
            work.run();
            return true;
        } catch (IOException | RuntimeException e) {
            long now = System.nanoTime();
            if (now - warned >= BETWEEN_WARNINGS) {
                warned = now;
                LOG.warn("It cannot be kept who answers which request, which is counted as dropped: {}", e.toString());
            }
            return false;
        }
    }
}
