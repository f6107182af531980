package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.TestData;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole networks, made here and real, against directional derivatives in doubles. */
class GradientNetworksTest {
    private static GradientGraph crossEntropy(OnnxGraph model) {
        return GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
    }

    private static void verify(OnnxGraph model, Tensor x, int classes, boolean ofBatch, int stride, String logits) {
        int count = (int) x.shape()[0];
        Tensor labels = DirectionalCheck.labels(new Random(3), count, classes);
        Map<String, Tensor> feed = new LinkedHashMap<>();
        feed.put(model.inputs().get(0).name(), x);
        feed.put("labels", labels);
        DirectionalCheck.verify(
                model,
                crossEntropy(model),
                feed,
                ofBatch,
                stride,
                values -> DirectionalCheck.crossEntropy(Objects.requireNonNull(values.get(logits)), labels.longs()));
    }

    @Test
    void residualNetworkWithSharedValues() {
        OnnxGraph model = GraphBuilder.residualNet(13, 5);
        verify(model, Ort.tensor(new Random(1), 4, 3, 8, 8), 5, false, 1, "y");
    }

    @Test
    void modelsOfANewerSetStayAtIt() {
        OnnxGraph model = GraphBuilder.residualNet(21, 6);
        assertThat(crossEntropy(model).graph().info().opset()).isEqualTo(21);
        model.info().irVersion(10);
        verify(model, Ort.tensor(new Random(1), 3, 3, 8, 8), 5, false, 2, "y");
    }

    @Test
    void perceptronWithTwoHiddenLayers() {
        GraphBuilder b = new GraphBuilder(9, 2).input("x", -1, 20);
        b.weight("w1", 0.3, 20, 30)
                .weight("b1", 0.1, 30)
                .weight("w2", 0.3, 30, 30)
                .weight("b2", 0.1, 30);
        b.weight("w3", 0.3, 30, 6).weight("b3", 0.1, 6);
        b.node("Gemm", "h1", "x", "w1", "b1");
        b.node("Relu", "r1", "h1");
        b.node("Gemm", "h2", "r1", "w2", "b2");
        b.node("Relu", "r2", "h2");
        b.node("Gemm", "y", "r2", "w3", "b3");
        verify(b.output("y", 2).graph(), Ort.tensor(new Random(2), 7, 20), 6, false, 1, "y");
    }

    @Test
    void weightsUsedTwiceSumTheirGradients() {
        GraphBuilder b =
                new GraphBuilder(17, 3).input("x", -1, 6).weight("w", 0.4, 6, 6).weight("b", 0.1, 6);
        b.node("Gemm", "h1", "x", "w", "b");
        b.node("Tanh", "t1", "h1");
        b.node("Gemm", "h2", "t1", "w", "b").attribute("transB", 1);
        b.node("Tanh", "t2", "h2");
        b.node("MatMul", "y", "t2", "w");
        verify(b.output("y", 2).graph(), Ort.tensor(new Random(3), 5, 6), 6, false, 1, "y");
    }

    @Test
    void normalizedNetworkWithDepthwiseBlocks() {
        GraphBuilder b = new GraphBuilder(17, 4).input("x", -1, 3, 9, 9);
        b.conv("c1", "x", 3, 8);
        normalized(b, "n1", "c1");
        b.constant("zero", OnnxTensor.scalar(0f)).constant("six", OnnxTensor.scalar(6f));
        b.node("Clip", "r1", "n1", "zero", "six");
        b.weight("dw", 0.4, 8, 1, 3, 3);
        b.node("Conv", "d", "r1", "dw")
                .attribute("group", 8)
                .attribute("pads", new long[] {1, 1, 1, 1})
                .attribute("strides", new long[] {2, 2});
        normalized(b, "n2", "d");
        b.node("HardSwish", "r2", "n2");
        b.weight("pw", 0.4, 8, 8, 1, 1);
        b.node("Conv", "p", "r2", "pw");
        normalized(b, "n3", "p");
        b.node("MaxPool", "m", "n3")
                .attribute("kernel_shape", new long[] {3, 3})
                .attribute("strides", new long[] {2, 2});
        b.node("GlobalAveragePool", "g", "m");
        b.node("Flatten", "f", "g");
        b.weight("w", 0.5, 5, 8).weight("b", 0.1, 5);
        b.node("Gemm", "y", "f", "w", "b").attribute("transB", 1);
        verify(b.output("y", 2).graph(), Ort.tensor(new Random(4), 6, 3, 9, 9), 5, true, 1, "y");
    }

    private static void normalized(GraphBuilder b, String name, String x) {
        b.constant(name + "_s", OnnxTensor.ofFloats(new float[] {1, 1.1f, 0.9f, 1, 1.2f, 1, 0.8f, 1}, 8));
        b.weight(name + "_o", 0.2, 8);
        b.constant(name + "_m", OnnxTensor.ofFloats(new float[8], 8));
        b.constant(name + "_v", OnnxTensor.ofFloats(new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 8));
        b.node("BatchNormalization", name, x, name + "_s", name + "_o", name + "_m", name + "_v");
    }

    @Test
    void resNetWithBatchNormalization() {
        OnnxGraph model = OnnxReader.read(TestData.model("resnet20_bn.onnx"));
        GradientGraph gradient = crossEntropy(model);
        assertThat(gradient.parameters().size()).isEqualTo(269_722);
        assertThat(gradient.statistics().size()).isEqualTo(1_376);
        verify(
                model,
                Ort.tensor(new Random(5), 2, 3, 32, 32),
                10,
                true,
                13,
                model.outputs().get(0).name());
    }

    @Test
    void transformerOnTokens() {
        OnnxGraph model = OnnxReader.read(TestData.model("trec.onnx"));
        long[] ids = new Random(6).longs(2 * 40, 2, 500).toArray();
        for (int i = 0; i < 15; i++) {
            ids[i + 25] = 0; // padding at the end of the first sentence
        }
        verify(
                model,
                Tensor.of(ids, 2, 40),
                6,
                false,
                11,
                model.outputs().get(0).name());
    }

    /** Opset 9, logarithms of probabilities at its end. */
    @Test
    void publishedConvolutionalNetwork() {
        OnnxGraph model = OnnxReader.read(TestData.model("pytorch_cnn_mnist.onnx"));
        GradientGraph gradient = crossEntropy(model);
        assertThat(gradient.parameters().size()).isEqualTo(21_840);
        Tensor x = Ort.tensor(new Random(7), 3, 1, 28, 28);
        Tensor labels = DirectionalCheck.labels(new Random(8), 3, 10);
        Map<String, Tensor> feed = Map.of(model.feeds().get(0).name(), x, "labels", labels);
        Tensor answer = Ort.run(model, Map.of(model.feeds().get(0).name(), x))
                .values()
                .iterator()
                .next();
        double loss = 0;
        for (int n = 0; n < 3; n++) {
            loss -= answer.floats()[n * 10 + (int) labels.longs()[n]] / 3;
        }
        assertThat((double) Objects.requireNonNull(
                                GradientCheck.run(model, gradient, feed).get("loss"))
                        .floats()[0])
                .isCloseTo(loss, org.assertj.core.api.Assertions.within(1e-5));
    }
}
