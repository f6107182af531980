package io.edgeai.monitor.stat;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * The chance of a statistic at least as large if the labels of the pooled rows were given by lot: exact for any sample
 * sizes, ties and statistic, as long as rows do not depend on each other. Stateless.
 */
public final class PermutationTest {
    private static final int ENOUGH_EXCEEDANCES = 10;
    private static final double ROUNDING = 1e-12;

    private PermutationTest() {}

    /**
     * Stops after 10 exceedances (Besag and Clifford 1991), or after {@code draws} draws with (exceedances + 1) / (draws +
     * 1). A draw as large as what was seen exceeds it by lot, so that the chance is exact where few values are possible, as
     * with names or counts; where no draw differs from it, it is 1.
     *
     * @param fromFirst which of the pooled rows belong to the first sample
     * @param statistic large where the samples differ
     * @param draws at most so many
     */
    public static double pValue(boolean[] fromFirst, ToDoubleFunction<boolean[]> statistic, int draws, long seed) {
        double observed = statistic.applyAsDouble(fromFirst);
        boolean[] labels = fromFirst.clone();
        Random random = new Random(seed);
        double place = random.nextDouble();
        boolean differs = false;
        int exceeded = 0;
        int draw = 0;
        while (draw < draws && exceeded < ENOUGH_EXCEEDANCES) {
            draw++;
            shuffle(labels, random);
            double drawn = statistic.applyAsDouble(labels);
            boolean equal = Math.abs(drawn - observed) <= ROUNDING * Math.abs(observed);
            differs |= !equal;
            exceeded += (equal ? random.nextDouble() > place : drawn > observed) ? 1 : 0;
        }
        if (!differs) {
            return 1;
        }
        return exceeded == ENOUGH_EXCEEDANCES ? (double) exceeded / draw : (exceeded + 1.0) / (draws + 1.0);
    }

    private static void shuffle(boolean[] labels, Random random) {
        for (int i = labels.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            boolean taken = labels[j];
            labels[j] = labels[i];
            labels[i] = taken;
        }
    }
}
