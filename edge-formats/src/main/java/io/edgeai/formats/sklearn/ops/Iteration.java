package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.List;

/** A computation that is repeated on matrices until it says that it is done, as a Loop. Stateless. */
final class Iteration {
    private Iteration() {}

    /** One round on the matrices of the round before. */
    interface Round {
        /** @param number INT64, from 0 */
        Next next(Emitter out, String number, List<String> before);
    }

    /**
     * What a round gives.
     *
     * @param going BOOL of one element: whether another round follows
     * @param state the matrices, as many as before
     */
    record Next(String going, List<String> state) {}

    /**
     * A matrix that goes from round to round; its rows are any number.
     *
     * @param start its value before the first round
     */
    record Matrix(String start, ElementType type, int columns) {}

    static Matrix doubles(String start, int columns) {
        return new Matrix(start, ElementType.DOUBLE, columns);
    }

    static Matrix flags(String start, int columns) {
        return new Matrix(start, ElementType.BOOL, columns);
    }

    /** The matrices after the last round. */
    static List<String> run(Emitter out, String name, long most, List<Matrix> matrices, Round round) {
        List<String> inputs = new ArrayList<>();
        inputs.add(out.initializer(OnnxTensor.scalar(most)));
        inputs.add(out.initializer(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1})));
        List<String> outputs = new ArrayList<>();
        for (Matrix matrix : matrices) {
            inputs.add(matrix.start());
            outputs.add(out.fresh(name));
        }
        OnnxNode loop = out.graph().add("Loop", out.fresh(name), inputs, outputs);
        loop.attribute("body", new OnnxAttribute.OfGraph(body(out, loop.name(), matrices, round)));
        return outputs;
    }

    private static OnnxGraph body(Emitter outer, String name, List<Matrix> matrices, Round round) {
        OnnxGraph graph = new OnnxGraph(name, outer.graph().info());
        Emitter out = new Emitter(graph, name + "_");
        String number = out.fresh("number");
        graph.inputs().add(OnnxValue.tensor(number, ElementType.INT64));
        graph.inputs().add(OnnxValue.tensor(out.fresh("condition"), ElementType.BOOL));
        List<String> before = new ArrayList<>();
        for (Matrix matrix : matrices) {
            String value = out.fresh("before");
            graph.inputs().add(value(value, matrix));
            before.add(value);
        }
        Next next = round.next(out, number, before);
        graph.outputs().add(OnnxValue.tensor(out.op("Identity", out.reshape(next.going())), ElementType.BOOL));
        for (int i = 0; i < matrices.size(); i++) {
            graph.outputs().add(value(next.state().get(i), matrices.get(i)));
        }
        return graph;
    }

    private static OnnxValue value(String name, Matrix matrix) {
        return new OnnxValue(name, OnnxType.OfTensor.of(matrix.type(), -1, matrix.columns()));
    }
}
