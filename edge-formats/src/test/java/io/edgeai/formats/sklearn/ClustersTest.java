package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nearest centres, mixtures of Gaussians, robust envelopes and discriminants, by their densities in two dimensions. */
class ClustersTest {
    private static final double[][] CENTERS = {{0, 0}, {3, 1}, {-1, 4}};
    private static final double[][] ROWS = Rows.random(new Random(41), 15, 2);

    private static double[] squares(double[] row) {
        return Arrays.stream(CENTERS)
                .mapToDouble(c -> Rows.squaredDistance(c, row))
                .toArray();
    }

    private static int nearest(double[] row) {
        double[] squares = squares(row);
        return Rows.argmax(-squares[0], -squares[1], -squares[2]);
    }

    private static long[] each(java.util.function.ToIntFunction<double[]> index) {
        return Arrays.stream(ROWS).mapToLong(index::applyAsInt).toArray();
    }

    @ParameterizedTest
    @CsvSource({"KMeans, true", "MiniBatchKMeans, true", "MeanShift, false", "AffinityPropagation, false"})
    void rowsBelongToTheNearestCenter(String kind, boolean transforms) {
        Map<String, Tensor> answers = Asked.all(sk(kind).with("cluster_centers_", CENTERS), ROWS);
        assertThat(answers.get("predict").longs()).isEqualTo(each(ClustersTest::nearest));
        if (transforms) {
            double[] expected = Rows.map(
                    ROWS, row -> Arrays.stream(squares(row)).map(Math::sqrt).toArray());
            assertThat(answers.get("transform").doubles()).containsExactly(expected, within(1e-14));
        } else {
            assertThat(answers).containsOnlyKeys("predict");
        }
    }

    @Test
    void subclustersHaveLabelsOfTheirOwn() {
        Object model =
                sk("Birch").with("subcluster_centers_", CENTERS).with("subcluster_labels_", new long[] {7, 2, 7});
        long[] labels = {7, 2, 7};
        assertThat(Asked.longs(model, "predict", ROWS)).isEqualTo(each(row -> (int) labels[nearest(row)]));
    }

    /** Density of the plane's normal distribution with precision matrix P: |P|^(1/2) / 2 pi exp(-d'Pd/2). */
    private static double density(double[] row, double[] mean, double[][] p) {
        double x = row[0] - mean[0];
        double y = row[1] - mean[1];
        double form = p[0][0] * x * x + (p[0][1] + p[1][0]) * x * y + p[1][1] * y * y;
        return Math.sqrt(p[0][0] * p[1][1] - p[0][1] * p[1][0]) / (2 * Math.PI) * Math.exp(-form / 2);
    }

