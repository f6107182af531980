package io.edgeai.monitor.stat;

/** How far apart two samples are. Each is above 0 by chance too, the more the fewer values there are. Stateless. */
public final class Distances {
    private Distances() {}

    /**
     * The first Wasserstein distance in the unit of the values: the area between the two empirical distribution
     * functions.
     *
     * @param pooled all values, ascending
     * @param fromFirst which of them are of the first sample; each sample has one at least
     */
    public static double wasserstein(double[] pooled, boolean[] fromFirst) {
        int first = count(fromFirst);
        double stepFirst = 1.0 / first;
        double stepSecond = 1.0 / (pooled.length - first);
        double gap = 0;
        double area = 0;
        for (int i = 0; i + 1 < pooled.length; i++) {
            gap += fromFirst[i] ? stepFirst : -stepSecond;
            area += Math.abs(gap) * (pooled[i + 1] - pooled[i]);
        }
        return area;
    }

    /** The Jensen–Shannon divergence of two rows of counts in bits, 0 to 1. */
    public static double jensenShannon(int[] first, int[] second) {
        double totalFirst = 0;
        double totalSecond = 0;
        for (int i = 0; i < first.length; i++) {
            totalFirst += first[i];
            totalSecond += second[i];
        }
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            double p = first[i] / totalFirst;
            double q = second[i] / totalSecond;
            sum += part(p, (p + q) / 2) + part(q, (p + q) / 2);
        }
        return Math.max(0, Math.min(1, sum / (2 * Math.log(2))));
    }

    private static double part(double p, double mean) {
        return p == 0 ? 0 : p * Math.log(p / mean);
    }

    private static int count(boolean[] labels) {
        int count = 0;
        for (boolean label : labels) {
            count += label ? 1 : 0;
        }
        return count;
    }
}
