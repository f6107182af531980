package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Rows of features times the matrix are what the engine computes. */
class FeaturesTest {
    @Test
    void convolutionsOfAllKinds() {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            int kernel = 1 + random.nextInt(3);
            GraphBuilder b = new GraphBuilder(13, seed).input("x", 2, 3, 9, 7);
            b.weight("w", 0.5, 4, 3, kernel, 1 + random.nextInt(3));
            OnnxNode conv = b.node("Conv", "y", "x", "w");
            conv.attribute("pads", new long[] {random.nextInt(2), random.nextInt(2), random.nextInt(2), 1});
            conv.attribute("strides", new long[] {1 + random.nextInt(2), 1 + random.nextInt(3)});
            conv.attribute("dilations", new long[] {1 + random.nextInt(2), 1});
            check(b.output("y").graph(), Ort.tensor(random, 2, 3, 9, 7), seed);
        }
    }

    @Test
    void oneDimensionalConvolution() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3, 11);
        b.weight("w", 0.5, 4, 3, 3);
        b.node("Conv", "y", "x", "w").attribute("strides", new long[] {2}).attribute("pads", new long[] {1, 0});
        check(b.output("y").graph(), Ort.tensor(new Random(1), 2, 3, 11), 1);
    }

    @Test
    void matrixProducts() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 5, 6);
        b.weight("w", 0.5, 6, 4);
        b.node("MatMul", "y", "x", "w");
        check(b.output("y").graph(), Ort.tensor(new Random(1), 2, 5, 6), 1);
        GraphBuilder g = new GraphBuilder(13, 1).input("x", 5, 6);
        g.weight("w", 0.5, 4, 6);
        g.node("Gemm", "y", "x", "w").attribute("transB", 1);
        check(g.output("y").graph(), Ort.tensor(new Random(1), 5, 6), 1);
    }

    @Test
    void groupedConvolutionsAreNotRead() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 4, 5, 5);
        b.weight("w", 0.5, 4, 1, 3, 3);
        b.node("Conv", "y", "x", "w").attribute("group", 4);
        OnnxGraph graph = b.output("y").graph();
        assertThat(Features.of(ChannelMap.of(graph).layers().get(0), graph)).isNull();
    }

    private static void check(OnnxGraph graph, Tensor x, long seed) {
        Features features = Features.of(ChannelMap.of(graph).layers().get(0), graph);
        assertThat(features).isNotNull();
        Tensor y = Ort.run(graph, Map.of("x", x)).get("y");
        double[] matrix = features.matrix();
        int outputs = features.outputs();
        long positions = features.positions(x.shape());
        assertThat(positions * outputs).as("seed " + seed).isEqualTo(y.elements());
        float[] row = new float[features.size()];
        float[] expected = new float[outputs];
        for (long p = 0; p < positions; p++) {
            features.read(x.buffer().asFloatBuffer(), x.shape(), p, row, 0);
            features.results(y.buffer().asFloatBuffer(), y.shape(), p, expected, 0);
            for (int o = 0; o < outputs; o++) {
                double sum = 0;
                for (int i = 0; i < row.length; i++) {
                    sum += row[i] * matrix[i * outputs + o];
                }
                assertThat(sum).as("seed " + seed).isCloseTo(expected[o], Offset.offset(1e-4));
            }
        }
        assertThat(features.stored(matrix).floats())
                .containsExactly(graph.initializers().get("w").floats());
    }
}
