package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Builds graphs of a few nodes with concrete inputs, for comparison with ONNX Runtime. */
final class Graphs {
    final OnnxGraph graph;
    final Map<String, long[]> inputs = new LinkedHashMap<>();
    private int names;

    Graphs(long opset) {
        graph = OnnxGraph.create("small", opset);
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.info().opsets().put("com.microsoft", 1L);
    }

    String floats(long... dims) {
        return input(ElementType.FLOAT, dims);
    }

    /** An input whose declared dimensions are those it is fed. */
    String input(ElementType type, long... dims) {
        String name = "in" + names++;
        graph.inputs().add(OnnxValue.tensor(name, type, dims));
        inputs.put(name, dims);
        return name;
    }

    String constant(OnnxTensor tensor) {
        String name = "const" + names++;
        graph.initializers().put(name, tensor);
        return name;
    }

    String longs(long... values) {
        return constant(OnnxTensor.ofLongs(values, values.length));
    }

    /** Random weights. */
    String weights(SplittableRandom random, long... dims) {
        long count = 1;
        for (long dim : dims) {
            count *= dim;
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return constant(OnnxTensor.ofFloats(values, dims));
    }

    /** Adds a node with one output, which becomes an output of the graph. */
    OnnxNode node(String op, String... nodeInputs) {
        return node(op, 1, nodeInputs);
    }

    OnnxNode node(String op, int outputs, String... nodeInputs) {
        List<String> results = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            String name = "out" + names++;
            results.add(name);
            graph.outputs().add(new OnnxValue(name, null));
        }
        int colon = op.indexOf(':');
        OnnxNode node = graph.add(op.substring(colon + 1), op + names, List.of(nodeInputs), results);
        return colon < 0 ? node : node.domain(op.substring(0, colon));
    }

    ShapeOracle.Coverage compare(String what) {
        try {
            return ShapeOracle.compare(graph, inputs, what);
        } catch (ai.onnxruntime.OrtException e) {
            throw new AssertionError(what + ": the graph made for the test does not run: " + e.getMessage(), e);
        }
    }
}
