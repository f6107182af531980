package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.PrunableNets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    private static final Map<String, Tensor> SAMPLES = Map.of("x", Ort.tensor(new Random(2), 16, 3, 8, 8));

    @Test
    void answersStayAndFoldingTakesItOutAgain() {
        for (long seed = 0; seed < 8; seed++) {
            OnnxGraph graph = PrunableNets.convolutional(seed);
            byte[] before = OnnxWriter.toBytes(graph);
            OnnxGraph normalized = Normalization.inserted(graph, Ort.runtime(), List.of(SAMPLES));
            OnnxGraph folded = GraphPasses.simplified(normalized, Ort.runtime());
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(seed), 3, 3, 8, 8));
            Tensor expected = Ort.run(graph, feed).get("y");
            assertThat(Ort.maxDifference(Ort.run(normalized, feed).get("y"), expected))
                    .as("seed " + seed)
                    .isLessThan(1e-4);
            assertThat(Ort.maxDifference(Ort.run(folded, feed).get("y"), expected))
                    .as("seed " + seed)
                    .isLessThan(1e-4);
            assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
        }
    }

    @Test
    void momentsAreThoseOfTheSamplesAndFiltersHaveLengthTwo() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        OnnxGraph normalized = Normalization.inserted(graph, Ort.runtime(), List.of(SAMPLES));
        assertThat(normalized.nodes().stream().filter(node -> node.op().equals("BatchNormalization")))
                .hasSize(3);
        OnnxNode conv = normalized.producers().get("c1_raw");
        assertThat(conv.inputs()).hasSize(2);
        float[] filters = normalized.initializers().get("c1_w").floats();
        OnnxGraph tapped = normalized.copy();
        tapped.outputs().add(new io.edgeai.core.onnx.OnnxValue("c1_raw", null));
        float[] raw = Ort.run(tapped, SAMPLES).get("c1_raw").floats();
        float[] mean = normalized.initializers().get("c1_mean").floats();
        float[] variance = normalized.initializers().get("c1_variance").floats();
        for (int c = 0; c < 16; c++) {
            double length = 0;
            for (int i = 0; i < 27; i++) {
                length += filters[27 * c + i] * filters[27 * c + i];
            }
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < raw.length; i++) {
                if (i / 64 % 16 == c) {
                    sum += raw[i] / 1024.0;
                    squares += (double) raw[i] * raw[i] / 1024;
                }
            }
            assertThat(length).isCloseTo(4, within(1e-4));
            assertThat((double) mean[c]).isCloseTo(sum, within(1e-4));
            assertThat((double) variance[c]).isCloseTo(squares - sum * sum, within(1e-3));
        }
    }

    @Test
    void whatIsNormalizedStaysAsItIs() {
        OnnxGraph once = Normalization.inserted(GraphBuilder.residualNet(13, 1), Ort.runtime(), List.of(SAMPLES));
        OnnxGraph twice = Normalization.inserted(once, Ort.runtime(), List.of(SAMPLES));
        assertThat(twice.nodes()).hasSameSizeAs(once.nodes());
        assertThatThrownBy(() -> Normalization.inserted(once, Ort.runtime(), List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
    }
}
