package io.edgeai.core.onnx.shape;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

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

    String scalar(long value) {
        return constant(OnnxTensor.scalar(value));
    }

    String scalar(float value) {
        return constant(OnnxTensor.scalar(value));
    }

    String floatsOf(float... values) {
        return constant(OnnxTensor.ofFloats(values, values.length));
    }

    /** A constant of zero bits, of any type but STRING. */
    String zeros(ElementType type, long... dims) {
        long count = java.util.Arrays.stream(dims).reduce(1, Math::multiplyExact);
        return constant(OnnxTensor.ofRaw(type, ByteBuffer.allocate((int) type.bytes(count)), dims));
    }

    /** A constant of texts. */
    String texts(long[] dims, String... values) {
        return constant(OnnxTensor.ofStrings(
                Stream.of(values)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList(),
                dims));
    }

    static OnnxAttribute floatList(float... values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return new OnnxAttribute.OfFloats(list);
    }

    static OnnxAttribute textList(String... values) {
        return new OnnxAttribute.OfStrings(
                Stream.of(values).map(ByteString::copyFromUtf8).toList());
    }

    /** A graph for an attribute; its inputs are declared by the caller. */
    OnnxGraph body(String name) {
        return new OnnxGraph(name, graph.info());
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
