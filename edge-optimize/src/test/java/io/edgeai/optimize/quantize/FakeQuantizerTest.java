package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.prune.solve.Normalization;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What fake quantization answers is what the integer graph will answer. */
class FakeQuantizerTest {
    private static final QuantizeSettings DEFAULTS = QuantizeSettings.defaults();

    private static List<Map<String, Tensor>> feeds(long seed) {
        return List.of(Map.of("x", Ort.tensor(new Random(seed), 16, 3, 8, 8)));
    }

    private static Map<String, ValueRange> ranges(OnnxGraph graph, long seed, QuantizeSettings settings) {
        return new Calibrator(Ort.runtime())
                .ranges(
                        graph,
                        feeds(seed),
                        new FakeQuantizer(graph, settings).values(),
                        CalibrationMethod.MIN_MAX,
                        Progress.NONE);
    }

    private static double meanSquare(OnnxGraph a, OnnxGraph b, Map<String, Tensor> feed) {
        float[] left = Ort.runPlain(a, feed).get("y").floats();
        float[] right = Ort.runPlain(b, feed).get("y").floats();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        }
        return sum / left.length;
    }

    @Test
    void oneLayerByHand() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2, 1, 1);
        b.constant("w", OnnxTensor.ofFloats(new float[] {1.27f, -0.504f, 0.3f, 2.54f}, 2, 2, 1, 1));
        b.node("Conv", "c", "x", "w");
        b.node("Relu", "r", "c");
        b.weight("w2", 1, 2, 2, 1, 1);
        b.node("Conv", "y", "r", "w2");
        OnnxGraph graph = b.output("y").graph();
        Map<String, ValueRange> ranges =
                Map.of("x", new ValueRange(-1, 1.55f), "r", new ValueRange(0, 2.55f), "y", new ValueRange(-5, 5));
        OnnxGraph fake = new FakeQuantizer(graph, DEFAULTS).apply(graph, ranges);
        fake.outputs().clear();
        fake.outputs().add(new io.edgeai.core.onnx.OnnxValue("r", null));

        float[] r = Ort.runPlain(fake, Map.of("x", Tensor.of(new float[] {0.504f, 1.2f, -0.7f, 9}, 2, 2, 1, 1)))
                .get("r")
                .floats();

        float[][] x = {{0.5f, 1.2f}, {-0.7f, 1.55f}};
        float[][] w = {{1.27f, -0.5f}, {0.3f, 2.54f}};
        for (int n = 0; n < 2; n++) {
            for (int m = 0; m < 2; m++) {
                double sum = w[m][0] * x[n][0] + w[m][1] * x[n][1];
                double rounded = Math.min(255, Math.max(0, Math.rint(sum / 0.01))) * 0.01;
                assertThat((double) r[2 * n + m])
                        .as(
                                "x in steps of 0.01 from -1 to 1.55, w in steps of 0.01 and 0.02, example %d, channel %d",
                                n, m)
                        .isCloseTo(rounded, org.assertj.core.data.Offset.offset(0.0101));
            }
        }
    }

    @Test
    void randomNetsAnswerAsTheirIntegerGraphs() {
        int rounded = 0;
        for (long seed = 0; seed < 40; seed++) {
            OnnxGraph graph = GraphPasses.simplified(RandomNets.of(seed, 13), Ort.runtime());
            Map<String, ValueRange> ranges = ranges(graph, seed, DEFAULTS);
            OnnxGraph fake = new FakeQuantizer(graph, DEFAULTS).apply(graph, ranges);
            OnnxGraph real =
                    new StaticQuantizer(graph, DEFAULTS).quantize(ranges).graph();
            Map<String, Tensor> feed = feeds(seed + 1000).get(0);
            double apart = meanSquare(fake, real, feed);
            double error = meanSquare(graph, real, feed);
            assertThat(apart).as("seed %d: to its float net %g", seed, error).isLessThanOrEqualTo(0.2 * error + 1e-12);
            rounded += error > 0 ? 1 : 0;
        }
        assertThat(rounded).isGreaterThan(35);
    }

    @Test
    void nothingButPairsIsAdded() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 2);
        byte[] before = OnnxWriter.toBytes(graph);
        OnnxGraph fake = new FakeQuantizer(graph, DEFAULTS).apply(graph, ranges(graph, 1, DEFAULTS));
        List<String> ops = fake.nodes().stream()
                .map(OnnxNode::op)
                .filter(op -> !op.endsWith("Linear"))
                .toList();
        assertThat(ops).isEqualTo(graph.nodes().stream().map(OnnxNode::op).toList());
        assertThat(fake.nodes())
                .filteredOn(node -> node.op().equals("QuantizeLinear"))
                .as("the input, 4 weights, 3 clamped values, a convolution before its sum, and the pool")
                .hasSize(10);
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    /** Normalization is folded after training, with factors of both signs; levels outlive it. */
    @Test
    void trainedLevelsOutliveTheFolding() {
        for (boolean perChannel : new boolean[] {true, false}) {
            QuantizeSettings settings = DEFAULTS.weightBits(4).perChannel(perChannel);
            OnnxGraph graph = GraphBuilder.residualNet(13, 3);
            OnnxGraph normalized = Normalization.inserted(graph, Ort.runtime(), feeds(1));
            FakeQuantizer fake = new FakeQuantizer(graph, settings);
            Map<String, ValueRange> ranges = ranges(graph, 1, settings);
            OnnxGraph trainee = fake.apply(normalized, ranges);
            Random random = new Random(4);
            for (OnnxGraph each : List.of(trainee, normalized)) {
                random.setSeed(4);
                for (String name : List.of("c1_w", "c2_w", "c3_w", "fc_w", "c1_scale", "c3_scale")) {
                    OnnxTensor tensor = each.initializers().get(name);
                    float[] values = tensor.floats();
                    for (int i = 0; i < values.length; i++) {
                        boolean turned = perChannel && name.equals("c3_scale") && i % 3 == 0;
                        values[i] *= (float) ((turned ? -1 : 1) * (1 + 0.2 * random.nextGaussian()));
                    }
                    if (!name.endsWith("scale") || perChannel) {
                        each.initializers().put(name, OnnxTensor.ofFloats(values, tensor.dims()));
                    }
                }
            }
            OnnxGraph folded = GraphPasses.simplified(normalized, Ort.runtime());
            Map<String, ChannelWeights> levels = fake.levels(normalized, folded);
            OnnxGraph real = new StaticQuantizer(folded, settings)
                    .weights(levels)
                    .quantize(ranges)
                    .graph();
            OnnxGraph nearest =
                    new StaticQuantizer(folded, settings).quantize(ranges).graph();
            Map<String, Tensor> feed = feeds(7).get(0);
            assertThat(levels).hasSize(4);
            if (perChannel) {
                assertThat(meanSquare(trainee, real, feed))
                        .as("four bits round hard, so other levels would be far away")
                        .isLessThan(0.02 * meanSquare(trainee, nearest, feed));
            }
        }
    }
}
