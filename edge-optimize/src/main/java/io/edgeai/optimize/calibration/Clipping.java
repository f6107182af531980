package io.edgeai.optimize.calibration;

/**
 * Chooses how much of a histogram's range to keep when it is quantized to 256 levels. Candidates shrink both ends
 * towards zero by the same factor, so that zero stays in the range. Stateless.
 */
final class Clipping {
    /** Factors tried, from 1/STEPS to 1. */
    static final int STEPS = 128;

    private static final int LEVELS = 256;

    private Clipping() {}

    /** The range without the outer {@code tail} of all values, half on each side; a side at zero is kept. */
    static ValueRange percentile(Histogram histogram, double tail) {
        long[] counts = histogram.counts();
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        double allowed = total * tail / 2;
        int first = 0;
        for (long seen = counts[0]; seen <= allowed && first < counts.length - 1; seen += counts[first]) {
            first++;
        }
        int last = counts.length - 1;
        for (long seen = counts[last]; seen <= allowed && last > first; seen += counts[last]) {
            last--;
        }
        ValueRange range = histogram.range();
        double width = ((double) range.high() - range.low()) / counts.length;
        return new ValueRange(
                Math.max(range.low(), (float) (range.low() + first * width)),
                Math.min(range.high(), (float) (range.low() + (last + 1) * width)));
    }

    /** The candidate with least {@link #squaredError}. */
    static ValueRange leastSquaredError(Histogram histogram) {
        return best(histogram, Clipping::squaredError);
    }

    /** The candidate with least {@link #divergence}. */
    static ValueRange leastDivergence(Histogram histogram) {
        return best(histogram, Clipping::divergence);
    }

    private interface Cost {
        double of(Histogram histogram, ValueRange kept);
    }

    private static ValueRange best(Histogram histogram, Cost cost) {
        ValueRange best = histogram.range();
        double least = cost.of(histogram, best);
        for (int step = STEPS - 1; step >= STEPS / 8; step--) {
            ValueRange candidate = histogram.range().scaled((double) step / STEPS);
            double here = cost.of(histogram, candidate);
            if (here < least) {
                least = here;
                best = candidate;
            }
        }
        return best;
    }

    /** Expected squared error a value: scale²/12 inside, the squared distance to the edge outside. */
    static double squaredError(Histogram histogram, ValueRange kept) {
        long[] counts = histogram.counts();
        double width = ((double) histogram.range().high() - histogram.range().low()) / counts.length;
        double low = Math.min(0, kept.low());
        double high = Math.max(0, kept.high());
        double scale = (high - low) / (LEVELS - 1);
        double sum = 0;
        long total = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            double centre = histogram.range().low() + (bin + 0.5) * width;
            double outside = Math.max(0, Math.max(low - centre, centre - high));
            sum += counts[bin] * (outside > 0 ? outside * outside : scale * scale / 12);
            total += counts[bin];
        }
        return total == 0 ? 0 : sum / total;
    }

    /**
     * KL(P‖Q): P is the histogram clipped to the kept bins, with the outliers added to its outermost bins; Q is the kept
     * part merged into at most 256 levels and spread evenly over the bins of each level that are not empty.
     */
    static double divergence(Histogram histogram, ValueRange kept) {
        long[] counts = histogram.counts();
        double width = ((double) histogram.range().high() - histogram.range().low()) / counts.length;
        int first = width == 0
                ? 0
                : (int) Math.round((kept.low() - histogram.range().low()) / width);
        int end = width == 0
                ? counts.length
                : Math.min(counts.length, (int)
                        Math.round((kept.high() - histogram.range().low()) / width));
        first = Math.max(0, Math.min(first, end - 1));
        double[] p = new double[end - first];
        double[] inside = new double[end - first];
        for (int bin = 0; bin < counts.length; bin++) {
            p[Math.max(first, Math.min(end - 1, bin)) - first] += counts[bin];
            if (bin >= first && bin < end) {
                inside[bin - first] = counts[bin];
            }
        }
        return divergence(p, spread(inside, LEVELS));
    }

    /** Merges bins into levels and spreads each level's sum over its bins that are not empty. */
    static double[] spread(double[] bins, int levels) {
        double[] spread = new double[bins.length];
        for (int level = 0; level < levels; level++) {
            int from = (int) ((long) level * bins.length / levels);
            int to = (int) ((long) (level + 1) * bins.length / levels);
            double sum = 0;
            int filled = 0;
            for (int i = from; i < to; i++) {
                sum += bins[i];
                filled += bins[i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                spread[i] = bins[i] > 0 ? sum / filled : 0;
            }
        }
        return spread;
    }

    /** Divergence of two histograms after each is made to sum to one; an empty bin of {@code q} counts as 1e-9. */
    static double divergence(double[] p, double[] q) {
        double sumP = 0;
        double sumQ = 0;
        for (int i = 0; i < p.length; i++) {
            sumP += p[i];
            sumQ += q[i];
        }
        if (sumP == 0 || sumQ == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double divergence = 0;
        for (int i = 0; i < p.length; i++) {
            if (p[i] > 0) {
                divergence += p[i] / sumP * Math.log(p[i] / sumP / Math.max(1e-9, q[i] / sumQ));
            }
        }
        return divergence;
    }
}
