package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.Arrays;

/** Piecewise linear functions of one column. Stateless. */
final class Interpolation {
    private Interpolation() {}

    /**
     * numpy's {@code interp} for values within the ends: the last knot not above the value, and a straight line from it to
     * the next.
     */
    static String linear(Emitter out, String column, double[] x, double[] y) {
        int n = x.length;
        double[] slopes = new double[n];
        for (int i = 0; i + 1 < n; i++) {
            slopes[i] = x[i + 1] == x[i] ? 0 : (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
        }
        String below = out.op("GreaterOrEqual", column, out.row(x));
        String count = out.sum(out.toDouble(below));
        String index = out.cast(out.clip(out.plus(count, -1), 0, n - 1), ElementType.INT64);
        String slope = out.gather(out.constant(slopes, n), index, 0);
        String from = out.gather(out.constant(x, n), index, 0);
        String base = out.gather(out.constant(y, n), index, 0);
        String value = out.add(out.mul(slope, out.sub(column, from)), base);
        value = out.where(out.op("GreaterOrEqual", column, out.scalar(x[n - 1])), out.scalar(y[n - 1]), value);
        return out.where(out.op("Less", column, out.scalar(x[0])), out.scalar(y[0]), value);
    }

    static double[] reversedNegated(double[] values) {
        double[] reversed = new double[values.length];
        Arrays.setAll(reversed, i -> -values[values.length - 1 - i]);
        return reversed;
    }
}
