package io.edgeai.monitor.stat;

/** Permutation tests on a pooled, ordered sample without ties; all two-sided. Stateless. */
public final class RankTests {
    private RankTests() {}

    /**
     * Mood's test for a difference in spread, by the normal limit of the permutation distribution (Mood 1954).
     *
     * @param fromFirst for each place of the pooled order, whether the value there is of the first sample
     */
    public static double mood(boolean[] fromFirst) {
        int total = fromFirst.length;
        double centre = (total - 1) / 2.0;
        double sum = 0;
        double squares = 0;
        double observed = 0;
        int first = 0;
        for (int i = 0; i < total; i++) {
            double score = (i - centre) * (i - centre);
            sum += score;
            squares += score * score;
            if (fromFirst[i]) {
                observed += score;
                first++;
            }
        }
        double mean = sum / total;
        double variance =
                (double) first * (total - first) / ((double) total * (total - 1)) * (squares - total * mean * mean);
        double z = (observed - first * mean) / Math.sqrt(variance);
        return Math.min(1, 2 * Distributions.normalUpper(Math.abs(z)));
    }

    /**
     * Whether the first sample has an unusual share of the {@code places} lowest (or highest) values: hypergeometric
     * with mid-p.
     */
    public static double tail(boolean[] fromFirst, int places, boolean highest) {
        int total = fromFirst.length;
        int first = 0;
        int seen = 0;
        for (int i = 0; i < total; i++) {
            first += fromFirst[i] ? 1 : 0;
            boolean inTail = highest ? i >= total - places : i < places;
            seen += inTail && fromFirst[i] ? 1 : 0;
        }
        double[] p = Distributions.hypergeometric(total, first, places);
        double lower = p[seen] / 2;
        for (int x = 0; x < seen; x++) {
            lower += p[x];
        }
        return Math.min(1, 2 * Math.min(lower, 1 - lower));
    }
}
