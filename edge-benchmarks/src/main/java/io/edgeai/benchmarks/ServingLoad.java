package io.edgeai.benchmarks;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * Closed loops of callers on one model for a while: each sends its next request when it has the answer to the last, and
 * at least one however late it gets a processor.
 * Counts answers, CPU time of the Java threads and answers that are not the caller's own.
 */
final class ServingLoad {
    /** How requests reach the model. */
    enum Side {
        /** Threads, each with own pinned tensors, straight on ONNX Runtime. */
        DIRECT,
        /** Threads in {@code predict}. */
        BLOCKING,
        /** So many requests of {@code predictAsync} in flight, each followed by the next in its callback. */
        ASYNC,
        /** One thread with so many inputs to {@code predictAll}. */
        BULK,
        /** One thread that fills a pinned batch by hand: what batching can give at most. */
        CURVE
    }

    /**
     * What one slice of time gave.
     *
     * @param perCpuSecond answers for each second of CPU time
     * @param perSecond answers for each second
     * @param latencies nanoseconds of a call, whole batches for BULK and CURVE
     * @param wrong answers that were not the right ones
     */
    record Slice(double perCpuSecond, double perSecond, Histogram latencies, long wrong) {}

    private interface Call {
        void once() throws Exception;
    }

    private interface Preparing {
        Call caller(int index) throws Exception;
    }

    private final PinnedModel pinned;
    private final ModelEndpoint endpoint;
    private final int concurrency;
    private final float[][] inputs;
    private final float[][] expected;
    private final long nanos;
    private final AtomicInteger wrong = new AtomicInteger();
    private volatile boolean over;

    ServingLoad(ServedNet net, PinnedModel pinned, ModelEndpoint endpoint, int concurrency, long millis)
            throws Exception {
        this.pinned = pinned;
        this.endpoint = endpoint;
        this.concurrency = concurrency;
        this.nanos = millis * 1_000_000;
        this.inputs = new float[concurrency][];
        this.expected = new float[concurrency][];
        try (PinnedModel.Caller alone = pinned.caller(1)) {
            for (int i = 0; i < concurrency; i++) {
                inputs[i] = net.input(i);
                expected[i] = alone.predict(inputs[i]);
            }
        }
    }

    Slice run(Side side) throws Exception {
        over = false;
        wrong.set(0);
        return switch (side) {
            case DIRECT ->
                threads(concurrency, 1, i -> {
                    PinnedModel.Caller caller = pinned.caller(1);
                    return () -> check(i, caller.predict(inputs[i]));
                });
            case BLOCKING -> threads(concurrency, 1, i -> () -> check(i, endpoint.predict(inputs[i])));
            case ASYNC -> asynchronous(i -> endpoint.predictAsync(inputs[i]));
            case BULK -> threads(1, concurrency, i -> () -> checkAll(endpoint.predictAll(inputs)));
            case CURVE ->
                threads(1, concurrency, i -> {
                    PinnedModel.Caller caller = pinned.caller(concurrency);
                    return () -> checkAll(caller.predictAll(inputs));
                });
        };
    }

    /** Threads that ask by named tensors, each the same request again and again. */
    Slice named(UnaryOperator<Map<String, Tensor>> model, Function<float[], Map<String, Tensor>> request, String output)
            throws Exception {
        over = false;
        wrong.set(0);
        return threads(concurrency, 1, i -> {
            Map<String, Tensor> mine = request.apply(inputs[i]);
            return () -> check(i, floats(model.apply(mine), output));
        });
    }

    /** So many named requests in flight, each followed by the next in its callback. */
    Slice namedAsync(Function<float[], Map<String, Tensor>> request, String output) throws InterruptedException {
        over = false;
        wrong.set(0);
        List<Map<String, Tensor>> requests = Arrays.stream(inputs).map(request).toList();
        return asynchronous(i -> endpoint.predictAsync(requests.get(i)).thenApply(answer -> floats(answer, output)));
    }

    private static float[] floats(Map<String, Tensor> answer, String output) {
        Tensor tensor = answer.get(output);
        return tensor == null ? new float[0] : tensor.floats();
    }

    private void checkAll(float[][] answers) {
        for (int i = 0; i < answers.length; i++) {
            check(i, answers[i]);
        }
    }

    private void check(int i, float[] answer) {
        int last = answer.length - 1;
        if (!(Math.abs(answer[0] - expected[i][0]) <= 1e-3f && Math.abs(answer[last] - expected[i][last]) <= 1e-3f)) {
            wrong.incrementAndGet();
        }
    }

    private Slice threads(int count, int each, Preparing preparing) throws Exception {
        CountDownLatch ready = new CountDownLatch(count);
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch resting = new CountDownLatch(count);
        CountDownLatch counted = new CountDownLatch(1);
        Histogram[] latencies = new Histogram[count];
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            Call call = preparing.caller(i);
            Histogram mine = histogram();
            latencies[i] = mine;
            threads[i] = new Thread(() -> {
                ready.countDown();
                try {
                    start.await();
                    do {
                        long before = System.nanoTime();
                        call.once();
                        mine.recordValue(Math.min(System.nanoTime() - before, 10_000_000_000L));
                    } while (!over);
                } catch (Exception e) {
                    wrong.incrementAndGet();
                }
                resting.countDown();
                await(counted);
            });
            threads[i].start();
        }
        ready.await();
        long cpu = CpuClock.ofLivingThreads();
        long began = System.nanoTime();
        start.countDown();
        Thread.sleep(nanos / 1_000_000);
        over = true;
        resting.await();
        Slice slice = slice(cpu, began, each, latencies);
        counted.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return slice;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Slice asynchronous(IntFunction<CompletableFuture<float[]>> predict) throws InterruptedException {
        Histogram[] latencies = new Histogram[concurrency];
        CountDownLatch finished = new CountDownLatch(concurrency);
        long cpu = CpuClock.ofLivingThreads();
        long began = System.nanoTime();
        for (int i = 0; i < concurrency; i++) {
            latencies[i] = histogram();
            send(predict, i, latencies[i], finished);
        }
        Thread.sleep(nanos / 1_000_000);
        over = true;
        finished.await();
        return slice(cpu, began, 1, latencies);
    }

    private void send(
            IntFunction<CompletableFuture<float[]>> predict, int i, Histogram latencies, CountDownLatch finished) {
        long before = System.nanoTime();
        var ignored = predict.apply(i).whenComplete((answer, error) -> {
            latencies.recordValue(Math.min(System.nanoTime() - before, 10_000_000_000L));
            if (error != null) {
                wrong.incrementAndGet();
            } else {
                check(i, answer);
            }
            if (over) {
                finished.countDown();
            } else {
                send(predict, i, latencies, finished);
            }
        });
    }

    private Slice slice(long cpuBefore, long began, int each, Histogram[] latencies) {
        double wall = (System.nanoTime() - began) / 1e9;
        double cpu = Math.max(1_000, CpuClock.ofLivingThreads() - cpuBefore) / 1e9;
        Histogram all = histogram();
        for (Histogram one : latencies) {
            all.add(one);
        }
        double answers = (double) each * all.getTotalCount();
        return new Slice(answers / cpu, answers / wall, all, wrong.get());
    }

    private static Histogram histogram() {
        return new Histogram(64, 10_000_000_000L, 2);
    }
}
