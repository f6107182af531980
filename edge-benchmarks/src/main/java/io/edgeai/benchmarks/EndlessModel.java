package io.edgeai.benchmarks;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.util.List;

/** A model that runs for as long as its input says. */
final class EndlessModel {
    private EndlessModel() {}

    /** Counts to the number given, in a Loop. */
    static byte[] countTo() {
        OnnxGraph graph = OnnxGraph.create("count", 17);
        graph.inputs().add(value("x", ElementType.FLOAT));
        graph.add("Cast", "cast", List.of("x"), List.of("n")).attribute("to", ElementType.INT64.onnxCode());
        graph.initializers().put("go", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        graph.initializers().put("start", OnnxTensor.scalar(0f));
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.inputs().add(value("i", ElementType.INT64));
        body.inputs().add(value("c", ElementType.BOOL));
        body.inputs().add(value("v", ElementType.FLOAT));
        body.initializers().put("step", OnnxTensor.scalar(1f));
        body.add("Identity", "again", List.of("c"), List.of("c2"));
        body.add("Add", "add", List.of("v", "step"), List.of("v2"));
        body.outputs().add(value("c2", ElementType.BOOL));
        body.outputs().add(value("v2", ElementType.FLOAT));
        graph.add("Loop", "loop", List.of("n", "go", "start"), List.of("count"))
                .attribute("body", new OnnxAttribute.OfGraph(body));
        graph.outputs().add(value("count", ElementType.FLOAT));
        return OnnxWriter.toBytes(graph);
    }

    private static OnnxValue value(String name, ElementType type, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims)));
    }
}
