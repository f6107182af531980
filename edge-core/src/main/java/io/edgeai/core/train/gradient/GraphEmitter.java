package io.edgeai.core.train.gradient;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Appends nodes and constants to a graph under names it does not use yet; equal constants are kept once. Emits only
 * forms of operators that hold from operator set 16 on. Not thread-safe.
 */
public final class GraphEmitter {
    private final OnnxGraph graph;
    private final FreshNames names;
    private final Map<List<Object>, String> known = new HashMap<>();
    private int count;

    public GraphEmitter(OnnxGraph graph) {
        this.graph = graph;
        this.names = new FreshNames(graph);
    }

    public OnnxGraph graph() {
        return graph;
    }

    /** The name itself, or a variation of it where it is taken. */
    public String name(String wish) {
        return names.of(wish);
    }

    /** A node of one output. */
    public OnnxNode node(String op, String... inputs) {
        return node(op, 1, inputs);
    }

    public OnnxNode node(String op, int outputs, String... inputs) {
        List<String> results = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            results.add(names.of(op.toLowerCase(java.util.Locale.ROOT) + "_t" + count++));
        }
        return graph.add(op, results.get(0), List.of(inputs), results);
    }

    /** Name of the one result of a node without attributes. */
    public String op(String op, String... inputs) {
        return node(op, inputs).output(0);
    }

    public String longs(long... values) {
        return constant(
                List.of("l", Arrays.hashCode(values), Arrays.toString(values)),
                "shape",
                () -> OnnxTensor.ofLongs(values, values.length));
    }

    public String scalar(float value) {
        return constant(List.of("f", Float.floatToRawIntBits(value)), "scalar", () -> OnnxTensor.scalar(value));
    }

    public String floats(float[] values, long... dims) {
        return constant(
                List.of("a", Arrays.toString(values), Arrays.toString(dims)),
                "constant",
                () -> OnnxTensor.ofFloats(values, dims));
    }

    public String constant(String wish, OnnxTensor tensor) {
        String name = names.of(wish);
        graph.initializers().put(name, tensor);
        return name;
    }

    private String constant(List<Object> key, String wish, java.util.function.Supplier<OnnxTensor> tensor) {
        String name = known.get(key);
        if (name == null) {
            name = constant(wish + "_c" + count++, tensor.get());
            known.put(key, name);
        }
        return name;
    }

    /** A vector of equal values. */
    String filled(float value, int size) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return floats(values, size);
    }

    public String add(String a, String b) {
        return op("Add", a, b);
    }

    public String sub(String a, String b) {
        return op("Sub", a, b);
    }

    public String mul(String a, String b) {
        return op("Mul", a, b);
    }

    public String mul(String a, float factor) {
        return factor == 1 ? a : op("Mul", a, scalar(factor));
    }

    public String div(String a, String b) {
        return op("Div", a, b);
    }

    /** Sum over axes, which stay with size 1 or vanish. */
    public String sum(String value, boolean keep, long... axes) {
        return node("ReduceSum", value, longs(axes))
                .attribute("keepdims", keep ? 1 : 0)
                .output(0);
    }

    /** Sizes as in Reshape: one may be -1. */
    public String reshape(String value, long... dims) {
        return op("Reshape", value, longs(dims));
    }

    public String transpose(String value, long... permutation) {
        for (int i = 0; i < permutation.length; i++) {
            if (permutation[i] != i) {
                return node("Transpose", value).attribute("perm", permutation).output(0);
            }
        }
        return value;
    }

    public String unsqueeze(String value, long... axes) {
        return op("Unsqueeze", value, longs(axes));
    }

    public String slice(String value, long[] axes, long[] starts, long[] ends, long[] steps) {
        return op("Slice", value, longs(starts), longs(ends), longs(axes), longs(steps));
    }

    /** Zeros around a value; begins of all axes, then ends. */
    String pad(String value, long... pads) {
        return Arrays.stream(pads).allMatch(p -> p == 0) ? value : op("Pad", value, longs(pads));
    }

    public String concat(long axis, List<String> parts) {
        return parts.size() == 1
                ? parts.get(0)
                : node("Concat", parts.toArray(String[]::new))
                        .attribute("axis", axis)
                        .output(0);
    }

    public String cast(String value, ElementType type) {
        return node("Cast", value).attribute("to", type.onnxCode()).output(0);
    }

    /** 1 where the comparison holds, else 0. */
    String mask(String comparison, String a, String b) {
        return cast(op(comparison, a, b), ElementType.FLOAT);
    }

    public String shape(String value) {
        return op("Shape", value);
    }

    /** The number of elements as a FLOAT scalar. */
    public String size(String value) {
        return known.computeIfAbsent(List.of("size", value), k -> cast(op("Size", value), ElementType.FLOAT));
    }

    /** The leading dimension as a FLOAT scalar. */
    String batch(String value) {
        return known.computeIfAbsent(
                List.of("batch", value),
                k -> cast(op("Gather", shape(value), constant("zero", OnnxTensor.scalar(0L))), ElementType.FLOAT));
    }

    String zeros(String shape) {
        return node("ConstantOfShape", shape)
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {0}, 1)))
                .output(0);
    }

    String zerosLike(String value) {
        return zeros(shape(value));
    }
}
