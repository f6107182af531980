package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GradientGraphBuilderTest {
    private static GraphBuilder normalized() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 3, 6, 6);
        b.conv("c1", "x", 3, 4);
        b.weight("s", 1, 4).weight("o", 0.2, 4).weight("m", 0.3, 4);
        b.constant("v", OnnxTensor.ofFloats(new float[] {1, 0.5f, 2, 1}, 4));
        b.node("BatchNormalization", "n", "c1", "s", "o", "m", "v");
        b.node("Relu", "r", "n");
        b.conv("c2", "r", 4, 4);
        b.node("GlobalAveragePool", "g", "c2");
        b.node("Flatten", "y", "g");
        b.output("y", 2);
        return b;
    }

    private static List<String> names(ParameterLayout layout) {
        return layout.slots().stream().map(ParameterLayout.Slot::name).toList();
    }

    @Test
    void kernelsBiasesAndScalesAreParametersAndStatisticsAreNot() {
        OnnxGraph model = normalized().graph();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        assertThat(names(gradient.parameters())).containsExactly("c1_w", "c1_b", "s", "o", "c2_w", "c2_b");
        assertThat(names(gradient.statistics())).containsExactly("m", "v");
        assertThat(gradient.data()).extracting(OnnxValue::name).containsExactly("x", "labels");
        assertThat(gradient.graph().inputs())
                .extracting(OnnxValue::name)
                .containsExactlyInAnyOrder("theta", "x", "labels", "statistics");
        assertThat(gradient.graph().outputs())
                .extracting(OnnxValue::name)
                .containsExactly("loss", "gradient", "statistics_next");
        assertThat(gradient.graph().info().opset()).isEqualTo(17);
    }

    @Test
    void theModelIsNotChanged() {
        OnnxGraph model = normalized().graph();
        byte[] before = OnnxWriter.toBytes(model);
        GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        assertThat(OnnxWriter.toBytes(model)).isEqualTo(before);
    }

    @Test
    void nothingIsDifferentiatedBelowTheLowestTrainedLayer() {
        OnnxGraph model = normalized().graph();
        GradientGraph gradient = GradientGraph.builder(model)
                .loss(Loss.crossEntropy())
                .trainable(name -> name.startsWith("c2"))
                .build();
        assertThat(names(gradient.parameters())).containsExactly("c2_w", "c2_b");
        assertThat(gradient.statistics().size())
                .as("normalization below keeps its running statistics")
                .isZero();
        assertThat(gradient.graph().initializers()).containsKeys("c1_w", "s", "m");
        long convolutions = gradient.graph().nodes().stream()
                .filter(node -> node.op().startsWith("Conv"))
                .count();
        assertThat(convolutions).as("two forward, none by an input").isEqualTo(2);
    }

    @Test
    void frozenNormalizationTrainsScaleAndOffsetOnly() {
        GradientGraph gradient = GradientGraph.builder(normalized().graph())
                .loss(Loss.crossEntropy())
                .batchNormalization(BatchMode.FROZEN)
                .build();
        assertThat(names(gradient.parameters())).contains("s", "o");
        assertThat(gradient.statistics().size()).isZero();
        assertThat(gradient.graph().outputs()).extracting(OnnxValue::name).containsExactly("loss", "gradient");
    }

    @Test
    void numbersOfArithmeticAreNoParametersUnlessAskedFor() {
        GraphBuilder b =
                new GraphBuilder(17, 1).input("x", -1, 4).weight("mean", 1, 4).weight("std", 1, 4);
        b.constant("factor", OnnxTensor.scalar(2f)).weight("w", 1, 4, 3).weight("bias", 1, 3);
        b.node("Sub", "a", "x", "mean");
        b.node("Div", "b", "a", "std");
        b.node("Mul", "c", "b", "factor");
        b.node("MatMul", "d", "c", "w");
        b.node("Add", "y", "d", "bias");
        OnnxGraph model = b.output("y", 2).graph();
        GradientGraphBuilder builder = GradientGraph.builder(model).loss(Loss.meanSquaredError());
        assertThat(names(builder.build().parameters())).containsExactly("w", "bias");
        assertThat(names(builder.alsoTrainable("factor").build().parameters())).containsExactly("w", "bias", "factor");
        assertThatThrownBy(() -> builder.alsoTrainable("none").build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(none)");
    }

    @Test
    void aWrittenModelAnswersAsTheGradientGraphDoes() {
        OnnxGraph model = normalized().graph();
        GradientGraph trained =
                GradientGraph.builder(model).loss(Loss.meanSquaredError()).build();
        Random random = new Random(2);
        float[] theta = trained.parameters().read(model);
        float[] statistics = trained.statistics().read(model);
        for (int i = 0; i < theta.length; i++) {
            theta[i] += 0.1f * (float) random.nextGaussian();
        }
        for (int i = 0; i < statistics.length; i++) {
            statistics[i] = Math.abs(statistics[i]) + random.nextFloat();
        }
        OnnxGraph written = model.copy();
        trained.parameters().write(theta, written);
        trained.statistics().write(statistics, written);
        Tensor x = Ort.tensor(random, 5, 3, 6, 6);
        float[] targets = Ort.normal(random, 20);
        float[] y = Objects.requireNonNull(Ort.run(written, Map.of("x", x)).get("y"))
                .floats();
        double expected = 0;
        for (int i = 0; i < 20; i++) {
            expected += Math.pow((double) y[i] - targets[i], 2) / 20;
        }
        GradientGraph frozen = GradientGraph.builder(written)
                .loss(Loss.meanSquaredError())
                .batchNormalization(BatchMode.FROZEN)
                .build();
        Map<String, Tensor> answers =
                GradientCheck.run(written, frozen, Map.of("x", x, "targets", Tensor.of(targets, 5, 4)));
        assertThat((double) Objects.requireNonNull(answers.get("loss")).floats()[0])
                .isCloseTo(expected, within(1e-5 * expected));
        assertThat(names(frozen.parameters())).isEqualTo(names(trained.parameters()));
    }

    @Test
    void everyBatchSizeRunsInOneGraph() {
        OnnxGraph model = normalized().graph();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        for (int batch : new int[] {1, 2, 7}) {
            Map<String, Tensor> feed = Map.of(
                    "x", Ort.tensor(new Random(1), batch, 3, 6, 6),
                    "labels", DirectionalCheck.labels(new Random(2), batch, 4));
            float[] flat = Objects.requireNonNull(
                            GradientCheck.run(model, gradient, feed).get("gradient"))
                    .floats();
            for (float g : flat) {
                assertThat(g).isFinite();
            }
        }
    }

    /** A batch of 1 baked into inputs and reshapes becomes free. */
    @Test
    void fixedBatchesAreFreed() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", 1, 3, 4);
        b.longs("flat", 1, 12).longs("rest", 1, -1).weight("w", 0.5, 12, 5);
        b.node("Reshape", "r", "x", "flat");
        b.node("MatMul", "m", "r", "w");
        b.node("Reshape", "y", "m", "rest");
        OnnxGraph model = b.output("y", 2).graph();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        OnnxType.OfTensor x = (OnnxType.OfTensor)
                Objects.requireNonNull(gradient.data().get(0).type());
        assertThat(x.shape()).containsExactly(Dim.symbolic("batch"), Dim.of(3), Dim.of(4));
        Map<String, Tensor> feed =
                Map.of("x", Ort.tensor(new Random(1), 3, 3, 4), "labels", DirectionalCheck.labels(new Random(2), 3, 5));
        assertThat(GradientCheck.run(model, gradient, feed)).containsKey("gradient");
    }

    @Test
    void namesThatGradientGraphsNeedAreFreed() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 4).weight("w", 1, 4, 3);
        b.node("MatMul", "theta", "x", "w");
        b.node("Tanh", "loss", "theta");
        OnnxGraph model = b.output("loss", 2).graph();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        Map<String, Tensor> feed =
                Map.of("x", Ort.tensor(new Random(1), 2, 4), "labels", DirectionalCheck.labels(new Random(2), 2, 3));
        assertThat(GradientCheck.run(model, gradient, feed)).containsKeys("loss", "gradient");
        GraphBuilder taken = new GraphBuilder(17, 1).input("theta", -1, 4).weight("w", 1, 4, 3);
        taken.node("MatMul", "y", "theta", "w");
        assertThatThrownBy(() -> GradientGraph.builder(taken.output("y").graph())
                        .loss(Loss.crossEntropy())
                        .build())
                .hasMessageContaining("(theta)")
                .hasMessageContaining("Maybe");
    }

    @Test
    void operatorsWithoutDerivativeAreNamed() {
        GraphBuilder b =
                new GraphBuilder(17, 1).input("x", -1, 4).weight("w", 1, 4, 3).weight("v", 1, 3, 3);
        b.node("MatMul", "a", "x", "w");
        b.node("Hardmax", "c", "a");
        b.node("MatMul", "y", "c", "v");
        OnnxGraph model = b.output("y", 2).graph();
        assertThatThrownBy(() ->
                        GradientGraph.builder(model).loss(Loss.crossEntropy()).build())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Hardmax)")
                .hasMessageContaining("Maybe freeze");
        GradientGraph head = GradientGraph.builder(model)
                .loss(Loss.crossEntropy())
                .trainable("v"::equals)
                .build();
        assertThat(names(head.parameters())).containsExactly("v");
    }

    @Test
    void secondOutputsWithoutDerivativeAreNamed() {
        GraphBuilder b =
                new GraphBuilder(17, 1).input("x", -1, 4).weight("w", 1, 4, 4).weight("s", 1, 4);
        b.node("MatMul", "a", "x", "w");
        b.graph().add("LayerNormalization", "norm", List.of("a", "s"), List.of("n", "mean"));
        b.node("Add", "y", "n", "mean");
        assertThatThrownBy(() -> GradientGraph.builder(b.output("y", 2).graph())
                        .loss(Loss.meanSquaredError())
                        .build())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(mean)");
    }

    @Test
    void whatIsMissingIsSaid() {
        OnnxGraph model = normalized().graph();
        assertThatThrownBy(() -> GradientGraph.builder(model).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe call loss");
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.crossEntropy())
                        .trainable(name -> false)
                        .build())
                .hasMessageContaining("Nothing is left to train");
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.crossEntropy().output("nowhere"))
                        .build())
                .hasMessageContaining("(nowhere)");
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.crossEntropy().axis(5))
                        .build())
                .hasMessageContaining("no axis (5)");
        assertThatThrownBy(() -> Loss.distillation(0, Loss.Target.input("t"))).hasMessageContaining("(0.0)");
        assertThatThrownBy(() -> Loss.distillation(1, 2, Loss.Target.input("t")))
                .hasMessageContaining("alpha (2.0)");
    }

    @Test
    void sharedStatisticsAreRefused() {
        GraphBuilder b = normalized();
        for (OnnxNode node : b.graph().nodes()) {
            if (node.op().equals("BatchNormalization")) {
                node.inputs().set(4, "m");
            }
        }
        assertThatThrownBy(() -> GradientGraph.builder(b.graph())
                        .loss(Loss.crossEntropy())
                        .build())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("shared");
    }

    @Test
    void dropoutDropsInTrainingAndScalesWhatStays() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 50).weight("w", 1, 50, 50);
        b.constant("ratio", OnnxTensor.scalar(0.4f));
        b.node("MatMul", "m", "x", "w");
        b.node("Dropout", "y", "m", "ratio");
        OnnxGraph model = b.output("y", 2).graph();
        Map<String, Tensor> feed = new HashMap<>(Map.of("x", Ort.tensor(new Random(1), 20, 50)));
        feed.put("targets", Tensor.of(new float[1000], 20, 50));
        GradientGraphBuilder builder = GradientGraph.builder(model).loss(Loss.meanSquaredError());
        Map<String, Tensor> on = GradientCheck.run(model, builder.seed(7).build(), feed);
        Map<String, Tensor> again = GradientCheck.run(model, builder.seed(7).build(), feed);
        Map<String, Tensor> other = GradientCheck.run(model, builder.seed(8).build(), feed);
        Map<String, Tensor> off =
                GradientCheck.run(model, builder.dropout(false).build(), feed);
        assertThat(loss(on)).isEqualTo(loss(again)).isNotEqualTo(loss(other));
        assertThat(loss(on) / loss(off)).isCloseTo(1 / 0.6, within(0.15));
        // Targets are 0, so the loss is a square in w: w·dL/dw = 2L holds for each mask.
        assertThat(along(model, on)).isCloseTo(2 * loss(on), within(1e-4 * loss(on)));
        assertThat(along(model, off)).isCloseTo(2 * loss(off), within(1e-4 * loss(off)));
    }

    private static double loss(Map<String, Tensor> answers) {
        return Objects.requireNonNull(answers.get("loss")).floats()[0];
    }

    private static double along(OnnxGraph model, Map<String, Tensor> answers) {
        float[] w = Objects.requireNonNull(model.initializers().get("w")).floats();
        float[] g = Objects.requireNonNull(answers.get("gradient")).floats();
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            sum += (double) w[i] * g[i];
        }
        return sum;
    }

    @Test
    void fakeQuantizationPassesInsideItsRange() {
        for (boolean perChannel : new boolean[] {false, true}) {
            GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 2);
            b.constant("w", OnnxTensor.ofFloats(new float[] {0.3f, 12.72f, -12.9f, 5f, 12.8f, -12.7f}, 2, 3));
            b.constant(
                    "scale",
                    perChannel ? OnnxTensor.ofFloats(new float[] {0.1f, 0.1f, 0.1f}, 3) : OnnxTensor.scalar(0.1f));
            b.constant(
                    "zero",
                    OnnxTensor.ofBytes(
                            io.edgeai.core.model.ElementType.INT8,
                            perChannel ? new byte[3] : new byte[1],
                            perChannel ? new long[] {3} : new long[0]));
            b.node("QuantizeLinear", "q", "w", "scale", "zero").attribute("axis", 1);
            b.node("DequantizeLinear", "d", "q", "scale", "zero").attribute("axis", 1);
            b.node("MatMul", "y", "x", "d");
            OnnxGraph model = b.output("y", 2).graph();
            GradientGraph gradient =
                    GradientGraph.builder(model).loss(Loss.meanSquaredError()).build();
            assertThat(names(gradient.parameters())).containsExactly("w");
            Map<String, Tensor> feed =
                    Map.of("x", Tensor.of(new float[] {1, 1}, 1, 2), "targets", Tensor.of(new float[3], 1, 3));
            float[] g = Objects.requireNonNull(
                            GradientCheck.run(model, gradient, feed).get("gradient"))
                    .floats();
            float[] y = Objects.requireNonNull(Ort.run(model, Map.of("x", Objects.requireNonNull(feed.get("x"))))
                            .get("y"))
                    .floats();
            boolean[] passes = {true, true, false, true, false, true};
            for (int i = 0; i < 6; i++) {
                assertThat(g[i]).isCloseTo(passes[i] ? 2 * y[i % 3] / 3 : 0, within(1e-5f));
            }
        }
    }
}
