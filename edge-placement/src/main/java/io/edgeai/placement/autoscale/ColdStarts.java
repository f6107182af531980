package io.edgeai.placement.autoscale;

import io.edgeai.placement.autoscale.ServiceProfile.ColdStart;
import java.util.ArrayDeque;
import java.util.Deque;

/** The 90 % quantile of cold starts: of the last 50 where 10 were seen, else the profile's. Not thread-safe. */
final class ColdStarts {
    private static final double Z90 = 1.2815515655446004;
    private static final int ENOUGH = 10;
    private static final int KEPT = 50;

    private final Deque<Double> seen = new ArrayDeque<>();
    private double usual;

    ColdStarts(ColdStart told) {
        this.usual = told.seconds(Z90);
    }

    void add(double seconds) {
        seen.addLast(seconds);
        if (seen.size() > KEPT) {
            seen.removeFirst();
        }
        if (seen.size() >= ENOUGH) {
            double[] sorted =
                    seen.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            usual = sorted[(int) Math.ceil(0.9 * sorted.length) - 1];
        }
    }

    double usual() {
        return usual;
    }
}
