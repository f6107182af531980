package io.edgeai.formats.emit;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Appends nodes and constants to an ONNX graph under fresh names. Not thread-safe. */
public final class Emitter {
    private static final Set<String> VALUE_SIZED =
            Set.of("NonMaxSuppression", "NonZero", "Unique", "Loop", "If", "Range", "TopK", "Compress");

    private final OnnxGraph graph;
    private final Set<String> used;
    private final Map<String, Integer> counters;
    private final Map<String, String> scalars = new HashMap<>();

    public Emitter(OnnxGraph graph) {
        this(graph, new HashSet<>(graph.names()), new HashMap<>());
        graph.nodes().forEach(node -> used.add(node.name()));
    }

    private Emitter(OnnxGraph graph, Set<String> used, Map<String, Integer> counters) {
        this.graph = graph;
        this.used = used;
        this.counters = counters;
    }

    public OnnxGraph graph() {
        return graph;
    }

    /** An emitter of a graph nested in this one's; names stay distinct over both. */
    public Emitter nested(String name) {
        return new Emitter(new OnnxGraph(name, graph.info()), used, counters);
    }

    /** A name nobody has yet: the wish itself, or the wish with a number. */
    public String fresh(String wish) {
        String name = wish.isEmpty() ? "value" : wish;
        while (!used.add(name)) {
            name = wish + "_" + counters.merge(wish, 1, Integer::sum);
        }
        return name;
    }

    /** A node with one output; its name is {@code node.output(0)}. */
    public OnnxNode add(String op, String... inputs) {
        return add(op, 1, inputs);
    }

    /** A node with that many outputs. */
    public OnnxNode add(String op, int outputs, String... inputs) {
        String name = fresh(op);
        List<String> results = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            results.add(fresh(name + ":" + i));
        }
        return graph.add(op, name, List.of(inputs), results);
    }

    /** The result of a node with one output and no attributes. */
    public String op(String op, String... inputs) {
        return add(op, inputs).output(0);
    }

    public String constant(String wish, OnnxTensor tensor) {
        String name = fresh(wish);
        graph.initializers().put(name, tensor);
        return name;
    }

    /** A vector of 64-bit integers, as ONNX takes shapes and axes. */
    public String longs(long... values) {
        return scalars.computeIfAbsent(
                "longs" + java.util.Arrays.toString(values),
                k -> constant("ints", OnnxTensor.ofLongs(values, values.length)));
    }

    /** A scalar of an element type; integers are cut from the value and stay within their type. */
    public String scalar(ElementType type, double value) {
        return scalars.computeIfAbsent(
                type + " " + value + Double.doubleToRawLongBits(value), k -> constant("scalar", tensor(type, value)));
    }

    /** A scalar of 64-bit integers. */
    public String whole(long value) {
        return scalars.computeIfAbsent(
                "whole " + value, k -> constant("scalar", OnnxTensor.ofLongs(new long[] {value})));
    }

    public String scalar(float value) {
        return scalar(ElementType.FLOAT, value);
    }

    public String cast(String value, ElementType to) {
        return add("Cast", value)
                .attribute("to", new OnnxAttribute.OfInt(to.onnxCode()))
                .output(0);
    }

    public String transpose(String value, long... permutation) {
        return add("Transpose", value).attribute("perm", permutation).output(0);
    }

    public String reshape(String value, long... dims) {
        return op("Reshape", value, longs(dims));
    }

    /**
     * Whether sizes depend on values: then sizes that a file declares may be mere upper bounds, and must not be passed
     * on, for a runtime would take them for true.
     */
    public boolean sizesDependOnValues() {
        return graph.nodes().stream().anyMatch(node -> VALUE_SIZED.contains(node.op()));
    }

    /** One element of a type. */
    public static OnnxTensor tensor(ElementType type, double value, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate((int) type.bytes(1)).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT -> bytes.putFloat(0, (float) value);
            case DOUBLE -> bytes.putDouble(0, value);
            case INT64, UINT64 -> bytes.putLong(0, (long) value);
            case INT32 -> bytes.putInt(0, (int) value);
            case UINT32 -> bytes.putInt(0, (int) within(value, 0, 0xffffffffL));
            case INT16 -> bytes.putShort(0, (short) within(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> bytes.putShort(0, (short) within(value, 0, 0xffff));
            case INT8 -> bytes.put(0, (byte) within(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> bytes.put(0, (byte) within(value, 0, 0xff));
            case BOOL -> bytes.put(0, (byte) (value == 0 ? 0 : 1));
            default -> throw new io.edgeai.core.error.InvalidInputException("No constant of type (" + type + ").");
        }
        return OnnxTensor.ofRaw(type, bytes, dims);
    }

    private static long within(double value, long least, long most) {
        return Math.max(least, Math.min(most, (long) value));
    }
}
