package io.edgeai.core.format;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxModelInfo;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Everything an ONNX graph says about itself. */
final class OnnxInspection {
    private static final String TOKENIZER = "huggingface.tokenizer";
    private static final Set<String> STANDARD = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

    private final Findings findings;
    private long parameters;
    private long weightBytes;

    private OnnxInspection(Findings findings) {
        this.findings = findings;
    }

    static void inspect(OnnxGraph graph, Findings findings) {
        OnnxModelInfo info = graph.info();
        findings.producer(info.producerName() + " " + info.producerVersion());
        findings.formatVersion("IR " + info.irVersion());
        findings.opsets.putAll(info.opsets());
        info.metadata()
                .forEach((key, value) ->
                        findings.note(key, key.equals(TOKENIZER) ? value.length() + " characters" : value));
        findings.note("graph", graph.name());
        findings.note("domain", info.domain());
        findings.note("doc", info.docString());
        if (info.modelVersion() != 0) {
            findings.note("model version", Long.toString(info.modelVersion()));
        }
        OnnxInspection inspection = new OnnxInspection(findings);
        inspection.walk(graph);
        findings.weights(inspection.parameters, inspection.weightBytes);
        findings.signature(signature(graph, findings::warn));
        for (String domain : info.opsets().keySet()) {
            if (!STANDARD.contains(domain)) {
                findings.warn("Operators of the domain (" + domain + ") run only where an engine knows them.");
            }
        }
    }

    private void walk(OnnxGraph graph) {
        for (OnnxTensor tensor : graph.initializers().values()) {
            count(tensor);
        }
        for (OnnxNode node : graph.nodes()) {
            boolean standard = node.domain().isEmpty() || node.domain().equals("ai.onnx");
            findings.operator(standard ? node.op() : node.domain() + "." + node.op());
            if (node.op().equals("Constant")) {
                OnnxTensor value = node.tensorAttribute("value");
                if (value != null) {
                    count(value);
                }
            }
            node.subgraphs().forEach(this::walk);
        }
    }

    private void count(OnnxTensor tensor) {
        parameters += tensor.elements();
        weightBytes += tensor.sizeBytes();
    }

    static Signature signature(OnnxGraph graph, Consumer<String> warnings) {
        return new Signature(specs(graph.feeds(), "Input", warnings), specs(graph.outputs(), "Output", warnings));
    }

    private static List<TensorSpec> specs(List<OnnxValue> values, String what, Consumer<String> warnings) {
        List<TensorSpec> specs = new ArrayList<>();
        for (OnnxValue value : values) {
            if (value.type() instanceof OnnxType.OfTensor tensor) {
                if (tensor.shape() == null) {
                    warnings.accept(what + " (" + value.name() + ") does not state its rank.");
                }
                specs.add(new TensorSpec(
                        value.name(), tensor.element(), tensor.shape() == null ? List.of() : tensor.shape()));
            } else {
                warnings.accept(what + " (" + value.name() + ") is no tensor and left out of the signature.");
            }
        }
        return specs;
    }
}
