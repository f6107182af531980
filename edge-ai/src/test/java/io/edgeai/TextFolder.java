package io.edgeai;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Hugging Face folder whose graph adds up what words are worth: "great" two, "fine" one, "poor" minus one, "awful"
 * minus two, other words nothing; times a factor, for the second of two labels.
 */
final class TextFolder {
    private static final float[] WORTH = {0, 0, 0, 0, 0, 2, 1, -1, -2};

    private static final Dim BATCH = Dim.symbolic("batch");
    private static final Dim SEQUENCE = Dim.symbolic("sequence");

    private TextFolder() {}

    static Path write(Path folder, float factor, String labels) throws IOException {
        return write(folder, graph(factor), labels);
    }

    private static Path write(Path folder, OnnxGraph graph, String labels) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngreat\nfine\npoor\nawful\n");
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\":\"bert\",\"architectures\":[\"BertForSequenceClassification\"],"
                        + "\"max_position_embeddings\":16,\"id2label\":" + labels + "}");
        OnnxWriter.write(graph, folder.resolve("model.onnx"));
        return folder;
    }

    private static OnnxGraph empty() {
        OnnxGraph graph = OnnxGraph.create("worth", 17);
        for (String name : List.of("input_ids", "attention_mask")) {
            graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(ElementType.INT64, List.of(BATCH, SEQUENCE))));
        }
        return graph;
    }

    /** Tokens give three logits, a hidden state of the same numbers, and a start and an end: all 0, 9 for "great". */
    static Path everyOutput(Path folder) throws IOException {
        OnnxGraph graph = empty();
        float[] rows = new float[3 * WORTH.length];
        rows[3 * 5 + 2] = 9;
        graph.initializers().put("rows", OnnxTensor.ofFloats(rows, WORTH.length, 3));
        float[] column = new float[WORTH.length];
        column[5] = 9;
        graph.initializers().put("column", OnnxTensor.ofFloats(column, WORTH.length));
        for (String name : List.of("logits", "last_hidden_state")) {
            graph.add("Gather", name, List.of("rows", "input_ids"), List.of(name));
            graph.outputs().add(Fixtures.floats(name, BATCH, SEQUENCE, Dim.of(3)));
        }
        for (String name : List.of("start_logits", "end_logits")) {
            graph.add("Gather", name, List.of("column", "input_ids"), List.of(name));
            graph.outputs().add(Fixtures.floats(name, BATCH, SEQUENCE));
        }
        return write(folder, graph, "{\"0\":\"O\",\"1\":\"O\",\"2\":\"B-PRAISE\"}");
    }

    private static OnnxGraph graph(float factor) {
        OnnxGraph graph = empty();
        float[] table = new float[2 * WORTH.length];
        for (int i = 0; i < WORTH.length; i++) {
            table[2 * i + 1] = factor * WORTH[i];
        }
        graph.initializers().put("table", OnnxTensor.ofFloats(table, WORTH.length, 2));
        graph.initializers().put("along", OnnxTensor.ofLongs(new long[] {1}, 1));
        graph.add("Gather", "rows", List.of("table", "input_ids"), List.of("rows"));
        graph.add("ReduceSum", "sum", List.of("rows", "along"), List.of("logits"))
                .attribute("keepdims", 0);
        graph.outputs().add(Fixtures.floats("logits", BATCH, Dim.of(2)));
        return graph;
    }
}
