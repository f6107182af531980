package io.edgeai.core.format;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What an inspection has found so far. Not thread-safe. */
final class Findings {
    private static final int LONGEST_NOTE = 1000;

    final Detected detected;
    final TreeMap<String, Long> opsets = new TreeMap<>();
    final TreeMap<String, Integer> operators = new TreeMap<>();
    final TreeMap<String, String> metadata = new TreeMap<>();
    final List<String> warnings = new ArrayList<>();
    private Signature signature = Signature.UNKNOWN;
    private String producer = "";
    private String formatVersion = "";
    private String noConversion = "";
    private long parameters = -1;
    private long weightBytes = -1;

    Findings(Detected detected) {
        this.detected = detected;
    }

    void signature(Signature found) {
        signature = found;
    }

    void producer(String text) {
        producer = text.strip();
    }

    void formatVersion(String text) {
        formatVersion = text;
    }

    void weights(long elements, long bytes) {
        parameters = elements;
        weightBytes = bytes;
    }

    /** Bytes of a separate file of weights, where the graph did not say how large they are. */
    void weightFile(long bytes) {
        weightBytes = weightBytes < 0 ? bytes : weightBytes;
    }

    /** Says why conversion cannot succeed whatever importers are here. */
    void inconvertible(String why) {
        noConversion = why;
    }

    void operator(String name) {
        operators.merge(name, 1, Integer::sum);
    }

    void note(String key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value.length() <= LONGEST_NOTE ? value : value.substring(0, LONGEST_NOTE) + "…");
        }
    }

    void warn(String text) {
        warnings.add(text);
    }

    ModelInspection finish(long sizeBytes) {
        ModelFormat format = detected.format();
        if (format != ModelFormat.ONNX) {
            if (signature.equals(Signature.UNKNOWN)) {
                warn("Inputs and outputs were not read from this format.");
            }
            if (parameters < 0) {
                warn("Parameters were not counted in this format.");
            }
        }
        return new ModelInspection(
                format,
                detected.variant(),
                sizeBytes,
                signature,
                producer,
                formatVersion,
                opsets,
                operators,
                parameters,
                weightBytes,
                metadata,
                warnings,
                abilities());
    }

    private List<Ability> abilities() {
        return switch (detected.format()) {
            case ONNX ->
                List.of(
                        new Ability("run", true, "ONNX Runtime runs it as it is"),
                        new Ability("optimize", true, "its graph can be changed and written again"),
                        new Ability("convert", true, "it is ONNX already"));
            case TENSORRT ->
                List.of(
                        new Ability(
                                "run",
                                false,
                                "an engine runs only in the TensorRT version and on the GPU it was built for"),
                        new Ability("optimize", false, "an engine holds compiled kernels, no graph"),
                        new Ability(
                                "convert",
                                false,
                                "an engine holds compiled kernels; use the ONNX file it was built from"));
            default -> {
                boolean bare = detected.format() == ModelFormat.PYTORCH
                        && (detected.variant().equals("weights")
                                || detected.variant().equals("legacy pickle"));
                bare |= !noConversion.isEmpty();
                String why = !noConversion.isEmpty()
                        ? noConversion
                        : bare
                                ? "the file holds weights without a graph; export the model as TorchScript or ONNX"
                                : "through an importer for " + detected.format().displayName()
                                        + " on the class path (edge-formats)";
                yield List.of(
                        new Ability("run", false, "after conversion to ONNX"),
                        new Ability("optimize", false, "after conversion to ONNX"),
                        new Ability("convert", !bare, why));
            }
        };
    }
}
