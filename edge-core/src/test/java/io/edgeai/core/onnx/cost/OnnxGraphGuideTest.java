package io.edgeai.core.onnx.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/guide/onnx-graph.md, compiled and run. */
class OnnxGraphGuideTest {
    @TempDir
    Path folder;

    @Test
    void theExampleRuns() {
        OnnxGraph made = OnnxGraph.create("guide", 17);
        made.inputs()
                .add(new OnnxValue(
                        "x", new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("batch"), Dim.of(4)))));
        made.initializers().put("w", OnnxTensor.ofFloats(new float[40], 4, 10));
        made.add("Relu", "act", List.of("x"), List.of("a"));
        made.add("MatMul", "fc", List.of("a", "w"), List.of("logits"));
        made.outputs().add(new OnnxValue("logits", null));
        Path file = folder.resolve("model.onnx");
        OnnxWriter.write(made, file);

        OnnxGraph graph = OnnxReader.read(file);
        for (OnnxNode node : graph.nodes()) {
            if (node.op().equals("Relu")) {
                node.op("LeakyRelu").attribute("alpha", 0.1f);
            }
        }
        Shapes shapes = ShapeInference.infer(graph, InputShapes.declared().symbol("batch", 8));
        ModelCost cost = CostModel.of(graph);
        OnnxWriter.write(graph, folder.resolve("changed.onnx"));

        assertThat(shapes.dims("logits").orElseThrow()).hasToString("[8, 10]");
        assertThat(shapes.problems()).isEmpty();
        assertThat(cost.parameters()).isEqualTo(40);
        assertThat(cost.macs()).isEqualTo(40);
        assertThat(cost.peakActivationBytes()).isEqualTo(4 * (4 + 10));
        assertThat(OnnxReader.read(folder.resolve("changed.onnx"))
                        .nodes()
                        .get(0)
                        .op())
                .isEqualTo("LeakyRelu");
    }
}
