package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelsTest {
    /** ONNX Runtime turns a factor beside a MatMul into a float attribute: 0.1 would become 0.10000000149. */
    @Test
    void regressionFactorsBesideProductsKeepDoublePrecision() {
        double[][] points = {{1, 2}, {3, -1}, {0.5, 0.25}};
        double[] dual = {0.3, -0.7, 1.1};
        Object model = sk(
                "KernelRidge",
                "X_fit_",
                points,
                "dual_coef_",
                dual,
                "kernel",
                "poly",
                "gamma",
                0.1,
                "degree",
                3.0,
                "coef0",
                1.0);
        double[] x = {0.7, -0.9};
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            expected += dual[i] * Math.pow(0.1 * (x[0] * points[i][0] + x[1] * points[i][1]) + 1, 3);
        }
        assertThat(Asked.doubles(model, "predict", new double[][] {x})[0]).isCloseTo(expected, within(1e-14));
    }

    @Test
    void scalersOfOneColumnBesideProductsKeepDoublePrecision() {
        Object model = Made.pipeline(
                "s",
                        sk(
                                "StandardScaler",
                                "mean_",
                                new double[] {0.1},
                                "scale_",
                                new double[] {0.3},
                                "n_features_in_",
                                1),
                "r", sk("LinearRegression", "coef_", new double[] {1.7}, "intercept_", 0.0));
        assertThat(Asked.doubles(model, "predict", new double[][] {{1}})[0]).isCloseTo(0.9 / 0.3 * 1.7, within(1e-14));
    }

    /** Pairwise probabilities coupled by the published algorithm, written here in plain Java. */
    @Test
    void supportVectorProbabilitiesFollowWuLinAndWeng() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            int k = 2 + seed % 4;
            int pairs = k * (k - 1) / 2;
            double[][] vectors = new double[k][2];
            double[][] dual = new double[k - 1][k];
            double[] intercept = new double[pairs];
            double[] a = new double[pairs];
            double[] b = new double[pairs];
            for (double[] vector : vectors) {
                vector[0] = random.nextGaussian();
                vector[1] = random.nextGaussian();
            }
            for (double[] row : dual) {
                java.util.Arrays.setAll(row, i -> random.nextGaussian());
            }
            for (int p = 0; p < pairs; p++) {
                intercept[p] = random.nextGaussian() / 3;
                a[p] = -0.5 - random.nextDouble();
                b[p] = random.nextGaussian() / 3;
            }
            long[] ones = new long[k];
            java.util.Arrays.fill(ones, 1);
            long[] labels = new long[k];
            java.util.Arrays.setAll(labels, i -> i);
            Object model = sk(
                    "SVC",
                    "kernel",
                    "rbf",
                    "_gamma",
                    0.4,
                    "support_vectors_",
                    vectors,
                    "_dual_coef_",
                    dual,
                    "_intercept_",
                    intercept,
                    "_n_support",
                    ones,
                    "classes_",
                    labels,
                    "_probA",
                    a,
                    "_probB",
                    b,
                    "probability",
                    true);
            double[][] rows = {{0.3, -0.2}, {1.5, 1}, {-2, 0.7}, {0, 0}};
            Map<String, Tensor> answers = Asked.all(model, rows);
            double[] proba = answers.get("predict_proba").doubles();
            for (int r = 0; r < rows.length; r++) {
                double[] expected = coupled(decisions(rows[r], vectors, dual, intercept, k), a, b, k);
                for (int c = 0; c < k; c++) {
                    assertThat(proba[r * k + c])
                            .as("seed " + seed + " row " + r)
                            .isCloseTo(expected[c], within(1e-12));
                }
            }
        }
    }

    private static double[] decisions(double[] x, double[][] vectors, double[][] dual, double[] intercept, int k) {
        double[] values = new double[intercept.length];
        int p = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                values[p] = dual[j - 1][i] * rbf(x, vectors[i]) + dual[i][j] * rbf(x, vectors[j]) + intercept[p++];
            }
        }
        return values;
    }

    private static double rbf(double[] x, double[] y) {
        return Math.exp(-0.4 * (Math.pow(x[0] - y[0], 2) + Math.pow(x[1] - y[1], 2)));
    }

    private static double[] coupled(double[] values, double[] a, double[] b, int k) {
        double[][] r = new double[k][k];
        int n = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                double sigmoid = 1 / (1 + Math.exp(values[n] * a[n] + b[n++]));
                r[i][j] = Math.min(Math.max(sigmoid, 1e-7), 1 - 1e-7);
                r[j][i] = 1 - r[i][j];
            }
        }
        double[][] q = new double[k][k];
        double[] p = new double[k];
        for (int t = 0; t < k; t++) {
            p[t] = 1.0 / k;
            for (int j = 0; j < k; j++) {
                if (j != t) {
                    q[t][t] += r[j][t] * r[j][t];
                    q[t][j] = -r[j][t] * r[t][j];
                }
            }
        }
        for (int iteration = 0; iteration < 100; iteration++) {
            double[] qp = new double[k];
            double pqp = 0;
            double worst = 0;
            for (int t = 0; t < k; t++) {
                for (int j = 0; j < k; j++) {
                    qp[t] += q[t][j] * p[j];
                }
                pqp += p[t] * qp[t];
            }
            for (int t = 0; t < k; t++) {
                worst = Math.max(worst, Math.abs(qp[t] - pqp));
            }
            if (worst < 0.005 / k) {
                break;
            }
            for (int t = 0; t < k; t++) {
                double step = (-qp[t] + pqp) / q[t][t];
                p[t] += step;
                pqp = (pqp + step * (step * q[t][t] + 2 * qp[t])) / (1 + step) / (1 + step);
                for (int j = 0; j < k; j++) {
                    qp[j] = (qp[j] + step * q[t][j]) / (1 + step);
                    p[j] /= 1 + step;
                }
            }
        }
        return p;
    }

    @Test
    void aGaussianProcessSumsItsKernel() {
        Object kernel = sk(
                "Sum",
                "k1",
                sk(
                        "Product",
                        "k1",
                        sk("ConstantKernel", "constant_value", 2.0),
                        "k2",
                        sk("Matern", "nu", 1.5, "length_scale", 0.5)),
                "k2",
                sk("WhiteKernel", "noise_level", 9.0));
        Object model = sk(
                "GaussianProcessRegressor",
                "kernel_",
                kernel,
                "X_train_",
                new double[][] {{0}, {1}},
                "alpha_",
                new double[] {3, -1},
                "_y_train_mean",
                5.0,
                "_y_train_std",
                0.1);
        double expected = 5 + 0.1 * (3 * matern(0.25) - matern(0.75));
        assertThat(Asked.doubles(model, "predict", new double[][] {{0.25}})[0]).isCloseTo(expected, within(1e-14));
    }

    private static double matern(double distance) {
        double k = Math.sqrt(3) * distance / 0.5;
        return 2 * (1 + k) * Math.exp(-k);
    }
}
