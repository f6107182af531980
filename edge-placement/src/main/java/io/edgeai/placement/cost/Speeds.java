package io.edgeai.placement.cost;

import java.util.Arrays;
import java.util.List;

/**
 * Nanoseconds that a unit of each kind of work takes, learned from runs. The logarithm of a run's time is taken as that
 * of the sum over kinds of amount times nanoseconds, with errors of a Student law of four degrees, so that odd runs count
 * little. Before any run, a kind's nanoseconds are lognormal around {@code typical · scale}, with one scale for the whole
 * machine that is nearly free: a few runs tell how fast the machine is, and many what it does fast and what not. The most
 * probable value is found by damped Gauss-Newton steps; errors of predictions are those of the quadratic around it
 * (Laplace).
 */
final class Speeds {
    private static final double SCALE_SPREAD = 2;
    private static final double KIND_SPREAD = 0.35;
    private static final double RUN_SPREAD = 0.2;
    private static final double DEGREES = 4;
    private static final int STEPS = 100;
    private static final double DONE = 1e-10;

    private final double[] typical;
    private final List<Run> runs;
    private double[] at;
    private double[][] precision;

    /** One run: how much it does of each kind, and what it takes. */
    static final class Run {
        private final double[] amounts;
        private final double nanos;

        /** @param nanos above 0 */
        Run(double[] amounts, double nanos) {
            this.amounts = amounts;
            this.nanos = nanos;
        }
    }

    private Speeds(double[] typical, List<Run> runs) {
        this.typical = typical;
        this.runs = runs;
        this.at = new double[typical.length + 1];
        this.at[0] = start();
        this.precision = new double[at.length][at.length];
    }

    static Speeds fit(double[] typical, List<Run> runs) {
        Speeds speeds = new Speeds(typical, runs);
        speeds.climb();
        return speeds;
    }

    double nanos(double[] amounts) {
        return Arrays.stream(parts(at, amounts)).sum();
    }

    /** Standard deviation of the logarithm of a run's time around that of {@link #nanos}. */
    double spread(double[] amounts) {
        double[] slope = slope(at, amounts);
        double[] through = Linear.solve(precision, slope);
        double variance = RUN_SPREAD * RUN_SPREAD * DEGREES / (DEGREES - 2);
        for (int i = 0; i < slope.length; i++) {
            variance += slope[i] * through[i];
        }
        return Math.sqrt(variance);
    }

    /** The scale that the middle one of all runs has at typical speeds. */
    private double start() {
        double[] logs = runs.stream()
                .mapToDouble(run -> Math.log(run.nanos / nanos(run.amounts)))
                .sorted()
                .toArray();
        return logs.length == 0 ? 0 : logs[logs.length / 2];
    }

    private void climb() {
        double now = misfit(at);
        double damping = 1e-3;
        for (int step = 0; step < STEPS; step++) {
            double[] pull = curve();
            double next = Double.NaN;
            double[] there = at;
            while (damping < 1e9) {
                double[][] damped = new double[at.length][];
                for (int i = 0; i < at.length; i++) {
                    damped[i] = precision[i].clone();
                    damped[i][i] *= 1 + damping;
                }
                double[] move = Linear.solve(damped, pull);
                there = at.clone();
                for (int i = 0; i < move.length; i++) {
                    there[i] += move[i];
                }
                next = misfit(there);
                if (next <= now) {
                    break;
                }
                damping *= 4;
            }
            if (!(next <= now)) {
                break;
            }
            boolean done = now - next < DONE;
            at = there;
            now = next;
            damping = Math.max(1e-6, damping / 4);
            if (done) {
                break;
            }
        }
        curve();
    }

    /** Sets the precision matrix at the present point, and returns the downhill direction there. */
    private double[] curve() {
        double[] pull = new double[at.length];
        precision = new double[at.length][at.length];
        for (int i = 0; i < at.length; i++) {
            double tightness = 1 / square(i == 0 ? SCALE_SPREAD : KIND_SPREAD);
            precision[i][i] = tightness;
            pull[i] = -tightness * at[i];
        }
        for (Run run : runs) {
            double[] slope = slope(at, run.amounts);
            double error = error(at, run);
            double weight = (DEGREES + 1) / (DEGREES * square(RUN_SPREAD) + square(error));
            for (int i = 0; i < slope.length; i++) {
                pull[i] += weight * slope[i] * error;
                for (int j = 0; j < slope.length; j++) {
                    precision[i][j] += weight * slope[i] * slope[j];
                }
            }
        }
        return pull;
    }

    private double misfit(double[] point) {
        double sum = square(point[0] / SCALE_SPREAD) / 2;
        for (int i = 1; i < point.length; i++) {
            sum += square(point[i] / KIND_SPREAD) / 2;
        }
        for (Run run : runs) {
            sum += (DEGREES + 1) / 2 * Math.log1p(square(error(point, run) / RUN_SPREAD) / DEGREES);
        }
        return sum;
    }

    private double error(double[] point, Run run) {
        return Math.log(run.nanos / Arrays.stream(parts(point, run.amounts)).sum());
    }

    /** How the logarithm of the time changes with scale and kinds: 1, and the share of each kind. */
    private double[] slope(double[] point, double[] amounts) {
        double[] parts = parts(point, amounts);
        double sum = Arrays.stream(parts).sum();
        double[] slope = new double[parts.length + 1];
        slope[0] = 1;
        for (int i = 0; i < parts.length; i++) {
            slope[i + 1] = parts[i] / sum;
        }
        return slope;
    }

    private double[] parts(double[] point, double[] amounts) {
        double[] parts = new double[amounts.length];
        Arrays.setAll(parts, i -> amounts[i] * typical[i] * Math.exp(point[0] + point[i + 1]));
        return parts;
    }

    private static double square(double value) {
        return value * value;
    }
}
