package io.edgeai.monitor.stat;

/** The two-sample Kolmogorov–Smirnov test. Stateless. */
public final class KolmogorovSmirnov {
    private static final long EXACT_UP_TO = 10_000;

    private KolmogorovSmirnov() {}

    /** The largest distance between the two empirical distribution functions; both arrays sorted ascending. */
    public static double distance(double[] a, double[] b) {
        int i = 0;
        int j = 0;
        double largest = 0;
        while (i < a.length && j < b.length) {
            double at = Math.min(a[i], b[j]);
            while (i < a.length && a[i] <= at) {
                i++;
            }
            while (j < b.length && b[j] <= at) {
                j++;
            }
            largest = Math.max(largest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        return largest;
    }

    /**
     * The chance of a distance of at least {@code d} without ties, if both samples come from one distribution: exact up
     * to n·m = 10,000 by counting lattice paths (Hodges 1957), else Kolmogorov's series with Stephens' correction
     * (1970). With ties it is too high, hence safe.
     */
    public static double pValue(double d, int n, int m) {
        return (long) n * m <= EXACT_UP_TO ? exact(d, n, m) : asymptotic(d, n, m);
    }

    static double exact(double d, int n, int m) {
        long limit = Math.round(d * n * m) - 1;
        double[] inside = new double[m + 1];
        for (int i = 0; i <= n; i++) {
            for (int j = 0; j <= m; j++) {
                if (Math.abs((long) i * m - (long) j * n) > limit) {
                    inside[j] = 0;
                } else if (i == 0 && j == 0) {
                    inside[j] = 1;
                } else {
                    double left = j == 0 ? 0 : inside[j - 1] * j;
                    double up = i == 0 ? 0 : inside[j] * i;
                    inside[j] = (left + up) / (i + j);
                }
            }
        }
        return Math.min(1, Math.max(0, 1 - inside[m]));
    }

    static double asymptotic(double d, int n, int m) {
        double root = Math.sqrt((double) n * m / ((double) n + m));
        double lambda = (root + 0.12 + 0.11 / root) * d;
        if (lambda < 0.2) {
            return 1;
        }
        double sum = 0;
        for (int k = 1; k <= 100; k++) {
            double term = Math.exp(-2.0 * k * k * lambda * lambda);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-17) {
                break;
            }
        }
        return Math.min(1, Math.max(0, 2 * sum));
    }
}
