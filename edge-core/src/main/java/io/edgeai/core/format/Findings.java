package io.edgeai.core.format;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an inspection has found so far. Not thread-safe. */
final class Findings {
    private static final int LONGEST_NOTE = 1000;
    private static final int LONGEST_LIST = 6000;
    private static final int MOST_NAMED = 8;

    final Detected detected;
    final TreeMap<String, Long> opsets = new TreeMap<>();
    final TreeMap<String, Integer> operators = new TreeMap<>();
    final TreeMap<String, String> metadata = new TreeMap<>();
    final List<String> warnings = new ArrayList<>();
    private Signature signature = Signature.UNKNOWN;
    private final Map<String, Signature> signatures = new LinkedHashMap<>();
    private String producer = "";
    private String formatVersion = "";
    private String noConversion = "";
    private String signatureMissing = "Inputs and outputs were not read from this format.";
    private String countMissing = "Parameters were not counted in this format.";
    private final List<String> unranked = new ArrayList<>();
    private long parameters = -1;
    private long weightBytes = -1;

    Findings(Detected detected) {
        this.detected = detected;
    }

    void signature(Signature found) {
        signature = found;
    }

    /** One of several things that can be asked. */
    void signature(String key, Signature found) {
        signatures.put(key, found);
    }

    Map<String, Signature> signatures() {
        return Collections.unmodifiableMap(signatures);
    }

    void producer(String text) {
        producer = text.strip();
    }

    String formatVersion() {
        return formatVersion;
    }

    void formatVersion(String text) {
        formatVersion = text;
    }

    void weights(long elements, long bytes) {
        parameters = elements;
        weightBytes = bytes;
    }

    /** Adds one tensor of weights; sums stop at what a long can count. */
    void weight(long elements, long bytes) {
        parameters = Weights.sum(Math.max(0, parameters), Math.max(0, elements));
        weightBytes = Weights.sum(Math.max(0, weightBytes), Math.max(0, bytes));
    }

    /** A tensor whose number of dimensions is open; a signature shows it with none. */
    void unranked(String tensor) {
        if (unranked.size() < MOST_NAMED) {
            unranked.add(tensor);
        }
    }

    /** Why there is no signature, in place of the general sentence. */
    void noSignature(String why) {
        signatureMissing = why;
    }

    /** Why parameters are not counted, in place of the general sentence. */
    void noCount(String why) {
        countMissing = why;
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

    void operator(String name, int count) {
        operators.merge(name, count, Integer::sum);
    }

    void note(String key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value.length() <= LONGEST_NOTE ? value : value.substring(0, LONGEST_NOTE) + "…");
        }
    }

    /** Adds to a list of names until it is as long as a note may be. */
    void append(String key, String name) {
        String before = metadata.getOrDefault(key, "");
        if (before.length() <= LONGEST_NOTE) {
            note(key, before.isEmpty() ? name : before + "," + name);
        }
    }

    /** A list that may be longer than a note. */
    void longNote(String key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value.length() <= LONGEST_LIST ? value : value.substring(0, LONGEST_LIST) + "…");
        }
    }

    void warn(String text) {
        warnings.add(text);
    }

    ModelInspection finish(long sizeBytes) {
        ModelFormat format = detected.format();
        if (!unranked.isEmpty()) {
            warn("The file states no number of dimensions for " + unranked + "; they are listed without any.");
        }
        if (format != ModelFormat.ONNX) {
            if (signature.equals(Signature.UNKNOWN)) {
                warn(signatureMissing);
            }
            if (parameters < 0) {
                warn(countMissing);
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
