package io.edgeai.federated.transport;

import io.edgeai.core.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets a bounded number of updates in at a time, in the order in which they were announced, so that memory does not grow
 * with the number of participants. Who is slower than the patience loses its place. Thread-safe.
 */
final class Uploads {
    private final int atOnce;
    private final long patienceNanos;
    private final Ticker ticker;
    private final Executor executor;
    private final Map<Upload, Long> running = new LinkedHashMap<>();
    private final Deque<Upload> waiting = new ArrayDeque<>();

    /** Somebody with an update to send; told on the executor. */
    interface Upload {
        void granted();

        void tooSlow();
    }

    Uploads(int atOnce, long patienceNanos, Ticker ticker, Executor executor) {
        this.atOnce = atOnce;
        this.patienceNanos = patienceNanos;
        this.ticker = ticker;
        this.executor = executor;
    }

    void request(Upload upload) {
        synchronized (this) {
            waiting.add(upload);
        }
        next();
    }

    /** It has arrived, or never will. */
    void done(Upload upload) {
        synchronized (this) {
            running.remove(upload);
            waiting.remove(upload);
        }
        next();
    }

    /** Takes the place of who is too slow; to be called now and then. */
    void evict() {
        Upload slow;
        while ((slow = oldestBeyondPatience()) != null) {
            executor.execute(slow::tooSlow);
            next();
        }
    }

    private synchronized @Nullable Upload oldestBeyondPatience() {
        for (Map.Entry<Upload, Long> entry : running.entrySet()) {
            if (ticker.nanos() - entry.getValue() > patienceNanos) {
                running.remove(entry.getKey());
                return entry.getKey();
            }
        }
        return null;
    }

    private void next() {
        Upload granted;
        while ((granted = take()) != null) {
            executor.execute(granted::granted);
        }
    }

    private synchronized @Nullable Upload take() {
        if (running.size() >= atOnce || waiting.isEmpty()) {
            return null;
        }
        Upload next = waiting.remove();
        running.put(next, ticker.nanos());
        return next;
    }
}
