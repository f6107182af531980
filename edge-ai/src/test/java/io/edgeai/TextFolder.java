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

    private TextFolder() {}

    static Path write(Path folder, float factor, String labels) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngreat\nfine\npoor\nawful\n");
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\":\"bert\",\"architectures\":[\"BertForSequenceClassification\"],"
                        + "\"max_position_embeddings\":16,\"id2label\":" + labels + "}");
        OnnxWriter.write(graph(factor), folder.resolve("model.onnx"));
        return folder;
    }

    private static OnnxGraph graph(float factor) {
        OnnxGraph graph = OnnxGraph.create("worth", 17);
        Dim batch = Dim.symbolic("batch");
        Dim sequence = Dim.symbolic("sequence");
        for (String name : List.of("input_ids", "attention_mask")) {
            graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(ElementType.INT64, List.of(batch, sequence))));
        }
        float[] table = new float[2 * WORTH.length];
        for (int i = 0; i < WORTH.length; i++) {
            table[2 * i + 1] = factor * WORTH[i];
        }
        graph.initializers().put("table", OnnxTensor.ofFloats(table, WORTH.length, 2));
        graph.initializers().put("along", OnnxTensor.ofLongs(new long[] {1}, 1));
        graph.add("Gather", "rows", List.of("table", "input_ids"), List.of("rows"));
        graph.add("ReduceSum", "sum", List.of("rows", "along"), List.of("logits"))
                .attribute("keepdims", 0);
        graph.outputs().add(Fixtures.floats("logits", batch, Dim.of(2)));
        return graph;
    }
}
