package io.edgeai.core.concurrent;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that a fast thread leaves to a slow one: a bounded ring and one daemon thread, started by the first piece. Who offers
 * never waits; what finds the ring full is dropped and counted. Work that fails is logged. Thread-safe.
 */
public final class Tap implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tap.class);

    private final String name;
    private final LongAdder dropped = new LongAdder();
    private final ThreadPoolExecutor worker;

    /**
     * A tap without a thread yet.
     *
     * @param name of its thread, behind {@code edgeai-}
     * @param capacity pieces that may wait, at least 1
     */
    public Tap(String name, int capacity) {
        this.name = name;
        this.worker = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(capacity),
                EdgeThreads.named(name),
                (work, executor) -> dropped.increment());
    }

    /** Whether a piece offered now would probably be kept; counts as dropped where not, so that nothing is copied for it. */
    public boolean wants() {
        boolean room = worker.getQueue().remainingCapacity() > 0;
        if (!room) {
            dropped.increment();
        }
        return room;
    }

    /** Leaves a piece of work to the thread, or drops it. */
    public void offer(Runnable work) {
        worker.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("Work on tap ({}) failed.", name, e);
            }
        });
    }

    /** Pieces that found the ring full, or the tap closed. */
    public long dropped() {
        return dropped.sum();
    }

    /** Lets the thread do what waits, and ends it; false where that takes longer, and the rest is left undone. */
    public boolean finish(Duration longest) {
        worker.shutdown();
        try {
            return worker.awaitTermination(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            close();
        }
    }

    /** Interrupts the thread and leaves what waits undone. Closing twice does nothing. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
