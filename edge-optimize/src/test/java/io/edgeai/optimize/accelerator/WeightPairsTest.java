package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Naive;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes for weights whose input has them already, against scales by plain loops. */
class WeightPairsTest {
    private static GraphBuilder pairs(long... shape) {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", shape);
        b.constant("s", OnnxTensor.scalar(0.1f)).constant("z", OnnxTensor.ofBytes(ElementType.INT8, new byte[1]));
        b.node("QuantizeLinear", "xq", "x", "s", "z");
        b.node("DequantizeLinear", "xd", "xq", "s", "z");
        return b;
    }

    private static OnnxNode pair(OnnxGraph graph) {
        OnnxNode node = graph.producers().get("y");
        return graph.producers().get(node.input(1));
    }

    /** Levels times scales are the weights, to half a step; the largest weight of each slice is level 127. */
    private static void check(OnnxGraph graph, OnnxTensor weight, int axis) {
        OnnxNode pair = pair(graph);
        OnnxTensor levels = graph.initializers().get(pair.input(0));
        float[] scales = graph.initializers().get(pair.input(1)).floats();
        assertThat(pair.intAttribute("axis", -1)).isEqualTo(axis);
        assertThat(levels.type()).isEqualTo(ElementType.INT8);
        assertThat(levels.dims()).isEqualTo(weight.dims());
        double[] largest = Naive.largest(weight.floats(), weight.dims(), axis);
        assertThat(scales).hasSize(largest.length);
        int inner = 1;
        for (int i = axis + 1; i < weight.rank(); i++) {
            inner *= (int) weight.dim(i);
        }
        for (int c = 0; c < scales.length; c++) {
            assertThat((double) scales[c]).as("channel " + c).isCloseTo(largest[c] / 127, within(1e-6 * largest[c]));
        }
        float[] values = weight.floats();
        for (int i = 0; i < values.length; i++) {
            float scale = scales[i / inner % scales.length];
            double level = levels.data().get(i);
            assertThat(level * scale).as("weight " + i).isCloseTo(values[i], within(0.5001 * scale));
        }
    }

    @Test
    void productsByColumn() {
        GraphBuilder b = pairs(2, 6);
        b.weight("w", 0.4, 6, 5);
        b.node("MatMul", "y", "xd", "w");
        OnnxGraph graph = b.output("y").graph();
        OnnxTensor weight = graph.initializers().get("w");
        WeightPairs.complete(graph, Set.of(), 127);
        assertThat(TensorRtRules.check(graph)).isEmpty();
        check(graph, weight, 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0"})
    void gemmByResultsHoweverItIsStored(int transB, int axis) {
        GraphBuilder b = pairs(2, 6);
        b.weight("w", 0.4, transB == 1 ? new long[] {5, 6} : new long[] {6, 5});
        b.node("Gemm", "y", "xd", "w").attribute("transB", transB);
        OnnxGraph graph = b.output("y").graph();
        OnnxTensor weight = graph.initializers().get("w");
        WeightPairs.complete(graph, Set.of(), 127);
        assertThat(TensorRtRules.check(graph)).isEmpty();
        check(graph, weight, axis);
    }

    @Test
    void transposedConvolutionsByTheirSecondAxis() {
        GraphBuilder b = pairs(1, 3, 4, 4);
        b.weight("w", 0.4, 3, 5, 2, 2);
        b.node("ConvTranspose", "y", "xd", "w");
        OnnxGraph graph = b.output("y").graph();
        OnnxTensor weight = graph.initializers().get("w");
        WeightPairs.complete(graph, Set.of(), 127);
        assertThat(OpenVinoRules.check(graph)).isEmpty();
        check(graph, weight, 1);
    }

    @Test
    void groupsAndBatchesHaveOneScale() {
        GraphBuilder b = pairs(1, 4, 4, 4);
        b.weight("w", 0.4, 4, 2, 2, 2);
        b.node("ConvTranspose", "y", "xd", "w").attribute("group", 2);
        GraphBuilder t = pairs(3, 2, 6);
        t.weight("w", 0.4, 3, 6, 5);
        t.node("MatMul", "y", "xd", "w");
        for (OnnxGraph graph :
                new OnnxGraph[] {b.output("y").graph(), t.output("y").graph()}) {
            WeightPairs.complete(graph, Set.of(), 127);
            assertThat(pair(graph).attributes()).isEmpty();
            assertThat(graph.initializers().get(pair(graph).input(1)).elements())
                    .isEqualTo(1);
        }
    }

    @Test
    void whatIsKeptFloatOrReadsFloatsStays() {
        GraphBuilder b = pairs(2, 6);
        b.weight("w", 0.4, 6, 5);
        b.node("MatMul", "y", "xd", "w");
        OnnxGraph kept = b.output("y").graph();
        WeightPairs.complete(kept, Set.of("y"), 127);
        assertThat(kept.producers().get("y").input(1)).isEqualTo("w");
        OnnxGraph floats = GraphBuilder.residualNet(13, 1);
        int nodes = floats.nodes().size();
        WeightPairs.complete(floats, Set.of(), 127);
        assertThat(floats.nodes()).hasSize(nodes);
    }
}
