package io.edgeai.monitor.trend;

import java.util.Arrays;
import java.util.Random;

/** The last whole cycles of a series, freed of their moving mean. Of a long one the last 13 count, or the last 8192 values. */
final class Cycles {
    private static final int MOST_CYCLES = 13;
    private static final int SHIFTS = 999;
    private static final double LEAST_SHARE = 0.2;

    private final double[] values;
    private final int period;
    private final int from;
    private final int count;
    private final double[] free;

    Cycles(double[] whole, int period) {
        this.values = Arrays.copyOfRange(
                whole, Math.max(0, whole.length - Math.max(Periods.MOST_VALUES, MOST_CYCLES * period)), whole.length);
        this.period = period;
        double[] mean = movingMean(values, period);
        this.count = mean.length / period;
        this.from = values.length - period / 2 - count * period;
        this.free = new double[count * period];
        int skipped = mean.length - free.length;
        for (int i = 0; i < free.length; i++) {
            free[i] = values[from + i] - mean[skipped + i];
        }
    }

    /** Over a period around each value that has one; of an even number the outermost count half. */
    private static double[] movingMean(double[] values, int period) {
        int half = period / 2;
        double[] sums = new double[values.length + 1];
        for (int t = 0; t < values.length; t++) {
            sums[t + 1] = sums[t] + values[t];
        }
        double[] out = new double[Math.max(0, values.length - 2 * half)];
        for (int i = 0; i < out.length; i++) {
            double sum = sums[i + 2 * half + 1] - sums[i];
            sum -= period % 2 == 0 ? (values[i] + values[i + 2 * half]) / 2 : 0;
            out[i] = sum / period;
        }
        return out;
    }

    private double[] profile(int[] shifts) {
        double[] profile = new double[period];
        for (int c = 0; c < count; c++) {
            for (int j = 0; j < period; j++) {
                profile[j] += free[c * period + (j + shifts[c]) % period] / count;
            }
        }
        return profile;
    }

    private static double squares(double[] values) {
        return Arrays.stream(values).map(v -> v * v).sum();
    }

    /** The share of the variance that all cycles have in common, beyond what chance gives so few. */
    double share() {
        double all = squares(free);
        if (count < Periods.LEAST_CYCLES - 1 || all <= 0) {
            return 0;
        }
        double common = count * squares(profile(new int[count])) / all;
        return (common - 1.0 / count) / (1 - 1.0 / count);
    }

    /** @param grain shifts are multiples of it */
    boolean alike(int grain) {
        if (share() < LEAST_SHARE) {
            return false;
        }
        double common = squares(profile(new int[count]));
        Random random = new Random(1);
        int[] shifts = new int[count];
        for (int s = 0; s < SHIFTS; s++) {
            for (int c = 0; c < count; c++) {
                shifts[c] = random.nextInt(period / grain) * grain;
            }
            if (squares(profile(shifts)) >= common * (1 - 1e-9) && !same(shifts)) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(int[] shifts) {
        return Arrays.stream(shifts).allMatch(shift -> shift == shifts[0]);
    }

    /** The series without what its cycles have in common, its slow movements included. */
    double[] leftOver() {
        double[] profile = profile(new int[count]);
        double[] out = values.clone();
        for (int t = 0; t < out.length; t++) {
            out[t] -= profile[Math.floorMod(t - from, period)];
        }
        return level(out);
    }

    /** The series less its straight line. */
    static double[] level(double[] values) {
        int n = values.length;
        double middle = (n - 1) / 2.0;
        double mean = Arrays.stream(values).average().orElse(0);
        double slope = 0;
        double squares = 0;
        for (int t = 0; t < n; t++) {
            slope += (t - middle) * (values[t] - mean);
            squares += (t - middle) * (t - middle);
        }
        double[] out = new double[n];
        for (int t = 0; t < n; t++) {
            out[t] = values[t] - mean - slope / squares * (t - middle);
        }
        return out;
    }
}
