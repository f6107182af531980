package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightSparsityTest {
    @Test
    void zeroesTheSmallestShareOfEachLayer() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        byte[] before = OnnxWriter.toBytes(graph);
        WeightSparsity.SparseModel sparse = WeightSparsity.unstructured(0.9).apply(graph);
        float[] old = graph.initializers().get("c2_w").floats();
        float[] now = sparse.graph().initializers().get("c2_w").floats();
        float largestGone = 0;
        float smallestKept = Float.MAX_VALUE;
        int zeros = 0;
        for (int i = 0; i < old.length; i++) {
            if (now[i] == 0) {
                zeros++;
                largestGone = Math.max(largestGone, Math.abs(old[i]));
            } else {
                assertThat(now[i]).isEqualTo(old[i]);
                smallestKept = Math.min(smallestKept, Math.abs(old[i]));
            }
        }
        assertThat(zeros).isEqualTo((int) (0.9 * old.length));
        assertThat(largestGone).isLessThanOrEqualTo(smallestKept);
        assertThat(sparse.zeros()).containsEntry("c2_w", (long) zeros).doesNotContainKey("c2_b");
        assertThat(sparse.share()).isBetween(0.89, 0.9);
        assertThat(sparse.compressedAfter()).isLessThan(sparse.compressedBefore() / 2);
        assertThat(sparse.note()).startsWith("No CPU speed");
        assertThat(OnnxWriter.toBytes(graph)).as("the original is untouched").isEqualTo(before);
    }

    @Test
    void twoOfFourAlongTheSummedAxis() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 8);
        b.constant(
                "w",
                OnnxTensor.ofFloats(new float[] {1, -2, 3, -4, 0.5f, 0.5f, 0.5f, 0, 9, 1, 1, 8, 1, 7, -6, 1}, 2, 8));
        b.node("Gemm", "y", "x", "w").attribute("transB", 1);
        WeightSparsity.SparseModel sparse =
                WeightSparsity.twoOfFour().apply(b.output("y").graph());
        assertThat(sparse.graph().initializers().get("w").floats())
                .containsExactly(0, 0, 3, -4, 0.5f, 0.5f, 0, 0, 9, 0, 0, 8, 0, 7, -6, 0);
        assertThat(sparse.share()).isEqualTo(0.5);
        assertThat(sparse.note()).contains("tensor cores");
    }

    @Test
    void patternHoldsInConvolutionsAndTheModelRuns() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 3);
        WeightSparsity.SparseModel sparse = WeightSparsity.twoOfFour().apply(graph);
        assertThat(sparse.zeros().keySet())
                .as("three input channels do not make fours")
                .containsExactlyInAnyOrder("c2_w", "c3_w", "fc_w");
        float[] w = sparse.graph().initializers().get("c2_w").floats();
        for (int m = 0; m < 16; m++) {
            for (int four = 0; four < 4; four++) {
                for (int k = 0; k < 9; k++) {
                    int zeros = 0;
                    for (int c = 4 * four; c < 4 * four + 4; c++) {
                        zeros += w[(m * 16 + c) * 9 + k] == 0 ? 1 : 0;
                    }
                    assertThat(zeros).isEqualTo(2);
                }
            }
        }
        assertThat(Ort.run(sparse.graph(), Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8)))
                        .get("y")
                        .shape())
                .containsExactly(1, 5);
    }

    @Test
    void aShareThatIsNoneIsRefused() {
        assertThatThrownBy(() -> WeightSparsity.unstructured(90))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(90.0)")
                .hasMessageContaining("Maybe");
    }

    /** Weights of equal magnitude before a smaller one: the smaller goes first, of the equal ones as many as are left. */
    @Test
    void aTieDoesNotShieldASmallerWeight() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 4);
        b.constant("w", OnnxTensor.ofFloats(new float[] {1, -1, 0.5f, 2, 1, 3, 0.25f, 4}, 4, 2));
        b.node("MatMul", "y", "x", "w");
        WeightSparsity.SparseModel sparse =
                WeightSparsity.unstructured(0.5).apply(b.output("y").graph());
        assertThat(sparse.graph().initializers().get("w").floats()).containsExactly(0, 0, 0, 2, 1, 3, 0, 4);
        assertThat(sparse.zeros()).containsEntry("w", 4L);
    }
}
