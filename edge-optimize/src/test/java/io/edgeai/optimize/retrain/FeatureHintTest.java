package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A student with its teacher's features answers as the teacher does; the loss pulls it there. */
class FeatureHintTest {
    private static final int EXAMPLES = 64;

    private final float[] pixels = Ort.normal(new Random(5), EXAMPLES * 3 * 8 * 8);
    private final TensorData data = TensorData.of(Map.of("x", Tensor.of(pixels, EXAMPLES, 3, 8, 8)));

    private float[] value(OnnxGraph graph, String name) {
        OnnxGraph copy = graph.copy();
        copy.outputs().clear();
        copy.outputs().add(OnnxValue.tensor(name, ElementType.FLOAT, -1, -1, -1, -1));
        Map<String, Tensor> run = Ort.run(copy, Map.of("x", Tensor.of(pixels, EXAMPLES, 3, 8, 8)));
        return Objects.requireNonNull(run.get(name)).floats();
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
            size += Math.pow(b[i], 2);
        }
        return sum / size;
    }

    /** The same network with every kernel disturbed. */
    private static OnnxGraph disturbed(OnnxGraph graph) {
        OnnxGraph copy = graph.copy();
        Random random = new Random(9);
        copy.initializers().replaceAll((name, tensor) -> {
            float[] values = tensor.floats();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.1 * random.nextGaussian());
            }
            return OnnxTensor.ofFloats(values, tensor.dims());
        });
        return copy;
    }

    /** A teacher whose features are {@code matrix} times those of {@code graph}, seen through a 1×1 convolution. */
    private static OnnxGraph wider(OnnxGraph graph) {
        OnnxGraph copy = graph.copy();
        GraphBuilder b =
                new GraphBuilder(13, 31).weight("mix", 0.5, 24, 16, 1, 1).weight("fc2", 0.5, 24, 5);
        copy.initializers().putAll(b.graph().initializers());
        copy.nodes()
                .removeIf(node -> !node.op().equals("Conv")
                        && !node.op().equals("Relu")
                        && !node.op().equals("Add"));
        copy.add("Conv", "mixed", java.util.List.of("r3", "mix"), java.util.List.of("mixed"));
        copy.add("GlobalAveragePool", "pool", java.util.List.of("mixed"), java.util.List.of("pool"));
        copy.add("Flatten", "flat", java.util.List.of("pool"), java.util.List.of("flat"));
        copy.add("Gemm", "y", java.util.List.of("flat", "fc2"), java.util.List.of("y"));
        copy.initializers().remove("fc_w");
        copy.initializers().remove("fc_b");
        return copy;
    }

    private OnnxGraph taught(OnnxGraph teacher, OnnxGraph student, double weight) {
        return FineTuning.builder(data)
                .teacher(teacher)
                .teacherOnline(true)
                .settings(TrainSettings.defaults().epochs(30).featureWeight(weight))
                .build()
                .tune(student)
                .model();
    }

    @Test
    void theSameShapeIsComparedAsItIs() {
        OnnxGraph teacher = GraphBuilder.residualNet(13, 2);
        FeatureHint hint =
                FeatureHint.of(Ort.runtime(), disturbed(teacher), teacher, data).orElseThrow();
        assertThat(hint.loss().toString()).contains("output=r3");
    }

    @Test
    void featuresComeCloserThanByAnswersAlone() {
        OnnxGraph teacher = GraphBuilder.residualNet(13, 2);
        OnnxGraph student = disturbed(teacher);
        float[] wanted = value(teacher, "r3");
        double before = distance(value(student, "r3"), wanted);
        double alone = distance(value(taught(teacher, student, 0), "r3"), wanted);
        double held = distance(value(taught(teacher, student, 20), "r3"), wanted);
        assertThat(held).isLessThan(before / 4).isLessThan(alone / 2);
    }

    @Test
    void fewerChannelsAreReadThroughTheMatrixThatFitsBest() {
        OnnxGraph student = GraphBuilder.residualNet(13, 2);
        OnnxGraph teacher = wider(student);
        FeatureHint hint = FeatureHint.of(Ort.runtime(), student, teacher, data).orElseThrow();
        float[] through = value(hint.trainee(), "r3_like_teacher");
        assertThat(distance(through, value(teacher, "mixed")))
                .as("the teacher's features are linear in the student's")
                .isLessThan(1e-5);
        assertThat(student.initializers()).as("the graph given").doesNotContainKey("r3_likeness");
    }

    @Test
    void whatWasAddedIsGoneAfterwards() {
        OnnxGraph student = GraphBuilder.residualNet(13, 2);
        OnnxGraph taught = taught(wider(student), disturbed(student), 20);
        assertThat(taught.initializers().keySet()).noneMatch(name -> name.contains("like"));
        assertThat(taught.nodes()).noneMatch(node -> node.outputs().toString().contains("like"));
        OnnxGraph plain = FineTuning.builder(data)
                .teacher(wider(student))
                .teacherOnline(true)
                .settings(TrainSettings.defaults().epochs(1).normalize(false))
                .build()
                .tune(student)
                .model();
        assertThat(plain.initializers().keySet())
                .isEqualTo(student.initializers().keySet());
    }

    @Test
    void noneWherePlanesDiffer() {
        OnnxGraph teacher = GraphBuilder.residualNet(13, 2);
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 3, 8, 8);
        b.conv("c1", "x", 3, 16).attribute("strides", new long[] {2, 2});
        b.node("Relu", "r1", "c1");
        b.node("GlobalAveragePool", "pool", "r1");
        b.node("Flatten", "flat", "pool");
        b.weight("w", 0.5, 16, 5).weight("bias", 0.1, 5);
        b.node("Gemm", "y", "flat", "w", "bias");
        OnnxGraph student = b.output("y", 2).graph();
        assertThat(FeatureHint.of(Ort.runtime(), student, teacher, data)).isEmpty();
        float[] answers = Objects.requireNonNull(
                        Ort.run(taught(teacher, student, 20), Map.of("x", Tensor.of(pixels, EXAMPLES, 3, 8, 8)))
                                .get("y"))
                .floats();
        assertThat(Arrays.copyOf(answers, 5)).doesNotContain(Float.NaN);
    }
}
