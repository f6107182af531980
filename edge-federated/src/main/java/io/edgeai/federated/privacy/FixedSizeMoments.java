package io.edgeai.federated.privacy;

/**
 * Rényi divergence of the Gaussian mechanism on a fixed number of participants drawn without replacement, by theorem 9 of
 * Wang, Balle and Kasiviswanathan (2019) with the Gaussian's unbounded ε(∞); convex between whole orders. Never more than
 * the divergence without sampling.
 */
final class FixedSizeMoments {
    private FixedSizeMoments() {}

    /** @param sigma standard deviation of the noise divided by what replacing one participant changes at most */
    static double renyi(double rate, double sigma, double order) {
        double unsampled = order / (2 * sigma * sigma);
        if (rate == 1) {
            return unsampled;
        }
        int below = (int) Math.floor(order);
        double share = order - below;
        double log = (1 - share) * logMoment(rate, sigma, below)
                + (share == 0 ? 0 : share * logMoment(rate, sigma, below + 1));
        return Math.min(unsampled, log / (order - 1));
    }

    private static double logMoment(double rate, double sigma, int order) {
        double unit = 1 / (2 * sigma * sigma);
        LogSum sum = new LogSum();
        if (order >= 2) {
            double atTwo = 2 * unit;
            double tight = Math.log(4) + (atTwo > 40 ? atTwo : Math.log(Math.expm1(atTwo)));
            double loose = atTwo + Math.log(2);
            sum.add(2 * Math.log(rate) + SampledMoments.logBinomial(order, 2) + Math.min(tight, loose));
        }
        for (int j = 3; j <= order; j++) {
            sum.add(j * Math.log(rate) + SampledMoments.logBinomial(order, j) + (j - 1) * (j * unit) + Math.log(2));
        }
        return SampledMoments.log1pExp(sum.log());
    }
}
