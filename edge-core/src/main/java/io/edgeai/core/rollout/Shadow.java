package io.edgeai.core.rollout;

import io.edgeai.core.concurrent.Tap;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.SequentialDifference;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a version on copies of requests that another one has answered, on a thread of its own, and compares the answers.
 * Whoever asked never waits for it and never sees it: a request that finds 256 others waiting is dropped and counted.
 * Thread-safe. Closing ends the thread after the request it is at and closes the session.
 */
public final class Shadow implements AutoCloseable {
    private static final int WAITING = 256;

    private final VersionRef version;
    private final InferenceSession session;
    private final @Nullable Duration deadline;
    private final Ticker ticker;
    private final int threshold;
    private final Tap tap = new Tap("shadow", WAITING);
    private final SequentialDifference slower;
    private final long droppedBefore;
    private volatile boolean closed;
    private long compared;
    private long agreeing;
    private long failed;
    private double largest;
    private double sumOfMeans;
    private double frontNanos;
    private double shadowNanos;
    private @Nullable String lastFailure;

    /**
     * What a shadow has shown, fit for JSON, to go on from after a restart or to be counted with what others have shown.
     *
     * @param compared requests that both answered
     * @param agreeing those with the same answer
     * @param failed requests that only the version in front answered
     * @param dropped requests that found the queue full
     * @param largest absolute difference of two output values
     * @param sumOfMeans over the requests, of the mean absolute difference
     * @param frontNanos that the version in front took for the compared requests
     * @param shadowNanos that the shadow took
     * @param slower milliseconds by which it takes longer
     * @param lastFailure what the latest of the failures said, null where there was none
     */
    public record State(
            long compared,
            long agreeing,
            long failed,
            long dropped,
            double largest,
            double sumOfMeans,
            double frontNanos,
            double shadowNanos,
            SequentialDifference.State slower,
            @Nullable String lastFailure) {
        /** Before the first request. */
        public static State fresh() {
            return new State(0, 0, 0, 0, 0, 0, 0, 0, new SequentialDifference(0.05, 10_000).state(), null);
        }
    }

    /** One request that was answered, to be answered again. */
    private sealed interface Job {
        long frontNanos();

        Answers compare(InferenceSession session, @Nullable Duration deadline);
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Flat(float[] input, float[] output, long frontNanos) implements Job {
        @Override
        public Answers compare(InferenceSession session, @Nullable Duration deadline) {
            return Answers.compare(output, session.predict(input, deadline == null ? 0 : deadline.toNanos()));
        }
    }

    private record Named(Map<String, Tensor> inputs, Map<String, Tensor> outputs, long frontNanos) implements Job {
        @Override
        public Answers compare(InferenceSession session, @Nullable Duration deadline) {
            return Answers.compare(outputs, session.run(inputs, deadline));
        }
    }

    private Shadow(
            VersionRef version,
            InferenceSession session,
            double fraction,
            @Nullable Duration deadline,
            Ticker ticker,
            State before) {
        this.compared = before.compared();
        this.agreeing = before.agreeing();
        this.failed = before.failed();
        this.droppedBefore = before.dropped();
        this.largest = before.largest();
        this.sumOfMeans = before.sumOfMeans();
        this.frontNanos = before.frontNanos();
        this.shadowNanos = before.shadowNanos();
        this.slower = new SequentialDifference(before.slower());
        this.lastFailure = before.lastFailure();
        this.version = version;
        this.session = session;
        this.threshold = (int) (fraction * Integer.MAX_VALUE);
        this.deadline = deadline;
        this.ticker = ticker;
    }

    /**
     * Opens a version and begins to wait for requests.
     *
     * @param opener gives a session, which is closed with the shadow
     * @param fraction of the requests it takes, above 0, at most 1
     * @param deadline longest time for one of its answers; null for none
     * @param ticker measures its latency
     * @param before what it has shown before; {@link State#fresh} for nothing
     */
    public static Shadow start(
            VersionRef version,
            Function<VersionRef, InferenceSession> opener,
            double fraction,
            @Nullable Duration deadline,
            Ticker ticker,
            State before) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new InvalidInputException(
                    "A shadow's fraction (" + fraction + ") of the requests must be above 0 and at most 1. Maybe 0.1.");
        }
        return new Shadow(version, opener.apply(version), fraction, deadline, ticker, before);
    }

    public VersionRef version() {
        return version;
    }

    /** Offers a request as it was answered after {@code frontNanos}. Copies what it takes; never waits. */
    public void offer(float[] input, float[] output, long frontNanos) {
        if (wants()) {
            Job job = new Flat(input.clone(), output.clone(), frontNanos);
            tap.offer(() -> answer(job));
        }
    }

    /** {@link #offer(float[], float[], long)} of named tensors. */
    public void offer(Map<String, Tensor> inputs, Map<String, Tensor> outputs, long frontNanos) {
        if (wants()) {
            Job job = new Named(copied(inputs), copied(outputs), frontNanos);
            tap.offer(() -> answer(job));
        }
    }

    private boolean wants() {
        if (threshold != Integer.MAX_VALUE && ThreadLocalRandom.current().nextInt() >>> 1 >= threshold) {
            return false;
        }
        return tap.wants();
    }

    private static Map<String, Tensor> copied(Map<String, Tensor> tensors) {
        Map<String, Tensor> copies = new HashMap<>();
        tensors.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return copies;
    }

    private void answer(Job job) {
        long start = ticker.nanos();
        try {
            Answers answers = job.compare(session, deadline);
            add(answers, job.frontNanos(), ticker.nanos() - start);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void add(Answers answers, long front, long shadow) {
        compared++;
        agreeing += answers.agree() ? 1 : 0;
        largest = Math.max(largest, answers.largest());
        sumOfMeans += answers.mean();
        frontNanos += front;
        shadowNanos += shadow;
        slower.add((shadow - front) / 1e6);
    }

    /** A shadow that fails is what one wants to know of; it harms nobody. */
    private synchronized void fail(RuntimeException e) {
        if (!closed) {
            failed++;
            lastFailure = e.getMessage();
        }
    }

    /** What it has shown so far. */
    public ShadowReport report() {
        return ShadowReport.of(version, List.of(state()));
    }

    /** As it stands. */
    public synchronized State state() {
        return new State(
                compared,
                agreeing,
                failed,
                droppedBefore + tap.dropped(),
                largest,
                sumOfMeans,
                frontNanos,
                shadowNanos,
                slower.state(),
                lastFailure);
    }

    @Override
    public void close() {
        closed = true;
        tap.close();
        session.close();
    }
}
