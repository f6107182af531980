package io.edgeai.placement.autoscale;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Passes requests on to a service that may have no replicas: tells the {@link Autoscaler} of each, holds those that find
 * none ready until one is, and sends them then. What runs takes no longer way than one look at a number. Where the
 * service fails after all, its failure is the caller's. Thread-safe; may be used from many threads at once.
 */
public final class HeldRequests {
    private final Autoscaler scaler;
    private final Ticker ticker;
    private final int most;
    private final Duration longest;
    private final AtomicInteger held = new AtomicInteger();

    private HeldRequests(Autoscaler scaler, Ticker ticker, int most, Duration longest) {
        this.scaler = scaler;
        this.ticker = ticker;
        this.most = most;
        this.longest = longest;
    }

    /**
     * @param scaler to be told; must have been started, or be ticked
     * @param most how many may wait at once, 1 to 100,000; who comes then is refused
     * @param longest how long one waits for a replica, up to an hour
     */
    public static HeldRequests of(Autoscaler scaler, int most, Duration longest) {
        if (most < 1 || most > 100_000) {
            throw new InvalidInputException("Held requests (" + most + ") must be 1 to 100,000.");
        }
        if (longest.isNegative() || longest.isZero() || longest.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidInputException("A longest wait of (" + longest + ") must be above 0 and up to an hour.");
        }
        return new HeldRequests(scaler, scaler.ticker(), most, longest);
    }

    /** How many wait now. */
    public int held() {
        return held.get();
    }

    /**
     * Makes a request, once a replica is ready.
     *
     * @param request sends it and waits for its answer
     * @throws OverloadedException where too many wait already
     * @throws InferenceTimeoutException where no replica got ready in time
     * @throws OperationCancelledException where the thread was interrupted or the autoscaler closed meanwhile
     */
    public <T> T call(Supplier<T> request) {
        scaler.arrived();
        if (!scaler.readiness().ready()) {
            try {
                hold();
            } catch (RuntimeException e) {
                scaler.gone();
                throw e;
            }
        }
        scaler.started();
        long began = ticker.nanos();
        try {
            return request.get();
        } finally {
            scaler.finished(Duration.ofNanos(ticker.nanos() - began));
        }
    }

    private void hold() {
        if (held.incrementAndGet() > most) {
            held.decrementAndGet();
            throw new OverloadedException(
                    "Already (" + most + ") requests wait for a first replica. Maybe keep one replica, or hold more.");
        }
        try {
            switch (scaler.readiness().await(longest)) {
                case READY -> {}
                case TOO_LATE ->
                    throw new InferenceTimeoutException("No replica was ready within (" + longest + ") of a request: "
                            + scaler.last().reason() + ". Maybe wait longer, or keep one replica.");
                case CLOSED ->
                    throw new OperationCancelledException(
                            "The autoscaler was closed while a request waited for a replica.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("A request was interrupted while it waited for a replica.", e);
        } finally {
            held.decrementAndGet();
        }
    }
}
