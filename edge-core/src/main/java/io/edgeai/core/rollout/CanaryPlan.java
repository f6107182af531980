package io.edgeai.core.rollout;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How a new version gets the traffic of the one before, step by step, and what takes it back.
 *
 * @param shares of the requests in each step, rising, above 0 and below 1; default 5, 25 and 50 %
 * @param requests that the new version must have answered in a step before the next; default 1000
 * @param time that a step lasts at least; default a minute
 * @param falseAlarms probability of ever taking back a version that is as good, default 0.01: nine tenths of it for
 *     errors, one for latency
 * @param slower how much slower than the version before is still fine, default 0.5 for half as slow again
 */
public record CanaryPlan(List<Double> shares, long requests, Duration time, double falseAlarms, double slower) {
    public CanaryPlan {
        shares = List.copyOf(shares);
        double before = 0;
        for (double share : shares) {
            if (!(share > before && share < 1)) {
                throw new InvalidInputException(
                        "Shares " + shares + " must rise, above 0 and below 1. Maybe 0.05, 0.25, 0.5.");
            }
            before = share;
        }
        if (shares.isEmpty() || requests < 1 || time.isNegative()) {
            throw new InvalidInputException("A canary needs a step (" + shares.size() + "), a request (" + requests
                    + ") and a time (" + time + ") of 0 or more. Maybe CanaryPlan.defaults().");
        }
        if (!(falseAlarms > 0 && falseAlarms < 1) || !(slower >= 0) || Double.isInfinite(slower)) {
            throw new InvalidInputException("falseAlarms (" + falseAlarms + ") must be above 0 and below 1, slower ("
                    + slower + ") at least 0. Maybe 0.01 and 0.5.");
        }
    }

    public static CanaryPlan defaults() {
        return new CanaryPlan(List.of(0.05, 0.25, 0.5), 1000, Duration.ofMinutes(1), 0.01, 0.5);
    }

    /** Other steps, e.g. {@code steps(0.01, 0.1)}. */
    public CanaryPlan steps(double... shares) {
        return new CanaryPlan(DoubleStream.of(shares).boxed().toList(), requests, time, falseAlarms, slower);
    }

    public CanaryPlan requests(long perStep) {
        return new CanaryPlan(shares, perStep, time, falseAlarms, slower);
    }

    public CanaryPlan time(Duration perStep) {
        return new CanaryPlan(shares, requests, perStep, falseAlarms, slower);
    }

    public CanaryPlan falseAlarms(double probability) {
        return new CanaryPlan(shares, requests, time, probability, slower);
    }

    public CanaryPlan slower(double part) {
        return new CanaryPlan(shares, requests, time, falseAlarms, part);
    }
}
