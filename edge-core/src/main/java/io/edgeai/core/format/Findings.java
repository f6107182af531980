package io.edgeai.core.format;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an inspection has found so far. Not thread-safe. */
final class Findings {
    private static final int LONGEST_NOTE = 1000;
    private static final int LONGEST_LIST = 6000;
    private static final int MOST_NAMED = 8;
    private static final int SIGNATURE = 160;
    private static final String OTHERS = "(others)";

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
    private final Room kinds;
    private final Room notes;
    private final Room tensors;
    private long notesLeft;
    private long tensorsLeft;
    private long parameters = -1;
    private long weightBytes = -1;

    /** @param fileBytes bytes of the model; what is kept is in proportion to them */
    Findings(Detected detected, long fileBytes) {
        this.detected = detected;
        this.kinds = new Room(fileBytes / 4);
        this.notes = new Room(fileBytes / 8 * 3);
        this.tensors = new Room(fileBytes / 4 * 3);
    }

    /** Adds an input or output as long as there is room for it. */
    void list(List<TensorSpec> specs, TensorSpec spec) {
        if (tensors.take(spec)) {
            specs.add(spec);
        } else {
            tensorsLeft++;
        }
    }

    void signature(Signature found) {
        signature = found;
    }

    /** One of several things that can be asked. */
    void signature(String key, Signature found) {
        if (notes.take(key) && notes.take(SIGNATURE)) {
            signatures.put(key, found);
        } else {
            notesLeft++;
        }
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
        operator(name, 1);
    }

    /** Kinds for which there is no room are counted together. */
    void operator(String name, int count) {
        boolean known = operators.containsKey(name);
        operators.merge(known || kinds.take(name) ? name : OTHERS, count, Integer::sum);
    }

    /** Whether there is room to list a tensor of that name and few dimensions; counted as left out where not. */
    boolean roomForTensor(String name) {
        boolean fits = tensors.take(name) && tensors.take(SIGNATURE);
        tensorsLeft += fits ? 0 : 1;
        return fits;
    }

    /** Counts in a note. */
    void count(String key) {
        note(key, Integer.toString(Integer.parseInt(metadata.getOrDefault(key, "0")) + 1));
    }

    void opset(String domain, long version) {
        if (opsets.containsKey(domain) || notes.take(domain)) {
            opsets.put(domain, version);
        } else {
            notesLeft++;
        }
    }

    void note(String key, String value) {
        keep(key, value, LONGEST_NOTE);
    }

    private void keep(String key, String value, int longest) {
        if (value.isEmpty()) {
            return;
        }
        String kept = value.length() <= longest ? value : value.substring(0, longest) + "…";
        @Nullable String before = metadata.get(key);
        if (before == null ? notes.take(key, kept) : notes.take(kept.length() - before.length())) {
            metadata.put(key, kept);
        } else {
            notesLeft++;
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
        keep(key, value, LONGEST_LIST);
    }

    void warn(String text) {
        if (notes.take(text)) {
            warnings.add(text);
        } else {
            notesLeft++;
        }
    }

    ModelInspection finish(long sizeBytes) {
        ModelFormat format = detected.format();
        if (tensorsLeft > 0) {
            warnings.add("The file has (" + tensorsLeft + ") more inputs or outputs than are listed.");
        }
        if (notesLeft > 0 || operators.containsKey(OTHERS)) {
            warnings.add("The file holds more than is listed of its size: (" + notesLeft + ") notes and warnings and ("
                    + operators.getOrDefault(OTHERS, 0) + ") operators of further kinds are only counted.");
        }
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
                String first = bare ? why : "after conversion to ONNX";
                yield List.of(
                        new Ability("run", false, first),
                        new Ability("optimize", false, first),
                        new Ability("convert", !bare, why));
            }
        };
    }
}
