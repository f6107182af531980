package io.edgeai.core.serving;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded backlog of requests and the workers that empty it. A worker takes what is there, up to a batch; it waits
 * for more, at most the delay, only where batches pay and the requests of the last while let expect company. The first
 * worker starts with the first request, the next only where what waits would keep one busy for longer than some wake-ups
 * cost. Thread-safe.
 */
final class Batcher implements AutoCloseable {
    private final Consumer<List<Request<?>>> answering;
    private final Predicate<List<Request<?>>> pays;
    private final Settings settings;
    private final Ticker ticker;
    private final Backlog backlog;
    private final Admission admission;
    private final Worker[] workers;
    private volatile boolean closed;
    private volatile int wanted = Integer.MAX_VALUE;
    private volatile @Nullable Thread gathering;

    /**
     * How requests wait.
     *
     * @param delay longest wait for company
     * @param deadlineNanos of a request from its submission, 0 for none
     */
    record Settings(int maxBatch, Duration delay, int maxQueue, QueuePolicy policy, long deadlineNanos, int workers) {}

    /**
     * @param answering completes each request it is given and throws nothing
     * @param pays whether one more than these may be worth waiting for
     */
    Batcher(Consumer<List<Request<?>>> answering, Predicate<List<Request<?>>> pays, Settings settings, Ticker ticker) {
        this.answering = answering;
        this.pays = pays;
        this.settings = settings;
        this.ticker = ticker;
        this.backlog = new Backlog(settings.maxQueue());
        this.admission = new Admission(settings, ticker.nanos());
        ThreadFactory threads = EdgeThreads.named("batcher");
        this.workers = new Worker[settings.workers()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(threads);
        }
    }

    /** Lets a request wait for a worker, with a copy of the input unless it is refused; see {@link #submit(LongFunction)}. */
    CompletableFuture<float[]> submit(float[] input, Priority priority) {
        return submit(since -> new SampleRequest(input.clone(), since, priority));
    }

    /**
     * Lets a request wait for a worker.
     *
     * @param made what to wait, since when; not made where it is refused
     * @throws OverloadedException where the backlog is full, or so long that half the deadline would pass in it
     */
    <A> CompletableFuture<A> submit(LongFunction<? extends Request<A>> made) {
        int waiting = backlog.size();
        if (admission.refuses(waiting)) {
            throw admission.refusal(waiting);
        }
        if (waiting >= settings.maxQueue() && settings.policy() == QueuePolicy.REFUSE_NEW) {
            throw full(waiting);
        }
        long oldest = backlog.oldest();
        long now = ticker.nanos();
        admission.admit(waiting, oldest, now);
        Request<A> request = made.apply(now);
        while (!backlog.offer(request)) {
            makeRoom();
        }
        if (closed) {
            failAllWaiting();
        } else if (backlog.size() >= wanted) {
            LockSupport.unpark(gathering);
        } else if (!workers[0].wake() && workers.length > 1 && admission.spreads(backlog.size())) {
            wakeAnother();
        }
        return request.answer;
    }

    private void makeRoom() {
        OverloadedException full = full(backlog.size());
        Request<?> oldest = settings.policy() == QueuePolicy.DROP_OLDEST ? backlog.pollOldest() : null;
        if (oldest == null) {
            throw full;
        }
        oldest.answer.completeExceptionally(full);
    }

    private static OverloadedException full(int waiting) {
        return OverloadedException.refusal(() -> "The queue of (" + waiting
                + ") asynchronous requests is full. Maybe wait for some answers, or raise maxQueue.");
    }

    private void wakeAnother() {
        for (int i = 1; i < workers.length; i++) {
            if (workers[i].wake()) {
                return;
            }
        }
    }

    /** One thread, started at its first wake-up. */
    private final class Worker implements Runnable {
        private final ThreadFactory threads;
        private final AtomicBoolean idle = new AtomicBoolean(true);
        private volatile @Nullable Thread thread;
        private final Admission.Pace pace = admission.new Pace();
        private long lastDrain = ticker.nanos();
        /** Mean time between arrivals as of late; 0 before anything is known. */
        private long gapNanos;

        Worker(ThreadFactory threads) {
            this.threads = threads;
        }

        /** False where it is at work already. */
        boolean wake() {
            if (!idle.get() || !idle.compareAndSet(true, false)) {
                return false;
            }
            Thread woken = thread;
            if (woken == null) {
                start();
            } else {
                LockSupport.unpark(woken);
            }
            return true;
        }

        private void start() {
            synchronized (workers) {
                if (!closed) {
                    Thread started = threads.newThread(this);
                    thread = started;
                    started.start();
                }
            }
        }

        @Override
        public void run() {
            List<Request<?>> batch = new ArrayList<>(settings.maxBatch());
            while (!closed) {
                backlog.drain(batch, settings.maxBatch());
                if (batch.isEmpty()) {
                    rest();
                    continue;
                }
                gather(batch);
                if (admission.spreads(backlog.size())) {
                    wakeAnother();
                }
                long began = ticker.nanos();
                answering.accept(batch);
                pace.learn(batch, began, ticker.nanos());
                batch.clear();
            }
            failAllWaiting();
        }

        private void rest() {
            idle.set(true);
            admission.nobodyWaits(ticker.nanos());
            while (idle.get() && !closed) {
                if (backlog.size() > 0 && idle.compareAndSet(true, false)) {
                    return;
                }
                LockSupport.park(Batcher.this);
            }
        }

        private void gather(List<Request<?>> batch) {
            long now = ticker.nanos();
            long gap = (now - lastDrain) / batch.size();
            gapNanos = gapNanos == 0 ? 1 : gapNanos - gapNanos / 4 + gap / 4;
            lastDrain = now;
            long delay = settings.delay().toNanos();
            int missing = settings.maxBatch() - batch.size();
            if (delay == 0 || missing == 0 || gapNanos > delay || !pays.test(batch)) {
                return;
            }
            long end = System.nanoTime() + delay;
            gathering = Thread.currentThread();
            wanted = missing;
            while (backlog.size() < missing && !closed && end - System.nanoTime() > 0) {
                LockSupport.parkNanos(Batcher.this, end - System.nanoTime());
                if (Thread.interrupted()) {
                    break;
                }
            }
            wanted = Integer.MAX_VALUE;
            backlog.drain(batch, missing);
        }
    }

    private void failAllWaiting() {
        for (Request<?> request = backlog.pollOldest(); request != null; request = backlog.pollOldest()) {
            request.answer.completeExceptionally(
                    new LifecycleException("The endpoint was closed before this request ran."));
        }
    }

    /**
     * Lets the workers finish what they run, ends them and fails what still waits. Called on a worker, it waits for none: two
     * of them would wait for each other.
     */
    @Override
    public void close() {
        synchronized (workers) {
            closed = true;
        }
        boolean onWorker = Arrays.stream(workers).anyMatch(worker -> worker.thread == Thread.currentThread());
        boolean interrupted = false;
        for (Worker worker : workers) {
            Thread running = worker.thread;
            LockSupport.unpark(running);
            while (running != null && running.isAlive() && !onWorker) {
                try {
                    running.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        failAllWaiting();
    }
}
