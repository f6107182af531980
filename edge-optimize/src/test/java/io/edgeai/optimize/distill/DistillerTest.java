package io.edgeai.optimize.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A linear student of a linear teacher has one optimum that is known: the teacher's own weights, up to a shift of all classes. */
class DistillerTest {
    private static final int FEATURES = 4;
    private static final int CLASSES = 3;
    private static final int EXAMPLES = 96;

    private final float[] examples = Ort.normal(new Random(1), EXAMPLES * FEATURES);

    private static OnnxGraph linear(long seed, double scale) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, FEATURES).weight("w", scale, FEATURES, CLASSES);
        b.constant("b", OnnxTensor.ofFloats(new float[] {0.3f, -0.2f, 0.1f}, CLASSES));
        b.node("MatMul", "h", "x", "w");
        b.node("Add", "y", "h", "b");
        return b.output("y", 2).graph();
    }

    private TensorData data() {
        return TensorData.of(Map.of("x", Tensor.of(examples, EXAMPLES, FEATURES)));
    }

    private Distiller.Builder distiller(OnnxGraph teacher, OnnxGraph student) {
        return Distiller.builder(teacher, student).examples(data()).training(t -> t.epochs(300)
                .batchSize(32)
                .rule(UpdateRule.of(Optimizer.momentum(0.9)))
                .schedule(Schedule.constant(0.5)));
    }

    private float[] answers(OnnxGraph graph) {
        return Objects.requireNonNull(Ort.run(graph, Map.of("x", Tensor.of(examples, EXAMPLES, FEATURES)))
                        .get("y"))
                .floats();
    }

    private static void centre(float[] logits) {
        for (int row = 0; row < logits.length; row += CLASSES) {
            float mean = (logits[row] + logits[row + 1] + logits[row + 2]) / CLASSES;
            for (int c = 0; c < CLASSES; c++) {
                logits[row + c] -= mean;
            }
        }
    }

    @Test
    void withoutLabelsTheStudentBecomesTheTeacher() {
        OnnxGraph teacher = linear(2, 1);
        OnnxGraph student = linear(3, 0.1);
        float[] wanted = answers(teacher);
        float[] got =
                answers(distiller(teacher, student).temperature(1).build().run().student());
        centre(wanted);
        centre(got);
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo(wanted[i], within(0.02f));
        }
    }

    @Test
    void neitherGraphGivenIsChanged() {
        OnnxGraph teacher = linear(2, 1);
        OnnxGraph student = linear(3, 0.1);
        float[] before = answers(student);
        float[] teacherBefore = answers(teacher);
        distiller(teacher, student).training(t -> t.epochs(1)).build().run();
        assertThat(answers(student)).isEqualTo(before);
        assertThat(answers(teacher)).isEqualTo(teacherBefore);
    }

    @Test
    void askingOnceOrAtEachStepGivesTheSame() {
        OnnxGraph teacher = linear(2, 1);
        OnnxGraph student = linear(3, 0.1);
        float[] once = answers(distiller(teacher, student)
                .training(t -> t.epochs(5).batchSize(32))
                .build()
                .run()
                .student());
        float[] each = answers(distiller(teacher, student)
                .training(t -> t.epochs(5).batchSize(32))
                .online()
                .build()
                .run()
                .student());
        for (int i = 0; i < once.length; i++) {
            assertThat(each[i]).isCloseTo(once[i], within(1e-5f));
        }
    }

    @Test
    void alphaDividesBetweenTeacherAndLabels() {
        OnnxGraph teacher = linear(2, 1);
        long[] contrary = new long[EXAMPLES];
        float[] scores = answers(teacher);
        for (int i = 0; i < EXAMPLES; i++) {
            contrary[i] = (best(scores, i) + 1L) % CLASSES;
        }
        assertThat(agreement(teacher, contrary, 1)).as("teacher alone").isGreaterThan(0.95);
        assertThat(agreement(teacher, contrary, 0)).as("labels alone").isLessThan(0.1);
    }

    private double agreement(OnnxGraph teacher, long[] labels, double alpha) {
        OnnxGraph student = distiller(teacher, linear(3, 0.1))
                .labels(labels)
                .alpha(alpha)
                .build()
                .run()
                .student();
        float[] wanted = answers(teacher);
        float[] got = answers(student);
        int same = 0;
        for (int i = 0; i < EXAMPLES; i++) {
            same += best(wanted, i) == best(got, i) ? 1 : 0;
        }
        return (double) same / EXAMPLES;
    }

    private static int best(float[] scores, int row) {
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = scores[row * CLASSES + c] > scores[row * CLASSES + best] ? c : best;
        }
        return best;
    }

    @Test
    void hintPullsAnInnerValueToTheTeachers() {
        OnnxGraph teacher = linear(2, 1);
        OnnxGraph student = linear(3, 0.1);
        student.initializers().put("b", OnnxTensor.ofFloats(new float[] {0.3f, -0.2f, 0.1f}, CLASSES));
        OnnxGraph taught = distiller(teacher, student)
                .hint("h", "h", 1)
                .temperature(1)
                .training(t -> t.epochs(400).batchSize(32).schedule(Schedule.constant(0.1)))
                .build()
                .run()
                .student();
        float[] wanted = teacher.initializers().get("w").floats();
        float[] got = taught.initializers().get("w").floats();
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i])
                    .as("the hint fixes even the shift that softmax leaves open")
                    .isCloseTo(wanted[i], within(0.02f));
        }
    }

    @Test
    void bothPhasesAreToldAndCanBeCancelled() {
        TreeSet<String> phases = new TreeSet<>();
        distiller(linear(2, 1), linear(3, 1))
                .training(t -> t.epochs(1))
                .progress((phase, done, total) -> phases.add(phase))
                .build()
                .run();
        assertThat(phases).containsExactly("teacher", "train");
        Progress cancelled = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        Distiller stopped =
                distiller(linear(2, 1), linear(3, 1)).progress(cancelled).build();
        assertThatThrownBy(stopped::run).isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertThatThrownBy(() ->
                        Distiller.builder(linear(2, 1), linear(3, 1)).alpha(0.5).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no examples")
                .hasMessageContaining("alpha (0.5)");
        assertThatThrownBy(() -> distiller(linear(2, 1), linear(3, 1))
                        .labels(new long[5])
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("96 examples and (5) labels");
        assertThatThrownBy(() -> distiller(linear(2, 1), linear(3, 1)).temperature(0))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> distiller(linear(2, 1), linear(3, 1)).alpha(1.5))
                .isInstanceOf(InvalidInputException.class);
    }
}
