package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Normalizations against central differences in doubles, and what running statistics collect. */
class GradientNormalizationTest {
    private static final long[][] SHAPES = {{4, 3, 5, 5}, {7, 3}, {3, 3, 9}, {2, 3, 2, 3, 4}};

    private static void normalization(GradientCheck check, String x) {
        check.weight("scale", 3);
        check.weight("offset", 3);
        check.b.constant("mean", OnnxTensor.ofFloats(new float[] {0.3f, -0.5f, 1}, 3));
        check.b.constant("var", OnnxTensor.ofFloats(new float[] {0.5f, 2, 1}, 3));
        check.b
                .node("BatchNormalization", "y", x, "scale", "offset", "mean", "var")
                .attribute("epsilon", 1e-3f);
    }

    @Test
    void byTheBatchsOwnStatistics() {
        for (long[] shape : SHAPES) {
            for (int i = 0; i < (shape.length == 2 ? 1 : 2); i++) { // a factor of each column would cancel out
                GradientCheck check = new GradientCheck(shape.length, i == 1).batchStatistics();
                normalization(check, check.value("x", v -> 2 * v + 0.5, shape));
                check.verify("y");
            }
        }
    }

    /** The mean is a hundred times the deviation: sums of products must not cancel. */
    @Test
    void farFromZero() {
        GradientCheck check = new GradientCheck(9, false).batchStatistics();
        normalization(check, check.value("x", v -> v + 100, 4, 3, 5, 5));
        check.verify("y", 2e-5); // values of 100 carry a float rounding of 4e-6 themselves
    }

    @Test
    void byRunningStatistics() {
        for (long[] shape : SHAPES) {
            GradientCheck check = new GradientCheck(shape.length, shape.length % 2 == 0);
            normalization(check, check.value("x", shape));
            check.verify("y");
        }
    }

    @Test
    void twoLayersWithEqualInitialStatisticsStayApart() {
        GradientCheck check = new GradientCheck(3, true).batchStatistics();
        String x = check.value("x", 6, 4, 3, 3);
        for (String layer : new String[] {"1", "2"}) {
            check.weight("s" + layer, 4);
            check.weight("o" + layer, 4);
            check.b.constant("m" + layer, OnnxTensor.ofFloats(new float[4], 4));
            check.b.constant("v" + layer, OnnxTensor.ofFloats(new float[4], 4));
        }
        check.b.node("BatchNormalization", "n", x, "s1", "o1", "m1", "v1");
        check.b.node("Tanh", "t", "n");
        check.b.node("BatchNormalization", "y", "t", "s2", "o2", "m2", "v2");
        check.verify("y", 2e-5); // the second layer cancels most of what s1 does
    }

    @Test
    void runningStatisticsMoveTowardsTheBatch() {
        GraphBuilder b = new GraphBuilder(17, 1)
                .input("x", -1, 3, 4, 5)
                .weight("scale", 1, 3)
                .weight("offset", 1, 3);
        b.weight("mean", 1, 3).constant("var", OnnxTensor.ofFloats(new float[] {0.5f, 2, 1}, 3));
        b.node("BatchNormalization", "y", "x", "scale", "offset", "mean", "var").attribute("momentum", 0.8f);
        OnnxGraph model = b.output("y").graph();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.meanSquaredError()).build();
        assertThat(gradient.statistics().slots())
                .extracting(ParameterLayout.Slot::name)
                .containsExactly("mean", "var");
        Tensor x = Ort.tensor(new Random(4), 6, 3, 4, 5);
        float[] next = Objects.requireNonNull(GradientCheck.run(
                                model, gradient, Map.of("x", x, "targets", Ort.tensor(new Random(5), 6, 3, 4, 5)))
                        .get("statistics_next"))
                .floats();
        float[] before = gradient.statistics().read(model);
        double[][] moments = DoubleKernels.moments(Doubles.of(x));
        for (int c = 0; c < 3; c++) {
            assertThat((double) next[c]).isCloseTo(0.8 * before[c] + 0.2 * moments[0][c], within(1e-6));
            double unbiased = moments[1][c] * 120 / 119;
            assertThat((double) next[3 + c]).isCloseTo(0.8 * before[3 + c] + 0.2 * unbiased, within(1e-6));
        }
    }

    @Test
    void layerNormalizationFromAnyAxis() {
        for (int axis = 1; axis <= 2; axis++) {
            for (boolean bias : new boolean[] {false, true}) {
                GradientCheck check = new GradientCheck(axis, true);
                String x = check.value("x", v -> 2 * v + 1, 3, 4, 5);
                long[] dims = axis == 1 ? new long[] {4, 5} : new long[] {5};
                check.weight("s", dims);
                if (bias) {
                    check.weight("o", dims);
                }
                (bias
                                ? check.b.node("LayerNormalization", "y", x, "s", "o")
                                : check.b.node("LayerNormalization", "y", x, "s"))
                        .attribute("axis", axis == 1 ? 1 : -1);
                check.verify("y");
            }
        }
    }

    @Test
    void instanceNormalization() {
        for (long[] shape : new long[][] {{2, 3, 5, 4}, {2, 3, 7}}) {
            GradientCheck check = new GradientCheck(shape.length, true);
            String x = check.value("x", shape);
            check.b.node("InstanceNormalization", "y", x, check.weight("s", 3), check.weight("o", 3));
            check.verify("y");
        }
    }
}
