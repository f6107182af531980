package io.edgeai.optimize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.quantize.Quantized;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares intermediate values of two graphs that carry the same names. */
final class LayerErrors {
    private static final int SAMPLES = 2;

    private LayerErrors() {}

    static List<LayerError> measure(
            InferenceRuntime runtime, OnnxGraph base, Quantized quantized, List<Map<String, Tensor>> feeds) {
        Set<String> made = new HashSet<>(quantized.graph().producers().keySet());
        made.retainAll(base.producers().keySet());
        List<String> layers = quantized.layers().stream().filter(made::contains).toList();
        if (layers.isEmpty()) {
            return List.of();
        }
        Map<String, OutputComparison> comparisons = new LinkedHashMap<>();
        Calibrator calibrator = new Calibrator(runtime);
        for (Map<String, Tensor> feed : feeds.subList(0, Math.min(SAMPLES, feeds.size()))) {
            Map<String, Tensor> after = calibrator.values(quantized.graph(), feed, layers);
            calibrator.values(base, feed, layers).forEach((name, tensor) -> {
                Tensor other = after.get(name);
                if (other != null && tensor.type() == ElementType.FLOAT) {
                    comparisons.computeIfAbsent(name, OutputComparison::new).add(tensor, other);
                }
            });
        }
        List<LayerError> errors = new ArrayList<>();
        comparisons.forEach((name, comparison) ->
                errors.add(new LayerError(name, comparison.result().sqnrDb())));
        return errors;
    }
}
