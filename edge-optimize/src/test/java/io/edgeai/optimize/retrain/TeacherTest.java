package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A linear student of a linear teacher has one optimum that is known: the teacher's own weights, up to a shift of all classes. */
class TeacherTest {
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

    private static final TrainSettings LONG =
            TrainSettings.defaults().epochs(300).weightDecay(0);

    private FineTuning.Builder following(OnnxGraph teacher) {
        return FineTuning.builder(data())
                .teacher(teacher)
                .settings(LONG)
                .training(t -> t.schedule(Schedule.constant(0.5)));
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
        float[] got = answers(following(teacher)
                .settings(LONG.temperature(1))
                .build()
                .tune(student)
                .model());
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
        following(teacher).settings(LONG.epochs(1)).build().tune(student);
        assertThat(answers(student)).isEqualTo(before);
        assertThat(answers(teacher)).isEqualTo(teacherBefore);
    }

    @Test
    void askingOnceOrAtEachStepGivesTheSame() {
        OnnxGraph teacher = linear(2, 1);
        OnnxGraph student = linear(3, 0.1);
        FineTuning.Builder tuning = following(teacher).settings(LONG.epochs(5));
        float[] once = answers(tuning.build().tune(student).model());
        float[] each = answers(tuning.teacherOnline(true).build().tune(student).model());
        for (int i = 0; i < once.length; i++) {
            assertThat(each[i]).isCloseTo(once[i], within(1e-5f));
        }
    }

    @Test
    void theShareDividesBetweenTeacherAndLabels() {
        OnnxGraph teacher = linear(2, 1);
        long[] contrary = new long[EXAMPLES];
        float[] scores = answers(teacher);
        for (int i = 0; i < EXAMPLES; i++) {
            contrary[i] = (best(scores, i) + 1L) % CLASSES;
        }
        assertThat(agreement(teacher, contrary, 1)).as("teacher alone").isGreaterThan(0.95);
        assertThat(agreement(teacher, contrary, 0)).as("labels alone").isLessThan(0.1);
    }

    private double agreement(OnnxGraph teacher, long[] labels, double share) {
        TensorData labelled = TensorData.labelled("x", examples, LabelledData.LABELS, labels, FEATURES);
        OnnxGraph student = FineTuning.builder(labelled)
                .teacher(teacher)
                .settings(LONG.teacherShare(share).learningRate(0.5))
                .build()
                .tune(linear(3, 0.1))
                .model();
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
        OnnxGraph taught = following(teacher)
                .hint("h", "h", 1)
                .settings(LONG.temperature(1).epochs(400))
                .training(t -> t.schedule(Schedule.constant(0.1)))
                .build()
                .tune(student)
                .model();
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
        FineTuning.Builder tuning = following(linear(2, 1)).settings(LONG.epochs(1));
        tuning.progress((phase, done, total) -> phases.add(phase)).build().tune(linear(3, 1));
        assertThat(phases).containsExactly("teacher", "train");
        Progress cancelled = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        FineTuning stopped = tuning.progress(cancelled).build();
        assertThatThrownBy(() -> stopped.tune(linear(3, 1)))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("(0) of 96 examples");
    }

    /** A teacher is given as many examples at a time as its file says, the last ones filled up; its answers are the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 96, 100})
    void aTeacherOfFixedBatchIsAskedInItsBatches(int rows) {
        OnnxGraph one = linear(2, 1);
        one.inputs().set(0, OnnxValue.tensor("pixels", ElementType.FLOAT, rows, FEATURES));
        one.nodes().get(0).inputs().set(0, "pixels");
        OnnxGraph student = linear(3, 0.1);
        float[] fixed = answers(
                following(one).settings(LONG.epochs(3)).build().tune(student).model());
        float[] free = answers(following(linear(2, 1))
                .settings(LONG.epochs(3))
                .build()
                .tune(student)
                .model());
        assertThat(fixed).containsExactly(free, within(1e-5f));
    }

    @Test
    void changedExamplesAreAskedAboutAnew() {
        OnnxGraph teacher = linear(2, 1);
        List<String> phases = new ArrayList<>();
        FineTuning tuning = following(teacher)
                .settings(LONG.epochs(1))
                .augment((batch, random) ->
                        batch.get("x").buffer().asFloatBuffer().put(0, random.nextInt()))
                .progress((phase, done, total) -> phases.add(phase))
                .build();
        tuning.tune(linear(3, 1));
        assertThat(phases).containsOnly("train");
    }

    @Test
    void aTeacherThatFitsNoExampleIsNamed() {
        OnnxGraph other = linear(2, 1);
        other.inputs().add(OnnxValue.tensor("mask", ElementType.FLOAT, -1, 2));
        FineTuning tuning = following(other).build();
        assertThatThrownBy(() -> tuning.tune(linear(3, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(mask)");
        OnnxGraph classes = linear(2, 1);
        classes.add("ArgMax", "best", List.of("y"), List.of("best"));
        classes.outputs().set(0, new OnnxValue("best", null));
        assertThatThrownBy(() -> following(classes).build().tune(linear(3, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(best) is not FLOAT");
    }

    @Test
    void whatDoesNotFitTogetherIsNamedAtOnce() {
        assertThatThrownBy(() -> FineTuning.builder(data())
                        .settings(LONG.teacherShare(0.5))
                        .hint("h", "inner", 1)
                        .teacherOnline(false)
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("neither labels (labels) nor a teacher")
                .hasMessageContaining("share is (0.5), and there is no teacher")
                .hasMessageContaining("hint (inner) needs a teacher;")
                .hasMessageContaining("hint (inner) needs the teacher at each step");
        FineTuning.Builder half = following(linear(2, 1)).settings(LONG.teacherShare(0.5));
        assertThatThrownBy(half::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0.5) leaves a part to labels");
    }
}
