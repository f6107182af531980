package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layers that all families are made of, written as PyTorch exports them. Not thread-safe. */
final class Net {
    static final Dim BATCH = Dim.symbolic("batch");
    static final Dim SEQUENCE = Dim.symbolic("sequence");

    final Emitter emit;
    final Checkpoint weights;
    final Config config;
    final Problems problems;
    final List<String> notes = new ArrayList<>();

    Net(Checkpoint weights, Emitter emit, Config config, Problems problems) {
        this.emit = emit;
        this.weights = weights;
        this.config = config;
        this.problems = problems;
    }

    /** An input of integers, one a token. */
    String tokens(String name) {
        return input(name, ElementType.INT64, List.of(BATCH, SEQUENCE));
    }

    String input(String name, ElementType type, List<Dim> dims) {
        emit.graph().inputs().add(new OnnxValue(emit.fresh(name), new OnnxType.OfTensor(type, dims)));
        return name;
    }

    /** Makes a computed value an output under the name given. */
    void output(String value, String name, Dim... dims) {
        OnnxGraph graph = emit.graph();
        OnnxNode producer = graph.producers().get(value);
        String fresh = emit.fresh(name);
        if (producer == null || graph.outputs().stream().anyMatch(o -> o.name().equals(value))) {
            graph.add("Identity", fresh, List.of(value), List.of(fresh));
        } else {
            producer.outputs().replaceAll(output -> output.equals(value) ? fresh : output);
            graph.replaceUses(value, fresh);
        }
        graph.outputs().add(new OnnxValue(fresh, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims))));
    }

    String linear(String x, String name, int out, int in) {
        return emit.op(
                "Add",
                emit.op("MatMul", x, weights.transposed(name + ".weight", out, in)),
                weights.tensor(name + ".bias", out));
    }

    String linearWithoutBias(String x, String name, int out, int in) {
        return emit.op("MatMul", x, weights.transposed(name + ".weight", out, in));
    }

    /** {@code scale·(x − mean)/√(variance + epsilon) + bias} over the last axis. */
    String norm(String x, String name, int width, float epsilon) {
        return emit.add(
                        "LayerNormalization",
                        x,
                        weights.tensor(name + ".weight", width),
                        weights.tensor(name + ".bias", width))
                .attribute("axis", new OnnxAttribute.OfInt(-1))
                .attribute("epsilon", epsilon)
                .output(0);
    }

    String activation(String key, String otherwise, String x) {
        return activate(config.text(key, otherwise), x, key);
    }

    String activate(String name, String x, String key) {
        if (!Activation.known(name)) {
            problems.unsupported(key + " is (" + name + "); known are " + Activation.names());
            return x;
        }
        return Activation.apply(emit, name, x);
    }

    /** Rows of a table, one for each token. */
    String rows(String table, String indexes) {
        return emit.op("Gather", table, indexes);
    }

    /** The number of tokens in a row of the batch, as a vector of one. */
    String length(String ids) {
        return emit.op("Slice", emit.op("Shape", ids), emit.longs(1), emit.longs(2), emit.longs(0));
    }

    /** The first rows of a table, as many as there are tokens. */
    String firstRows(String table, String ids) {
        return emit.op("Slice", table, emit.longs(0), length(ids), emit.longs(0));
    }

    /** 0 where a token may be looked at, the least float where not: [batch, 1, 1, sequence]. */
    String maskBias(String mask) {
        String wide = emit.op("Unsqueeze", mask, emit.longs(1, 2));
        String hidden = emit.op("Sub", emit.scalar(1f), emit.cast(wide, ElementType.FLOAT));
        return emit.op("Mul", hidden, emit.scalar(-Float.MAX_VALUE));
    }

    /** [batch, sequence, heads · size] to [batch, heads, sequence, size], or for keys [batch, heads, size, sequence]. */
    String heads(String x, int heads, int size, boolean keys) {
        String split = emit.reshape(x, 0, 0, heads, size);
        return keys ? emit.transpose(split, 0, 2, 3, 1) : emit.transpose(split, 0, 2, 1, 3);
    }

    String merged(String x, int width) {
        return emit.reshape(emit.transpose(x, 0, 2, 1, 3), 0, 0, width);
    }

    /**
     * {@code softmax(q·kᵀ/scale + biases)·v}, where q, k and v are [batch, sequence, heads · size]; biases that are null
     * are left out.
     */
    String attention(String q, String k, String v, int heads, int size, double scale, @Nullable String... biases) {
        String scores = emit.op("MatMul", heads(q, heads, size, false), heads(k, heads, size, true));
        if (scale != 1) {
            scores = emit.op("Div", scores, emit.scalar((float) scale));
        }
        for (String bias : biases) {
            if (bias != null) {
                scores = emit.op("Add", scores, bias);
            }
        }
        return weighted(scores, v, heads, size);
    }

    /** Values averaged with the softmax of the scores. */
    String weighted(String scores, String v, int heads, int size) {
        String shares = emit.add("Softmax", scores)
                .attribute("axis", new OnnxAttribute.OfInt(-1))
                .output(0);
        return merged(emit.op("MatMul", shares, heads(v, heads, size, false)), heads * size);
    }

    /** The vector of the first token. */
    String first(String x) {
        return emit.add("Gather", x, emit.scalar(ElementType.INT64, 0))
                .attribute("axis", new OnnxAttribute.OfInt(1))
                .output(0);
    }
}
