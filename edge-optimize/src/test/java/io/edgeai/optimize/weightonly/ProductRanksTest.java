package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of inputs of every rank keep the shape and about the values they had. */
class ProductRanksTest {
    private static OnnxGraph inBlocks(OnnxGraph graph) {
        BlockSettings settings = BlockSettings.defaults().bits(8).integerProducts(false);
        OnnxGraph blocks = BlockQuantizer.apply(graph, settings).graph();
        assertThat(blocks.nodes()).anyMatch(node -> node.op().equals("MatMulNBits"));
        return blocks;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void vectorsMatricesAndBatches(int rank) {
        long[] shape = new long[rank];
        java.util.Arrays.fill(shape, 2);
        shape[rank - 1] = 64;
        GraphBuilder b = new GraphBuilder(17, 1).input("x", shape).weight("w", 0.1, 64, 80);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), shape));
        Tensor expected = Ort.run(graph, feed).get("y");
        Tensor actual = Ort.run(inBlocks(graph), feed).get("y");
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(Ort.maxDifference(actual, expected)).isLessThan(0.05);
    }

    @Test
    void aBiasOfOneNumberOrOfEachRowIsAdded() {
        for (long[] bias : new long[][] {{1}, {80}, {3, 1}, {3, 80}, {}}) {
            GraphBuilder b = new GraphBuilder(17, 1)
                    .input("x", 3, 64)
                    .weight("w", 0.1, 80, 64)
                    .weight("c", 1, bias);
            b.node("Gemm", "y", "x", "w", "c").attribute("transB", 1);
            OnnxGraph graph = b.output("y").graph();
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 3, 64));
            assertThat(Ort.maxDifference(
                            Ort.run(inBlocks(graph), feed).get("y"),
                            Ort.run(graph, feed).get("y")))
                    .as(java.util.Arrays.toString(bias))
                    .isLessThan(0.05);
        }
    }

    @Test
    void emptyBatchesAreAnsweredWithNothing() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 64).weight("w", 0.1, 64, 80);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph blocks = BlockQuantizer.apply(b.output("y").graph(), BlockSettings.defaults())
                .graph();
        assertThat(Ort.run(blocks, Map.of("x", Tensor.of(new float[0], 0, 64)))
                        .get("y")
                        .shape())
                .containsExactly(0, 80);
    }
}
