package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a TFLite file says of itself; field numbers are those of schema.fbs. */
final class TfliteInspection {
    private static final int PLACEHOLDER = 127;
    private static final int MOST_SIGNATURES = 256;
    private static final int MOST_BLOCKS = 256;
    private static final int MOST_CUSTOM = 8;
    private static final int MOST_DIMS = 255;
    private static final int LONGEST = 256;
    private static final int MOST_METADATA = 1 << 20;
    private static final @Nullable ElementType[] TYPES = {
        ElementType.FLOAT,
        ElementType.FLOAT16,
        ElementType.INT32,
        ElementType.UINT8,
        ElementType.INT64,
        ElementType.STRING,
        ElementType.BOOL,
        ElementType.INT16,
        ElementType.COMPLEX64,
        ElementType.INT8,
        ElementType.DOUBLE,
        ElementType.COMPLEX128,
        ElementType.UINT64,
        null, // resource
        null, // variant
        ElementType.UINT32,
        ElementType.UINT16,
        ElementType.INT4,
        ElementType.BFLOAT16
    };

    private final FileView file;
    private final FlatFields model;
    private final Findings findings;
    private long parameters;
    private long weightBytes;
    private int quantized;
    private int variables;

    private TfliteInspection(FileView file, Findings findings) {
        this.file = file;
        this.model = FlatFields.root(file);
        this.findings = findings;
    }

    static void inspect(FileView file, Findings findings) {
        new TfliteInspection(file, findings).run();
    }

    private void run() {
        findings.formatVersion("schema " + model.intField(0, 0));
        findings.producer(model.text(3));
        int graphs = model.count(2, 4);
        int[] used = new int[model.count(1, 4)];
        int unknown = 0;
        BitSet buffers = new BitSet();
        for (int i = 0; i < graphs; i++) {
            FlatFields graph = model.table(2, i);
            weights(graph, buffers);
            for (int o = 0, n = graph.count(3, 4); o < n; o++) {
                int code = graph.table(3, o).intField(0, 0);
                if (code >= 0 && code < used.length) {
                    used[code]++;
                } else {
                    unknown++;
                }
            }
            if (i == 0) {
                findings.signature(new Signature(specs(graph, 1, "input"), specs(graph, 2, "output")));
            }
        }
        kinds(used);
        if (unknown > 0) {
            findings.operator("unknown", unknown);
        }
        findings.weights(parameters, weightBytes);
        findings.note("graphs", graphs > 1 ? Integer.toString(graphs) : "");
        findings.note("quantized tensors", quantized > 0 ? Integer.toString(quantized) : "");
        if (variables > 0) {
            findings.note("states", Integer.toString(variables));
            findings.warn("The model keeps states from call to call; a conversion starts them at zero in every call.");
        }
        signatures(graphs);
        blocks();
        TfliteMetadata.attachedFiles(file, findings);
    }

    /** Names operators by the codes that nodes use. */
    private void kinds(int[] used) {
        TreeSet<String> custom = new TreeSet<>();
        for (int i = 0; i < used.length; i++) {
            FlatFields code = model.table(1, i);
            int old = code.byteField(0, 0);
            int number = Math.max(old, code.intField(3, 0));
            String own = number == TfliteOperators.CUSTOM ? code.text(1, LONGEST) : "";
            String kind = own.isEmpty() ? TfliteOperators.name(number) : own;
            if (number == TfliteOperators.CUSTOM || (old == PLACEHOLDER && number == PLACEHOLDER)) {
                custom.add(kind);
                if (custom.size() > MOST_CUSTOM) {
                    custom.pollLast();
                }
            }
            if (used[i] > 0) {
                findings.operator(kind, used[i]);
            }
        }
        if (!custom.isEmpty()) {
            findings.warn("Custom operators " + custom + " run only where an engine knows them.");
        }
    }

    private void weights(FlatFields graph, BitSet seen) {
        int buffers = model.count(4, 4);
        for (int i = 0, n = graph.count(0, 4); i < n; i++) {
            FlatFields tensor = graph.table(0, i);
            quantized += tensor.has(4) && tensor.table(4).count(2, 4) > 0 ? 1 : 0;
            variables += tensor.byteField(5, 0) != 0 ? 1 : 0;
            int buffer = tensor.intField(2, 0);
            if (buffer <= 0 || buffer >= buffers || seen.get(buffer)) {
                continue;
            }
            seen.set(buffer);
            boolean scaled = tensor.has(4) && tensor.table(4).count(2, 4) > 0;
            ElementType type = element(tensor);
            if (type == null || !scaled && !Weights.learned(type)) {
                continue; // sizes, axes, texts and tables
            }
            FlatFields data = model.table(4, buffer);
            long bytes = data.longField(1, 0) > 1 ? data.longField(2, 0) : data.count(0, 1);
            if (bytes > 0) {
                long elements = 1;
                for (int d = 0, rank = tensor.count(0, 4); d < rank; d++) {
                    long size = Math.max(0, tensor.element(0, d, 4));
                    elements = size > 0 && elements > Long.MAX_VALUE / size ? 0 : elements * size;
                }
                parameters += elements;
                weightBytes += bytes;
            }
        }
    }

