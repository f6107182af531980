package io.edgeai.federated.privacy;

/**
 * The privacy loss of one release on the multiples of a step, tilted: point i has weight {@code p(i)·exp(λ·i·step − K)}
 * with K such that weights sum to 1. The mass between two points goes to both so that the totals under P and under Q stay
 * (Doroshenko et al. 2022): the result is at least as revealing as the mechanism, and by little. What is above the last
 * point counts as revealing all, what is below the first as if it were there.
 */
final class LossGrid {
    private final double step;
    private final int first;
    private final double[] weights;
    private final double logMass;
    private final double escaped;

    private LossGrid(double step, int first, double[] weights, double logMass, double escaped) {
        this.step = step;
        this.first = first;
        this.weights = weights;
        this.logMass = logMass;
        this.escaped = escaped;
    }

    static LossGrid of(LossCurve curve, double step, double from, double to, double tilt) {
        int first = (int) Math.floor(from / step);
        int last = (int) Math.ceil(to / step);
        double[] mass = new double[last - first + 1];
        double[] cell = new double[2];
        curve.between(Double.NEGATIVE_INFINITY, first * step, cell);
        mass[0] = cell[0];
        for (int i = first; i < last; ) {
            int next = Math.min(last, i + gap(i, step, tilt));
            curve.between(i * step, next * step, cell);
            double up = (cell[0] - cell[1] * Math.exp(i * step)) / -Math.expm1((i - next) * step);
            double clamped = Math.min(Math.max(up, 0), cell[0]);
            mass[i - first] += cell[0] - clamped;
            mass[next - first] += clamped;
            i = next;
        }
        curve.between(last * step, Double.POSITIVE_INFINITY, cell);
        return tilted(step, first, mass, tilt, cell[0]);
    }

    /** Points to the next one in use: 0.5 % of the distance from 0, as long as the tilt changes by less than 2 % on the way. */
    private static int gap(int i, double step, double tilt) {
        int at = i < 0 ? -i : i;
        return Math.max(1, Math.min(at / 200, (int) (0.02 / (tilt * step))));
    }

    private static LossGrid tilted(double step, int first, double[] mass, double tilt, double escaped) {
        LogSum sum = new LogSum();
        double[] weights = new double[mass.length];
        for (int i = 0; i < mass.length; i++) {
            weights[i] = Math.log(mass[i]) + tilt * (first + i) * step;
            sum.add(weights[i]);
        }
        double logMass = sum.log();
        for (int i = 0; i < mass.length; i++) {
            weights[i] = Math.exp(weights[i] - logMass);
        }
        return new LossGrid(step, first, weights, logMass, escaped);
    }

    /** K. */
    double logMass() {
        return logMass;
    }

    /** Probability, under P, of a loss above the last point. */
    double escaped() {
        return escaped;
    }

    double mean() {
        double mean = 0;
        for (int i = 0; i < weights.length; i++) {
            mean += weights[i] * (first + i);
        }
        return mean * step;
    }

    double variance() {
        double mean = mean();
        double variance = 0;
        for (int i = 0; i < weights.length; i++) {
            double distance = (first + i) * step - mean;
            variance += weights[i] * distance * distance;
        }
        return variance;
    }

    /** Logarithm of the moment generating function of the tilted loss. */
    double cumulant(double s) {
        LogSum sum = new LogSum();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                sum.add(Math.log(weights[i]) + s * (first + i) * step);
            }
        }
        return sum.log();
    }

    /** The weights on a circle of that length. */
    double[] circular(int length) {
        double[] circle = new double[length];
        for (int i = 0; i < weights.length; i++) {
            circle[Math.floorMod(first + i, length)] += weights[i];
        }
        return circle;
    }
}
