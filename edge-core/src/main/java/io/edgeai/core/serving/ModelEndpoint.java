package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model that answers. Routes each request to a version, runs it on the caller's thread under a deadline and tells
 * the listener of that version how long it took. Versions can be swapped while threads predict: a request that meets a
 * version just closed is routed again. Thread-safe. Closing waits for requests in flight and closes the sessions.
 */
public final class ModelEndpoint implements AutoCloseable {
    private final Function<VersionRef, InferenceSession> opener;
    private final InferenceListener.Factory listeners;
    private final Ticker ticker;
    private final long deadlineNanos;
    private final @Nullable Duration deadline;
    private final int sampleMask;
    private final Batcher batcher;
    private final Object changing = new Object();
    private volatile @Nullable Routes routes;

    private ModelEndpoint(Builder builder, Function<VersionRef, InferenceSession> opener, TrafficSplit split) {
        this.opener = opener;
        this.listeners = builder.listeners;
        this.ticker = builder.ticker;
        this.deadline = builder.deadline;
        this.deadlineNanos = deadline == null ? 0 : deadline.toNanos();
        this.sampleMask = builder.sampleEvery == 0 ? -1 : Integer.highestOneBit(builder.sampleEvery) - 1;
        this.batcher = new Batcher(
                this::predict, this::sampleLength, builder.maxBatch, builder.maxBatchDelay, builder.maxQueue, ticker);
        split(split);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Answers for one input, on this thread.
     *
     * @param input row-major values of the model's one float input
     * @return row-major values of its first output
     * @throws InvalidInputException where the model takes something else
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline
     * @throws io.edgeai.core.error.InferenceException where the engine failed
     * @throws LifecycleException after close
     */
    public float[] predict(float[] input) {
        while (true) {
            Routes current = routes();
            Arm arm = current.any();
            try {
                return predict(arm, input);
            } catch (LifecycleException e) {
                retryOrThrow(current, e);
            }
        }
    }

    /** As {@link #predict(float[])}; the same unit id always meets the same version while the split stands. */
    public float[] predict(String unitId, float[] input) {
        while (true) {
            Routes current = routes();
            Arm arm = current.forUnit(unitId);
            try {
                return predict(arm, input);
            } catch (LifecycleException e) {
                retryOrThrow(current, e);
            }
        }
    }

    /** Answers for named tensors of any type: all outputs by name. */
    public Map<String, Tensor> predict(Map<String, Tensor> inputs) {
        while (true) {
            Routes current = routes();
            Arm arm = current.any();
            try {
                return predict(arm, inputs);
            } catch (LifecycleException e) {
                retryOrThrow(current, e);
            }
        }
    }

    /**
     * Answers later, on a worker. Requests that wait together run as one batch where the model allows it; one that
     * fails does not fail its neighbours. The future fails with the exceptions of {@link #predict(float[])}.
     *
     * @throws io.edgeai.core.error.OverloadedException where the queue is full (default 1024)
     */
    public CompletableFuture<float[]> predictAsync(float[] input) {
        routes();
        return batcher.submit(input);
    }

    /** Answers for many inputs in order, in batches where the model allows it. */
    public float[][] predictAll(float[][] inputs) {
        return batcher.runAll(inputs);
    }

    /** Puts another split in force; opens versions that are new and closes those that left. */
    public void split(TrafficSplit split) {
        synchronized (changing) {
            Routes before = routes;
            Map<VersionRef, Arm> kept = new HashMap<>();
            if (before != null) {
                for (Arm arm : before.arms) {
                    kept.put(arm.version, arm);
                }
            }
            List<Arm> opened = new ArrayList<>();
            Arm[] arms = new Arm[split.arms().size()];
            try {
                for (int i = 0; i < arms.length; i++) {
                    VersionRef version = split.arms().get(i).version();
                    Arm arm = kept.remove(version);
                    if (arm == null) {
                        arm = new Arm(version, opener.apply(version), listeners.listen(version));
                        opened.add(arm);
                    }
                    arms[i] = arm;
                }
            } catch (RuntimeException e) {
                opened.forEach(arm -> arm.session.close());
                throw e;
            }
            routes = new Routes(split, arms);
            batcher.modelChanged();
            kept.values().forEach(arm -> arm.session.close());
        }
    }

    public TrafficSplit split() {
        return routes().split;
    }

    /** Inputs and outputs of the first version in the split. */
    public Signature signature() {
        return routes().arms[0].session.signature();
    }

    /** Requests answered so far by each version in the split. */
    public Map<VersionRef, Long> answered() {
        Map<VersionRef, Long> counts = new LinkedHashMap<>();
        for (Arm arm : routes().arms) {
            counts.put(arm.version, arm.answered.sum());
        }
        return counts;
    }

    @Override
    public void close() {
        synchronized (changing) {
            Routes last = routes;
            routes = null;
            batcher.close();
            if (last != null) {
                for (Arm arm : last.arms) {
                    arm.session.close();
                }
            }
        }
    }

    private float[] predict(Arm arm, float[] input) {
        long start = ticker.nanos();
        float[] output;
        try {
            output = arm.session.predict(input, deadlineNanos);
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            arm.failed.increment();
            arm.listener.failure(ticker.nanos() - start, e);
            throw e;
        }
        arm.listener.success(ticker.nanos() - start);
        arm.answered.increment();
        if ((ThreadLocalRandom.current().nextInt() & sampleMask) == 0) {
            arm.listener.sample(input.clone(), output.clone());
        }
        return output;
    }

    private Map<String, Tensor> predict(Arm arm, Map<String, Tensor> inputs) {
        long start = ticker.nanos();
        Map<String, Tensor> outputs;
        try {
            outputs = arm.session.run(inputs, deadline);
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            arm.failed.increment();
            arm.listener.failure(ticker.nanos() - start, e);
            throw e;
        }
        arm.listener.success(ticker.nanos() - start);
        arm.answered.increment();
        return outputs;
    }

    private int sampleLength() {
        return routes().arms[0].session.sampleLength();
    }

    private Routes routes() {
        Routes current = routes;
        if (current == null) {
            throw new LifecycleException("The endpoint is closed. Maybe serve the model again.");
        }
        return current;
    }

    private void retryOrThrow(Routes used, LifecycleException e) {
        if (routes == used || routes == null) {
            throw e;
        }
    }

    /**
     * Configures an endpoint. Needs an opener and a split; by default no deadline, no listener, every 128th pair of
     * input and output offered to the listener, batches of at most 32 that wait for nobody, and 1024 asynchronous
     * requests waiting. Not thread-safe.
     */
    public static final class Builder {
        private @Nullable Function<VersionRef, InferenceSession> opener;
        private @Nullable TrafficSplit split;
        private InferenceListener.Factory listeners = version -> InferenceListener.NONE;
        private Ticker ticker = Ticker.system();
        private @Nullable Duration deadline;
        private int sampleEvery = 128;
        private int maxBatch = 32;
        private Duration maxBatchDelay = Duration.ZERO;
        private int maxQueue = 1024;

        private Builder() {}

        /** Gives a fresh session for a version; the endpoint closes it. */
        public Builder opener(Function<VersionRef, InferenceSession> function) {
            this.opener = function;
            return this;
        }

        public Builder split(TrafficSplit first) {
            this.split = first;
            return this;
        }

        public Builder listeners(InferenceListener.Factory factory) {
            this.listeners = factory;
            return this;
        }

        /** Measures latencies; default the system's. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /** Longest time for one answer, above 0; default none. Stopping is precise to about a millisecond. */
        public Builder deadline(Duration longest) {
            if (longest.isZero() || longest.isNegative()) {
                throw new InvalidInputException("Deadline (" + longest + ") must be above 0. Maybe leave it out.");
            }
            this.deadline = longest;
            return this;
        }

        /** Offers about every n-th answer to the listener, n rounded down to a power of two; 0 offers none. */
        public Builder sampleEvery(int n) {
            if (n < 0) {
                throw new InvalidInputException("sampleEvery (" + n + ") must not be negative.");
            }
            this.sampleEvery = n;
            return this;
        }

        /** Most samples run together by bulk and asynchronous calls, 1 to 4096; default 32. */
        public Builder maxBatch(int samples) {
            if (samples < 1 || samples > 4096) {
                throw new InvalidInputException("maxBatch (" + samples + ") must be 1 to 4096.");
            }
            this.maxBatch = samples;
            return this;
        }

        /** How long an asynchronous request may wait for company; default 0. */
        public Builder maxBatchDelay(Duration longest) {
            if (longest.isNegative()) {
                throw new InvalidInputException("maxBatchDelay (" + longest + ") must not be negative.");
            }
            this.maxBatchDelay = longest;
            return this;
        }

        /** Asynchronous requests that may wait, at least 1; default 1024. */
        public Builder maxQueue(int requests) {
            if (requests < 1) {
                throw new InvalidInputException("maxQueue (" + requests + ") must be at least 1.");
            }
            this.maxQueue = requests;
            return this;
        }

        public ModelEndpoint build() {
            if (opener == null || split == null) {
                throw new InvalidInputException("An endpoint needs (opener: " + (opener == null ? "missing" : "set")
                        + ", split: " + (split == null ? "missing" : "set") + "). Maybe set both before build().");
            }
            return new ModelEndpoint(this, Objects.requireNonNull(opener), Objects.requireNonNull(split));
        }
    }
}
