package io.edgeai.placement.autoscale;

/**
 * The rate of arrivals over the longest recent window in which it did not change: starting with the last tick, the
 * window doubles as long as the part it would gain and the part it has differ by less than 3 standard errors of
 * Poisson counts. So a steady rate is known from minutes, and a step from the first tick that shows it. Not
 * thread-safe.
 */
final class ArrivalRate {
    private static final double CHANGED = 3;

    private final double[] seconds;
    private final long[] counts;
    private int size;
    private int newest = -1;
    private double rate;
    private double window;

    /** @param ticks longest window in ticks */
    ArrivalRate(int ticks) {
        seconds = new double[ticks];
        counts = new long[ticks];
    }

    void add(double span, long arrivals) {
        newest = (newest + 1) % seconds.length;
        seconds[newest] = span;
        counts[newest] = arrivals;
        size = Math.min(size + 1, seconds.length);
        estimate();
    }

    private void estimate() {
        double heldTime = seconds[newest];
        long held = counts[newest];
        int used = 1;
        while (used < size) {
            int until = Math.min(size, 2 * used);
            double moreTime = 0;
            long more = 0;
            for (int i = used; i < until; i++) {
                int at = Math.floorMod(newest - i, seconds.length);
                moreTime += seconds[at];
                more += counts[at];
            }
            double pooled = (held + more) / (heldTime + moreTime);
            double error = Math.sqrt(pooled * (1 / heldTime + 1 / moreTime));
            if (Math.abs(held / heldTime - more / moreTime) > CHANGED * error) {
                break;
            }
            held += more;
            heldTime += moreTime;
            used = until;
        }
        rate = held / heldTime;
        window = heldTime;
    }

    /** Requests a second. */
    double rate() {
        return rate;
    }

    /** Seconds over which the rate was taken. */
    double window() {
        return window;
    }

    /** The rate's upper bound at that many standard errors; one arrival more than were seen where there were few. */
    double upper(double errors) {
        return rate + errors * Math.sqrt((rate * window + 1) / (window * window));
    }

    /** Mean rate over the last seconds, as far as they are known. */
    double over(double wanted) {
        double time = 0;
        long sum = 0;
        for (int i = 0; i < size && time < wanted - 1e-9; i++) {
            int at = Math.floorMod(newest - i, seconds.length);
            time += seconds[at];
            sum += counts[at];
        }
        return time == 0 ? 0 : sum / time;
    }
}
