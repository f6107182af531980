package io.edgeai.optimize.prune.solve;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.List;
import java.util.Map;

/**
 * Products of rows with themselves, {@code zᵀ·z}, on the engine: its vector kernels form them ten times faster than a
 * plain loop. Sums over one call are in single precision, so calls should be short. Close frees the engine's memory.
 */
final class Gram implements AutoCloseable {
    private final InferenceSession session;

    Gram(InferenceRuntime runtime) {
        OnnxGraph graph = OnnxGraph.create("gram", 13);
        graph.inputs().add(matrix("z", "rows", "columns"));
        graph.outputs().add(matrix("product", "columns", "columns"));
        graph.add("Gemm", "product", List.of("z", "z"), List.of("product")).attribute("transA", 1);
        this.session = runtime.open(
                OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1));
    }

    private static OnnxValue matrix(String name, String rows, String columns) {
        return new OnnxValue(
                name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic(rows), Dim.symbolic(columns))));
    }

    /** The {@code columns × columns} product of {@code rows} rows. */
    float[] of(float[] z, int rows, int columns) {
        Map<String, Tensor> result = session.run(Map.of("z", Tensor.of(z, rows, columns)));
        return Taps.get(result, "product").floats();
    }

    @Override
    public void close() {
        session.close();
    }
}
