package io.edgeai.core.ensemble;

import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The stages of one model at work on different requests at the same time: a thread a stage, between them queues of 2
 * requests by default. Where the first queue is full, callers wait, so that nothing piles up. Each stage takes the values it
 * names from the caller or from any stage before. One request that fails, is cancelled or runs out of time does not hold
 * up the others. Answers come in the order of submission. Thread-safe. Closing finishes what is under way and closes the
 * stages.
 */
public final class StagedSession extends ComposedSession {
    private final List<InferenceSession> stages;
    private final List<Set<String>> taken = new ArrayList<>();
    private final List<Set<String>> neededAfter;
    private final List<BlockingQueue<Job>> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ThreadFactory factory;
    private final Ticker ticker;
    /** A request under way: everything known of it that is still needed. The last one tells each stage to end. */
    private record Job(
            Map<String, Tensor> known,
            Deadline deadline,
            CompletableFuture<Map<String, Tensor>> answer,
            boolean last) {}

    private StagedSession(Builder builder, StagePlan plan) {
        super("pipeline", plan.signature(), builder.ticker);
        this.stages = List.copyOf(builder.stages);
        this.neededAfter = plan.neededAfter();
        this.factory = builder.factory;
        this.ticker = builder.ticker;
        for (InferenceSession stage : stages) {
            taken.add(StagePlan.names(stage.signature().inputs()));
            queues.add(new ArrayBlockingQueue<>(builder.queueDepth));
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Number of stages, each with a thread of its own. */
    public int stages() {
        return stages.size();
    }

    /** {@link #submit(Map, Duration)} without a deadline. */
    public CompletableFuture<Map<String, Tensor>> submit(Map<String, Tensor> inputs) {
        return submit(inputs, null);
    }

    /**
     * Hands a request to the first stage, waiting for room. Cancelling the future skips the stages that have not begun.
     *
     * @param deadline longest time from now to the answer, or null for none
     * @return the outputs; fails with what {@link #run} would throw
     * @throws io.edgeai.core.error.LifecycleException after close
     * @throws io.edgeai.core.error.InferenceTimeoutException where there was no room in time
     * @throws OperationCancelledException where the thread is interrupted while it waits
     */
    public CompletableFuture<Map<String, Tensor>> submit(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        Deadline until = Deadline.in(deadline, ticker);
        return whileOpen(() -> {
            try {
                Specs.check(signature().inputs(), inputs);
            } catch (InvalidInputException e) {
                return CompletableFuture.failedFuture(e);
            }
            return enter(inputs, until);
        });
    }

    private CompletableFuture<Map<String, Tensor>> enter(Map<String, Tensor> inputs, Deadline deadline) {
        start();
        Job job = new Job(new HashMap<>(inputs), deadline, new CompletableFuture<>(), false);
        try {
            if (!queues.get(0).offer(job, deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
                throw deadline.passed();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return job.answer();
    }

    private void start() {
        synchronized (threads) {
            if (threads.isEmpty()) {
                for (int stage = 0; stage < stages.size(); stage++) {
                    int mine = stage;
                    Thread thread = factory.newThread(() -> work(mine));
                    threads.add(thread);
                    thread.start();
                }
            }
        }
    }

    @Override
    protected Map<String, Tensor> answer(Map<String, Tensor> inputs, Deadline deadline) {
        CompletableFuture<Map<String, Tensor>> answer = enter(inputs, deadline);
        try {
            return answer.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(false);
            throw deadline.passed();
        } catch (InterruptedException e) {
            answer.cancel(false);
            throw interrupted(e);
        } catch (CancellationException e) {
            throw new OperationCancelledException("The request was cancelled. Maybe ask again.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EdgeException reason) {
                throw reason;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new InferenceException("A stage failed (" + e.getCause() + ").", e.getCause());
        }
    }

    private static OperationCancelledException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OperationCancelledException(
                "The thread was interrupted while it waited for the pipeline. Maybe ask again.", e);
    }

    private void work(int stage) {
        BlockingQueue<Job> mine = queues.get(stage);
        @Nullable BlockingQueue<Job> next = stage + 1 < queues.size() ? queues.get(stage + 1) : null;
        Job job;
        do {
            job = take(mine);
            if (!job.last() && !job.answer().isDone()) {
                step(stage, job, next == null);
            }
            if (next != null && (job.last() || !job.answer().isDone())) {
                put(next, job);
            }
        } while (!job.last());
    }

    private void step(int stage, Job job, boolean last) {
        try {
            Map<String, Tensor> own = new HashMap<>(job.known());
            own.keySet().retainAll(taken.get(stage));
            job.known().putAll(stages.get(stage).run(own, job.deadline().remaining()));
            job.known().keySet().retainAll(neededAfter.get(stage));
            if (last) {
                job.answer().complete(outputs(job.known()));
            }
        } catch (RuntimeException | Error e) {
            job.answer().completeExceptionally(e);
        }
    }

    private Map<String, Tensor> outputs(Map<String, Tensor> known) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        signature().outputs().forEach(spec -> {
            Tensor tensor = known.get(spec.name());
            if (tensor != null) {
                outputs.put(spec.name(), tensor);
            }
        });
        return outputs;
    }

    /** Only closing ends a stage; interrupts do not. */
    private static Job take(BlockingQueue<Job> queue) {
        @Nullable Job job = null;
        while (job == null) {
            try {
                job = queue.take();
            } catch (InterruptedException e) {
                job = queue.poll();
            }
        }
        return job;
    }

    /** Whether the thread was interrupted meanwhile. */
    private static boolean put(BlockingQueue<Job> queue, Job job) {
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(job);
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    @Override
    protected void release() {
        boolean interrupted = false;
        if (!threads.isEmpty()) {
            interrupted =
                    put(queues.get(0), new Job(Map.of(), Deadline.in(null, ticker), new CompletableFuture<>(), true));
        }
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Closing.all(stages);
    }

    /** Configures a pipeline. Needs stages and outputs; by default queues of 2 requests. Not thread-safe. */
    public static final class Builder {
        private final List<InferenceSession> stages = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private ThreadFactory factory = EdgeThreads.named("stage");
        private Ticker ticker = Ticker.system();
        private int queueDepth = 2;

        private Builder() {}

        /** The next stage. Inputs that no stage before gives are the pipeline's. */
        public Builder stage(InferenceSession session) {
            stages.add(session);
            return this;
        }

        /** Names of the pipeline's outputs, in order, from any stages. */
        public Builder outputs(List<String> names) {
            outputs.addAll(names);
            return this;
        }

        /** Requests that may wait before each stage, 1 to 10,000; default 2. */
        public Builder queueDepth(int requests) {
            if (requests < 1 || requests > 10_000) {
                throw new InvalidInputException("queueDepth (" + requests + ") must be 1 to 10000.");
            }
            this.queueDepth = requests;
            return this;
        }

        /** Makes the threads of the stages. */
        public Builder threads(ThreadFactory threads) {
            this.factory = threads;
            return this;
        }

        /** The clock of deadlines; default the system's. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /** @throws InvalidInputException listing every problem: outputs nobody gives, names twice, types that differ */
        public StagedSession build() {
            return new StagedSession(this, new StagePlan(stages, outputs));
        }
    }
}
