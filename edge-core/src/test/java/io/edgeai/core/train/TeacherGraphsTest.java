package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TeacherGraphsTest {
    private static OnnxGraph linear(long opset, String input, long seed) {
        GraphBuilder b = new GraphBuilder(opset, seed)
                .input(input, -1, 4)
                .weight("w", 1, 4, 3)
                .weight("b", 1, 3);
        b.node("Gemm", "y", input, "w", "b");
        return b.output("y", 2).graph();
    }

    private static GradientGraph distilled(OnnxGraph model, OnnxGraph teacher) {
        return GradientGraph.builder(model)
                .loss(Loss.distillation(2, Loss.Target.of(teacher)))
                .build();
    }

    private static float[] run(OnnxGraph model, GradientGraph gradient, String input) {
        Map<String, Tensor> feed = Map.of(input, Ort.tensor(new Random(5), 6, 4));
        return Objects.requireNonNull(GradientCheck.run(model, gradient, feed).get("gradient"))
                .floats();
    }

    @Test
    void onlyTheModelIsTrainedThoughNamesAreTheSame() {
        OnnxGraph model = linear(17, "x", 1);
        OnnxGraph teacher = linear(17, "x", 2);
        byte[] before = OnnxWriter.toBytes(teacher);
        GradientGraph gradient = distilled(model, teacher);
        assertThat(OnnxWriter.toBytes(teacher)).isEqualTo(before);
        assertThat(gradient.parameters().slots())
                .extracting(ParameterLayout.Slot::name)
                .containsExactly("w", "b");
        assertThat(gradient.graph().initializers()).containsKeys("teacher/w", "teacher/b");
    }

    @Test
    void ofItselfThereIsNothingToLearn() {
        OnnxGraph model = linear(17, "x", 1);
        for (float g : run(model, distilled(model, model.copy()), "x")) {
            assertThat(Math.abs(g)).isLessThan(1e-6f);
        }
    }

    @Test
    void oldTeachersAreRaisedAndOneInputMayHaveAnotherName() {
        OnnxGraph model = linear(17, "x", 1);
        float[] same = run(model, distilled(model, linear(17, "x", 2)), "x");
        assertThat(run(model, distilled(model, linear(9, "x", 2)), "x")).containsExactly(same);
        assertThat(run(model, distilled(model, linear(13, "image", 2)), "x")).containsExactly(same);
    }

    @Test
    void teachersNormalizeByTheirRunningStatistics() {
        GraphBuilder b =
                new GraphBuilder(17, 3).input("x", -1, 4).weight("w", 1, 4, 3).weight("m", 1, 3);
        b.weight("s", 1, 3).weight("o", 1, 3).constant("v", OnnxTensor.ofFloats(new float[] {1, 2, 3}, 3));
        b.node("MatMul", "h", "x", "w");
        b.node("BatchNormalization", "y", "h", "s", "o", "m", "v");
        OnnxGraph teacher = b.output("y", 2).graph();
        OnnxGraph model = linear(17, "x", 1);
        GradientGraph gradient = distilled(model, teacher);
        assertThat(gradient.statistics().size()).isZero();
        Tensor x = Ort.tensor(new Random(5), 6, 4);
        Tensor logits = Objects.requireNonNull(Ort.run(teacher, Map.of("x", x)).get("y"));
        GradientGraph given = GradientGraph.builder(model)
                .loss(Loss.distillation(2, Loss.Target.input("teacher")))
                .build();
        float[] expected = Objects.requireNonNull(GradientCheck.run(model, given, Map.of("x", x, "teacher", logits))
                        .get("gradient"))
                .floats();
        assertThat(run(model, gradient, "x")).containsExactly(expected, org.assertj.core.api.Assertions.within(1e-6f));
    }

    @Test
    void teachersThatDoNotFitAreRefused() {
        OnnxGraph model = linear(17, "x", 1);
        GraphBuilder two =
                new GraphBuilder(17, 1).input("p", -1, 4).input("q", -1, 4).weight("w", 1, 4, 3);
        two.node("Add", "s", "p", "q");
        two.node("MatMul", "y", "s", "w");
        OnnxGraph stranger = two.output("y", 2).graph();
        assertThatThrownBy(() -> distilled(model, stranger))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(p)")
                .hasMessageContaining("[x]");
        assertThatThrownBy(() -> distilled(model, linear(21, "x", 2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("operator set 21");
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.hint("y", Loss.Target.of(linear(17, "x", 2), "nothing")))
                        .build())
                .hasMessageContaining("(nothing)");
    }

    @Test
    void oneInputServesSeveralLossesUnlessTheyDisagree() {
        OnnxGraph model = linear(17, "x", 1);
        Loss.Target target = Loss.Target.input("t");
        GradientGraph shared = GradientGraph.builder(model)
                .loss(Loss.hint("y", target).plus(Loss.distillation(2, target)))
                .build();
        assertThat(shared.data()).extracting(OnnxValue::name).containsExactly("x", "t");
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.hint("y", Loss.Target.input("labels")).plus(Loss.crossEntropy()))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(labels)")
                .hasMessageContaining("two losses");
    }
}
