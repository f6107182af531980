package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.audit.FusionAudit;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fidelity.OutputFidelity;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.testing.Architectures;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Small versions of known architectures: all their convolutions must end in integer kernels, close to the float answers. */
class ArchitecturesTest {
    private static final int SIZE = 32;

    @ExactByteProducts
    @TestFactory
    Stream<DynamicTest> everyConvolutionIsFused() {
        Map<String, OnnxGraph> nets = new LinkedHashMap<>();
        nets.put("ResNet-18", Architectures.resNet18(1, SIZE, 0.25, 20));
        nets.put("MobileNetV3, HardSwish", Architectures.mobileNetV3(1, SIZE, 1, true));
        nets.put("MobileNetV3, five operators", Architectures.mobileNetV3(1, SIZE, 1, false));
        nets.put("EfficientNet", Architectures.efficientNet(1, SIZE, 1));
        nets.put("DenseNet", Architectures.denseNet(1, SIZE, 0.5));
        nets.put("SqueezeNet", Architectures.squeezeNet(1, SIZE, 0.5));
        nets.put("Inception", Architectures.inception(1, SIZE, 0.5));
        nets.put("U-Net, transposed", Architectures.uNet(1, SIZE, 0.5, "ConvTranspose"));
        nets.put("U-Net, nearest", Architectures.uNet(1, SIZE, 0.5, "nearest"));
        nets.put("U-Net, linear", Architectures.uNet(1, SIZE, 0.5, "linear"));
        return nets.entrySet().stream()
                .map(net -> DynamicTest.dynamicTest(net.getKey(), () -> check(net.getKey(), net.getValue())));
    }

    private static void check(String name, OnnxGraph graph) {
        OnnxGraph base = GraphPasses.simplified(graph, Ort.runtime());
        Quantized quantized = quantize(base);
        long convolutions = base.nodes().stream()
                .filter(node -> node.op().equals("Conv") || node.op().equals("BatchNormalization"))
                .count();
        assertThat(quantized.quantizedOps()).containsEntry("Conv", (int) convolutions);
        FusedShare share = new FusionAudit(Ort.runtime()).of(quantized.graph());
        assertThat(share.share("Conv")).as(share.toString()).isEqualTo(1);
        if (!name.startsWith("U-Net")) {
            assertThat(quantized.left()).as("the whole chain is on bytes").isEmpty();
        }
        OutputFidelity fidelity = compare(graph, quantized.graph());
        assertThat(fidelity.sqnrDb()).isGreaterThan(17);
        assertThat(fidelity.topOneAgreement()).isGreaterThanOrEqualTo(name.startsWith("U-Net") ? .8 : .9);
        assertThat(OnnxWriter.toBytes(quantized.graph()).length).isLessThan(OnnxWriter.toBytes(graph).length);
    }

