package io.edgeai.formats.huggingface;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a model on their way into a graph. Each is asked for by name and shape and becomes one float constant,
 * however often it is asked for. What is missing or misshapen is collected; the graph is then never finished. Not
 * thread-safe.
 */
final class Checkpoint {
    private final Weights files;
    private final Map<String, Weights.Entry> entries;
    private final Emitter emit;
    private final Problems problems;
    private final Set<String> used = new HashSet<>();
    private final Map<String, String> constants = new HashMap<>();
    private final Map<String, Integer> narrowed = new HashMap<>();

    Checkpoint(Weights files, Emitter emit, Problems problems) {
        this.files = files;
        this.entries = files.entries();
        this.emit = emit;
        this.problems = problems;
    }

    boolean has(String name) {
        return entries.containsKey(stored(name));
    }

    /** The prefix if any weight has it: base models are saved without, models with a head with it. */
    String prefix(String prefix) {
        return entries.keySet().stream().anyMatch(name -> name.startsWith(prefix)) ? prefix : "";
    }

    /** Early checkpoints call a normalization's weight and bias gamma and beta. */
    private String stored(String name) {
        if (entries.containsKey(name) || !name.contains("LayerNorm.")) {
            return name;
        }
        return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
    }

    /** A constant of exactly that shape; its value as stored. */
    String tensor(String name, long... dims) {
        return constants.computeIfAbsent(name + " as is", k -> {
            OnnxTensor tensor = floats(name, dims);
            return emit.constant(name, tensor);
        });
    }

    /** The weight of a linear layer, stored [out, in], as a product needs it: [in, out]. */
    String transposed(String name, int out, int in) {
        return constants.computeIfAbsent(name + " transposed", k -> {
            OnnxTensor tensor = floats(name, out, in);
            return emit.constant(name + ".T", tensor.elements() == 0 ? tensor : turned(tensor, out, in));
        });
    }

    private static OnnxTensor turned(OnnxTensor tensor, int out, int in) {
        java.nio.FloatBuffer from = tensor.data().asFloatBuffer();
        float[] to = new float[Math.multiplyExact(out, in)];
        float[] row = new float[in];
        for (int o = 0; o < out; o++) {
            from.get(row);
            for (int i = 0; i < in; i++) {
                to[i * out + o] = row[i];
            }
        }
        return OnnxTensor.ofFloats(to, in, out);
    }

    /** The values of a weight; empty where it is missing or misshapen, which is noted. */
    OnnxTensor floats(String name, long... dims) {
        String key = stored(name);
        Weights.Entry entry = entries.get(key);
        if (entry == null) {
            problems.damaged("(" + name + ") " + Arrays.toString(dims) + " is missing");
            return nothing();
        }
        used.add(key);
        if (!entry.dims().equals(Arrays.stream(dims).boxed().toList())) {
            problems.damaged("(" + key + ") is " + entry.dims() + " and not " + Arrays.toString(dims));
            return nothing();
        }
        if (!entry.real()) {
            problems.unsupported("(" + key + ") is stored as " + entry.type() + ", no float of 16 bits or more");
            return nothing();
        }
        OnnxTensor tensor = files.read().apply(key);
        if (tensor.type() == ElementType.FLOAT) {
            return tensor;
        }
        narrowed.merge(entry.type(), 1, Integer::sum);
        return OnnxTensor.ofFloats(OnnxFloats.floats(tensor), dims);
    }

    private static OnnxTensor nothing() {
        return OnnxTensor.ofFloats(new float[0], 0);
    }

    /** Marks a weight that is stored a second time under another name and need not be read. */
    void alias(String name) {
        if (has(name)) {
            used.add(stored(name));
        }
    }

    /** Types that were not float, and how many tensors of each were converted. */
    List<String> conversions() {
        List<String> lines = new ArrayList<>();
        narrowed.forEach((type, count) -> lines.add(count + " weights of " + type + " read as float"));
        return lines;
    }

    /** Weights nobody asked for, in file order. */
    List<String> unused() {
        return entries.keySet().stream().filter(name -> !used.contains(name)).toList();
    }
}
