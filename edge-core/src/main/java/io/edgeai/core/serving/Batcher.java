package io.edgeai.core.serving;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs waiting requests together. A worker takes what is there, waits at most the delay for more, and runs samples of
 * the right length as one batch. Before the first batch it runs two samples alone and together: where the answers
 * differ, the model's answers depend on batch-mates and it never batches. Thread-safe.
 */
final class Batcher implements AutoCloseable {
    private static final float TOLERANCE = 1e-4f;

    private final UnaryOperator<float[]> run;
    private final IntSupplier sampleLength;
    private final int maxBatch;
    private final long delayNanos;
    private final BlockingQueue<Request> queue;
    private final Ticker ticker;
    private volatile Batching batching = Batching.UNKNOWN;
    private volatile boolean closed;
    private volatile @Nullable Thread worker;
    private final Request wakeUp = new Request(new float[0]);

    private enum Batching {
        UNKNOWN,
        SAFE,
        NEVER
    }

    private static final class Request {
        final float[] input;
        final CompletableFuture<float[]> answer = new CompletableFuture<>();

        Request(float[] input) {
            this.input = input;
        }
    }

    Batcher(
            UnaryOperator<float[]> run,
            IntSupplier sampleLength,
            int maxBatch,
            Duration delay,
            int maxQueue,
            Ticker ticker) {
        this.run = run;
        this.sampleLength = sampleLength;
        this.maxBatch = maxBatch;
        this.delayNanos = delay.toNanos();
        this.queue = new ArrayBlockingQueue<>(maxQueue);
        this.ticker = ticker;
    }

    /** Forgets what was learned about batching; the next batch finds out again. */
    void modelChanged() {
        batching = Batching.UNKNOWN;
    }

    CompletableFuture<float[]> submit(float[] input) {
        start();
        Request request = new Request(input.clone());
        if (!queue.offer(request)) {
            throw new OverloadedException("The queue of (" + queue.size()
                    + ") asynchronous requests is full. Maybe wait for some answers, or raise maxQueue.");
        }
        if (closed) {
            failAllWaiting();
        }
        return request.answer;
    }

    float[][] runAll(float[][] inputs) {
        float[][] answers = new float[inputs.length][];
        for (int from = 0; from < inputs.length; from += maxBatch) {
            int to = Math.min(inputs.length, from + maxBatch);
            float[][] chunk = Arrays.copyOfRange(inputs, from, to);
            if (mayBatch(chunk)) {
                System.arraycopy(together(chunk), 0, answers, from, chunk.length);
            } else {
                for (int i = from; i < to; i++) {
                    answers[i] = run.apply(inputs[i]);
                }
            }
        }
        return answers;
    }

    private void work() {
        List<Request> batch = new ArrayList<>(maxBatch);
        while (!closed) {
            try {
                batch.clear();
                batch.add(queue.take());
                gather(batch);
                batch.remove(wakeUp);
                answer(batch);
            } catch (InterruptedException e) {
                closed = true;
            }
        }
        failAllWaiting();
    }

    private void gather(List<Request> batch) throws InterruptedException {
        queue.drainTo(batch, maxBatch - batch.size());
        if (delayNanos == 0) {
            return;
        }
        long end = ticker.nanos() + delayNanos;
        while (batch.size() < maxBatch) {
            long left = end - ticker.nanos();
            Request next = left <= 0 ? null : queue.poll(left, TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            batch.add(next);
            queue.drainTo(batch, maxBatch - batch.size());
        }
    }

    private void answer(List<Request> batch) {
        float[][] inputs = batch.stream().map(request -> request.input).toArray(float[][]::new);
        if (inputs.length > 1) {
            try {
                if (mayBatch(inputs)) {
                    float[][] answers = together(inputs);
                    for (int i = 0; i < answers.length; i++) {
                        batch.get(i).answer.complete(answers[i]);
                    }
                    return;
                }
            } catch (RuntimeException e) {
                for (Request request : batch) {
                    alone(request);
                }
                return;
            }
        }
        batch.forEach(this::alone);
    }

    private void alone(Request request) {
        try {
            request.answer.complete(run.apply(request.input));
        } catch (RuntimeException | Error e) {
            request.answer.completeExceptionally(e);
        }
    }

    private boolean mayBatch(float[][] inputs) {
        int length = sampleLength.getAsInt();
        if (inputs.length < 2 || maxBatch < 2 || length == 0 || batching == Batching.NEVER) {
            return false;
        }
        for (float[] input : inputs) {
            if (input.length != length) {
                return false;
            }
        }
        if (batching == Batching.UNKNOWN) {
            batching = independent(inputs[0], inputs[inputs.length - 1]) ? Batching.SAFE : Batching.NEVER;
        }
        return batching == Batching.SAFE;
    }

    private boolean independent(float[] first, float[] second) {
        float[] a = run.apply(first);
        float[] b = run.apply(second);
        float[] both = run.apply(concatenated(new float[][] {first, second}));
        return both.length == a.length + b.length
                && close(a, Arrays.copyOf(both, a.length))
                && close(b, Arrays.copyOfRange(both, a.length, both.length));
    }

    private static boolean close(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            if (!(Math.abs(a[i] - b[i]) <= TOLERANCE * Math.max(1, Math.abs(a[i])) || Float.compare(a[i], b[i]) == 0)) {
                return false;
            }
        }
        return true;
    }

    private float[][] together(float[][] inputs) {
        float[] output = run.apply(concatenated(inputs));
        if (output.length % inputs.length != 0) {
            throw new LifecycleException("A batch of (" + inputs.length + ") gave (" + output.length
                    + ") values, which cannot be shared out. Maybe set maxBatch(1).");
        }
        int each = output.length / inputs.length;
        float[][] answers = new float[inputs.length][];
        for (int i = 0; i < inputs.length; i++) {
            answers[i] = Arrays.copyOfRange(output, i * each, (i + 1) * each);
        }
        return answers;
    }

    private static float[] concatenated(float[][] inputs) {
        int length = inputs[0].length;
        float[] all = new float[Math.multiplyExact(length, inputs.length)];
        for (int i = 0; i < inputs.length; i++) {
            System.arraycopy(inputs[i], 0, all, i * length, length);
        }
        return all;
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
