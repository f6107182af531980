package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernel machines against libsvm's sums and votes, written out in loops. */
class SupportVectorsTest {
    private static final double GAMMA = 0.3;
    private static final double COEF0 = 0.2;

    private static double kernel(String name, double[] x, double[] y) {
        return switch (name) {
            case "linear" -> Rows.dot(x, y);
            case "poly" -> Math.pow(GAMMA * Rows.dot(x, y) + COEF0, 3);
            case "rbf" -> Math.exp(-GAMMA * Rows.squaredDistance(x, y));
            default -> Math.tanh(GAMMA * Rows.dot(x, y) + COEF0);
        };
    }

    private static Made.Obj machine(String kind, String kernel, double[][] vectors) {
        return sk(kind).with("kernel", kernel)
                .with("_gamma", GAMMA)
                .with("coef0", COEF0)
                .with("degree", 3)
                .with("support_vectors_", vectors);
    }

    @ParameterizedTest
    @CsvSource({"SVR, linear", "SVR, poly", "NuSVR, rbf", "NuSVR, sigmoid"})
    void regressionsSumTheirKernels(String kind, String kernel) {
        Random random = new Random(5);
        double[][] vectors = Rows.random(random, 6, 3);
        double[] dual = Rows.vector(random, 6);
        double[][] rows = Rows.random(random, 5, 3);
        Made.Obj model = machine(kind, kernel, vectors)
                .with("_dual_coef_", new double[][] {dual})
                .with("_intercept_", new double[] {0.4});
        double[] expected = Rows.each(rows, row -> {
            double sum = 0.4;
            for (int v = 0; v < 6; v++) {
                sum += dual[v] * kernel(kernel, row, vectors[v]);
            }
            return sum;
        });
        assertThat(Asked.predict(model, rows)).containsExactly(expected, within(1e-13));
    }

    /** Above zero is inside; the scores are those of the sum without its offset. */
    @Test
    void oneClassIsInsideAboveZero() {
        double[][] vectors = {{0, 0}, {1, 1}};
        Made.Obj model = machine("OneClassSVM", "rbf", vectors)
                .with("_dual_coef_", new double[][] {{1, 1}})
                .with("_intercept_", new double[] {-1})
                .with("offset_", new double[] {1});
        double[][] rows = {{0, 0}, {9, 9}, {0.5, 0.5}};
        double[] sums = Rows.each(rows, row -> kernel("rbf", row, vectors[0]) + kernel("rbf", row, vectors[1]));
        Map<String, Tensor> answers = Asked.all(model, rows);
        assertThat(answers.get("score_samples").doubles()).containsExactly(sums, within(1e-15));
        assertThat(answers.get("decision_function").doubles())
                .containsExactly(Arrays.stream(sums).map(s -> s - 1).toArray(), within(1e-15));
        assertThat(answers.get("predict").longs()).containsExactly(1, -1, 1);
        Made.Obj old = model.with("offset_", null);
        assertThat(Asked.doubles(old, "score_samples", rows)).containsExactly(sums, within(1e-15));
    }

    /** A machine of k classes with its vectors sorted by class, and the values of its pairs at a row. */
    private record Classes(int k, int[] counts, double[][] vectors, double[][] dual, double[] intercept) {
        static Classes random(Random random, int k) {
            int[] counts = random.ints(k, 1, 4).toArray();
            int total = Arrays.stream(counts).sum();
            return new Classes(
                    k,
                    counts,
                    Rows.random(random, total, 2),
                    Rows.random(random, k - 1, total),
                    Rows.vector(random, k * (k - 1) / 2));
        }

        Made.Obj model(String kind) {
            long[] labels = new long[k];
            Arrays.setAll(labels, i -> 10L * i);
            return machine(kind, "rbf", vectors)
                    .with("_dual_coef_", dual)
                    .with("_intercept_", intercept)
                    .with("_n_support", Arrays.stream(counts).asLongStream().toArray())
                    .with("classes_", labels);
        }

        /** libsvm: class i against class j takes i's coefficients of row j - 1 and j's of row i. */
        double[] pairs(double[] row) {
            int[] starts = new int[k];
            for (int i = 1; i < k; i++) {
                starts[i] = starts[i - 1] + counts[i - 1];
            }
            double[] values = new double[intercept.length];
            int p = 0;
            for (int i = 0; i < k; i++) {
                for (int j = i + 1; j < k; j++) {
                    double sum = intercept[p];
                    for (int v = starts[i]; v < starts[i] + counts[i]; v++) {
                        sum += dual[j - 1][v] * kernel("rbf", row, vectors[v]);
                    }
                    for (int v = starts[j]; v < starts[j] + counts[j]; v++) {
                        sum += dual[i][v] * kernel("rbf", row, vectors[v]);
                    }
                    values[p++] = sum;
                }
            }
            return values;
        }

        int[] votes(double[] pairs) {
            int[] votes = new int[k];
            int p = 0;
            for (int i = 0; i < k; i++) {
                for (int j = i + 1; j < k; j++) {
                    votes[pairs[p++] > 0 ? i : j]++;
                }
            }
            return votes;
        }

