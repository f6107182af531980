package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The engine is the oracle: weights times the windows read must be what it answers. */
class PatchesTest {
    @Test
    void windowsTimesWeightsAreTheConvolution() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int groups = 1 + random.nextInt(3);
            int in = groups * (1 + random.nextInt(2));
            int out = groups * (1 + random.nextInt(3));
            boolean line = random.nextInt(5) == 0;
            int kh = line ? 1 : 1 + random.nextInt(3);
            int kw = 1 + random.nextInt(3);
            GraphBuilder b = new GraphBuilder(13, seed);
            long[] shape = line ? new long[] {2, in, 9} : new long[] {2, in, 7, 9};
            b.input("x", shape);
            b.weight("w", 1, line ? new long[] {out, in / groups, kw} : new long[] {out, in / groups, kh, kw});
            OnnxNode conv = b.node("Conv", "y", "x", "w").attribute("group", groups);
            attributes(conv, random, line);
            OnnxGraph graph = b.output("y").graph();
            Tensor x = Ort.tensor(random, shape);
            float[] expected = Objects.requireNonNull(
                            Ort.run(graph, Map.of("x", x)).get("y"))
                    .floats();
            WeightedLayer layer = Objects.requireNonNull(WeightedLayer.of(graph, conv));
            Patches patches = Objects.requireNonNull(Patches.of(layer, x), "seed " + seed);
            assertThat(patches.positions() * out)
                    .as("seed " + seed + conv.attributes())
                    .isEqualTo(expected.length);
            int inner = patches.positions() / 2;
            float[] weights = layer.weight().floats();
            double[] row = new double[layer.depth()];
            for (int position = 0; position < patches.positions(); position++) {
                for (int m = 0; m < out; m++) {
                    patches.read(position, layer.group(m), row);
                    double sum = 0;
                    for (int d = 0; d < row.length; d++) {
                        sum += row[d] * weights[layer.index(m, d)];
                    }
                    int at = (position / inner * out + m) * inner + position % inner;
                    assertThat(sum).as("seed " + seed).isCloseTo(expected[at], within(1e-4));
                }
            }
        }
    }

    private static void attributes(OnnxNode conv, Random random, boolean line) {
        int axes = line ? 1 : 2;
        long[] strides = new long[axes];
        long[] dilations = new long[axes];
        long[] pads = new long[2 * axes];
        for (int i = 0; i < axes; i++) {
            strides[i] = 1L + random.nextInt(2);
            dilations[i] = 1L + random.nextInt(2);
            pads[i] = random.nextInt(3);
            pads[axes + i] = random.nextInt(3);
        }
        conv.attribute("strides", strides);
        switch (random.nextInt(4)) {
            case 0 -> conv.attribute("auto_pad", "SAME_UPPER");
            case 1 -> conv.attribute("auto_pad", "SAME_LOWER");
            case 2 -> conv.attribute("auto_pad", "VALID").attribute("dilations", dilations);
            default -> conv.attribute("pads", pads).attribute("dilations", dilations);
        }
    }

    @Test
    void rowsOfAProductAreRead() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 3, 4).weight("w", 1, 4, 2);
        OnnxNode product = b.node("MatMul", "y", "x", "w");
        WeightedLayer layer = Objects.requireNonNull(WeightedLayer.of(b.graph(), product));
        Tensor x = Ort.tensor(new Random(2), 3, 4);
        Patches patches = Objects.requireNonNull(Patches.of(layer, x));
        double[] row = new double[4];
        patches.read(2, 0, row);
        assertThat(row).containsExactly(x.floats()[8], x.floats()[9], x.floats()[10], x.floats()[11]);
        assertThat(patches.positions()).isEqualTo(3);
        assertThat(layer.index(1, 3)).isEqualTo(7);
    }

    @Test
    void volumesAreNotRead() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 2, 3, 3, 3).weight("w", 1, 2, 2, 1, 1, 1);
        OnnxNode conv = b.node("Conv", "y", "x", "w");
        WeightedLayer layer = Objects.requireNonNull(WeightedLayer.of(b.graph(), conv));
        assertThat(Patches.of(layer, Ort.tensor(new Random(2), 1, 2, 3, 3, 3))).isNull();
    }
}
