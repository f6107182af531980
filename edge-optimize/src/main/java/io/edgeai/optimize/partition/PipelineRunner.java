package io.edgeai.optimize.partition;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of a split network. {@link #run} does one sample after the other on the caller's thread;
 * {@link #submit} keeps a thread a stage busy with different samples, between them queues of 2 samples by default, and
 * blocks where the first queue is full. Answers come in the order of submission. Thread-safe.
 */
public final class PipelineRunner implements AutoCloseable {
    private final PipelineSplit split;
    private final List<InferenceSession> sessions;
    private final List<BlockingQueue<Job>> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ThreadFactory factory;
    private final int depth;
    private final Object gate = new Object();
    private boolean closed;

    private PipelineRunner(PipelineSplit split, List<InferenceSession> sessions, int depth, ThreadFactory factory) {
        this.split = split;
        this.sessions = sessions;
        this.depth = depth;
        this.factory = factory;
    }

    /** A sample under way: everything known of it so far. */
    private record Job(Map<String, Tensor> known, CompletableFuture<Map<String, Tensor>> answer, boolean last) {
        static Job end() {
            return new Job(Map.of(), new CompletableFuture<>(), true);
        }
    }

    /** Opens the stages in one process, with queues of 2 samples. */
    public static PipelineRunner open(InferenceRuntime runtime, PipelineSplit split) {
        return open(runtime, split, 2);
    }

    /**
     * Opens the stages in one process.
     *
     * @param queueDepth samples that may wait before each stage, 1 to 10,000
     */
    public static PipelineRunner open(InferenceRuntime runtime, PipelineSplit split, int queueDepth) {
        if (queueDepth < 1 || queueDepth > 10_000) {
            throw new InvalidInputException("queueDepth (" + queueDepth + ") must be 1 to 10000.");
        }
        List<InferenceSession> sessions = new ArrayList<>();
        try {
            for (PipelineStage stage : split.stages()) {
                sessions.add(runtime.open(OnnxWriter.toBytes(stage.graph()), split.options()));
            }
        } catch (RuntimeException e) {
            sessions.forEach(InferenceSession::close);
            throw e;
        }
        return new PipelineRunner(split, sessions, queueDepth, EdgeThreads.named("pipeline"));
    }

    /** What a part takes of the values known; a value that is missing is left to the engine to complain of. */
    static Map<String, Tensor> inputs(OnnxGraph part, Map<String, Tensor> known) {
        Map<String, Tensor> inputs = new HashMap<>();
        for (OnnxValue input : part.feeds()) {
            Tensor tensor = known.get(input.name());
            if (tensor != null) {
                inputs.put(input.name(), tensor);
            }
        }
        return inputs;
    }

    /**
     * Runs all stages on this thread.
     *
     * @return the network's outputs, in its order
     * @throws io.edgeai.core.error.EdgeException as {@link InferenceSession#run}
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        Map<String, Tensor> known = new HashMap<>(inputs);
        for (int stage = 0; stage < sessions.size(); stage++) {
            known.putAll(
                    sessions.get(stage).run(inputs(split.stages().get(stage).graph(), known)));
        }
        return outputs(known);
    }

    /**
     * Hands a sample to the first stage's thread, waiting for room in its queue. Threads start at the first call.
     *
     * @return the network's outputs; fails with what {@link #run} would throw, or {@link LifecycleException} where the
     *     runner is closed before the answer is there
     * @throws LifecycleException after close
     * @throws InterruptedException where the thread is interrupted while it waits
     */
    public CompletableFuture<Map<String, Tensor>> submit(Map<String, Tensor> inputs) throws InterruptedException {
        BlockingQueue<Job> first = started();
        Job job = new Job(new HashMap<>(inputs), new CompletableFuture<>(), false);
        first.put(job);
        synchronized (gate) {
            if (closed) {
                job.answer().completeExceptionally(closedNow());
            }
        }
        return job.answer();
    }

    private BlockingQueue<Job> started() {
        synchronized (gate) {
            if (closed) {
                throw closedNow();
            }
            if (threads.isEmpty()) {
                sessions.forEach(session -> queues.add(new ArrayBlockingQueue<>(depth)));
                for (int stage = 0; stage < sessions.size(); stage++) {
                    int mine = stage;
                    Thread thread = factory.newThread(() -> work(mine));
                    threads.add(thread);
                    thread.start();
                }
            }
            return queues.get(0);
        }
    }

    private void work(int stage) {
        BlockingQueue<Job> mine = queues.get(stage);
        @Nullable BlockingQueue<Job> next = stage + 1 < queues.size() ? queues.get(stage + 1) : null;
        Job job = Job.end();
        try {
            do {
                job = mine.take();
                if (!job.last() && !job.answer().isDone()) {
                    step(stage, job, next == null);
                }
                if (next != null && (job.last() || !job.answer().isDone())) {
                    next.put(job);
                }
            } while (!job.last());
        } catch (InterruptedException e) {
            job.answer().completeExceptionally(closedNow());
            Thread.currentThread().interrupt();
        }
    }

    private void step(int stage, Job job, boolean end) {
        try {
            job.known()
                    .putAll(sessions.get(stage)
                            .run(inputs(split.stages().get(stage).graph(), job.known())));
            if (end) {
                job.answer().complete(outputs(job.known()));
            }
        } catch (RuntimeException e) {
            job.answer().completeExceptionally(e);
        }
    }

    private Map<String, Tensor> outputs(Map<String, Tensor> known) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (String output : split.outputs()) {
            Tensor tensor = known.get(output);
            if (tensor != null) {
                outputs.put(output, tensor);
            }
        }
        return outputs;
    }

    private static LifecycleException closedNow() {
        return new LifecycleException("The pipeline is closed. Maybe open another one.");
    }

    /** Lets samples under way finish, then frees the stages. Closing twice does nothing. */
    @Override
    public void close() {
        List<Thread> running;
        synchronized (gate) {
            if (closed) {
                return;
            }
            closed = true;
            running = List.copyOf(threads);
        }
        boolean interrupted = false;
        if (!running.isEmpty()) {
            interrupted = finish(running);
        }
        sessions.forEach(InferenceSession::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the closing thread was interrupted: it then stops the stages instead of waiting. */
    private boolean finish(List<Thread> running) {
        try {
            queues.get(0).put(Job.end());
            for (Thread thread : running) {
                thread.join();
            }
            return false;
        } catch (InterruptedException e) {
            running.forEach(Thread::interrupt);
            return true;
        } finally {
            for (BlockingQueue<Job> queue : queues) {
                List<Job> left = new ArrayList<>();
                queue.drainTo(left);
                left.forEach(job -> job.answer().completeExceptionally(closedNow()));
            }
        }
    }
}
