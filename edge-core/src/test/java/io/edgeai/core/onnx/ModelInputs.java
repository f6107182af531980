package io.edgeai.core.onnx;

import io.edgeai.core.model.Dim;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Input shapes that the real models accept: unknown dimensions small, save where a model needs more. */
public final class ModelInputs {
    private ModelInputs() {}

    public static Map<String, long[]> shapes(OnnxGraph graph) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (OnnxValue input : graph.feeds()) {
            List<Dim> dims = input.type() instanceof OnnxType.OfTensor tensor ? tensor.shape() : null;
            if (dims != null) {
                shapes.put(
                        input.name(),
                        dims.stream()
                                .mapToLong(dim -> dim.known() ? dim.size() : 1)
                                .toArray());
            }
        }
        if (shapes.containsKey("sr")) {
            shapes.put("input", new long[] {1, 576});
            shapes.put("state", new long[] {2, 1, 128});
        }
        return shapes;
    }
}
