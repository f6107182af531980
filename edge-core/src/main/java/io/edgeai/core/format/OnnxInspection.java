package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything an ONNX model says about itself, told field by field as the file passes: no graph is built. Field numbers are
 * those of onnx.proto's {@code ModelProto}.
 */
final class OnnxInspection {
    private static final String TOKENIZER = "huggingface.tokenizer";
    private static final int LONGEST = 4096;
    private static final int FIRST_IR_WITH_OPSETS = 3;
    private static final int MOST_DOMAINS = 8;
    private static final Set<String> STANDARD = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

    private final FileView file;
    private final Findings findings;
    private final OnnxGraphWalk walk;
    private final Set<String> domains = new TreeSet<>();
    private String producer = "";
    private String producerVersion = "";
    private long irVersion;
    private boolean opsets;

    private OnnxInspection(FileView file, Findings findings) {
        this.file = file;
        this.findings = findings;
        this.walk = new OnnxGraphWalk(file, findings);
    }

    /** @throws ModelFormatException where the file is damaged or a constant has other bytes than its type needs */
    static void inspect(FileView file, Findings findings) {
        OnnxInspection inspection = new OnnxInspection(file, findings);
        try {
            inspection.model();
        } catch (ModelFormatException e) {
            throw new ModelFormatException("Model (" + file.path().getFileName() + "): " + e.getMessage(), e);
        }
    }

    private void model() {
        ProtoFields model = ProtoFields.of(file);
        while (model.next()) {
            switch (model.number()) {
                case 1 -> irVersion = model.value();
                case 2 -> producer = model.text(LONGEST);
                case 3 -> producerVersion = model.text(LONGEST);
                case 4 -> findings.note("domain", model.text(LONGEST));
                case 5 -> findings.note("model version", model.value() == 0 ? "" : Long.toString(model.value()));
                case 6 -> findings.note("doc", model.text(LONGEST));
                case 7 -> walk.model(model);
                case 8 -> opset(model.enter());
                case 14 -> metadata(model.enter());
                default -> {} // functions, and what training needs
            }
        }
        OnnxGraphWalk.whole(model);
        if (irVersion <= 0) {
            throw new ModelFormatException("it has no IR version. Maybe it is no ONNX, or cut off.");
        }
        if (irVersion >= FIRST_IR_WITH_OPSETS && !opsets) {
            throw new ModelFormatException(
                    "of IR version " + irVersion + " it names no operator set. Maybe the file is cut off.");
        }
        findings.producer(producer + " " + producerVersion);
        findings.formatVersion("IR " + irVersion);
        walk.report();
        for (String domain : domains) {
            findings.warn("Operators of the domain (" + domain + ") run only where an engine knows them.");
        }
    }

    private void opset(ProtoFields opset) {
        opsets = true;
        String domain = "";
        long version = 0;
        while (opset.next()) {
            if (opset.is(1, LENGTH)) {
                domain = opset.text(LONGEST);
            } else if (opset.is(2, VARINT)) {
                version = opset.value();
            }
        }
        OnnxGraphWalk.whole(opset);
        findings.opset(domain, version);
        if (!STANDARD.contains(domain) && domains.size() < MOST_DOMAINS) {
            domains.add(domain);
        }
    }

    private void metadata(ProtoFields entry) {
        String key = "";
        String value = "";
        long characters = 0;
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                value = entry.text(LONGEST);
                characters = entry.characters();
            }
        }
        OnnxGraphWalk.whole(entry);
        findings.note(key, key.equals(TOKENIZER) ? characters + " characters" : value);
    }

    /** Inputs and outputs of a graph that was read; values that are no tensors are left out. */
    static Signature signature(OnnxGraph graph) {
        return new Signature(specs(graph.feeds()), specs(graph.outputs()));
    }

    private static List<TensorSpec> specs(List<OnnxValue> values) {
        List<TensorSpec> specs = new ArrayList<>();
        for (OnnxValue value : values) {
            if (value.type() instanceof OnnxType.OfTensor tensor) {
                specs.add(new TensorSpec(
                        value.name(), tensor.element(), tensor.shape() == null ? List.of() : tensor.shape()));
            }
        }
        return specs;
    }
}
