package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorSplitTest {
    private static void check(OnnxGraph graph, String layer, int shards, ShardAxis axis, Map<String, Tensor> feed) {
        ShardedNetwork network = TensorSplit.of(graph, layer, shards, axis);
        assertThat(network.shards()).hasSize(shards);
        Map<String, Tensor> expected = Ort.run(graph, feed);
        Map<String, Tensor> inOne = Ort.run(network.whole(), feed);
        try (ShardRunner runner = ShardRunner.open(
                Ort.runtime(), network, SessionOptions.defaults().slots(1))) {
            Map<String, Tensor> apart = runner.run(feed);
            assertThat(apart.keySet()).containsExactlyElementsOf(expected.keySet());
            expected.forEach((name, tensor) -> {
                double most = 1e-5 * Math.max(1, largest(tensor));
                assertThat(Ort.maxDifference(tensor, inOne.get(name)))
                        .as("%s in one", name)
                        .isLessThan(most);
                assertThat(Ort.maxDifference(tensor, apart.get(name)))
                        .as("%s apart", name)
                        .isLessThan(most);
            });
        }
    }

    private static double largest(Tensor tensor) {
        double most = 0;
        for (float value : tensor.floats()) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    /** exp(x) through one Gemm with a bias, then tanh. */
    private static OnnxGraph gemm(long opset, int transA, int transB, float alpha, float beta, long... biasDims) {
        GraphBuilder b = new GraphBuilder(opset, 3).input("x", -1, -1);
        b.node("Tanh", "e", "x");
        b.weight("w", 0.3, transB == 1 ? new long[] {7, 12} : new long[] {12, 7});
        String[] inputs = {"e", "w"};
        if (biasDims.length > 0 && biasDims[0] >= 0) {
            b.weight("c", 1, biasDims);
            inputs = new String[] {"e", "w", "c"};
        }
        b.node("Gemm", "g", inputs)
                .attribute("transA", transA)
                .attribute("transB", transB)
                .attribute("alpha", alpha)
                .attribute("beta", beta);
        b.node("Tanh", "y", "g");
        return b.output("y", 2).graph();
    }

    @ParameterizedTest
    @CsvSource({
        "13, 0, 0, 1, 1, 2, OUTPUTS", "13, 0, 1, .5, 2, 3, OUTPUTS", "13, 1, 0, 1, 1, 2, OUTPUTS",
        "13, 0, 0, 1, 1, 2, INPUTS", "13, 0, 1, .5, 2, 5, INPUTS", "13, 1, 1, 2, .5, 3, INPUTS",
        "9, 0, 0, 1, 1, 4, INPUTS", "9, 0, 1, 1, 1, 7, OUTPUTS"
    })
    void gemmInEveryForm(int opset, int transA, int transB, float alpha, float beta, int shards, ShardAxis axis) {
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), transA == 1 ? 12 : 4, transA == 1 ? 4 : 12));
        for (long[] bias : new long[][] {{7}, {1, 7}, {4, 7}, {1}, {4, 1}, {}}) {
            if (bias.length == 0 && opset < 11) {
                continue; // the bias was not optional then
            }
            check(
                    gemm(opset, transA, transB, alpha, beta, bias.length == 0 ? new long[] {-1} : bias),
                    "g",
                    shards,
                    axis,
                    feed);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, OUTPUTS", "3, INPUTS", "16, OUTPUTS", "16, INPUTS"})
    void matMulOverBatches(int shards, ShardAxis axis) {
        GraphBuilder b = new GraphBuilder(17, 3).input("x", -1, 5, 16);
        b.weight("w", 0.3, 16, 20);
        b.node("MatMul", "m", "x", "w");
        b.node("Softmax", "y", "m");
        check(b.output("y", 3).graph(), "m", shards, axis, Map.of("x", Ort.tensor(new Random(4), 3, 5, 16)));
    }

    @Test
    void weightsWithBatches() {
        GraphBuilder b = new GraphBuilder(17, 3).input("x", 5, 16);
        b.weight("w", 0.3, 4, 16, 6);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 3).graph();
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), 5, 16));
        check(graph, "y", 3, ShardAxis.OUTPUTS, feed);
        check(graph, "y", 4, ShardAxis.INPUTS, feed);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 5", "2, 2", "4, 3", "8, 8"})
    void convByChannelsAndGroups(int group, int shards) {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 8, 6, 6);
        b.node("Relu", "r", "x");
        b.weight("w", 0.3, 16, 8 / group, 3, 3).weight("c", 1, 16);
        b.node("Conv", "k", "r", "w", "c").attribute("group", group).attribute("pads", new long[] {1, 1, 1, 1});
        b.node("Relu", "y", "k");
        check(
                b.output("y", 4).graph(),
                "k",
                shards,
                ShardAxis.OUTPUTS,
                Map.of("x", Ort.tensor(new Random(4), 2, 8, 6, 6)));
    }

    @Test
    void valuesThatPassByTheLayerReachTheRest() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        ShardedNetwork network = TensorSplit.of(graph, "c2", 4, ShardAxis.OUTPUTS);

        assertThat(network.before()).isNotNull();
        assertThat(network.after().inputs()).extracting(OnnxValue::name).contains("r1", "c2_shard0", "c2_shard3");
        check(graph, "c2", 4, ShardAxis.OUTPUTS, Map.of("x", Ort.tensor(new Random(4), 2, 3, 8, 8)));
        check(graph, "y", 5, ShardAxis.OUTPUTS, Map.of("x", Ort.tensor(new Random(4), 1, 3, 8, 8)));
        check(graph, "c1", 3, ShardAxis.OUTPUTS, Map.of("x", Ort.tensor(new Random(4), 1, 3, 8, 8)));
    }

    @Test
    void eachShardHoldsItsShareOfTheWeights() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        ShardedNetwork network = TensorSplit.of(graph, "c2", 3, ShardAxis.OUTPUTS);

        long sum = 0;
        for (OnnxGraph shard : network.shards()) {
            long elements = shard.initializers().values().stream()
                    .mapToLong(OnnxTensor::elements)
                    .sum();
            assertThat(elements).isBetween(5 * (144L + 1), 6 * (144L + 1));
            sum += elements;
        }
        assertThat(sum).isEqualTo(16 * (144L + 1));
    }

    @Test
    void slicesEqualTheElementsTheyName() {
        Random random = new Random(8);
        float[] values = Ort.normal(random, 3 * 4 * 5);
        OnnxTensor tensor = OnnxTensor.ofFloats(values, 3, 4, 5);
        for (int axis = 0; axis < 3; axis++) {
            long size = tensor.dim(axis);
            for (long from = 0; from < size; from++) {
                for (long to = from + 1; to <= size; to++) {
                    OnnxTensor slice = TensorSplit.slice(tensor, axis, from, to);
                    long[] dims = slice.dims();
                    assertThat(dims[axis]).isEqualTo(to - from);
                    float[] got = slice.floats();
                    int at = 0;
                    for (int i = 0; i < dims[0]; i++) {
                        for (int j = 0; j < dims[1]; j++) {
                            for (int k = 0; k < dims[2]; k++) {
                                int[] place = {i, j, k};
                                place[axis] += (int) from;
                                assertThat(got[at++]).isEqualTo(values[(place[0] * 4 + place[1]) * 5 + place[2]]);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatCannotBeDealtOutSaysWhy() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        assertThatThrownBy(() -> TensorSplit.of(graph, "nowhere", 2, ShardAxis.OUTPUTS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(nowhere)");
        assertThatThrownBy(() -> TensorSplit.of(graph, "sum", 2, ShardAxis.OUTPUTS))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("Add(sum)");
        assertThatThrownBy(() -> TensorSplit.of(graph, "c1", 2, ShardAxis.INPUTS))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("OUTPUTS");
        assertThatThrownBy(() -> TensorSplit.of(graph, "y", 6, ShardAxis.OUTPUTS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(5) parts");
        assertThatThrownBy(() -> TensorSplit.of(graph, "y", 1, ShardAxis.OUTPUTS))
                .hasMessageContaining("shards (1)");
    }
}
