package io.edgeai.monitor.drift.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The published formulas, worked out anew over all rows since the last change. Each takes those rows and answers how many
 * rows before the newest one the change began, or −1 for no change at the newest.
 */
final class PlainDetectors {
    private PlainDetectors() {}

    /** Rows of all changes and where each began, a detector's memory being cleared after each. */
    static List<long[]> changes(double[] stream, ToIntFunction<double[]> rule) {
        List<long[]> found = new ArrayList<>();
        int from = 0;
        for (int row = 0; row < stream.length; row++) {
            int back = rule.applyAsInt(slice(stream, from, row + 1));
            if (back >= 0) {
                found.add(new long[] {row, row - back});
                from = row + 1;
            }
        }
        return found;
    }

    static ToIntFunction<double[]> pageHinkley(double allowance, double threshold) {
        return x -> {
            double sum = 0;
            double lowest = 0;
            int at = 0;
            for (int n = 1; n <= x.length; n++) {
                sum = 0.9999 * sum + x[n - 1] - mean(x, 0, n) - allowance;
                if (sum <= lowest) {
                    lowest = sum;
                    at = n;
                }
            }
            return x.length >= 30 && sum - lowest > threshold ? x.length - 1 - Math.min(at, x.length - 1) : -1;
        };
    }

    static ToIntFunction<double[]> cusum(int warmUp, double threshold) {
        return x -> {
            if (x.length <= warmUp) {
                return -1;
            }
            double mean = mean(x, 0, warmUp);
            double deviation = deviation(x, warmUp);
            double[] largest = new double[2];
            int[] since = new int[2];
            for (int side = 0; side < 2; side++) {
                double sum = 0;
                for (int start = x.length - 1; start >= warmUp; start--) {
                    double z = (x[start] - mean) / deviation;
                    sum += (side == 0 ? z : -z) - 0.5;
                    if (sum > largest[side]) {
                        largest[side] = sum;
                        since[side] = start;
                    }
                }
            }
            int side = largest[0] >= largest[1] ? 0 : 1;
            return largest[side] >= threshold ? x.length - 1 - since[side] : -1;
        };
    }

    static ToIntFunction<double[]> likelihoodRatio(int warmUp, int window, double threshold) {
        return x -> {
            double best = 0;
            int back = -1;
            double sum = 0;
            for (int n = 1; n <= window && x.length - n >= warmUp; n++) {
                sum += (x[x.length - n] - mean(x, 0, warmUp)) / deviation(x, warmUp);
                if (sum * sum / (2 * n) > best) {
                    best = sum * sum / (2 * n);
                    back = n - 1;
                }
            }
            return best >= threshold ? back : -1;
        };
    }

    static ToIntFunction<double[]> driftDetection() {
        return x -> {
            double lowest = Double.MAX_VALUE;
            double limit = Double.MAX_VALUE;
            int at = 0;
            double now = 0;
            for (int n = 30; n <= x.length; n++) {
                double p = mean(x, 0, n);
                double s = Math.sqrt(p * (1 - p) / n);
                now = p + s;
                if (now <= lowest) {
                    lowest = now;
                    limit = p + 3 * s;
                    at = n;
                }
            }
            return now > limit ? x.length - 1 - Math.min(at, x.length - 1) : -1;
        };
    }

    static ToIntFunction<double[]> earlyDriftDetection() {
        return x -> {
            double[] distances = new double[x.length];
            int errors = 0;
            int previous = -1;
            double most = 0;
            int at = 0;
            double now = 0;
            for (int row = 0; row < x.length; row++) {
                if (x[row] == 1) {
                    distances[errors++] = row - previous;
                    previous = row;
                    now = mean(distances, 0, errors) + 2 * Math.sqrt(variance(distances, errors));
                    if (errors >= 30 && now >= most) {
                        most = now;
                        at = row + 1;
                    }
                }
            }
            return now < 0.9 * most ? x.length - 1 - Math.min(at, x.length - 1) : -1;
        };
    }

    static ToIntFunction<double[]> hoeffding(double level) {
        return x -> {
            double log = Math.log(1 / level);
            double best = Double.MAX_VALUE;
            int cut = 0;
            for (int k = 1; k <= x.length; k++) {
                double upper = mean(x, 0, k) + Math.sqrt(log / (2.0 * k));
                if (upper <= best) {
                    best = upper;
                    cut = k;
                }
            }
            double allowed = Math.sqrt((x.length - cut) / (2.0 * cut * x.length) * log);
            boolean risen = cut < x.length && mean(x, 0, x.length) - mean(x, 0, cut) >= allowed;
            return risen ? x.length - 1 - cut : -1;
        };
    }

    static double mean(double[] x, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += x[i];
        }
        return sum / (to - from);
    }

    private static double deviation(double[] x, int rows) {
        return Math.sqrt(variance(x, rows) * rows / (rows - 1));
    }

    private static double variance(double[] x, int rows) {
        double mean = mean(x, 0, rows);
        double squares = 0;
        for (int i = 0; i < rows; i++) {
            squares += (x[i] - mean) * (x[i] - mean);
        }
        return squares / rows;
    }

    private static double[] slice(double[] x, int from, int to) {
        return Arrays.copyOfRange(x, from, to);
    }
}
