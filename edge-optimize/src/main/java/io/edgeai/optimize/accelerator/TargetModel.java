package io.edgeai.optimize.accelerator;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.accelerator.RuleFinding.Severity;
import io.edgeai.optimize.quantize.FloatNode;
import java.util.List;

/**
 * A graph for another engine.
 *
 * @param target {@code tensorrt} or {@code openvino}
 * @param graph the quantized graph; ONNX Runtime's CPU provider runs it too
 * @param options with which ONNX Runtime runs it on the target, where the provider is
 * @param findings rules it breaks; no errors unless the model itself brings them
 * @param left nodes that stay float, with the reason
 */
public record TargetModel(
        String target, OnnxGraph graph, SessionOptions options, List<RuleFinding> findings, List<FloatNode> left) {
    public TargetModel {
        findings = List.copyOf(findings);
        left = List.copyOf(left);
    }

    /** Whether no rule is broken in a way the engine refuses. */
    public boolean passes() {
        return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
    }
}
