package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Naive;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Layers dealt out to random numbers of workers, against sums in plain loops. */
class TensorSplitPropertyTest {
    /** What the shards answer together, and how far that is from what is expected, relative to its size. */
    private static double difference(OnnxGraph graph, int shards, ShardAxis axis, Tensor x, double[] expected) {
        ShardedNetwork network = TensorSplit.of(graph, "y", shards, axis);
        try (ShardRunner runner = ShardRunner.open(
                Ort.runtime(), network, SessionOptions.defaults().slots(1))) {
            float[] y = runner.run(Map.of("x", x)).get("y").floats();
            assertThat(y).hasSize(expected.length);
            double most = 0;
            for (int i = 0; i < y.length; i++) {
                most = Math.max(most, Math.abs(y[i] - expected[i]) / (1 + Math.abs(expected[i])));
            }
            return most;
        }
    }

    @Test
    void productsByColumnsAndRows() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(5);
            int depth = 2 + random.nextInt(20);
            int columns = 2 + random.nextInt(20);
            boolean gemm = random.nextBoolean();
            boolean transposed = gemm && random.nextBoolean();
            boolean biased = gemm && random.nextBoolean();
            GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, depth);
            b.weight("w", 0.3, transposed ? new long[] {columns, depth} : new long[] {depth, columns});
            b.weight("c", 1, columns);
            OnnxNode node =
                    biased ? b.node("Gemm", "y", "x", "w", "c") : b.node(gemm ? "Gemm" : "MatMul", "y", "x", "w");
            if (gemm) {
                node.attribute("transB", transposed ? 1 : 0);
            }
            OnnxGraph graph = b.output("y", 2).graph();
            OnnxTensor w = graph.initializers().get("w");
            float[] bias = biased ? graph.initializers().get("c").floats() : new float[0];
            Tensor x = Ort.tensor(random, rows, depth);
            double[] expected = Naive.product(x.floats(), w.floats(), w.dims(), transposed, bias)
                    .values();
            for (ShardAxis axis : ShardAxis.values()) {
                int most = axis == ShardAxis.OUTPUTS ? columns : depth;
                int shards = 2 + random.nextInt(most - 1);
                assertThat(difference(graph, shards, axis, x, expected))
                        .as("seed " + seed + ", " + shards + " shards by " + axis)
                        .isLessThan(1e-5);
            }
        }
    }

    @Test
    void convolutionsByChannelsOrGroups() {
        for (long seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            int groups = 1 + random.nextInt(4);
            int in = groups * (1 + random.nextInt(3));
            int out = groups * (1 + random.nextInt(3));
            if (groups == 1) {
                out += 2;
            }
            GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, in, 7, 6);
            b.weight("w", 0.3, out, in / groups, 1 + random.nextInt(3), 1 + random.nextInt(3))
                    .weight("c", 1, out);
            OnnxNode node = b.node("Conv", "y", "x", "w", "c")
                    .attribute("group", groups)
                    .attribute("pads", new long[] {random.nextInt(2), 1, 0, random.nextInt(2)})
                    .attribute("strides", new long[] {1 + random.nextInt(2), 1 + random.nextInt(2)});
            OnnxGraph graph = b.output("y", 4).graph();
            OnnxTensor w = graph.initializers().get("w");
            Tensor x = Ort.tensor(random, 2, in, 7, 6);
            double[] expected = Naive.conv(
                            x.floats(),
                            x.shape(),
                            w.floats(),
                            w.dims(),
                            graph.initializers().get("c").floats(),
                            node)
                    .values();
            int most = groups > 1 ? groups : out;
            int shards = 2 + random.nextInt(most - 1);
            assertThat(difference(graph, shards, ShardAxis.OUTPUTS, x, expected))
                    .as("seed " + seed + ", " + shards + " shards")
                    .isLessThan(1e-5);
        }
    }

    @Test
    void sharesDifferByOneAtMost() {
        for (int columns = 5; columns < 30; columns++) {
            GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
            b.weight("w", 0.3, 3, columns);
            b.node("MatMul", "y", "x", "w");
            OnnxGraph graph = b.output("y", 2).graph();
            for (int shards = 2; shards <= 5; shards++) {
                long least = Long.MAX_VALUE;
                long most = 0;
                long sum = 0;
                for (OnnxGraph shard :
                        TensorSplit.of(graph, "y", shards, ShardAxis.OUTPUTS).shards()) {
                    long width = shard.initializers().values().iterator().next().dim(1);
                    least = Math.min(least, width);
                    most = Math.max(most, width);
                    sum += width;
                }
                assertThat(sum).as(columns + " columns, " + shards + " shards").isEqualTo(columns);
                assertThat(most - least)
                        .as(columns + " columns, " + shards + " shards")
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aWeightThatIsComputedOrABiasThatIsFedIsRefused() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 4).input("w", 4, 6);
        b.node("MatMul", "y", "x", "w");
        assertThatThrownBy(() -> TensorSplit.of(b.output("y", 2).graph(), "y", 2, ShardAxis.OUTPUTS))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("MatMul(y)")
                .hasMessageContaining("Maybe");
        GraphBuilder g = new GraphBuilder(13, 1).input("x", 2, 4).input("c", 6);
        g.weight("w", 1, 4, 6);
        g.node("Gemm", "y", "x", "w", "c");
        assertThatThrownBy(() -> TensorSplit.of(g.output("y", 2).graph(), "y", 2, ShardAxis.OUTPUTS))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(c) that is not constant");
    }

    @Test
    void aBadSampleIsNamedAndTheNextOneWorks() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        ShardedNetwork network = TensorSplit.of(graph, "c1", 2, ShardAxis.OUTPUTS);
        assertThat(network.before()).isNull();
        assertThat(network.shards().get(0).inputs()).extracting(OnnxValue::name).containsExactly("x");
        try (ShardRunner runner = ShardRunner.open(
                Ort.runtime(), network, SessionOptions.defaults().slots(1))) {
            assertThatThrownBy(() -> runner.run(Map.of("x", Tensor.of(new float[4], 1, 4))))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("(x");
            assertThat(runner.run(Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8))))
                    .containsOnlyKeys("y");
        }
    }
}
