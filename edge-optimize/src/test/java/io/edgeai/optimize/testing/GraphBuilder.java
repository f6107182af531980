package io.edgeai.optimize.testing;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small graphs for tests, in few words. */
public final class GraphBuilder {
    private final OnnxGraph graph;
    private final Random random;

    public GraphBuilder(long opset, long seed) {
        this.graph = OnnxGraph.create("test", opset);
        this.random = new Random(seed);
    }

    public OnnxGraph graph() {
        return graph;
    }

    /** A float input; dimensions of -1 are free, those below are free and have a name of their own. */
    public GraphBuilder input(String name, long... dims) {
        return input(name, ElementType.FLOAT, dims);
    }

    public GraphBuilder idInput(String name, long... dims) {
        return input(name, ElementType.INT64, dims);
    }

    public GraphBuilder input(String name, ElementType type, long... dims) {
        List<Dim> shape = Arrays.stream(dims)
                .mapToObj(dim -> dim >= -1 ? Dim.of(dim) : Dim.symbolic("free" + -dim))
                .toList();
        graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(type, shape)));
        return this;
    }

    public GraphBuilder output(String name) {
        graph.outputs().add(new OnnxValue(name, null));
        return this;
    }

    public GraphBuilder output(String name, int rank) {
        graph.outputs()
                .add(new OnnxValue(
                        name,
                        new OnnxType.OfTensor(ElementType.FLOAT, java.util.Collections.nCopies(rank, Dim.UNKNOWN))));
        return this;
    }

    /** A constant of normal values times a factor. */
    public GraphBuilder weight(String name, double factor, long... dims) {
        int count = 1;
        for (long dim : dims) {
            count *= (int) dim;
        }
        float[] values = Ort.normal(random, count);
        for (int i = 0; i < count; i++) {
            values[i] *= (float) factor;
        }
        return constant(name, OnnxTensor.ofFloats(values, dims));
    }

    public GraphBuilder constant(String name, OnnxTensor tensor) {
        graph.initializers().put(name, tensor);
        return this;
    }

    public GraphBuilder longs(String name, long... values) {
        return constant(name, OnnxTensor.ofLongs(values, values.length));
    }

    public OnnxNode node(String op, String output, String... inputs) {
        return graph.add(op, output, List.of(inputs), List.of(output));
    }

    /** conv(x) with a 3×3 kernel, padding 1 and a bias; weights named {@code <output>_w} and {@code <output>_b}. */
    public OnnxNode conv(String output, String x, int in, int out) {
        weight(output + "_w", Math.sqrt(2.0 / (9 * in)), out, in, 3, 3);
        weight(output + "_b", 0.1, out);
        return node("Conv", output, x, output + "_w", output + "_b")
                .attribute("pads", new long[] {1, 1, 1, 1})
                .attribute("kernel_shape", new long[] {3, 3});
    }

    /** Two convolutions with a residual Add, pooling and a classifier: x [N,3,8,8] to y [N,5]. */
    public static OnnxGraph residualNet(long opset, long seed) {
        GraphBuilder b = new GraphBuilder(opset, seed).input("x", -1, 3, 8, 8);
        b.conv("c1", "x", 3, 16);
        b.node("Relu", "r1", "c1");
        b.conv("c2", "r1", 16, 16);
        b.node("Relu", "r2", "c2");
        b.conv("c3", "r2", 16, 16);
        b.node("Add", "sum", "c3", "r1");
        b.node("Relu", "r3", "sum");
        b.node("GlobalAveragePool", "pool", "r3");
        b.node("Flatten", "flat", "pool");
        b.weight("fc_w", 0.5, 16, 5).weight("fc_b", 0.1, 5);
        b.node("Gemm", "y", "flat", "fc_w", "fc_b");
        return b.output("y", 2).graph();
    }
}
