package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.testing.GraphBuilder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pooling against central differences in doubles; equal maxima against the rule "the first wins". */
class GradientPoolTest {
    @Test
    void maxPoolsDisjointOverlappingAndPadded() {
        int[][] forms = { // kernel, stride, pad, size
            {2, 2, 0, 6},
            {2, 2, 0, 7},
            {3, 3, 0, 8},
            {3, 2, 0, 7},
            {3, 2, 1, 7},
            {3, 1, 1, 4},
            {2, 3, 0, 8},
            {2, 2, 1, 6}
        };
        for (int i = 0; i < forms.length; i++) {
            for (boolean free : new boolean[] {false, true}) {
                int[] form = forms[i];
                GradientCheck check = new GradientCheck(i, free);
                pool(check, "MaxPool", form);
                check.verify("y");
            }
        }
    }

    @Test
    void averagePoolsWithAndWithoutPadding() {
        int[][] forms = {{2, 2, 0, 6}, {2, 2, 0, 7}, {3, 2, 0, 8}, {3, 2, 1, 7}, {3, 1, 1, 4}, {2, 3, 0, 8}};
        for (int i = 0; i < forms.length; i++) {
            for (int include = 0; include < 2; include++) {
                GradientCheck check = new GradientCheck(i, include == 0);
                pool(check, "AveragePool", forms[i]).attribute("count_include_pad", include);
                check.verify("y");
            }
        }
    }

    private static OnnxNode pool(GradientCheck check, String op, int[] form) {
        String x = check.value("x", 2, 3, form[3], form[3] + 1);
        return check.b
                .node(op, "y", x)
                .attribute("kernel_shape", new long[] {form[0], form[0]})
                .attribute("strides", new long[] {form[1], form[1]})
                .attribute("pads", new long[] {form[2], form[2], form[2], form[2]});
    }

    @Test
    void windowsThatOverhang() {
        GradientCheck check = new GradientCheck(1, true);
        check.b
                .node("MaxPool", "y", check.value("x", 2, 3, 7, 6))
                .attribute("kernel_shape", new long[] {3, 2})
                .attribute("strides", new long[] {2, 4})
                .attribute("ceil_mode", 1);
        check.verify("y");
    }

    @Test
    void oneAxisAndAutomaticPadding() {
        for (String op : new String[] {"MaxPool", "AveragePool"}) {
            GradientCheck check = new GradientCheck(3, true);
            check.b
                    .node(op, "y", check.value("x", 2, 3, 9))
                    .attribute("kernel_shape", new long[] {4})
                    .attribute("strides", new long[] {2})
                    .attribute("auto_pad", "SAME_UPPER");
            check.verify("y");
        }
    }

    @Test
    void unevenWindows() {
        for (String op : new String[] {"MaxPool", "AveragePool"}) {
            GradientCheck check = new GradientCheck(4, true);
            check.b
                    .node(op, "y", check.value("x", 2, 2, 5, 6))
                    .attribute("kernel_shape", new long[] {3, 2})
                    .attribute("strides", new long[] {1, 2})
                    .attribute("pads", new long[] {1, 0, 2, 1});
            check.verify("y");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GlobalAveragePool", "GlobalMaxPool"})
    void globalPools(String op) {
        for (long[] dims : new long[][] {{2, 3, 4, 5}, {2, 3, 7}}) {
            GradientCheck check = new GradientCheck(5, dims.length == 4);
            check.b.node(op, "y", check.value("x", dims));
            check.verify("y");
        }
    }

    /** After Relu whole windows are 0: exactly one element of each window gets the gradient. */
    @Test
    void ofEqualMaximaTheFirstGetsTheGradient() {
        float[] x = {
            0, 0, 5, 5,
            0, 0, 5, 1,
            2, 7, 3, 3,
            7, 7, 3, 3
        };
        float[] disjoint = {
            1, 0, 1, 0,
            0, 0, 0, 0,
            0, 1, 1, 0,
            0, 0, 0, 0
        };
        assertThat(gradientOfSum(x, 2)).containsExactly(disjoint);
        float[] overlapping = {
            1, 0, 2, 0,
            0, 0, 1, 0,
            0, 4, 1, 0,
            0, 0, 0, 0
        };
        assertThat(gradientOfSum(x, 1)).containsExactly(overlapping);
    }

    /** The derivative of the sum of maxima: squared distance from y-0.5*n has the derivative 2*0.5*n/n = 1. */
    private static float[] gradientOfSum(float[] x, int stride) {
        GraphBuilder b = new GraphBuilder(17, 1).constant("x", io.edgeai.core.onnx.OnnxTensor.ofFloats(x, 1, 1, 4, 4));
        b.node("MaxPool", "y", "x")
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {stride, stride});
        OnnxGraph model = b.output("y").graph();
        float[] y = Objects.requireNonNull(
                        io.edgeai.core.testing.Ort.run(model, Map.of()).get("y"))
                .floats();
        float[] targets = y.clone();
        for (int i = 0; i < y.length; i++) {
            targets[i] -= y.length / 2f;
        }
        long side = stride == 2 ? 2 : 3;
        GradientGraph gradient = GradientGraph.builder(model)
                .loss(Loss.meanSquaredError())
                .alsoTrainable("x")
                .build();
        return Objects.requireNonNull(
                        GradientCheck.run(model, gradient, Map.of("targets", Tensor.of(targets, 1, 1, side, side)))
                                .get("gradient"))
                .floats();
    }
}
