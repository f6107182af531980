package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Habits of models from before 2020, whole through the optimizer. */
class OldModelsTest {
    @Test
    void initializersListedAsInputs() {
        OnnxGraph graph = GraphBuilder.residualNet(9, 1);
        graph.info().irVersion(3);
        graph.initializers().forEach((name, tensor) -> graph.inputs()
                .add(OnnxValue.tensor(name, ElementType.FLOAT, tensor.dims())));
        OptimizationResult result = optimize(graph);
        assertThat(result.report().kept()).as(result.report().outcome()).isTrue();
        assertThat(result.graph().inputs()).extracting(OnnxValue::name).containsExactly("x");
        assertThat(result.report().quantizedOps()).containsEntry("Conv", 3);
    }

    @Test
    void dropoutWithAMaskNobodyReads() {
        OnnxGraph graph = GraphBuilder.residualNet(9, 2);
        OnnxNode dropout = new OnnxNode("Dropout", "d", List.of("flat"), List.of("dropped", "mask"));
        graph.nodes().add(graph.nodes().size() - 1, dropout);
        graph.nodes().get(graph.nodes().size() - 1).inputs().set(0, "dropped");
        OptimizationResult result = optimize(graph);
        assertThat(result.report().kept()).as(result.report().outcome()).isTrue();
        assertThat(result.graph().nodes()).noneMatch(node -> node.op().equals("Dropout"));
    }

    @Test
    void biasesSharedThroughIdentity() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 3, 8, 8).weight("zero_bias", 0.1, 4);
        b.node("Identity", "bias1", "zero_bias");
        b.node("Identity", "bias2", "zero_bias");
        b.conv("c", "x", 3, 4).inputs().set(2, "bias1");
        b.node("Relu", "r", "c");
        b.conv("y", "r", 4, 4).inputs().set(2, "bias2");
        OptimizationResult result = optimize(b.output("y", 4).graph());
        assertThat(result.report().quantizedOps()).containsEntry("Conv", 2);
        List<String> biases = result.graph().nodes().stream()
                .filter(node -> node.op().equals("Conv"))
                .map(node -> node.input(2))
                .toList();
        assertThat(biases).doesNotHaveDuplicates();
    }

    @Test
    void weightsThatTheFileGenerates() {
        GraphBuilder b = new GraphBuilder(9, 4).input("x", -1, 3, 8, 8).longs("shape", 64, 3, 3, 3);
        OnnxTensor value = OnnxTensor.ofFloats(new float[] {0.02f}, 1);
        b.node("ConstantOfShape", "w", "shape").attribute("value", new OnnxAttribute.OfTensor(value));
        b.node("Conv", "y", "x", "w");
        OptimizationReport report = optimize(b.output("y", 4).graph()).report();
        assertThat(report.kept()).isTrue();
        assertThat(report.quantizedOps()).containsEntry("Conv", 1);
        assertThat(report.warnings()).anyMatch(warning -> warning.contains("larger than the original"));
    }

    @Test
    void sumInsteadOfAdd() {
        OnnxGraph graph = GraphBuilder.residualNet(9, 5);
        graph.nodes().stream().filter(node -> node.op().equals("Add")).forEach(node -> node.op("Sum"));
        assertThat(optimize(graph).report().quantizedOps()).containsEntry("Add", 1);
    }

    @Test
    void optimizersRunSideBySide() throws Exception {
        OnnxGraph graph = GraphBuilder.residualNet(9, 6);
        byte[] expected = OnnxWriter.toBytes(optimize(graph).graph());
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            Callable<byte[]> task = () -> OnnxWriter.toBytes(optimize(graph).graph());
            for (Future<byte[]> future : pool.invokeAll(List.of(task, task, task))) {
                assertThat(future.get()).isEqualTo(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static OptimizationResult optimize(OnnxGraph graph) {
        Random random = new Random(9);
        float[][] images = new float[4][];
        for (int i = 0; i < images.length; i++) {
            images[i] = Ort.normal(random, 3 * 8 * 8);
        }
        OptimizationResult result = InferenceOptimizer.ofDefaults()
                .optimize(
                        graph,
                        Recipe.builder()
                                .int8(CalibrationData.of(images))
                                .latencyRounds(0)
                                .build());
        if (result.report().kept()) {
            assertThat(Objects.requireNonNull(result.report().fidelity())
                            .outputs()
                            .get(0)
                            .sqnrDb())
                    .isGreaterThan(15);
        }
        return result;
    }
}
