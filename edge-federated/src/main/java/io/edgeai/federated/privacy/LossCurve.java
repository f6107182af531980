package io.edgeai.federated.privacy;

import java.util.function.DoublePredicate;

/**
 * The privacy loss {@code ln(P/Q)} of one release in one direction: how probable losses are under P and under Q. A Gaussian
 * without sampling has rate 1.
 *
 * @param rate sampling rate of the Poisson-sampled Gaussian
 * @param noise its noise multiplier
 * @param removal whether P is the distribution with the participant and Q the one without, or the other way round
 */
record LossCurve(double rate, double noise, boolean removal) {
    /** P(from &lt; loss ≤ to) under P and, second, under Q. */
    void between(double from, double to, double[] masses) {
        double low = removal ? from : -to;
        double high = removal ? to : -from;
        double a = outcome(low);
        double b = outcome(high);
        double without = NormalTail.between(a / noise, b / noise);
        double with = NormalTail.between((a - 1) / noise, (b - 1) / noise);
        double mixture = rate * with + (1 - rate) * without;
        masses[0] = removal ? mixture : without;
        masses[1] = removal ? without : mixture;
    }

    /** The outcome of the mechanism at which the loss of removal is that much; no loss is below ln(1 − rate). */
    private double outcome(double loss) {
        if (rate == 1 || loss > 600) {
            return noise * noise * (loss - Math.log(rate)) + 0.5;
        }
        double ratio = Math.expm1(loss) / rate;
        return ratio <= -1 ? Double.NEGATIVE_INFINITY : noise * noise * Math.log1p(ratio) + 0.5;
    }

    /** A loss that P exceeds with at most that probability; not below 0. */
    double upper(double probability) {
        double[] masses = new double[2];
        return least(loss -> {
            between(loss, Double.POSITIVE_INFINITY, masses);
            return masses[0] <= probability;
        });
    }

    /** A loss below which P falls with at most that probability; not above 0. */
    double lower(double probability) {
        double[] masses = new double[2];
        return -least(loss -> {
            between(Double.NEGATIVE_INFINITY, -loss, masses);
            return masses[0] <= probability;
        });
    }

    /** The least value from 0 on that is far enough, within 0.1 % upwards. */
    private static double least(DoublePredicate farEnough) {
        double low = 0;
        double high = 1e-6;
        while (!farEnough.test(high)) {
            low = high;
            high *= 2;
        }
        while (high - low > 1e-3 * high) {
            double middle = (low + high) / 2;
            if (farEnough.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
