package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredBytesTest {
    /** A byte a weight and four bytes a column; the answer is that of float weights on their grid, to rounding. */
    @Test
    void storesABytePerWeightAndComputesInFloat() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", 3, 64).weight("w", 0.3, 64, 256);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        Quantized stored = StoredBytes.apply(graph, Set.of());
        assertThat(stored.quantizedOps()).containsOnlyKeys("MatMul (weights)");
        assertThat(OnnxWriter.toBytes(stored.graph()).length - 64 * 256 - 256 * 4)
                .isBetween(0, 400);
        float[] weights = graph.initializers().get("w").floats();
        Tensor x = Ort.tensor(new Random(2), 3, 64);
        float[] got = answer(stored.graph(), Map.of("x", x)).floats();
        for (int n = 0; n < 256; n++) {
            float top = 0;
            for (int k = 0; k < 64; k++) {
                top = Math.max(top, Math.abs(weights[k * 256 + n]));
            }
            for (int r = 0; r < 3; r++) {
                double sum = 0;
                for (int k = 0; k < 64; k++) {
                    sum += x.floats()[r * 64 + k] * Math.rint(weights[k * 256 + n] / (top / 127)) * (top / 127);
                }
                assertThat(Math.abs(got[r * 256 + n] - sum)).isLessThan(1e-4);
            }
        }
    }

    @Test
    void reachesIntoNestedGraphsAndLeavesWhatIsKept() {
        for (boolean kept : new boolean[] {false, true}) {
            GraphBuilder b = new GraphBuilder(13, 9).input("x", 1, 32).constant("zero", OnnxTensor.scalar(0f));
            b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
            b.node("Greater", "positive", "sum", "zero");
            OnnxGraph branch = new OnnxGraph("branch", b.graph().info());
            branch.initializers().put("w", OnnxTensor.ofFloats(Ort.normal(new Random(3), 32 * 16), 32, 16));
            branch.add("MatMul", "m", java.util.List.of("x", "w"), java.util.List.of("inner"));
            branch.outputs().add(OnnxValue.tensor("inner", ElementType.FLOAT, 1, 16));
            b.node("If", "y", "positive")
                    .attribute("then_branch", new OnnxAttribute.OfGraph(branch))
                    .attribute("else_branch", new OnnxAttribute.OfGraph(branch));
            OnnxGraph graph = b.output("y", 2).graph();
            Quantized stored = StoredBytes.apply(graph, kept ? Set.of("inner") : Set.of());
            assertThat(stored.changed()).isEqualTo(!kept);
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), 1, 32));
            assertThat(Ort.maxDifference(answer(graph, feed), answer(stored.graph(), feed)))
                    .isLessThan(kept ? 1e-9 : 0.2);
        }
    }

    /** Tables inside the fused embedding of ONNX Runtime are stored too; a shared weight is stored once. */
    @Test
    void fusedEmbeddingsAndSharedWeights() {
        OnnxGraph graph = io.edgeai.optimize.testing.Transformers.of(
                io.edgeai.optimize.testing.Transformers.Shape.tiny(),
                io.edgeai.optimize.testing.Transformers.Style.FUSED,
                2);
        Quantized stored = StoredBytes.apply(graph, Set.of());
        assertThat(stored.quantizedOps())
                .containsEntry("EmbedLayerNormalization (weights)", 2)
                .containsEntry("Attention (weights)", 2)
                .containsEntry("MatMul (weights)", 6);
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 3, 32).weight("w", 0.3, 32, 32);
        b.node("MatMul", "a", "x", "w");
        b.node("MatMul", "y", "a", "w");
        Quantized shared = StoredBytes.apply(b.output("y").graph(), Set.of());
        assertThat(shared.graph().initializers().values().stream().filter(tensor -> tensor.type() == ElementType.INT8))
                .hasSize(1);
    }

    @Test
    void emptyAndSmallConstantsStay() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 3, 8).weight("w", 0.3, 8, 4);
        b.constant("none", OnnxTensor.ofFloats(new float[0], 4, 0));
        b.node("MatMul", "a", "x", "w");
        b.node("MatMul", "y", "a", "none");
        assertThat(StoredBytes.apply(b.output("y").graph(), Set.of()).changed()).isFalse();
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed) {
        return Objects.requireNonNull(Ort.run(graph, feed).get("y"));
    }
}
