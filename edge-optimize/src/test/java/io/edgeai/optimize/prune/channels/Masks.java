package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.BitSet;
import java.util.List;

/** The oracle of pruning: the original graph with the removed channels' slices of every weight set to zero. */
public final class Masks {
    private Masks() {}

    public static OnnxGraph masked(ChannelMap map, BitSet removed) {
        OnnxGraph masked = map.graph().copy();
        for (String name : List.copyOf(masked.initializers().keySet())) {
            OnnxTensor tensor = masked.initializers().get(name);
            if (tensor.type() == ElementType.FLOAT) {
                for (int axis = 0; axis < tensor.rank(); axis++) {
                    tensor = zeroed(tensor, axis, map.units(name, axis), removed);
                }
                masked.initializers().put(name, tensor);
            }
        }
        return masked;
    }

    private static OnnxTensor zeroed(OnnxTensor tensor, int axis, int[] units, BitSet removed) {
        float[] values = tensor.floats();
        int inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= (int) tensor.dim(i);
        }
        for (int i = 0; units.length > 0 && i < values.length; i++) {
            int unit = units[i / inner % units.length];
            if (unit >= 0 && removed.get(unit)) {
                values[i] = 0;
            }
        }
        return OnnxTensor.ofFloats(values, tensor.dims());
    }
}
