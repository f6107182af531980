package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.Arrays;
import java.util.List;

/** Finds out whether an execution provider works here by running a model of one node with it. */
final class ProviderProbe {
    private static final float[] GIVEN = {-1, 0, 1, 2};
    private static final float[] EXPECTED = {0, 0, 1, 2};

    private ProviderProbe() {}

    static Availability availability(ExecutionProvider provider) {
        SessionOptions options = SessionOptions.defaults().slots(1).provider(provider);
        try (InferenceSession session = SessionFactory.open(OnnxWriter.toBytes(relu()), options)) {
            float[] answer = session.predict(GIVEN, 0);
            return Arrays.equals(answer, EXPECTED)
                    ? new Availability(true, SessionFactory.version())
                    : new Availability(
                            false,
                            "execution provider (" + provider.name() + ") computes max(x, 0) of "
                                    + Arrays.toString(GIVEN) + " as " + Arrays.toString(answer)
                                    + ". Maybe its driver is broken.");
        } catch (EdgeException e) {
            return new Availability(false, String.valueOf(e.getMessage()));
        }
    }

    private static OnnxGraph relu() {
        OnnxGraph graph = OnnxGraph.create("probe", 13);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, 4));
        graph.add("Relu", "relu", List.of("x"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 1, 4));
        return graph;
    }
}