    private List<TensorSpec> specs(FlatFields graph, int list, String what) {
        List<TensorSpec> specs = new ArrayList<>();
        int tensors = graph.count(0, 4);
        for (int i = 0, n = graph.count(list, 4); i < n; i++) {
            long index = graph.element(list, i, 4);
            if (index < 0 || index >= tensors) {
                findings.warn("An " + what + " names tensor (" + index + ") of " + tensors + ".");
                continue;
            }
            FlatFields tensor = graph.table(0, (int) index);
            ElementType type = element(tensor);
            String name = tensor.text(3);
            if (type == null) {
                findings.warn("The " + what + " (" + name + ") is no tensor of numbers and left out of the signature.");
                continue;
            }
            findings.list(specs, new TensorSpec(name, type, dims(tensor)));
            quantization(tensor, what + " " + name);
        }
        return specs;
    }

    private static @Nullable ElementType element(FlatFields tensor) {
        int code = tensor.byteField(1, 0);
        return code >= 0 && code < TYPES.length ? TYPES[code] : null;
    }

    private List<Dim> dims(FlatFields tensor) {
        int rank = tensor.count(0, 4);
        if (rank > MOST_DIMS) {
            throw new ModelFormatException("Model (" + file.path() + ") has a tensor of (" + rank
                    + ") dimensions. Maybe it is damaged; fetch it again.");
        }
        int from = tensor.count(7, 4) == rank ? 7 : 0;
        Dim[] dims = new Dim[rank];
        Arrays.setAll(dims, i -> Dim.of(tensor.element(from, i, 4)));
        return List.of(dims);
    }

    private void quantization(FlatFields tensor, String name) {
        if (!tensor.has(4)) {
            return;
        }
        FlatFields parameters = tensor.table(4);
        if (parameters.count(2, 4) > 1) {
            findings.note(
                    "quantization of " + name,
                    parameters.count(2, 4) + " scales along axis " + parameters.intField(6, 0));
        }
        if (parameters.count(2, 4) == 1) {
            float scale = Float.intBitsToFloat((int) parameters.element(2, 0, 4));
            long zero = parameters.count(3, 8) > 0 ? parameters.element(3, 0, 8) : 0;
            if (scale != 0) {
                findings.note("quantization of " + name, "scale " + scale + ", zero point " + zero);
            }
        }
    }

    private void signatures(int graphs) {
        for (int i = 0, n = Math.min(MOST_SIGNATURES, model.count(7, 4)); i < n; i++) {
            FlatFields signature = model.table(7, i);
            int index = signature.intField(4, 0);
            if (index >= 0 && index < graphs) {
                FlatFields graph = model.table(2, index);
                findings.note(
                        "signature " + signature.text(2),
                        "inputs " + aliases(signature, 0, graph) + ", outputs " + aliases(signature, 1, graph));
            }
        }
    }

    /** Each name a caller uses, with the type and shape of the tensor it stands for. */
    private List<String> aliases(FlatFields signature, int list, FlatFields graph) {
        List<String> names = new ArrayList<>();
        int tensors = graph.count(0, 4);
        for (int i = 0, n = Math.min(64, signature.count(list, 4)); i < n; i++) {
            FlatFields alias = signature.table(list, i);
            int index = alias.intField(1, 0);
            ElementType type = index >= 0 && index < tensors ? element(graph.table(0, index)) : null;
            names.add(
                    type == null
                            ? alias.text(0, LONGEST)
                            : new TensorSpec(alias.text(0, LONGEST), type, dims(graph.table(0, index))).toString());
        }
        return names;
    }

    private void blocks() {
        for (int i = 0, n = Math.min(MOST_BLOCKS, model.count(6, 4)); i < n; i++) {
            FlatFields block = model.table(6, i);
            String name = block.text(0, LONGEST);
            findings.append("metadata", name);
            int index = block.intField(1, 0);
            if (index < 0 || index >= model.count(4, 4)) {
                continue;
            }
            FlatFields buffer = model.table(4, index);
            if (name.equals("min_runtime_version")) {
                findings.note("minimum runtime", buffer.text(0).replace("\0", ""));
            } else if (name.equals("TFLITE_METADATA")) {
                TfliteMetadata.describe(FileView.of(file.path(), buffer.bytes(0, MOST_METADATA)), findings);
            }
        }
    }
}