        /** scikit-learn's {@code _ovr_decision_function}: votes, and sums of confidences squeezed below a third. */
        double[] shaped(double[] pairs) {
            double[] sums = new double[k];
            int p = 0;
            for (int i = 0; i < k; i++) {
                for (int j = i + 1; j < k; j++) {
                    sums[i] += pairs[p];
                    sums[j] -= pairs[p++];
                }
            }
            int[] votes = votes(pairs);
            double[] scores = new double[k];
            Arrays.setAll(scores, i -> votes[i] + sums[i] / (3 * (Math.abs(sums[i]) + 1)));
            return scores;
        }
    }

    private static final double[][] ASKED = Rows.random(new Random(77), 12, 2);

    @ParameterizedTest
    @ValueSource(strings = {"SVC", "NuSVC"})
    void votesOfAllPairsDecide(String kind) {
        for (int seed = 0; seed < 8; seed++) {
            Classes classes = Classes.random(new Random(seed), 3 + seed % 3);
            Map<String, Tensor> answers = Asked.all(classes.model(kind), ASKED);
            long[] expected = new long[ASKED.length];
            for (int r = 0; r < ASKED.length; r++) {
                int[] votes = classes.votes(classes.pairs(ASKED[r]));
                expected[r] =
                        10L * Rows.argmax(Arrays.stream(votes).asDoubleStream().toArray());
            }
            assertThat(answers.get("predict").longs()).as("seed " + seed).isEqualTo(expected);
            assertThat(answers.get("decision_function").doubles())
                    .as("seed " + seed)
                    .containsExactly(Rows.map(ASKED, row -> classes.shaped(classes.pairs(row))), within(1e-12));
        }
    }

    @Test
    void valuesOfThePairsThemselvesWhereAskedFor() {
        Classes classes = Classes.random(new Random(3), 4);
        Object model = classes.model("SVC").with("decision_function_shape", "ovo");
        Tensor answer = Asked.all(model, ASKED).get("decision_function");
        assertThat(answer.shape()).containsExactly(ASKED.length, 6);
        assertThat(answer.doubles()).containsExactly(Rows.map(ASKED, classes::pairs), within(1e-13));
    }

    @Test
    void tiesAreBrokenByConfidenceWhereAskedFor() {
        int differing = 0;
        for (int seed = 0; seed < 30; seed++) {
            Classes classes = Classes.random(new Random(seed), 3);
            long[] broken = Asked.longs(classes.model("SVC").with("break_ties", true), "predict", ASKED);
            for (int r = 0; r < ASKED.length; r++) {
                double[] pairs = classes.pairs(ASKED[r]);
                assertThat(broken[r]).as("seed " + seed).isEqualTo(10L * Rows.argmax(classes.shaped(pairs)));
                int[] votes = classes.votes(pairs);
                differing += broken[r] != 10L * Rows.argmax(votes[0], votes[1], votes[2]) ? 1 : 0;
            }
        }
        assertThat(differing).as("ties that fall otherwise without").isPositive();
    }

    /** Of two classes the second is meant above zero: the sign of libsvm's pair is turned. */
    @Test
    void twoClassesTurnTheSignOfThePair() {
        Classes classes = Classes.random(new Random(6), 2);
        Map<String, Tensor> answers = Asked.all(classes.model("SVC"), ASKED);
        double[] expected = Rows.each(ASKED, row -> -classes.pairs(row)[0]);
        assertThat(answers.get("decision_function").doubles()).containsExactly(expected, within(1e-13));
        assertThat(answers.get("predict").longs())
                .isEqualTo(
                        Arrays.stream(expected).mapToLong(d -> d >= 0 ? 10 : 0).toArray());
    }

    /** A machine fitted without probabilities has none, even where a file holds their numbers. */
    @Test
    void probabilitiesAreGivenOnlyWhereTheyWereFitted() {
        Made.Obj model = Classes.random(new Random(6), 2)
                .model("SVC")
                .with("_probA", new double[] {-1})
                .with("_probB", new double[] {0});
        assertThat(Asked.all(model.with("probability", false), ASKED)).doesNotContainKey("predict_proba");
        assertThat(Asked.all(model.with("_probA", new double[0]), ASKED)).doesNotContainKey("predict_proba");
        assertThat(Asked.all(model, ASKED)).containsKey("predict_proba");
    }

    @ParameterizedTest
    @CsvSource({"precomputed, kernel = precomputed", "mine, kernel = mine"})
    void otherKernelsAreNamed(String kernel, String message) {
        Object model = machine("SVR", kernel, new double[][] {{1}})
                .with("_dual_coef_", new double[][] {{1}})
                .with("_intercept_", new double[] {0});
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(SVR: " + message + ")");
        Object callable = ((Made.Obj) model).with("kernel", new Made.Global("mine", "kernel"));
        assertThatThrownBy(() -> Asked.imported(callable))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("kernel = ");
    }

    @Test
    void contradictingCountsAreRefused() {
        Made.Obj model = Classes.random(new Random(6), 3).model("SVC");
        assertThatThrownBy(() -> Asked.imported(model.with("_n_support", new long[] {1, 0, 0})))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("rows of dual coefficients for 3 classes");
        assertThatThrownBy(() -> Asked.imported(model.with("support_vectors_", new double[0][0])))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("no support vectors");
    }
}
