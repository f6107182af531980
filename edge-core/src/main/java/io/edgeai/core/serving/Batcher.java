package io.edgeai.core.serving;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of requests and the worker that empties it: takes what is there, waits at most the delay for more,
 * and passes on up to a batch at once. The worker starts with the first request. Thread-safe.
 */
final class Batcher implements AutoCloseable {
    private final Consumer<List<Request>> answering;
    private final int maxBatch;
    private final long delayNanos;
    private final BlockingQueue<Request> queue;
    private final Request wakeUp = new Request(new float[0], 0);
    private volatile boolean closed;
    private volatile @Nullable Thread worker;

    /** @param answering completes each request it is given and throws nothing */
    Batcher(Consumer<List<Request>> answering, int maxBatch, Duration delay, int maxQueue) {
        this.answering = answering;
        this.maxBatch = maxBatch;
        this.delayNanos = delay.toNanos();
        this.queue = new ArrayBlockingQueue<>(maxQueue);
    }

    CompletableFuture<float[]> submit(Request request) {
        start();
        if (!queue.offer(request)) {
            throw new OverloadedException("The queue of (" + queue.size()
                    + ") asynchronous requests is full. Maybe wait for some answers, or raise maxQueue.");
        }
        if (closed) {
            failAllWaiting();
        }
        return request.answer;
    }

    private void work() {
        List<Request> batch = new ArrayList<>(maxBatch);
        while (!closed) {
            try {
                batch.add(queue.take());
                gather(batch);
            } catch (InterruptedException e) {
                closed = true;
            }
            batch.remove(wakeUp);
            answering.accept(batch);
            batch.clear();
        }
        failAllWaiting();
    }

    private void gather(List<Request> batch) throws InterruptedException {
        queue.drainTo(batch, maxBatch - batch.size());
        long end = delayNanos == 0 ? 0 : System.nanoTime() + delayNanos;
        while (delayNanos > 0 && batch.size() < maxBatch && !closed) {
            Request next = queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            batch.add(next);
            queue.drainTo(batch, maxBatch - batch.size());
        }
    }

    private void start() {
        if (worker == null) {
            synchronized (this) {
                if (worker == null && !closed) {
                    Thread started = EdgeThreads.named("batcher").newThread(this::work);
                    worker = started;
                    started.start();
                }
            }
        }
    }

    private void failAllWaiting() {
        for (Request request = queue.poll(); request != null; request = queue.poll()) {
            request.answer.completeExceptionally(
                    new LifecycleException("The endpoint was closed before this request ran."));
        }
    }

    /** Lets the worker finish what it runs, ends it and fails what still waits. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = worker;
        }
        queue.offer(wakeUp);
        boolean interrupted = false;
        while (running != null && running.isAlive() && running != Thread.currentThread()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        failAllWaiting();
    }
}
