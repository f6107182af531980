package io.edgeai.monitor.trend;

import java.util.Arrays;

/** Values with their times in rows; those of long series are means of blocks. */
final class Points {
    private static final int MOST = 500;
    private static final double HIGHEST_CORRELATION = 0.97;
    private static final double ROUNDING = 1e-18;

    private final double[] times;
    private final double[] values;

    private Points(double[] times, double[] values) {
        this.times = times;
        this.values = values;
    }

    /** Leaves out the rows where {@code raw} is not finite. */
    static Points of(double[] raw, Deseasoned plain) {
        int block = (raw.length + MOST - 1) / MOST;
        double[] times = new double[(raw.length + block - 1) / block];
        double[] values = new double[times.length];
        int kept = 0;
        for (int from = 0; from < raw.length; from += block) {
            double time = 0;
            double value = 0;
            int present = 0;
            for (int t = from; t < Math.min(raw.length, from + block); t++) {
                if (Double.isFinite(raw[t])) {
                    present++;
                    time += t;
                    value += plain.values()[t];
                }
            }
            if (present > 0) {
                times[kept] = time / present;
                values[kept++] = value / present;
            }
        }
        return new Points(Arrays.copyOf(times, kept), Arrays.copyOf(values, kept));
    }

    int size() {
        return values.length;
    }

    double time(int i) {
        return times[i];
    }

    double value(int i) {
        return values[i];
    }

    /** First-order correlation around a line of this slope, corrected for its bias of about (1 + 4ρ)/n; at least 0. */
    double correlation(double slope) {
        int n = values.length;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += (values[i] - slope * times[i]) / n;
        }
        double products = 0;
        double squares = 0;
        double whole = 0;
        double before = 0;
        for (int i = 0; i < n; i++) {
            double off = values[i] - slope * times[i] - mean;
            products += i > 0 ? off * before : 0;
            squares += off * off;
            whole += values[i] * values[i];
            before = off;
        }
        if (squares <= ROUNDING * whole) {
            return 0;
        }
        double plain = products / squares;
        return Math.max(0, Math.min(HIGHEST_CORRELATION, (n * plain + 2) / (n - 4.0)));
    }
}
