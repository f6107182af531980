package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss that is trained and the step it makes, against the formulas in doubles and finite differences. */
class DistillationLossTest {
    private static final int ROWS = 12;
    private static final int FEATURES = 3;
    private static final int CLASSES = 4;
    private static final double STEP = 0.01;
    private static final TrainSettings ONE = TrainSettings.defaults().epochs(1).batchSize(ROWS);

    private final float[] x = Ort.normal(new Random(1), ROWS * FEATURES);
    private final long[] labels = new Random(2).longs(ROWS, 0, CLASSES).toArray();

    private static OnnxGraph linear(long seed, String end) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, FEATURES).weight("w", 1, FEATURES, CLASSES);
        b.node("MatMul", end.isEmpty() ? "y" : "scores", "x", "w");
        if (!end.isEmpty()) {
            b.node(end, "y", "scores").attribute("axis", 1);
        }
        return b.output("y", 2).graph();
    }

    private TensorData examples(boolean labelled) {
        return labelled
                ? TensorData.labelled("x", x, LabelledData.LABELS, labels, FEATURES)
                : TensorData.of(Map.of("x", Tensor.of(x, ROWS, FEATURES)));
    }

    private FineTuning.Builder oneStep(OnnxGraph teacher, boolean labelled) {
        return FineTuning.builder(examples(labelled))
                .teacher(teacher)
                .settings(ONE)
                .training(t -> t.rule(UpdateRule.of(Optimizer.sgd())).schedule(Schedule.constant(STEP)));
    }

    /** One step over all examples at once. */
    private Trained step(OnnxGraph teacher, OnnxGraph student) {
        return oneStep(teacher, false).build().tune(student);
    }

    private static double[] weights(OnnxGraph graph) {
        float[] stored = graph.initializers().get("w").floats();
        double[] weights = new double[stored.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = stored[i];
        }
        return weights;
    }

    private double[] scores(double[] w, int row) {
        double[] scores = new double[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            for (int f = 0; f < FEATURES; f++) {
                scores[c] += x[row * FEATURES + f] * w[f * CLASSES + c];
            }
        }
        return scores;
    }

    private static double[] softmax(double[] scores, double temperature) {
        double[] shares = new double[CLASSES];
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            shares[c] = Math.exp(scores[c] / temperature);
            sum += shares[c];
        }
        for (int c = 0; c < CLASSES; c++) {
            shares[c] /= sum;
        }
        return shares;
    }

    /** α·T²·KL(teacher ‖ student) + (1 − α)·cross entropy, mean over the rows. */
    private double loss(double[] teacher, double[] student, double temperature, double alpha) {
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            double[] wanted = softmax(scores(teacher, row), temperature);
            double[] said = softmax(scores(student, row), temperature);
            double divergence = 0;
            for (int c = 0; c < CLASSES; c++) {
                divergence += wanted[c] * Math.log(wanted[c] / said[c]);
            }
            double entropy = -Math.log(softmax(scores(student, row), 1)[(int) labels[row]]);
            sum += alpha * temperature * temperature * divergence + (1 - alpha) * entropy;
        }
        return sum / ROWS;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "2, 0.5", "3, 0.25", "0.5, 0.9", "2, 0"})
    void lossAndStepAreThoseOfTheFormula(double temperature, double alpha) {
        OnnxGraph teacher = linear(3, "");
        OnnxGraph student = linear(4, "");
        Trained distilled = oneStep(teacher, alpha < 1)
                .settings(ONE.temperature(temperature).teacherShare(alpha))
                .build()
                .tune(student);
        double[] t = weights(teacher);
        double[] w = weights(student);
        assertThat(distilled.history().last().orElseThrow().loss())
                .isCloseTo(loss(t, w, temperature, alpha), within(1e-4));
        double[] after = weights(distilled.model());
        for (int i = 0; i < w.length; i++) {
            double[] more = w.clone();
            double[] less = w.clone();
            more[i] += 1e-4;
            less[i] -= 1e-4;
            double slope = (loss(t, more, temperature, alpha) - loss(t, less, temperature, alpha)) / 2e-4;
            assertThat((w[i] - after[i]) / STEP).as("weight " + i).isCloseTo(slope, within(1e-3));
        }
    }

    @Test
    void aStudentThatSaysWhatTheTeacherSaysStays() {
        OnnxGraph same = linear(3, "");
        Trained distilled = step(same, same);
        assertThat(distilled.history().last().orElseThrow().loss()).isCloseTo(0, within(1e-6));
        assertThat(distilled.model().initializers().get("w").floats())
                .containsExactly(same.initializers().get("w").floats(), within(1e-6f));
    }

    /** Probabilities are not scores: what a Softmax at the end of either model did is looked through. */
    @ParameterizedTest
    @ValueSource(strings = {"Softmax", "LogSoftmax"})
    void modelsThatEndInProbabilitiesLearnTheSame(String end) {
        double[] expected = weights(step(linear(3, ""), linear(4, "")).model());
        for (boolean online : new boolean[] {true, false}) {
            Trained distilled =
                    oneStep(linear(3, end), false).teacherOnline(online).build().tune(linear(4, end));
            double[] actual = weights(distilled.model());
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("online " + online).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    @Test
    void fineTuningKeepsTheSettingsItWasBuiltWith() {
        OnnxGraph teacher = linear(3, "");
        OnnxGraph student = linear(4, "");
        FineTuning.Builder builder = oneStep(teacher, false).settings(ONE.temperature(1));
        FineTuning first = builder.build();
        builder.settings(ONE.temperature(50).epochs(7)).teacher(student);
        Trained distilled = first.tune(student);
        assertThat(distilled.history().epochs()).hasSize(1);
        assertThat(distilled.history().last().orElseThrow().loss())
                .isCloseTo(loss(weights(teacher), weights(student), 1, 1), within(1e-4));
    }

    @Test
    void answersAreAskedForInPartsAndStandInOrder() {
        int rows = 150;
        float[] many = Ort.normal(new Random(5), rows * FEATURES);
        OnnxGraph teacher = linear(3, "");
        Tensor answers = TeacherAnswers.of(
                Ort.runtime(),
                teacher,
                teacher,
                TensorData.of(Map.of("x", Tensor.of(many, rows, FEATURES))),
                io.edgeai.core.concurrent.Progress.NONE);
        float[] w = teacher.initializers().get("w").floats();
        assertThat(answers.shape()).containsExactly(rows, CLASSES);
        float[] values = answers.floats();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < CLASSES; c++) {
                double sum = 0;
                for (int f = 0; f < FEATURES; f++) {
                    sum += many[r * FEATURES + f] * w[f * CLASSES + c];
                }
                assertThat((double) values[r * CLASSES + c]).as("row " + r).isCloseTo(sum, within(1e-4));
            }
        }
    }

    @Test
    void aTeacherOfAFixedBatchIsRefused() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, FEATURES).weight("w", 1, FEATURES, CLASSES);
        b.node("MatMul", "m", "x", "w");
        b.constant("axes", OnnxTensor.ofLongs(new long[] {0}, 1));
        b.node("ReduceSum", "y", "m", "axes").attribute("keepdims", 1);
        OnnxGraph teacher = b.output("y", 2).graph();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> step(teacher, linear(4, "")))
                .isInstanceOf(io.edgeai.core.error.InvalidInputException.class)
                .hasMessageContaining("to 12 examples")
                .hasMessageContaining("Maybe its batch dimension is fixed");
    }
}