    /** L L' of a triangular factor. */
    private static double[][] squared(double[][] l) {
        double[][] p = new double[2][2];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                p[i][j] = l[i][0] * l[j][0] + l[i][1] * l[j][1];
            }
        }
        return p;
    }

    private static final double[] WEIGHTS = {0.5, 0.3, 0.2};
    private static final double[][][] FACTORS = {{{1, 0.5}, {0, 2}}, {{0.7, -0.2}, {0, 0.5}}, {{2, 0}, {0, 1}}};

    private static Made.Obj mixture(String type, Object factors) {
        return sk("GaussianMixture")
                .with("covariance_type", type)
                .with("means_", CENTERS)
                .with("weights_", WEIGHTS)
                .with("precisions_cholesky_", factors);
    }

    private static void likelihoods(double[][][] precisions, double[] densities, double[] shares) {
        int at = 0;
        for (int r = 0; r < ROWS.length; r++) {
            double total = 0;
            double[] joint = new double[3];
            for (int k = 0; k < 3; k++) {
                joint[k] = WEIGHTS[k] * density(ROWS[r], CENTERS[k], precisions[k]);
                total += joint[k];
            }
            densities[r] = Math.log(total);
            for (int k = 0; k < 3; k++) {
                shares[at++] = joint[k] / total;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "tied", "diag", "spherical"})
    void mixturesWeighTheirDensities(String type) {
        double[][][] precisions =
                switch (type) {
                    case "full" ->
                        IntStream.range(0, 3).mapToObj(k -> squared(FACTORS[k])).toArray(double[][][]::new);
                    case "tied" -> new double[][][] {squared(FACTORS[0]), squared(FACTORS[0]), squared(FACTORS[0])};
                    case "diag" -> new double[][][] {{{1, 0}, {0, 4}}, {{9, 0}, {0, 0.25}}, {{1, 0}, {0, 1}}};
                    default -> new double[][][] {{{4, 0}, {0, 4}}, {{0.25, 0}, {0, 0.25}}, {{1, 0}, {0, 1}}};
                };
        Object factors =
                switch (type) {
                    case "full" ->
                        Made.doubles(
                                Rows.flat(Arrays.stream(FACTORS)
                                        .map(f -> Rows.flat(f))
                                        .toArray(double[][]::new)),
                                3,
                                2,
                                2);
                    case "tied" -> FACTORS[0];
                    case "diag" -> new double[][] {{1, 2}, {3, 0.5}, {1, 1}};
                    default -> new double[] {2, 0.5, 1};
                };
        Made.Obj model = mixture(type, factors);
        double[] densities = new double[ROWS.length];
        double[] shares = new double[3 * ROWS.length];
        likelihoods(precisions, densities, shares);
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("score_samples").doubles()).containsExactly(densities, within(1e-12));
        assertThat(answers.get("predict_proba").doubles()).containsExactly(shares, within(1e-12));
        assertThat(answers.get("predict").longs())
                .isEqualTo(IntStream.range(0, ROWS.length)
                        .mapToLong(r -> Rows.argmax(Arrays.copyOfRange(shares, 3 * r, 3 * r + 3)))
                        .toArray());
    }

    /**
     * Bishop 2006, 10.64 to 10.66, in one dimension with nu degrees of freedom: E ln|P| = psi(nu/2) + ln 2 + ln W. Psi at
     * whole and half numbers is Euler's constant and a sum.
     */
    @Test
    void variationalMixturesExpectTheirLogarithms() {
        double[] nu = {4, 6};
        double[] kappa = {2, 5};
        double[] a = {3, 1};
        Object model = sk("BayesianGaussianMixture")
                .with("covariance_type", "spherical")
                .with("weight_concentration_prior_type", "dirichlet_distribution")
                .with("weight_concentration_", a)
                .with("means_", new double[][] {{0}, {2}})
                .with("precisions_cholesky_", new double[] {1, 2})
                .with("degrees_of_freedom_", nu)
                .with("mean_precision_", kappa);
        double[] rows = {0.5, 3};
        double[] expected = new double[2];
        for (int r = 0; r < 2; r++) {
            double total = 0;
            for (int k = 0; k < 2; k++) {
                double factor = k + 1;
                double weight = psi((int) a[k]) - psi(4);
                double gap = (rows[r] - 2 * k) * factor;
                double logDensity = -0.5 * gap * gap
                        + Math.log(factor)
                        - 0.5 * Math.log(2 * Math.PI)
                        - 0.5 * Math.log(nu[k])
                        + 0.5 * (Math.log(2) + psi((int) nu[k] / 2) - 1 / kappa[k]);
                total += Math.exp(weight + logDensity);
            }
            expected[r] = Math.log(total);
        }
        assertThat(Asked.doubles(model, "score_samples", new double[][] {{0.5}, {3}}))
                .containsExactly(expected, within(1e-12));
    }

    private static double psi(int n) {
        return -0.5772156649015329
                + IntStream.range(1, n).mapToDouble(i -> 1.0 / i).sum();
    }

    /** Stick breaking: ln of the k-th share is psi(a) - psi(a + b) plus the psi(b) - psi(a + b) of those before. */
    @Test
    void sticksAreBrokenOneAfterTheOther() {
        Object model = sk("BayesianGaussianMixture")
                .with("covariance_type", "spherical")
                .with("weight_concentration_", Made.tuple(new double[] {2, 3}, new double[] {4, 1}))
                .with("means_", new double[][] {{0}, {0}})
                .with("precisions_cholesky_", new double[] {1, 1})
                .with("degrees_of_freedom_", new double[] {2, 2})
                .with("mean_precision_", new double[] {1, 1});
        double first = psi(2) - psi(6);
        double second = psi(3) - psi(4) + psi(4) - psi(6);
        assertThat(Asked.doubles(model, "predict_proba", new double[][] {{1}}))
                .containsExactly(Rows.softmax(first, second), within(1e-12));
    }

    @Test
    void otherCovariancesAreNamed() {
        assertThatThrownBy(() -> Asked.imported(mixture("banded", new double[] {1, 1, 1})))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("covariance_type = banded");
    }

    @Test
    void envelopesMeasureInUnitsOfTheirSpread() {
        double[][] precision = {{2, 0.5}, {0.5, 1}};
        Object model = sk("EllipticEnvelope")
                .with("location_", new double[] {1, -1})
                .with("precision_", precision)
                .with("offset_", -4.0);
        double[] expected = Rows.each(ROWS, row -> {
            double x = row[0] - 1;
            double y = row[1] + 1;
            return -(2 * x * x + x * y + y * y);
        });
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("score_samples").doubles()).containsExactly(expected, within(1e-13));
        assertThat(answers.get("decision_function").doubles())
                .containsExactly(Arrays.stream(expected).map(s -> s + 4).toArray(), within(1e-13));
        assertThat(answers.get("predict").longs())
                .isEqualTo(
                        Arrays.stream(expected).mapToLong(s -> s >= -4 ? 1 : -1).toArray());
    }

    /** Each class's own Gaussian: rotations and the variances along them. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void quadraticDiscriminantsCompareDensities(int classes) {
        double angle = 0.6;
        double[][] turn = {{Math.cos(angle), -Math.sin(angle)}, {Math.sin(angle), Math.cos(angle)}};
        double[][] variances = {{1, 0.25}, {2, 3}, {0.5, 1}};
        double[][] means = Arrays.copyOf(CENTERS, classes);
        double[] priors = Rows.normalized(Arrays.copyOf(WEIGHTS, classes));
        Object model = sk("QuadraticDiscriminantAnalysis")
                .with("means_", means)
                .with("priors_", priors)
                .with("rotations_", java.util.Collections.nCopies(classes, turn))
                .with("scalings_", Arrays.asList((Object[]) Arrays.copyOf(variances, classes)))
                .with("classes_", Arrays.copyOf(new long[] {5, 6, 7}, classes));
        double[][] joint = Arrays.stream(ROWS)
                .map(row -> IntStream.range(0, classes)
                        .mapToDouble(k -> {
                            double along = turn[0][0] * (row[0] - means[k][0]) + turn[1][0] * (row[1] - means[k][1]);
                            double across = turn[0][1] * (row[0] - means[k][0]) + turn[1][1] * (row[1] - means[k][1]);
                            return Math.log(priors[k])
                                    - 0.5 * Math.log(variances[k][0] * variances[k][1])
                                    - 0.5 * (along * along / variances[k][0] + across * across / variances[k][1]);
                        })
                        .toArray())
                .toArray(double[][]::new);
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double[] decisions = classes == 2 ? Rows.each(joint, j -> j[1] - j[0]) : Rows.flat(joint);
        assertThat(answers.get("decision_function").doubles()).containsExactly(decisions, within(1e-12));
        assertThat(answers.get("predict_proba").doubles())
                .containsExactly(Rows.map(joint, Rows::softmax), within(1e-13));
        assertThat(answers.get("predict").longs())
                .isEqualTo(
                        Arrays.stream(joint).mapToLong(j -> 5 + Rows.argmax(j)).toArray());
    }

    /** Only the first components are kept; the mean is taken off where the solver found one. */
    @ParameterizedTest
    @CsvSource({"svd, true", "eigen, false", "lsqr, false"})
    void linearDiscriminantsTransformBySolver(String solver, boolean centers) {
        double[][] scalings = {{1, 2}, {3, 4}};
        Made.Obj model = sk("LinearDiscriminantAnalysis")
                .with("coef_", CENTERS)
                .with("intercept_", WEIGHTS)
                .with("classes_", new long[] {1, 2, 3})
                .with("solver", solver)
                .with("scalings_", scalings)
                .with("_max_components", 1)
                .with("xbar_", centers ? new double[] {10, 20} : null);
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double[][] scores = Arrays.stream(ROWS)
                .map(row -> IntStream.range(0, 3)
                        .mapToDouble(k -> Rows.dot(row, CENTERS[k]) + WEIGHTS[k])
                        .toArray())
                .toArray(double[][]::new);
        assertThat(answers.get("predict_proba").doubles())
                .containsExactly(Rows.map(scores, Rows::softmax), within(1e-14));
        if (solver.equals("lsqr")) {
            assertThat(answers).doesNotContainKey("transform");
        } else {
            double[] expected = Rows.each(ROWS, row -> row[0] - (centers ? 10 : 0) + 3 * (row[1] - (centers ? 20 : 0)));
            assertThat(answers.get("transform").doubles()).containsExactly(expected, within(1e-13));
        }
    }
}
