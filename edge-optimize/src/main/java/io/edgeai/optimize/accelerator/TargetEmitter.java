package io.edgeai.optimize.accelerator;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fuse.ConstantFolding;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.StaticQuantizer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What targets have in common: simplify, calibrate, quantize, move floats between pairs, state all shapes. */
record TargetEmitter(InferenceRuntime runtime, CalibrationMethod method, Progress progress) {
    OnnxGraph simplified(OnnxGraph graph) {
        OnnxGraph cleaned = GraphPasses.simplified(graph, runtime);
        return cleaned.info().opset() >= OpsetUpgrade.TARGET
                ? cleaned
                : GraphPasses.simplified(OpsetUpgrade.raised(cleaned), runtime);
    }

    Quantized quantized(OnnxGraph graph, CalibrationData data, QuantizeSettings settings) {
        OnnxGraph simple = simplified(graph);
        List<Map<String, Tensor>> feeds = data.feeds(simple);
        StaticQuantizer quantizer = new StaticQuantizer(simple, settings);
        Map<String, ValueRange> ranges =
                new Calibrator(runtime).ranges(simple, feeds, quantizer.values(), method, progress);
        Quantized quantized = quantizer.quantize(ranges);
        new ConstantFolding(runtime).apply(quantized.graph()); // constants stored in fewer bytes for ONNX Runtime
        ByteMoves.toFloat(quantized.graph());
        WeightPairs.complete(quantized.graph(), kept(simple, quantized.graph(), settings), settings.top());
        Cleanup.deadCode(quantized.graph());
        stateShapes(quantized.graph());
        return quantized;
    }

    /** Weighted nodes that must stay float, by their present outputs: they stand in the same order, maybe under other names. */
    private static Set<String> kept(OnnxGraph before, OnnxGraph after, QuantizeSettings settings) {
        List<OnnxNode> old = weighted(before);
        List<OnnxNode> now = weighted(after);
        Set<String> kept = new HashSet<>(settings.keepFloat());
        for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
            if (settings.keepFloat().contains(old.get(i).output(0))) {
                kept.add(now.get(i).output(0));
            }
        }
        return kept;
    }

    private static List<OnnxNode> weighted(OnnxGraph graph) {
        return graph.nodes().stream()
                .filter(node -> QdqGraph.WEIGHTED.contains(node.op()))
                .toList();
    }

    /** Execution providers that take parts of a graph need the shapes of values inside it. */
    private static void stateShapes(OnnxGraph graph) {
        Shapes shapes = ShapeInference.infer(graph);
        graph.nodes().stream().flatMap(node -> node.outputs().stream()).forEach(value -> {
            OnnxType type = value.isEmpty() ? null : shapes.type(value).orElse(null);
            if (type instanceof OnnxType.OfTensor tensor && tensor.shape() != null) {
                graph.valueInfo().put(value, new OnnxValue(value, type));
            }
        });
        graph.outputs().forEach(output -> graph.valueInfo().remove(output.name()));
    }
}
