package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each loss against its definition in doubles, value and gradient. */
class GradientLossTest {
    private static final int N = 5;
    private static final int CLASSES = 4;

    /** Tanh hidden layer and logits; the end may be an activation. */
    private static GradientCheck classifier(long seed, String end) {
        GradientCheck check = new GradientCheck(seed, false);
        check.b.input("x", -1, 3);
        check.feed.put("x", Ort.tensor(new Random(seed), N, 3));
        check.b
                .weight("w1", 0.7, 3, 6)
                .weight("b1", 0.2, 6)
                .weight("w2", 0.7, 6, CLASSES)
                .weight("b2", 0.2, CLASSES);
        check.b.node("Gemm", "h", "x", "w1", "b1");
        check.b.node("Tanh", "t", "h");
        check.b.node("Gemm", "logits", "t", "w2", "b2");
        OnnxNode last = check.b.node(end, "y", "logits");
        if (end.endsWith("Softmax")) {
            last.attribute("axis", 1);
        }
        check.b.output("y");
        return check;
    }

    private static double[] logSoftmax(double[] row) {
        double sum = 0;
        for (double v : row) {
            sum += Math.exp(v);
        }
        double[] result = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            result[i] = row[i] - Math.log(sum);
        }
        return result;
    }

    private static double[] row(Doubles logits, int n, double temperature) {
        int classes = logits.dims()[1];
        double[] row = java.util.Arrays.copyOfRange(logits.values(), n * classes, (n + 1) * classes);
        return java.util.Arrays.stream(row).map(v -> v / temperature).toArray();
    }

    private static double crossEntropy(Doubles logits, double[][] wanted) {
        double sum = 0;
        for (int n = 0; n < N; n++) {
            double[] log = logSoftmax(row(logits, n, 1));
            for (int c = 0; c < CLASSES; c++) {
                sum -= wanted[n][c] * log[c];
            }
        }
        return sum / N;
    }

    private static double divergence(Doubles logits, Doubles teacher, double temperature) {
        double sum = 0;
        for (int n = 0; n < N; n++) {
            double[] own = logSoftmax(row(logits, n, temperature));
            double[] theirs = logSoftmax(row(teacher, n, temperature));
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(theirs[c]) * (theirs[c] - own[c]);
            }
        }
        return temperature * temperature * sum / N;
    }

    private static Doubles value(Map<String, Doubles> values, String name) {
        return Objects.requireNonNull(values.get(name));
    }

    private static double[][] oneHot(long... labels) {
        double[][] wanted = new double[labels.length][CLASSES];
        for (int n = 0; n < labels.length; n++) {
            wanted[n][(int) labels[n]] = 1;
        }
        return wanted;
    }

    private static void verify(GradientCheck check, Loss loss, GradientCheck.Reference reference) {
        OnnxGraph model = check.b.graph();
        GradientGraph gradient = GradientGraph.builder(model).loss(loss).build();
        assertThat(gradient.parameters().slots())
                .extracting(ParameterLayout.Slot::name)
                .containsExactly("w1", "b1", "w2", "b2");
        check.compare(model, gradient, GradientCheck.PER_OPERATOR, reference);
    }

    @Test
    void crossEntropyWhateverTheModelEndsIn() {
        for (String end : new String[] {"Identity", "Softmax", "LogSoftmax"}) {
            GradientCheck check = classifier(1, end);
            check.feed.put("labels", Tensor.of(new long[] {0, 3, 1, 1, 2}, N));
            verify(check, Loss.crossEntropy(), v -> crossEntropy(value(v, "logits"), oneHot(0, 3, 1, 1, 2)));
        }
    }

    @Test
    void classesOutsideCountNothing() {
        GradientCheck check = classifier(2, "Identity");
        check.feed.put("labels", Tensor.of(new long[] {0, 99, 1, 99, 2}, N));
        double[][] wanted = oneHot(0, 0, 1, 0, 2);
        wanted[1][0] = 0;
        wanted[3][0] = 0;
        verify(check, Loss.crossEntropy(), v -> crossEntropy(value(v, "logits"), wanted));
    }

    @Test
    void softLabels() {
        GradientCheck check = classifier(3, "Softmax");
        Random random = new Random(3);
        double[][] wanted = new double[N][CLASSES];
        float[] flat = new float[N * CLASSES];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = random.nextFloat() / 2;
            wanted[i / CLASSES][i % CLASSES] = flat[i];
        }
        check.feed.put("labels", Tensor.of(flat, N, CLASSES));
        verify(check, Loss.softCrossEntropy(), v -> crossEntropy(value(v, "logits"), wanted));
    }

    @Test
    void binaryCrossEntropyOfLogitsOrProbabilities() {
        for (String end : new String[] {"Identity", "Sigmoid"}) {
            GradientCheck check = classifier(4, end);
            float[] flat = new float[N * CLASSES];
            Random random = new Random(4);
            for (int i = 0; i < flat.length; i++) {
                flat[i] = random.nextInt(3) / 2f;
            }
            check.feed.put("targets", Tensor.of(flat, N, CLASSES));
            verify(check, Loss.binaryCrossEntropy(), v -> {
                double sum = 0;
                for (int i = 0; i < flat.length; i++) {
                    double p = DoubleActivations.sigmoid(value(v, "logits").values()[i]);
                    sum -= flat[i] * Math.log(p) + (1 - flat[i]) * Math.log(1 - p);
                }
                return sum / flat.length;
            });
        }
    }

    @Test
    void distillationFromGivenLogits() {
        for (double alpha : new double[] {1, 0.7, 0}) {
            GradientCheck check = classifier(5, "Identity");
            Tensor teacher = Ort.tensor(new Random(6), N, CLASSES);
            check.feed.put("teacher", teacher);
            if (alpha < 1) {
                check.feed.put("labels", Tensor.of(new long[] {0, 3, 1, 1, 2}, N));
            }
            double[][] wanted = oneHot(0, 3, 1, 1, 2);
            verify(
                    check,
                    Loss.distillation(4, alpha, Loss.Target.input("teacher")),
                    v -> alpha * divergence(value(v, "logits"), Doubles.of(teacher), 4)
                            + (1 - alpha) * crossEntropy(value(v, "logits"), wanted));
        }
    }

    @Test
    void distillationFromATeacherInTheGraph() {
        for (String end : new String[] {"Identity", "Softmax"}) {
            OnnxGraph teacher = classifier(77, end).b.graph();
            GradientCheck check = classifier(7, "Softmax");
            Doubles answers = value(
                    new DoubleModel(teacher, false)
                            .run(Map.of("x", Doubles.of(Objects.requireNonNull(check.feed.get("x"))))),
                    "logits");
            verify(
                    check,
                    Loss.distillation(2, Loss.Target.of(teacher)),
                    v -> divergence(value(v, "logits"), answers, 2));
        }
    }

    @Test
    void hintsAndSumsWithOneTeacher() {
        OnnxGraph teacher = classifier(78, "Identity").b.graph();
        GradientCheck check = classifier(8, "Identity");
        Map<String, Doubles> theirs = new DoubleModel(teacher, false)
                .run(Map.of("x", Doubles.of(Objects.requireNonNull(check.feed.get("x")))));
        Loss loss = Loss.hint("t", Loss.Target.of(teacher, "t"))
                .times(0.3)
                .plus(Loss.distillation(3, Loss.Target.of(teacher)));
        verify(check, loss, v -> {
            double sum = 0;
            for (int i = 0; i < value(v, "t").values().length; i++) {
                sum += Math.pow(value(v, "t").values()[i] - value(theirs, "t").values()[i], 2);
            }
            return 0.3 * sum / value(v, "t").values().length
                    + divergence(value(v, "logits"), value(theirs, "logits"), 3);
        });
        GradientGraph gradient =
                GradientGraph.builder(check.b.graph()).loss(loss).build();
        assertThat(gradient.data()).extracting(OnnxValue::name).containsExactly("x");
        assertThat(gradient.graph().initializers().keySet().stream()
                        .filter(name -> name.startsWith("teacher/"))
                        .count())
                .as("the teacher is taken in once")
                .isEqualTo(4);
    }
}
