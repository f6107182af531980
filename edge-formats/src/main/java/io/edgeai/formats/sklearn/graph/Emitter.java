package io.edgeai.formats.sklearn.graph;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes nodes and constants of one graph and returns the names of their values. Numbers are doubles unless said
 * otherwise. Not thread-safe.
 */
public final class Emitter {
    private final OnnxGraph graph;
    private final String prefix;
    private int next;

    public Emitter(OnnxGraph graph) {
        this(graph, "");
    }

    /** For a nested graph: its names begin with a prefix that no name of the graphs around it has. */
    public Emitter(OnnxGraph graph, String prefix) {
        this.graph = graph;
        this.prefix = prefix;
    }

    public OnnxGraph graph() {
        return graph;
    }

    /** A name no other value has. */
    public String fresh(String hint) {
        return prefix + hint + "_" + next++;
    }

    /** Appends a node with one output and returns it; the output's name is {@code node.output(0)}. */
    public OnnxNode node(String type, String... inputs) {
        String name = fresh(type.toLowerCase(java.util.Locale.ROOT));
        return graph.add(type, name, List.of(inputs), List.of(name));
    }

    public String op(String type, String... inputs) {
        return node(type, inputs).output(0);
    }

    public String constant(double[] values, long... dims) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asDoubleBuffer().put(values);
        return initializer(OnnxTensor.ofRaw(ElementType.DOUBLE, buffer, dims));
    }

    /** A row [1, n]. */
    public String row(double... values) {
        return constant(values, 1, values.length);
    }

    public String scalar(double value) {
        return constant(new double[] {value});
    }

    /** A matrix [rows, columns]; at least one row. */
    public String matrix(double[][] rows) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        double[] flat = new double[rows.length * width];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, flat, r * width, width);
        }
        return constant(flat, rows.length, width);
    }

    public String longs(long[] values, long... dims) {
        return initializer(OnnxTensor.ofLongs(values, dims));
    }

    /** A vector [n] of whole numbers. */
    public String longs(long... values) {
        return initializer(OnnxTensor.ofLongs(values, values.length));
    }

    public String strings(List<String> values, long... dims) {
        return initializer(OnnxTensor.ofStrings(
                values.stream()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList(),
                dims));
    }

    public String booleans(boolean[] values, long... dims) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return initializer(OnnxTensor.ofBytes(ElementType.BOOL, bytes, dims));
    }

    public String initializer(OnnxTensor tensor) {
        String name = fresh("c");
        graph.initializers().put(name, tensor);
        return name;
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

    public String div(String a, String b) {
        return op("Div", a, b);
    }

    /**
     * The product of two matrices, as Gemm: beside a MatMul, ONNX Runtime (1.29, MatMulScaleFusion) turns a factor into a
     * float attribute and so rounds doubles to floats.
     */
    public String matmul(String a, String b) {
        return op("Gemm", a, b);
    }

    public String scale(String a, double factor) {
        return factor == 1 ? a : mul(a, scalar(factor));
    }

    public String plus(String a, double term) {
        return term == 0 ? a : add(a, scalar(term));
    }

    public String where(String condition, String then, String otherwise) {
        return op("Where", condition, then, otherwise);
    }

    public String square(String a) {
        return mul(a, a);
    }

    public String cast(String a, ElementType type) {
        return node("Cast", a)
                .attribute("to", new OnnxAttribute.OfInt(type.onnxCode()))
                .output(0);
    }

    public String toDouble(String a) {
        return cast(a, ElementType.DOUBLE);
    }

    public String reduce(String type, String a, boolean keep, long... axes) {
        return node(type, a, longs(axes)).attribute("keepdims", keep ? 1L : 0L).output(0);
    }

    /** Sum over columns, kept as [N, 1]. */
    public String sum(String a) {
        return reduce("ReduceSum", a, true, 1);
    }

    /** Largest of each row, kept as [N, 1]. */
    public String max(String a) {
        return reduce("ReduceMax", a, true, 1);
    }

    /** ln of the sum of exponentials of each row, [N, 1], without overflow. */
    public String logSumExp(String a) {
        String top = max(a);
        return add(op("Log", sum(op("Exp", sub(a, top)))), top);
    }

    public String softmax(String a) {
        return node("Softmax", a).attribute("axis", 1L).output(0);
    }

    /** Index of the first largest value of each row, INT64 [N]. */
    public String argmax(String a) {
        return node("ArgMax", a).attribute("axis", 1L).attribute("keepdims", 0L).output(0);
    }

    /** Index of the last largest value of each row, INT64 [N]. */
    public String lastArgmax(String a) {
        return node("ArgMax", a)
                .attribute("axis", 1L)
                .attribute("keepdims", 0L)
                .attribute("select_last_index", 1L)
                .output(0);
    }

    public String concat(int axis, List<String> parts) {
        return parts.size() == 1
                ? parts.get(0)
                : node("Concat", parts.toArray(String[]::new))
                        .attribute("axis", (long) axis)
                        .output(0);
    }

    public String gather(String data, String indices, int axis) {
        return node("Gather", data, indices).attribute("axis", (long) axis).output(0);
    }

    /** Columns of a matrix, in the order given. */
    public String columns(String a, int... columns) {
        long[] index = Arrays.stream(columns).asLongStream().toArray();
        return gather(a, longs(index), 1);
    }

    public String reshape(String a, long... dims) {
        return op("Reshape", a, longs(dims));
    }

    public String transpose(String a, long... order) {
        return node("Transpose", a).attribute("perm", order).output(0);
    }

    public String unsqueeze(String a, long... axes) {
        return op("Unsqueeze", a, longs(axes));
    }

    public String squeeze(String a, long... axes) {
        return op("Squeeze", a, longs(axes));
    }

    /** 1 - p beside p, from a column [N, 1]. */
    public String both(String positive) {
        return concat(1, List.of(sub(scalar(1), positive), positive));
    }

    /** A row's values repeated for each row of {@code like}: [N, n]. */
    public String repeat(String like, String row) {
        String rows =
                node("Shape", like).attribute("start", 0L).attribute("end", 1L).output(0);
        return op("Expand", row, concat(0, List.of(rows, longs(1))));
    }

    /** Values bounded on both sides. */
    public String clip(String a, double low, double high) {
        return op("Min", op("Max", a, scalar(low)), scalar(high));
    }
}
