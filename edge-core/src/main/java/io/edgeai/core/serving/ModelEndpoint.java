package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.Shadow;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model that answers. Routes each request to a version, runs it on the caller's thread under a deadline and tells
 * the listener of that version how long it took. Versions can be swapped while threads predict: a request that meets a
 * version just closed is routed again. Thread-safe. Closing waits for requests in flight and closes the sessions.
 */
public final class ModelEndpoint implements NamedCalls, AutoCloseable {
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(365);

    private final Function<VersionRef, InferenceSession> opener;
    private final Ticker ticker;
    private final @Nullable Duration deadline;
    private final long deadlineNanos;
    private final Versions versions;
    private final Dispatcher dispatcher;
    private final Batcher batcher;
    private final Mirror mirror;
    private final AnswerKeeper keeper;
    private final Function<VersionRef, Shadow.State> shadows;

    private ModelEndpoint(Builder builder, Function<VersionRef, InferenceSession> opener, TrafficSplit split) {
        this.opener = opener;
        this.ticker = builder.ticker;
        this.deadline = builder.deadline;
        this.deadlineNanos = deadline == null ? 0 : deadline.toNanos();
        this.mirror = new Mirror(builder.taps);
        this.keeper = builder.keeper;
        this.shadows = builder.shadows;
        int sampleMask = builder.sampleEvery == 0 ? -1 : Integer.highestOneBit(builder.sampleEvery) - 1;
        this.versions = new Versions(
                new Versions.Making(opener, builder.listeners, builder.profiles, builder.warmUps),
                current -> new Arm.Settings(
                        ticker, sampleMask, builder.maxBatch(), builder.maxQueue(), mirror, new Referee(current)),
                ticker,
                builder.standby);
        this.dispatcher = new Dispatcher(versions::routes, builder.maxBatch(), deadlineNanos, ticker);
        this.batcher = new Batcher(dispatcher::answer, this::mayPay, builder.settings(deadlineNanos), ticker);
        versions.open(split);
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
     * @throws io.edgeai.core.error.InferenceException where the engine failed, or the version refuses what the first version
     *     of the split takes
     * @throws LifecycleException after close
     */
    public float[] predict(float[] input) {
        while (true) {
            Routes current = versions.routes();
            try {
                return current.any().predict(input, deadlineNanos);
            } catch (LifecycleException e) {
                versions.retryOrThrow(current, e);
            }
        }
    }

    /** As {@link #predict(float[])}; the same unit id always meets the same version while the split stands. */
    public float[] predict(String unitId, float[] input) {
        return versions.routed(current -> current.forUnit(unitId).predict(input, deadlineNanos));
    }

    /** As {@link #predict(String, float[])}, and says which version answered. */
    public Answer answer(String unitId, float[] input) {
        return versions.routed(current -> {
            Arm arm = current.forUnit(unitId);
            return new Answer(arm.version, arm.predict(input, deadlineNanos));
        });
    }

    /** As {@link #predict(float[])} for a caller who says more, and says which version answered. */
    public Answer answer(Caller caller, float[] input) {
        long nanos = nanos(caller.longest());
        return versions.routed(current -> {
            Arm arm = current.forCaller(caller);
            Answer answer = new Answer(arm.version, arm.predict(input, nanos, caller.priority()));
            keep(caller, arm, current);
            return answer;
        });
    }

    @Override
    public NamedAnswer answer(Caller caller, Map<String, Tensor> inputs) {
        long nanos = nanos(caller.longest());
        return versions.routed(current -> {
            Arm arm = current.forCaller(caller);
            NamedAnswer answer = new NamedAnswer(arm.version, arm.run(inputs, nanos, caller.priority()));
            keep(caller, arm, current);
            return answer;
        });
    }

    private void keep(Caller caller, Arm arm, Routes current) {
        String requestId = caller.requestId();
        if (requestId != null && !requestId.isEmpty()) {
            keeper.answered(requestId, caller.unitId(), arm.version, current.split);
        }
    }

    @Override
    public CompletableFuture<Map<String, Tensor>> predictAsync(
            Map<String, Tensor> inputs, Priority priority, @Nullable Duration longest) {
        versions.routes();
        Map<String, Tensor> own = new LinkedHashMap<>(inputs);
        return batcher.submit(since -> new NamedRequest(own, since, priority, nanos(longest)));
    }

    @Override
    public List<Map<String, Tensor>> predictAll(List<Map<String, Tensor>> inputs) {
        return dispatcher.answerNamed(inputs);
    }

    /** The endpoint's deadline, or what a caller allows where that is shorter; 0 for none. */
    private long nanos(@Nullable Duration longest) {
        Duration shorter =
                longest != null && (deadline == null || longest.compareTo(deadline) < 0) ? longest : deadline;
        return shorter == null
                ? 0
                : Math.max(1, (shorter.compareTo(LONGEST_DEADLINE) < 0 ? shorter : LONGEST_DEADLINE).toNanos());
    }

    /** As {@link #predict(float[])}; where callers wait for a slot, those of higher priority go first. */
    public float[] predict(float[] input, Priority priority) {
        return versions.routed(current -> current.any().predict(input, deadlineNanos, priority));
    }

    /**
     * Answers later, on a worker of the endpoint, from a copy of the input. Requests that wait together run as one
     * batch where the model's answers stay the same and come sooner, which is tried once for each size. The deadline
     * counts from now; a cancelled future is skipped, and {@code cancel(true)} stops it where it runs alone; one request
     * that fails does not fail its neighbours. The future fails with the exceptions of {@link #predict(float[])}. What
     * depends on it runs on the worker unless given an executor.
     *
     * @throws io.edgeai.core.error.OverloadedException where the queue is full (default 1024), or where half of the
     *     deadline would pass in it
     * @throws LifecycleException after close
     */
    public CompletableFuture<float[]> predictAsync(float[] input) {
        return predictAsync(input, Priority.NORMAL);
    }

    /** As {@link #predictAsync(float[])}; requests of higher priority leave the queue first. */
    public CompletableFuture<float[]> predictAsync(float[] input, Priority priority) {
        versions.routes();
        return batcher.submit(input, priority);
    }

    private boolean mayPay(List<Request<?>> requests) {
        Routes current = versions.routesOrNull();
        return current != null && current.arms[0].company.mayPay(requests);
    }

    /**
     * Answers for many inputs in order, on this thread, in batches where that pays. The deadline counts for each batch.
     *
     * @throws RuntimeException what {@link #predict(float[])} throws, for the first input in order that fails
     */
    public float[][] predictAll(float[][] inputs) {
        return dispatcher.answer(inputs);
    }

    /**
     * Puts another split in force: opens versions that are new and not on standby, then closes those that left, once
     * their requests in flight are answered and their time on standby is over. Where a version cannot be opened, the split
     * stays as it was.
     *
     * @throws LifecycleException after close
     */
    public void split(TrafficSplit split) {
        versions.split(split);
    }

    /** Closes versions whose time on standby is over; also every change of the split does. */
    public void closeExpired() {
        versions.closeExpired();
    }

    /**
     * Runs a version on copies of a part of the requests, out of the callers' way, and compares its answers; see
     * {@link Shadow}. Takes the place of the shadow before.
     *
     * @param fraction of the requests, above 0, at most 1
     * @throws LifecycleException after close
     */
    public void shadow(VersionRef version, double fraction) {
        versions.whileOpen(() ->
                mirror.replace(Shadow.start(version, opener, fraction, deadline, ticker, shadows.apply(version))));
    }

    /** Ends the shadow, where there is one. */
    public void endShadow() {
        mirror.replace(null);
    }

    /** What the shadow has shown so far; empty where there is none. */
    public Optional<ShadowReport> shadowReport() {
        return Optional.ofNullable(mirror.shadow()).map(Shadow::report);
    }

    /** {@link #shadowReport} as it can be kept and gone on from. */
    public Optional<Shadow.State> shadowState() {
        return Optional.ofNullable(mirror.shadow()).map(Shadow::state);
    }

    /** Requests that a tap would have taken, had it had room for them. */
    public long tapDropped() {
        return mirror.dropped();
    }

    public TrafficSplit split() {
        return versions.routes().split;
    }

    /** Inputs and outputs of the first version in the split. */
    public Signature signature() {
        return versions.routes().arms[0].session.signature();
    }

    /** Requests answered so far by each version in the split. */
    public Map<VersionRef, Long> answered() {
        Map<VersionRef, Long> counts = new LinkedHashMap<>();
        for (Arm arm : versions.routes().arms) {
            counts.put(arm.version, arm.answered());
        }
        return counts;
    }

    /** Whether {@link #close} was called. */
    public boolean closed() {
        return versions.routesOrNull() == null;
    }

    /**
     * Waits for requests in flight, fails asynchronous ones that wait, and closes the sessions. What depends on an
     * asynchronous answer may close the endpoint that gave it.
     */
    @Override
    public void close() {
        List<AutoCloseable> open = new ArrayList<>(versions.end());
        open.add(mirror);
        batcher.close(); // after no more may come, and without a lock that what its workers still run may want
        Closing.all(open);
    }

    /**
     * Configures an endpoint. Needs an opener and a split; by default no deadline, no listener, every 128th pair of
     * input and output offered to the listener, batches of at most 32 that wait for nobody, and 1024 asynchronous
     * requests waiting. Not thread-safe.
     */
    public static final class Builder extends QueueSettings<Builder> {
        private @Nullable Function<VersionRef, InferenceSession> opener;
        private @Nullable TrafficSplit split;
        private InferenceListener.Factory listeners = version -> InferenceListener.NONE;
        private final List<RequestTap> taps = new ArrayList<>();
        private AnswerKeeper keeper = AnswerKeeper.NONE;
        private Function<VersionRef, Shadow.State> shadows = version -> Shadow.State.fresh();
        private Function<VersionRef, BatchProfile> profiles = version -> BatchProfile.UNKNOWN;
        private Function<VersionRef, WarmUp> warmUps = version -> WarmUp.NONE;
        private Ticker ticker = Ticker.system();
        private @Nullable Duration deadline;
        private int sampleEvery = 128;
        private Duration standby = Duration.ZERO;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

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

        /**
         * Hands copies of a part of the answered requests to a consumer, e.g. for an audit, on a thread of its own; where 1024
         * wait for it, more are dropped and counted by {@link #tapDropped}. May be called several times. Closing the endpoint
         * lets the consumer have what waits, within 5 s.
         *
         * @param fraction of the requests, above 0, at most 1; the others cost the caller no memory
         */
        public Builder tap(double fraction, Consumer<TappedRequest> consumer) {
            taps.add(new RequestTap(fraction, consumer));
            return this;
        }

        /** Hears who answered requests that bear an id, see {@link Caller}; default nobody. */
        public Builder answers(AnswerKeeper journal) {
            this.keeper = journal;
            return this;
        }

        /** What a shadow has shown before it begins, asked for whenever one does; default nothing. */
        public Builder shadows(Function<VersionRef, Shadow.State> known) {
            this.shadows = known;
            return this;
        }

        /** What is known of how a version takes to batches; default nothing, so that sizes are tried when they first come. */
        public Builder batchProfiles(Function<VersionRef, BatchProfile> known) {
            this.profiles = known;
            return this;
        }

        /** What a version answers before its first request, whenever one is opened; default nothing. */
        public Builder warmUp(Function<VersionRef, WarmUp> requests) {
            this.warmUps = requests;
            return this;
        }

        /** Measures latencies; default the system's. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /** Longest time for one answer, above 0, at most 365 days; default none. Precise to about a millisecond. */
        public Builder deadline(Duration longest) {
            if (longest.isZero() || longest.isNegative() || longest.compareTo(LONGEST_DEADLINE) > 0) {
                throw new InvalidInputException(
                        "Deadline (" + longest + ") must be above 0 and at most 365 days. Maybe leave it out.");
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

        /** How long a version that left the split stays open, so that going back to it opens nothing; default 0. */
        public Builder standby(Duration time) {
            if (time.isNegative() || time.compareTo(LONGEST_DEADLINE) > 0) {
                throw new InvalidInputException("standby (" + time + ") must be 0 to 365 days.");
            }
            this.standby = time;
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
