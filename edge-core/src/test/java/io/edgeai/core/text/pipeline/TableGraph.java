package io.edgeai.core.text.pipeline;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Random;

/** Graphs that look numbers up by token id, so that a loop over the table says what they answer. */
final class TableGraph {
    private final OnnxGraph graph = OnnxGraph.create("table", 17);
    private final ElementType type;
    private final Dim[] dims;

    TableGraph() {
        this(ElementType.INT64, Dim.symbolic("batch"), Dim.symbolic("sequence"));
    }

    /** With inputs of another type or of fixed sizes. */
    TableGraph(ElementType type, Dim batch, Dim sequence) {
        this.type = type;
        this.dims = new Dim[] {batch, sequence};
        input("input_ids");
    }

    private void input(String name) {
        graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims))));
    }

    /** Seeded numbers, one row a token id. */
    static float[][] table(long seed, int vocabulary, int width) {
        Random random = new Random(seed);
        float[][] table = new float[vocabulary][width];
        for (float[] row : table) {
            for (int i = 0; i < width; i++) {
                row[i] = (float) (2 * random.nextGaussian());
            }
        }
        return table;
    }

    private void initializer(String name, float[][] table) {
        float[] flat = new float[table.length * table[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = table[i / table[0].length][i % table[0].length];
        }
        graph.initializers().put(name, OnnxTensor.ofFloats(flat, table.length, table[0].length));
    }

    private void output(String name, Dim... shape) {
        graph.outputs().add(new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(shape))));
    }

    /** The row of each token: [batch, sequence, width]. */
    TableGraph rows(String name, float[][] table) {
        initializer(name + ".table", table);
        graph.add("Gather", name, List.of(name + ".table", "input_ids"), List.of(name));
        output(name, dims[0], dims[1], Dim.of(table[0].length));
        return this;
    }

    /** One number of each token: [batch, sequence]. */
    TableGraph column(String name, float[][] table) {
        initializer(name + ".table", table);
        graph.initializers().put(name + ".last", OnnxTensor.ofLongs(new long[] {2}, 1));
        graph.add("Gather", name + ".rows", List.of(name + ".table", "input_ids"), List.of(name + ".rows"));
        graph.add("Squeeze", name, List.of(name + ".rows", name + ".last"), List.of(name));
        output(name, dims);
        return this;
    }

    /** The sum of the rows of tokens that are not padding, second texts counting twice: [batch, width]. */
    TableGraph sum(String name, float[][] table) {
        input("attention_mask");
        input("token_type_ids");
        initializer(name + ".table", table);
        graph.initializers().put("last", OnnxTensor.ofLongs(new long[] {2}, 1));
        graph.initializers().put("along", OnnxTensor.ofLongs(new long[] {1}, 1));
        graph.initializers().put("one", OnnxTensor.scalar(1f));
        graph.add("Gather", "rows", List.of(name + ".table", "input_ids"), List.of("rows"));
        graph.add("Cast", "mask", List.of("attention_mask"), List.of("mask")).attribute("to", 1);
        graph.add("Cast", "types", List.of("token_type_ids"), List.of("types")).attribute("to", 1);
        graph.add("Add", "twice", List.of("types", "one"), List.of("twice"));
        graph.add("Mul", "weights", List.of("mask", "twice"), List.of("weights"));
        graph.add("Unsqueeze", "wide", List.of("weights", "last"), List.of("wide"));
        graph.add("Mul", "weighted", List.of("rows", "wide"), List.of("weighted"));
        graph.add("ReduceSum", name, List.of("weighted", "along"), List.of(name))
                .attribute("keepdims", 0);
        output(name, dims[0], Dim.of(table[0].length));
        return this;
    }

    InferenceSession open() {
        return new OnnxRuntimeEngine()
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1));
    }
}
