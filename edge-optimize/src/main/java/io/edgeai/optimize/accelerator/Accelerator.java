package io.edgeai.optimize.accelerator;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.data.CalibrationData;
import java.util.List;

/** An engine with conventions of its own for quantized graphs, reached through a provider of ONNX Runtime. Thread-safe. */
public sealed interface Accelerator permits TensorRtTarget, OpenVinoTarget {
    /** {@code tensorrt} or {@code openvino}. */
    String name();

    /** Whether a session can be opened with it here; if not, the detail says what to add. */
    InferenceRuntime.Availability availability();

    /**
     * A quantized graph as the engine wants it; the one given is left as it is.
     *
     * @param data typical samples; 64 are enough
     * @throws io.edgeai.core.error.UnsupportedOperatorException where it cannot be raised to operator set 13
     */
    TargetModel emit(OnnxGraph graph, CalibrationData data);

    /** What in a quantized graph breaks the rules the engine's maker publishes. */
    List<RuleFinding> check(OnnxGraph quantized);

    /** How to open an emitted graph with it. */
    SessionOptions options(OnnxGraph quantized);
}
