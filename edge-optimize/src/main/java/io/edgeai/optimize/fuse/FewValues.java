package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores large FLOAT constants of at most 256 different values (anchor boxes, masks, grids) as a table and one byte an
 * element, with Cast and Gather behind them, which the engine computes once when it loads the model: a quarter of the
 * bytes, the same bits. Stateless.
 */
public final class FewValues implements GraphPass {
    private static final int LEAST_ELEMENTS = 1024;
    private static final int MOST_VALUES = 256;

    @Override
    public int apply(OnnxGraph graph) {
        FreshNames names = new FreshNames(graph);
        Set<String> fixed = Cleanup.outputNames(graph);
        graph.inputs().forEach(input -> fixed.add(input.name()));
        int changed = 0;
        for (Map.Entry<String, OnnxTensor> entry : new LinkedHashMap<>(graph.initializers()).entrySet()) {
            String name = entry.getKey();
            OnnxTensor tensor = entry.getValue();
            if (tensor.type() != ElementType.FLOAT || tensor.elements() < LEAST_ELEMENTS || fixed.contains(name)) {
                continue;
            }
            byte[] indices = new byte[(int) tensor.elements()];
            float[] table = table(tensor.floats(), indices);
            if (table == null || 2L * table.length > indices.length) {
                continue;
            }
            graph.initializers().remove(name);
            String values = names.of(name + "_values");
            String index = names.of(name + "_index");
            String wide = names.of(name + "_index32");
            graph.initializers().put(values, OnnxTensor.ofFloats(table, table.length));
            graph.initializers().put(index, OnnxTensor.ofBytes(ElementType.UINT8, indices, tensor.dims()));
            OnnxNode cast = new OnnxNode("Cast", "", List.of(index), List.of(wide))
                    .attribute("to", ElementType.INT32.onnxCode());
            graph.nodes().addAll(0, List.of(cast, new OnnxNode("Gather", "", List.of(values, wide), List.of(name))));
            changed++;
        }
        return changed;
    }

    /** The different values by their bits, and each element's place among them; null where there are too many. */
    private static float @Nullable [] table(float[] values, byte[] indices) {
        Map<Integer, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Integer place = places.get(Float.floatToRawIntBits(values[i]));
            if (place == null) {
                place = places.size();
                if (place == MOST_VALUES) {
                    return null;
                }
                places.put(Float.floatToRawIntBits(values[i]), place);
            }
            indices[i] = (byte) (int) place;
        }
        float[] table = new float[places.size()];
        int at = 0;
        for (int bits : places.keySet()) {
            table[at++] = Float.intBitsToFloat(bits);
        }
        return table;
    }
}
