package io.edgeai.optimize.accelerator;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.accelerator.RuleFinding.Severity;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.quantize.Quantized;
import java.util.List;

/**
 * A graph for another engine.
 *
 * @param target {@code tensorrt} or {@code openvino}
 * @param quantized the graph, which ONNX Runtime's CPU provider runs too, and what was done to it
 * @param options with which ONNX Runtime runs it on the target, where the provider is
 * @param findings rules it breaks; no errors unless the model itself brings them
 */
public record TargetModel(String target, Quantized quantized, SessionOptions options, List<RuleFinding> findings) {
    public TargetModel {
        findings = List.copyOf(findings);
    }

    public OnnxGraph graph() {
        return quantized.graph();
    }

    /** Nodes that stay float, with the reason. */
    public List<FloatNode> left() {
        return quantized.left();
    }

    /** Whether no rule is broken in a way the engine refuses. */
    public boolean passes() {
        return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
    }
}