    @ExactByteProducts
    @Test
    void hardSigmoidOnBytesIsItsFormula() {
        for (float[] line : new float[][] {{1 / 6f, 0.5f}, {0.2f, 0.5f}, {0.5f, -0.25f}, {1, 0}}) {
            GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 2, 8, 8);
            b.conv("c", "x", 2, 3);
            b.node("HardSigmoid", "h", "c")
                    .attribute("alpha", new OnnxAttribute.OfFloat(line[0]))
                    .attribute("beta", line[1]);
            b.conv("y", "h", 3, 2);
            OnnxGraph graph = b.output("y", 4).output("h", 4).graph();
            Quantized quantized = quantize(graph);
            assertThat(quantized.quantizedOps()).containsEntry("HardSigmoid", 1);
            assertThat(quantized.graph().nodes()).extracting(OnnxNode::op).doesNotContain("HardSigmoid");
            Map<String, Tensor> feed = feeds(graph, 0, 1).get(0);
            float[] before =
                    Objects.requireNonNull(Ort.run(graph, feed).get("h")).floats();
            float[] after = Objects.requireNonNull(
                            Ort.run(quantized.graph(), feed).get("h"))
                    .floats();
            float range = 12;
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i])
                        .as("alpha %s beta %s", line[0], line[1])
                        .isBetween(0f, 1f)
                        .isCloseTo(before[i], within(1.5f / 255 + line[0] * range / 255 * 2));
            }
        }
    }

    @Test
    void aProductWithANumberCostsNoNode() {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 2, 8, 8);
        b.constant("six", OnnxTensor.scalar(6f)).constant("half", OnnxTensor.scalar(0.5f));
        b.conv("c", "x", 2, 3);
        b.node("Sigmoid", "s", "c");
        b.node("Div", "d", "s", "six");
        b.node("Mul", "m", "half", "d");
        b.conv("y", "m", 3, 2);
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph);
        assertThat(quantized.quantizedOps()).containsEntry("Div", 1).containsEntry("Mul", 1);
        assertThat(quantized.graph().nodes()).extracting(OnnxNode::op).doesNotContain("Div");
        OutputComparison comparison = new OutputComparison("y");
        Map<String, Tensor> feed = feeds(graph, 0, 1).get(0);
        comparison.add(
                Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                Objects.requireNonNull(Ort.run(quantized.graph(), feed).get("y")));
        assertThat(comparison.result().sqnrDb()).isGreaterThan(25);
    }

    @ExactByteProducts
    @Test
    void aSumWithANumberOfEitherSignStaysOnBytes() {
        for (float number : new float[] {3, -0.75f, 0, 1e-30f}) {
            GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 2, 8, 8);
            b.constant("n", OnnxTensor.scalar(number));
            b.conv("c", "x", 2, 3);
            b.node("Sigmoid", "s", "c");
            b.node("Add", "a", "n", "s");
            b.conv("y", "a", 3, 2);
            OnnxGraph graph = b.output("y", 4).output("a", 4).graph();
            Quantized quantized = quantize(graph);
            assertThat(quantized.quantizedOps()).containsEntry("Add", 1);
            Map<String, Tensor> feed = feeds(graph, 0, 1).get(0);
            assertThat(Ort.maxDifference(
                            Objects.requireNonNull(Ort.run(graph, feed).get("a")),
                            Objects.requireNonNull(
                                    Ort.run(quantized.graph(), feed).get("a"))))
                    .as("number " + number)
                    .isLessThan((Math.abs(number) + 1) * 3 / 255 + 0.02);
        }
    }

    private static Quantized quantize(OnnxGraph base) {
        StaticQuantizer quantizer = new StaticQuantizer(base, QuantizeSettings.defaults());
        return quantizer.quantize(new Calibrator(Ort.runtime())
                .ranges(base, feeds(base, 0, 24), quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE));
    }

    private static OutputFidelity compare(OnnxGraph graph, OnnxGraph other) {
        OutputComparison comparison = new OutputComparison("y");
        for (Map<String, Tensor> feed : feeds(graph, 100, 20)) {
            comparison.add(
                    Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                    Objects.requireNonNull(Ort.run(other, feed).get("y")));
        }
        return comparison.result();
    }

    /** Smooth waves with noise: images of a kind, so that answers differ from one to the next. */
    private static List<Map<String, Tensor>> feeds(OnnxGraph graph, int seed, int count) {
        io.edgeai.core.onnx.OnnxType.OfTensor type = (io.edgeai.core.onnx.OnnxType.OfTensor)
                Objects.requireNonNull(graph.inputs().get(0).type());
        int channels = (int) type.shape().get(1).size();
        int size = (int) type.shape().get(2).size();
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            Random random = new Random(seed + n);
            float[] values = new float[channels * size * size];
            for (int c = 0; c < channels; c++) {
                double fx = random.nextGaussian() * 0.3;
                double fy = random.nextGaussian() * 0.3;
                double level = random.nextGaussian() * 0.5;
                double strength = random.nextGaussian();
                for (int i = 0; i < size * size; i++) {
                    int row = i / size;
                    double wave = Math.sin(fx * (i % size) + fy * row);
                    values[c * size * size + i] = (float) (level + strength * wave + 0.3 * random.nextGaussian());
                }
            }
            feeds.add(Map.of("x", Tensor.of(values, 1, channels, size, size)));
        }
        return feeds;
    }
}
