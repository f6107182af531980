package io.edgeai.optimize.partition;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Types and sizes of a graph's values, seen while it ran once.
 *
 * @param types the type of each value that is a tensor, as the engine declares it
 * @param bytes the size of each value that is a tensor
 */
record ObservedValues(Map<String, OnnxValue> types, Map<String, Long> bytes) {
    private static final int AT_ONCE = 64;

    static ObservedValues of(
            InferenceRuntime runtime,
            OnnxGraph graph,
            SessionOptions options,
            Map<String, Tensor> feed,
            Collection<String> values) {
        Map<String, OnnxValue> types = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        for (OnnxValue input : graph.feeds()) {
            Tensor fed = feed.get(input.name());
            if (fed != null) {
                types.put(input.name(), input);
                bytes.put(input.name(), bytes(fed));
            }
        }
        List<String> names =
                values.stream().filter(value -> !types.containsKey(value)).toList();
        for (int from = 0; from < names.size(); from += AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + AT_ONCE));
            OnnxGraph watched = graph.copy();
            watched.outputs().clear();
            some.forEach(value -> watched.outputs().add(new OnnxValue(value, null)));
            try (InferenceSession session = runtime.open(OnnxWriter.toBytes(watched), options)) {
                Map<String, Tensor> seen = session.run(feed);
                for (TensorSpec spec : session.signature().outputs()) {
                    Tensor tensor = seen.get(spec.name());
                    if (tensor != null && some.contains(spec.name())) {
                        types.put(spec.name(), new OnnxValue(spec.name(), type(spec, tensor)));
                        bytes.put(spec.name(), bytes(tensor));
                    }
                }
            }
        }
        return new ObservedValues(types, bytes);
    }

    /** The engine declares no dimensions both for a scalar and for an unknown rank; the tensor tells which. */
    private static OnnxType type(TensorSpec spec, Tensor seen) {
        boolean unknown = spec.shape().isEmpty() && seen.shape().length > 0;
        return new OnnxType.OfTensor(spec.type(), unknown ? null : spec.shape());
    }

    private static long bytes(Tensor tensor) {
        return tensor.type().bytes(tensor.elements());
    }
}
