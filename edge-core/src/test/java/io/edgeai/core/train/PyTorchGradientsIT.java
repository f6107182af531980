package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Gradients and running statistics of a convolutional network beside those of PyTorch; profile {@code engines}. */
class PyTorchGradientsIT {
    private static final int BATCH = 8;

    private static OnnxGraph model() {
        GraphBuilder b = new GraphBuilder(17, 3).input("x", -1, 3, 13, 13);
        b.weight("w1", 0.3, 16, 3, 3, 3).weight("scale", 1, 16).weight("offset", 0.3, 16);
        b.weight("w2", 0.3, 24, 8, 3, 3)
                .weight("b2", 0.3, 24)
                .weight("fw", 0.3, 10, 24)
                .weight("fb", 0.3, 10);
        float[] ones = new float[16];
        java.util.Arrays.fill(ones, 1);
        b.constant("mean", OnnxTensor.ofFloats(new float[16], 16)).constant("var", OnnxTensor.ofFloats(ones, 16));
        b.node("Conv", "c1", "x", "w1").attribute("pads", new long[] {1, 1, 1, 1});
        b.node("BatchNormalization", "n", "c1", "scale", "offset", "mean", "var");
        b.node("Relu", "r1", "n");
        b.node("MaxPool", "p", "r1")
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {2, 2});
        b.node("Conv", "c2", "p", "w2", "b2")
                .attribute("pads", new long[] {1, 1, 1, 1})
                .attribute("strides", new long[] {2, 2})
                .attribute("group", 2);
        b.node("Relu", "r2", "c2");
        b.node("GlobalAveragePool", "g", "r2");
        b.node("Flatten", "f", "g");
        b.node("Gemm", "y", "f", "fw", "fb").attribute("transB", 1);
        return b.output("y", 2).graph();
    }

    @Test
    void bothComeToTheSameGradientsAndStatistics() {
        OnnxGraph model = model();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        Tensor x = Ort.tensor(new Random(1), BATCH, 3, 13, 13);
        Tensor labels = DirectionalCheck.labels(new Random(2), BATCH, 10);
        Map<String, Tensor> ours = GradientCheck.run(model, gradient, Map.of("x", x, "labels", labels));
        float[] flat = Objects.requireNonNull(ours.get("gradient")).floats();
        float[] statistics = Objects.requireNonNull(ours.get("statistics_next")).floats();
        Engine engine = Engine.getEngine("PyTorch");
        try (NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Map<String, NDArray> theirs = new LinkedHashMap<>();
            for (ParameterLayout.Slot slot : gradient.parameters().slots()) {
                float[] values = Objects.requireNonNull(model.initializers().get(slot.name()))
                        .floats();
                NDArray parameter = memory.create(values, new Shape(slot.dims()));
                parameter.setRequiresGradient(true);
                theirs.put(slot.name(), parameter);
            }
            NDArray mean = memory.zeros(new Shape(16));
            NDArray variance = memory.ones(new Shape(16));
            NDArray batch = memory.create(x.floats(), new Shape(BATCH, 3, 13, 13));
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray loss = loss(theirs, batch, mean, variance, memory.create(labels.longs()));
                collector.backward(loss);
                assertThat(Objects.requireNonNull(ours.get("loss")).floats()[0])
                        .isCloseTo(loss.getFloat(), within(1e-5f));
            }
            for (ParameterLayout.Slot slot : gradient.parameters().slots()) {
                float[] expected = Objects.requireNonNull(theirs.get(slot.name()))
                        .getGradient()
                        .toFloatArray();
                double most = 0;
                double worst = 0;
                for (int i = 0; i < expected.length; i++) {
                    most = Math.max(most, Math.abs(expected[i]));
                    worst = Math.max(worst, Math.abs((double) expected[i] - flat[slot.offset() + i]));
                }
                assertThat(worst / most).as(slot.name()).isLessThan(2e-6);
            }
            for (int c = 0; c < 16; c++) {
                assertThat(statistics[c]).isCloseTo(mean.toFloatArray()[c], within(1e-6f));
                assertThat(statistics[16 + c]).isCloseTo(variance.toFloatArray()[c], within(2e-6f));
            }
        }
    }

    private static NDArray loss(
            Map<String, NDArray> parameters, NDArray x, NDArray mean, NDArray variance, NDArray labels) {
        Shape one = new Shape(1, 1);
        Shape two = new Shape(2, 2);
        NDArray c1 = Conv2d.conv2d(x, parameters.get("w1"), null, one, one).singletonOrThrow();
        NDArray n = BatchNorm.batchNorm(
                        c1, mean, variance, parameters.get("scale"), parameters.get("offset"), 1, 0.9f, 1e-5f, true)
                .singletonOrThrow();
        NDArray p = Pool.maxPool2d(Activation.relu(n), two, two, new Shape(0, 0), false);
        NDArray c2 = Conv2d.conv2d(p, parameters.get("w2"), parameters.get("b2"), two, one, one, 2)
                .singletonOrThrow();
        NDArray f = Activation.relu(c2).reshape(BATCH, 24, -1).mean(new int[] {2});
        NDArray logits = f.matMul(parameters.get("fw").transpose()).add(parameters.get("fb"));
        NDArray wanted = labels.oneHot(10).toType(DataType.FLOAT32, false);
        return logits.logSoftmax(1).mul(wanted).sum().div(-BATCH);
    }
}
