package io.edgeai.core.rollout;

import io.edgeai.core.concurrent.Tap;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Interval;
import io.edgeai.core.experiment.SequentialDifference;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.HashMap;
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
    private static final double Z95 = 1.959963984540054;

    private final VersionRef version;
    private final InferenceSession session;
    private final @Nullable Duration deadline;
    private final Ticker ticker;
    private final int threshold;
    private final Tap tap = new Tap("shadow", WAITING);
    private final SequentialDifference slower = new SequentialDifference(0.05, 10_000);
    private volatile boolean closed;
    private long compared;
    private long agreeing;
    private long failed;
    private double largest;
    private double sumOfMeans;
    private double frontNanos;
    private double shadowNanos;
    private @Nullable String lastFailure;

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
            VersionRef version, InferenceSession session, double fraction, @Nullable Duration deadline, Ticker ticker) {
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
     */
    public static Shadow start(
            VersionRef version,
            Function<VersionRef, InferenceSession> opener,
            double fraction,
            @Nullable Duration deadline,
            Ticker ticker) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new InvalidInputException(
                    "A shadow's fraction (" + fraction + ") of the requests must be above 0 and at most 1. Maybe 0.1.");
        }
        return new Shadow(version, opener.apply(version), fraction, deadline, ticker);
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
    public synchronized ShadowReport report() {
        double share = (double) agreeing / compared;
        return new ShadowReport(
                version,
                compared,
                failed,
                tap.dropped(),
                lastFailure,
                share,
                wilson(),
                largest,
                compared == 0 ? 0 : sumOfMeans / compared,
                frontNanos / 1e6 / Math.max(1, compared),
                shadowNanos / 1e6 / Math.max(1, compared),
                slower.interval());
    }

    /** Wilson, Probable inference (1927). */
    private Interval wilson() {
        if (compared == 0) {
            return new Interval(0, 1);
        }
        double n = compared;
        double p = agreeing / n;
        double z2 = Z95 * Z95 / n;
        double middle = (p + z2 / 2) / (1 + z2);
        double half = Z95 / (1 + z2) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n));
        return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
    }

    @Override
    public void close() {
        closed = true;
        tap.close();
        session.close();
    }
}
