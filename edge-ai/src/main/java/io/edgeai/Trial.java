package io.edgeai;

import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from an endpoint's requests, and keeps what it learned: an experiment, a canary or a bandit. Thread-safe.
 *
 * @param <T> what is kept
 */
abstract class Trial<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);

    private final Keeping<T> keeping;
    private final AtomicBoolean changed = new AtomicBoolean();
    private volatile @Nullable Traffic traffic;

    Trial(Keeping<T> keeping) {
        this.keeping = keeping;
    }

    final Keeping<T> keeping() {
        return keeping;
    }

    /** Says whom to tell of decisions; before the endpoint's first request. */
    final void attach(Traffic endpoint) {
        this.traffic = endpoint;
    }

    final Traffic traffic() {
        return Objects.requireNonNull(traffic);
    }

    /** Whether requests are dealt as the trial says. */
    final boolean inForce() {
        return traffic().deals(split());
    }

    /** The split that the trial asks for now. */
    abstract TrafficSplit split();

    /** Whether it wants to hear of a version's requests. */
    abstract boolean hears(VersionRef version);

    abstract void answered(VersionRef version, long latencyNanos);

    /** A request failed that another version might have answered. */
    abstract void failed(VersionRef version);

    /** All that was learned. */
    abstract T state();

    /** Called once, before the endpoint's first request. */
    void begin() {}

    /** Acts where there is something to do; called every half second. */
    void act() {}

    /** Whether an alert may not leave all requests to the others, because they have yet to show what they are worth. */
    boolean keeps(VersionRef version) {
        return false;
    }

    /** As what the versions of its split answer, by their place in it. */
    AnswerRole role(int arm) {
        return AnswerRole.ARM;
    }

    /** A version lost its requests for a reason outside the trial. */
    void rejected(VersionRef version, String why) {}

    final void markChanged() {
        changed.set(true);
    }

    /** Keeps what came since the last time. A disk or database that refuses is logged; evidence stays in memory. */
    final void keep() {
        synchronized (keeping) { // or what one thread saw earlier might be written later
            if (changed.getAndSet(false)) {
                try {
                    keeping.write(state());
                } catch (EdgeException e) {
                    markChanged();
                    LOG.warn("What a trial learned was not kept: {}", e.getMessage());
                }
            }
        }
    }

    /** Tells the trial of every request beside other listeners. */
    final InferenceListener.Factory beside(InferenceListener.Factory others) {
        return new InferenceListener.Factory() {
            @Override
            public InferenceListener listen(VersionRef version) {
                return told(others.listen(version), version);
            }

            @Override
            public InferenceListener listen(VersionRef version, String device) {
                return told(others.listen(version, device), version);
            }
        };
    }

    private InferenceListener told(InferenceListener other, VersionRef version) {
        return hears(version) ? new Told(this, other, version) : other;
    }

    private record Told(Trial<?> trial, InferenceListener other, VersionRef version) implements InferenceListener {
        @Override
        public void success(long latencyNanos) {
            other.success(latencyNanos);
            trial.answered(version, latencyNanos);
        }

        @Override
        public void success(long latencyNanos, long waitedNanos) {
            other.success(latencyNanos, waitedNanos);
            trial.answered(version, latencyNanos);
        }

        @Override
        public void ran(int requests, long nanos) {
            other.ran(requests, nanos);
        }

        @Override
        public void failure(long latencyNanos, Throwable error) {
            other.failure(latencyNanos, error);
            if (!(error
                    instanceof
                    InvalidInputException)) { // the caller's fault: the split's first version refuses it as well
                trial.failed(version);
            }
        }

        @Override
        public void sample(float[] input, float[] output) {
            other.sample(input, output);
        }
    }
}
