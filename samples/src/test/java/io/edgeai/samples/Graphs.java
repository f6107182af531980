package io.edgeai.samples;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.List;

/** Models whose answers are known in closed form. */
public final class Graphs {
    private Graphs() {}

    /** y = 2x + 1 for float x [N, 3]. */
    public static OnnxGraph affine() {
        return affine(Dim.symbolic("N"), Dim.of(3));
    }

    /** y = 2x + 1 for float x of any shape. */
    public static OnnxGraph affine(Dim... dims) {
        OnnxGraph graph = OnnxGraph.create("affine", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, dims));
        graph.outputs().add(value("y", ElementType.FLOAT, dims));
        graph.initializers().put("two", OnnxTensor.scalar(2f));
        graph.initializers().put("one", OnnxTensor.scalar(1f));
        graph.add("Mul", "mul", List.of("x", "two"), List.of("h"));
        graph.add("Add", "add", List.of("h", "one"), List.of("y"));
        return graph;
    }

    /** y = x for any type and shape. */
    public static OnnxGraph identity(ElementType type, Dim... dims) {
        OnnxGraph graph = OnnxGraph.create("identity", 17);
        graph.inputs().add(value("x", type, dims));
        graph.outputs().add(value("y", type, dims));
        graph.add("Identity", "id", List.of("x"), List.of("y"));
        return graph;
    }

    /** Takes what {@link #affine()} takes and fails on a single row of it, which has no 101 numbers to make a row of. */
    public static OnnxGraph failing() {
        OnnxGraph graph = OnnxGraph.create("failing", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(3)));
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.symbolic("M"), Dim.of(101)));
        graph.initializers().put("rows", OnnxTensor.ofLongs(new long[] {-1, 101}, 2));
        graph.add("Reshape", "reshape", List.of("x", "rows"), List.of("y"));
        return graph;
    }

    /** sum = a + b and product = a·b for float a, b [N, 1]. */
    public static OnnxGraph pair() {
        OnnxGraph graph = OnnxGraph.create("pair", 17);
        for (String name : List.of("a", "b")) {
            graph.inputs().add(value(name, ElementType.FLOAT, Dim.symbolic("N"), Dim.of(1)));
        }
        for (String name : List.of("sum", "product")) {
            graph.outputs().add(value(name, ElementType.FLOAT, Dim.symbolic("N"), Dim.of(1)));
        }
        graph.add("Add", "add", List.of("a", "b"), List.of("sum"));
        graph.add("Mul", "mul", List.of("a", "b"), List.of("product"));
        return graph;
    }

    /** y [C] = sum of float x [N, C] over the samples: no part of the answer belongs to one sample. */
    public static OnnxGraph total() {
        OnnxGraph graph = OnnxGraph.create("total", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(2)));
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.of(2)));
        graph.initializers().put("axes", OnnxTensor.ofLongs(new long[] {0}, 1));
        graph.add("ReduceSum", "sum", List.of("x", "axes"), List.of("y")).attribute("keepdims", 0);
        return graph;
    }

    /** A two-layer perceptron with constant weights, float x [N, 64] to y [N, 4]. */
    public static OnnxGraph perceptron() {
        OnnxGraph graph = OnnxGraph.create("perceptron", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(64)));
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(4)));
        graph.initializers().put("w1", OnnxTensor.ofFloats(new float[64 * 32], 64, 32));
        graph.initializers().put("b1", OnnxTensor.ofFloats(new float[32], 32));
        graph.initializers().put("w2", OnnxTensor.ofFloats(new float[32 * 4], 32, 4));
        graph.add("Gemm", "fc1", List.of("x", "w1", "b1"), List.of("h"));
        graph.add("Relu", "relu", List.of("h"), List.of("r"));
        graph.add("Gemm", "fc2", List.of("r", "w2"), List.of("y"));
        return graph;
    }

    public static OnnxValue value(String name, ElementType type, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims)));
    }

    public static Path write(OnnxGraph graph, Path file) {
        OnnxWriter.write(graph, file);
        return file;
    }
}
