package io.edgeai.core.train.optimizer;

import io.edgeai.core.error.InvalidInputException;

/** The learning rate of each step. Implementations are pure functions. */
@FunctionalInterface
public interface Schedule {
    /**
     * The learning rate.
     *
     * @param step counts from 0
     * @param steps number of steps planned
     */
    double at(long step, long steps);

    /** The same rate at every step. */
    static Schedule constant(double rate) {
        check(rate);
        return (step, steps) -> rate;
    }

    /**
     * Half a cosine from {@code peak} at the first step to {@code floor} at the last (Loshchilov and Hutter 2017,
     * without restarts).
     */
    static Schedule cosine(double peak, double floor) {
        check(peak);
        if (!(floor >= 0 && floor <= peak)) {
            throw new InvalidInputException("Floor (" + floor + ") must be 0 to the peak (" + peak + "). Maybe 0.");
        }
        return (step, steps) -> {
            double part = steps <= 1 ? 0 : Math.min(1, (double) step / (steps - 1));
            return floor + (peak - floor) * (1 + Math.cos(Math.PI * part)) / 2;
        };
    }

    /** {@code rate}, multiplied by {@code factor} after each {@code every} steps. */
    static Schedule steps(double rate, double factor, long every) {
        check(rate);
        if (!(factor > 0 && factor <= 1) || every < 1) {
            throw new InvalidInputException("Factor (" + factor + ") must be above 0 to 1 and its interval (" + every
                    + ") at least 1 step. Maybe 0.1 every 1000.");
        }
        return (step, steps) -> rate * Math.pow(factor, step / every);
    }

    /** Rises in a straight line over the first steps to where this schedule, which then begins, starts. */
    default Schedule warmUp(long warmUpSteps) {
        if (warmUpSteps < 0) {
            throw new InvalidInputException("Warm-up (" + warmUpSteps + ") must be 0 or more steps. Maybe 50.");
        }
        return (step, steps) -> step < warmUpSteps
                ? at(0, Math.max(1, steps - warmUpSteps)) * (step + 1) / (warmUpSteps + 1)
                : at(step - warmUpSteps, Math.max(1, steps - warmUpSteps));
    }

    private static void check(double rate) {
        if (!(rate > 0 && rate <= Float.MAX_VALUE)) {
            throw new InvalidInputException("Learning rate (" + rate + ") must be a number above 0. Maybe 0.01.");
        }
    }
}
