package io.edgeai.monitor.stat;

/** The two-sample Anderson–Darling test on a pooled, ordered sample without ties. Stateless. */
public final class AndersonDarling {
    private AndersonDarling() {}

    /**
     * A² of Pettitt (1976).
     *
     * @param fromFirst for each place of the pooled order, whether the value there is of the first sample
     */
    public static double statistic(boolean[] fromFirst) {
        int total = fromFirst.length;
        int first = 0;
        for (boolean mine : fromFirst) {
            first += mine ? 1 : 0;
        }
        double sum = 0;
        double below = 0;
        for (int i = 1; i < total; i++) {
            below += fromFirst[i - 1] ? 1 : 0;
            double off = below * total - (double) first * i;
            sum += off * off / ((double) i * (total - i));
        }
        return sum / ((double) first * (total - first));
    }

    /**
     * P(A² ≥ a) in the limit of large samples: Marsaglia and Marsaglia (2004) below 2.5, from there the leading term
     * of the tail, 0.957·e^(−a)/√a, within 1 %.
     */
    public static double pValue(double a) {
        if (a <= 0.01) {
            return 1;
        }
        if (a >= 2.5) {
            return Math.min(1, 0.957 * Math.exp(-a) / Math.sqrt(a));
        }
        double below = a < 2
                ? Math.exp(-1.2337141 / a)
                        / Math.sqrt(a)
                        * (2.00012 + (.247105 - (.0649821 - (.0347962 - (.011672 - .00168691 * a) * a) * a) * a) * a)
                : Math.exp(-Math.exp(
                        1.0776 - (2.30695 - (.43424 - (.082433 - (.008056 - .0003146 * a) * a) * a) * a) * a));
        return 1 - below;
    }
}
