package io.edgeai.core.serving;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;

/** How requests wait for each other, and how many of them may. Not thread-safe. */
public abstract sealed class QueueSettings<B extends QueueSettings<B>> permits ModelEndpoint.Builder {
    private static final Duration LONGEST_DELAY = Duration.ofDays(365);

    private int maxBatch = 32;
    private Duration maxBatchDelay = Duration.ZERO;
    private int maxQueue = 1024;
    private QueuePolicy queuePolicy = QueuePolicy.REFUSE_NEW;
    private int workers = Runtime.getRuntime().availableProcessors();

    QueueSettings() {}

    abstract B self();

    int maxBatch() {
        return maxBatch;
    }

    int maxQueue() {
        return maxQueue;
    }

    /** @param deadlineNanos of a request, 0 for none */
    Batcher.Settings settings(long deadlineNanos) {
        return new Batcher.Settings(maxBatch, maxBatchDelay, maxQueue, queuePolicy, deadlineNanos, workers);
    }

    /** Most samples, or rows of named tensors, run together, 1 to 4096; default 32. */
    public B maxBatch(int samples) {
        if (samples < 1 || samples > BatchCurve.LARGEST) {
            throw new InvalidInputException("maxBatch (" + samples + ") must be 1 to 4096.");
        }
        this.maxBatch = samples;
        return self();
    }

    /**
     * How long an asynchronous request may wait for company; default 0. It waits only where batches pay and requests
     * came faster than this as of late.
     */
    public B maxBatchDelay(Duration longest) {
        if (longest.isNegative() || longest.compareTo(LONGEST_DELAY) > 0) {
            throw new InvalidInputException("maxBatchDelay (" + longest + ") must be 0 to 365 days.");
        }
        this.maxBatchDelay = longest;
        return self();
    }

    /** Who fails where an asynchronous request finds the queue full; default the newcomer. */
    public B queuePolicy(QueuePolicy policy) {
        this.queuePolicy = policy;
        return self();
    }

    /** Most threads that run asynchronous requests, 1 to 1024; default the processors. */
    public B workers(int threads) {
        if (threads < 1 || threads > 1024) {
            throw new InvalidInputException("workers (" + threads + ") must be 1 to 1024.");
        }
        this.workers = threads;
        return self();
    }

    /** Asynchronous requests, and callers of {@code predict}, that may wait, at least 1; default 1024. */
    public B maxQueue(int requests) {
        if (requests < 1) {
            throw new InvalidInputException("maxQueue (" + requests + ") must be at least 1.");
        }
        this.maxQueue = requests;
        return self();
    }
}
