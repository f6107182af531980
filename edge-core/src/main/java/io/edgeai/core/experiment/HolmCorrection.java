package io.edgeai.core.experiment;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's (1979) correction for several comparisons, valid under any dependence. Stateless. */
public final class HolmCorrection {
    private HolmCorrection() {}

    /**
     * Adjusted p-values: rejecting those of at most α errs anywhere with probability at most α.
     *
     * @param pValues one for each comparison
     */
    public static double[] adjusted(double... pValues) {
        int[] order = IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(i -> i)
                .toArray();
        double[] adjusted = new double[pValues.length];
        double most = 0;
        for (int rank = 0; rank < order.length; rank++) {
            most = Math.max(most, (order.length - rank) * pValues[order[rank]]);
            adjusted[order[rank]] = Math.min(1, most);
        }
        return adjusted;
    }
}
