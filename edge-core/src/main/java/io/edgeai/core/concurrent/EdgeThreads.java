package io.edgeai.core.concurrent;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Thread factories whose threads are daemons named {@code edgeai-<purpose>-<n>}, n counting from 1. Thread-safe. */
public final class EdgeThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger next = new AtomicInteger();

    private EdgeThreads(String purpose) {
        this.prefix = "edgeai-" + purpose + "-";
    }

    /** A factory for threads that serve one purpose, e.g. {@code "batcher"}. */
    public static EdgeThreads named(String purpose) {
        return new EdgeThreads(purpose);
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, prefix + next.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
