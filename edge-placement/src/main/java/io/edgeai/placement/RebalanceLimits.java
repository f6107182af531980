package io.edgeai.placement;

import io.edgeai.core.error.InvalidInputException;

/**
 * How much a rebalance may change.
 *
 * @param moves most replicas that start somewhere else, those that cannot stay included
 * @param bytes most bytes of variants sent to where replicas start
 * @param leastGain what a move, or a pair of which one makes room for the other, must lower the objective by
 */
public record RebalanceLimits(int moves, long bytes, double leastGain) {
    public RebalanceLimits {
        if (moves < 0 || bytes < 0 || !(leastGain >= 0)) {
            throw new InvalidInputException("Limits of (" + moves + ") moves, (" + bytes + ") bytes and a gain of ("
                    + leastGain + ") must not be negative.");
        }
    }

    /** At most so many moves, any bytes, any gain above 1e-9. */
    public static RebalanceLimits moves(int most) {
        return new RebalanceLimits(most, Long.MAX_VALUE / 4, 1e-9);
    }

    public RebalanceLimits bytes(long most) {
        return new RebalanceLimits(moves, most, leastGain);
    }

    public RebalanceLimits leastGain(double gain) {
        return new RebalanceLimits(moves, bytes, gain);
    }
}
