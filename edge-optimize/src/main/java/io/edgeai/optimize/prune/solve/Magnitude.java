package io.edgeai.optimize.prune.solve;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.prune.channels.ChannelMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Sums over the slices of stored weights that belong to each unit. Stateless. */
public final class Magnitude {
    private Magnitude() {}

    /** Adds each unit's share of the squared norm of a weight. */
    static void add(ChannelMap map, String weight, int axis, Map<Integer, Integer> place, double[] into) {
        double[] sums = sums(map, weight, axis, value -> value * value);
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        int[] units = map.units(weight, axis);
        for (int i = 0; i < units.length && i < sums.length; i++) {
            Integer at = place.get(units[i]);
            if (at != null && total > 0) {
                into[at] += sums[i] / total;
            }
        }
    }

    /** A sum over each slice along an axis of a float constant; empty for other constants. */
    public static double[] sums(ChannelMap map, String weight, int axis, DoubleUnaryOperator of) {
        OnnxTensor tensor = map.graph().initializers().get(weight);
        if (tensor == null || tensor.type() != ElementType.FLOAT) {
            return new double[0];
        }
        float[] values = tensor.floats();
        int inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= (int) tensor.dim(i);
        }
        double[] sums = new double[(int) tensor.dim(axis)];
        for (int i = 0; i < values.length; i++) {
            sums[i / inner % sums.length] += of.applyAsDouble(values[i]);
        }
        return sums;
    }
}
