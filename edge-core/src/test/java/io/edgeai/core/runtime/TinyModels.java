package io.edgeai.core.runtime;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.util.List;

/** Models whose answers are known in closed form. */
public final class TinyModels {
    private TinyModels() {}

    /** y = x·factor + 1 for x [N, 3]; N free. */
    public static byte[] affine(float factor) {
        OnnxGraph graph = OnnxGraph.create("affine", 17);
        graph.inputs().add(floats("x", Dim.symbolic("N"), Dim.of(3)));
        graph.initializers().put("f", OnnxTensor.scalar(factor));
        graph.initializers().put("one", OnnxTensor.scalar(1f));
        graph.add("Mul", "mul", List.of("x", "f"), List.of("h"));
        graph.add("Add", "add", List.of("h", "one"), List.of("y"));
        graph.outputs().add(floats("y", Dim.symbolic("N"), Dim.of(3)));
        return OnnxWriter.toBytes(graph);
    }

    /** y = x, negated so many times, one node after the other. */
    public static byte[] chain(int nodes) {
        OnnxGraph graph = OnnxGraph.create("chain", 17);
        graph.inputs().add(floats("v0", Dim.symbolic("N"), Dim.of(3)));
        for (int i = 0; i < nodes; i++) {
            graph.add("Neg", "neg" + i, List.of("v" + i), List.of("v" + (i + 1)));
        }
        graph.outputs().add(floats("v" + nodes, Dim.symbolic("N"), Dim.of(3)));
        return OnnxWriter.toBytes(graph);
    }

    /** y = x / sum of x over the whole batch: an answer that depends on batch-mates. */
    public static byte[] shareOfBatch() {
        OnnxGraph graph = OnnxGraph.create("share", 17);
        graph.inputs().add(floats("x", Dim.symbolic("N"), Dim.of(2)));
        graph.add("ReduceSum", "sum", List.of("x"), List.of("s")).attribute("keepdims", 0);
        graph.add("Div", "div", List.of("x", "s"), List.of("y"));
        graph.outputs().add(floats("y", Dim.symbolic("N"), Dim.of(2)));
        return OnnxWriter.toBytes(graph);
    }

    /** The values above zero of x [N, 4]: an output shape that depends on the data. */
    public static byte[] positives() {
        OnnxGraph graph = OnnxGraph.create("positives", 17);
        graph.inputs().add(floats("x", Dim.symbolic("N"), Dim.of(4)));
        graph.initializers().put("zero", OnnxTensor.scalar(0f));
        graph.add("Greater", "gt", List.of("x", "zero"), List.of("m"));
        graph.add("Compress", "take", List.of("x", "m1"), List.of("y"));
        graph.nodes().add(1, new io.edgeai.core.onnx.OnnxNode("Reshape", "flat", List.of("m", "all"), List.of("m1")));
        graph.initializers().put("all", OnnxTensor.ofLongs(new long[] {-1}, 1));
        graph.outputs().add(floats("y", Dim.symbolic("P")));
        return OnnxWriter.toBytes(graph);
    }

    /** Counts to n (int64 scalar) in a Loop and gives the count as float; slow for large n. */
    public static byte[] countTo() {
        OnnxGraph graph = OnnxGraph.create("count", 17);
        graph.inputs().add(new OnnxValue("n", OnnxType.OfTensor.of(ElementType.INT64)));
        graph.initializers().put("go", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        graph.initializers().put("start", OnnxTensor.scalar(0f));
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.inputs().add(new OnnxValue("i", OnnxType.OfTensor.of(ElementType.INT64)));
        body.inputs().add(new OnnxValue("c", OnnxType.OfTensor.of(ElementType.BOOL)));
        body.inputs().add(floats("v"));
        body.initializers().put("step", OnnxTensor.scalar(1f));
        body.add("Identity", "again", List.of("c"), List.of("c2"));
        body.add("Add", "inc", List.of("v", "step"), List.of("v2"));
        body.outputs().add(new OnnxValue("c2", OnnxType.OfTensor.of(ElementType.BOOL)));
        body.outputs().add(floats("v2"));
        graph.add("Loop", "loop", List.of("n", "go", "start"), List.of("count"))
                .attribute("body", new OnnxAttribute.OfGraph(body));
        graph.outputs().add(floats("count"));
        return OnnxWriter.toBytes(graph);
    }

    /** Counts to the one float given; slow for large ones. */
    public static byte[] countToFloat() {
        OnnxGraph graph = io.edgeai.core.onnx.OnnxReader.read(countTo());
        graph.inputs().clear();
        graph.inputs().add(floats("x"));
        graph.nodes()
                .add(
                        0,
                        new io.edgeai.core.onnx.OnnxNode("Cast", "cast", List.of("x"), List.of("n"))
                                .attribute("to", ElementType.INT64.onnxCode()));
        return OnnxWriter.toBytes(graph);
    }

    /** Passes a tensor of any type through. */
    public static byte[] identity(ElementType type) {
        OnnxGraph graph = OnnxGraph.create("identity", 17);
        OnnxType shape = new OnnxType.OfTensor(type, List.of(Dim.symbolic("N")));
        graph.inputs().add(new OnnxValue("x", shape));
        graph.add("Identity", "id", List.of("x"), List.of("y"));
        graph.outputs().add(new OnnxValue("y", shape));
        return OnnxWriter.toBytes(graph);
    }

    /** sum = a + b and product = a·b for floats a, b [2]. */
    public static byte[] twoInTwoOut() {
        OnnxGraph graph = OnnxGraph.create("two", 17);
        graph.inputs().add(floats("a", Dim.of(2)));
        graph.inputs().add(floats("b", Dim.of(2)));
        graph.add("Add", "add", List.of("a", "b"), List.of("sum"));
        graph.add("Mul", "mul", List.of("a", "b"), List.of("product"));
        graph.outputs().add(floats("sum", Dim.of(2)));
        graph.outputs().add(floats("product", Dim.of(2)));
        return OnnxWriter.toBytes(graph);
    }

    private static OnnxValue floats(String name, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims)));
    }
}
