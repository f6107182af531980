package io.edgeai.samples.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A long series as few points that draw the same picture: the smallest and the largest of each of a number of equal
 * parts, in their order. Gaps (NaN) stay where a whole part is one. Immutable.
 *
 * @param x positions
 * @param y values
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Thinning(double[] x, double[] y) {
    /** @param parts at least 1; a series of at most twice as many points is kept as it is */
    public static Thinning of(double[] x, double[] y, int parts) {
        if (x.length <= 2 * parts) {
            return new Thinning(x.clone(), y.clone());
        }
        List<Integer> kept = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) x.length * part / parts);
            int to = (int) ((long) x.length * (part + 1) / parts);
            int least = from;
            int most = from;
            for (int i = from + 1; i < to; i++) {
                least = Double.isNaN(y[least]) || y[i] < y[least] ? i : least;
                most = Double.isNaN(y[most]) || y[i] > y[most] ? i : most;
            }
            kept.add(Math.min(least, most));
            if (least != most) {
                kept.add(Math.max(least, most));
            }
        }
        return new Thinning(
                kept.stream().mapToDouble(i -> x[i]).toArray(),
                kept.stream().mapToDouble(i -> y[i]).toArray());
    }
}
