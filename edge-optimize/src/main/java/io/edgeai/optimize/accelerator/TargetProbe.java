package io.edgeai.optimize.accelerator;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import java.util.List;

/** Finds out whether an execution provider is here by opening a model of one node with it. */
final class TargetProbe {
    private TargetProbe() {}

    static InferenceRuntime.Availability probe(InferenceRuntime runtime, SessionOptions options) {
        OnnxGraph one = OnnxGraph.create("probe", 13);
        one.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, 4));
        one.add("Relu", "relu", List.of("x"), List.of("y"));
        one.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 1, 4));
        try {
            runtime.open(OnnxWriter.toBytes(one), options.slots(1)).close();
            return new InferenceRuntime.Availability(
                    true, runtime.availability().detail());
        } catch (EdgeException e) {
            return new InferenceRuntime.Availability(false, String.valueOf(e.getMessage()));
        }
    }
}
