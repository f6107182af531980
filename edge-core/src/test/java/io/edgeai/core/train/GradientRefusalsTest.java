package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.testing.GraphBuilder;
import org.junit.jupiter.api.Test;

/** Forms without a derivative are refused before anything runs, with the node, the reason and what to do. */
class GradientRefusalsTest {
    private static void refused(GraphBuilder b, String why) {
        OnnxGraph model = b.output("y").graph();
        GradientGraphBuilder builder = GradientGraph.builder(model).loss(Loss.meanSquaredError());
        assertThatThrownBy(builder::build)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("Maybe");
    }

    /** A trained convolution before the node in question: h [N,4,6,6]. */
    private static GraphBuilder after(long opset) {
        GraphBuilder b = new GraphBuilder(opset, 1).input("x", -1, 3, 6, 6);
        b.conv("h", "x", 3, 4);
        return b;
    }

    @Test
    void enlargementOtherThanByWholeFactors() {
        GraphBuilder linear = after(17).constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, 2, 2}, 4));
        linear.node("Resize", "y", "h", "", "scales").attribute("mode", "linear");
        refused(linear, "only nearest enlargement");
        GraphBuilder half = after(17).constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, 1.5f, 2}, 4));
        half.node("Resize", "y", "h", "", "scales")
                .attribute("coordinate_transformation_mode", "asymmetric")
                .attribute("nearest_mode", "floor");
        refused(half, "axis 2 from 6 to 9");
    }

    @Test
    void paddingWithOtherThanZeros() {
        GraphBuilder b = after(17).longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
        b.node("Pad", "y", "h", "pads").attribute("mode", "reflect");
        refused(b, "only constant padding");
    }

    @Test
    void poolsWhoseWindowsOverhang() {
        GraphBuilder b = after(17);
        b.node("AveragePool", "y", "h")
                .attribute("kernel_shape", new long[] {4, 4})
                .attribute("strides", new long[] {4, 4})
                .attribute("ceil_mode", 1);
        refused(b, "overhang");
    }

    @Test
    void transposedConvolutionsToAGivenShape() {
        GraphBuilder b = after(17).weight("w", 1, 4, 2, 3, 3);
        b.node("ConvTranspose", "y", "h", "w")
                .attribute("output_shape", new long[] {12, 12})
                .attribute("strides", new long[] {2, 2});
        refused(b, "output shape");
    }

    @Test
    void powersThatAreNoConstantNumber() {
        GraphBuilder b = after(17).weight("p", 1, 4, 1, 1);
        b.node("Exp", "e", "h");
        b.node("Pow", "y", "e", "p");
        refused(b, "exponent");
    }

    @Test
    void maximaOfThree() {
        GraphBuilder b = after(17);
        b.node("Neg", "n", "h");
        b.node("Exp", "e", "h");
        b.node("Max", "y", "h", "n", "e");
        refused(b, "(3)");
    }

    @Test
    void castsToOtherPrecisions() {
        GraphBuilder b = after(17);
        b.node("Cast", "d", "h").attribute("to", 11);
        b.node("Cast", "y", "d").attribute("to", 1);
        refused(b, "only FLOAT is trained");
    }

    @Test
    void boundsThatAreComputedFromParameters() {
        GraphBuilder b = after(17).longs("all", 0, 1, 2, 3);
        OnnxNode least = b.node("ReduceMin", "least", "h").attribute("keepdims", 0);
        least.attribute("axes", new long[] {0, 1, 2, 3});
        b.node("Clip", "y", "h", "least");
        refused(b, "bounds");
    }

    @Test
    void operatorsOfOtherDomains() {
        GraphBuilder b = after(17);
        b.graph().info().opsets().put("com.microsoft", 1L);
        b.node("Gelu", "y", "h").domain("com.microsoft");
        assertThatThrownBy(() -> GradientGraph.builder(b.output("y").graph())
                        .loss(Loss.hint("h", Loss.Target.input("targets"))
                                .plus(Loss.meanSquaredError().output("y")))
                        .build())
                .isInstanceOfAny(UnsupportedOperatorException.class, InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void normalizationsInTrainingForm() {
        GraphBuilder b = after(17);
        b.weight("s", 1, 4).weight("o", 1, 4).weight("m", 1, 4).weight("v", 1, 4);
        b.node("BatchNormalization", "y", "h", "s", "o", "m", "v").attribute("training_mode", 1);
        OnnxGraph model = b.output("y").graph();
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.meanSquaredError())
                        .batchNormalization(BatchMode.FROZEN)
                        .build())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("training mode");
    }

    @Test
    void convolutionsOverFreeSizes() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 3, -1, -1);
        b.conv("y", "x", 3, 4);
        refused(b, "is not fixed");
    }

    @Test
    void modelsOlderThanSetSeven() {
        GraphBuilder b = new GraphBuilder(6, 1).input("x", -1, 4).weight("w", 1, 4, 3);
        b.node("MatMul", "y", "x", "w");
        refused(b, "operator set");
    }
}
