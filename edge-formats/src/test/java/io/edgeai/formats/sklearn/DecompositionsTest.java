package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Projections, written out with loops; likelihoods by Gaussian densities worked out in two dimensions. */
class DecompositionsTest {
    private static final double[][] COMPONENTS = {{0.6, 0.8, 0}, {0, 0, 1}};
    private static final double[] MEAN = {1, -2, 0.5};
    private static final double[][] ROWS = Rows.random(new Random(12), 6, 3);

    private static double[] projected(double[][] rows, double[] mean, double[][] components, double[] scale) {
        return Rows.map(rows, row -> IntStream.range(0, components.length)
                .mapToDouble(k -> Rows.dot(minus(row, mean), components[k]) / scale[k])
                .toArray());
    }

    private static double[] minus(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
    }

    @ParameterizedTest
    @CsvSource({"PCA, true", "PCA, false", "IncrementalPCA, true", "IncrementalPCA, false"})
    void principalComponentsAreCenteredAndPerhapsWhitened(String kind, boolean whitens) {
        double[] variance = {4, 0.25};
        Object model = sk(kind).with("components_", COMPONENTS)
                .with("mean_", MEAN)
                .with("explained_variance_", variance)
                .with("noise_variance_", 0.1)
                .with("whiten", whitens);
        double[] scale = whitens ? new double[] {2, 0.5} : new double[] {1, 1};
        assertThat(Asked.transform(model, ROWS))
                .containsExactly(projected(ROWS, MEAN, COMPONENTS, scale), within(1e-14));
    }

    /** A variance of nothing is whitened by the precision of doubles since version 1.4, by zero before. */
    @ParameterizedTest
    @CsvSource({"1.4, true", "1.3, false"})
    void whiteningOfNothing(String version, boolean finite) {
        Object model = sk("PCA")
                .with("_sklearn_version", version)
                .with("components_", new double[][] {{1, 0}})
                .with("explained_variance_", new double[1])
                .with("whiten", true);
        double answer = Asked.transform(model, new double[] {1, 1})[0];
        assertThat(answer).isEqualTo(finite ? 0x1p52 : Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TruncatedSVD",
                "GaussianRandomProjection",
                "SparseRandomProjection",
                "NeighborhoodComponentsAnalysis"
            })
    void plainProjectionsAreNotCentered(String kind) {
        Made.Obj model = sk(kind).with("components_", COMPONENTS).with("mean_", MEAN);
        double[] expected = projected(ROWS, new double[3], COMPONENTS, new double[] {1, 1});
        assertThat(Asked.transform(model, ROWS)).containsExactly(expected, within(1e-14));
        Made.Obj sparse = model.with("components_", Made.csr(COMPONENTS)).with("n_features_in_", 3);
        assertThat(Asked.transform(sparse, ROWS)).containsExactly(expected, within(1e-14));
    }

    @Test
    void independentComponentsAreCenteredWhereTheyWereWhitened() {
        Made.Obj model = sk("FastICA").with("components_", COMPONENTS).with("mean_", MEAN);
        double[] ones = {1, 1};
        for (Object whiten : new Object[] {"unit-variance", "arbitrary-variance", true}) {
            assertThat(Asked.transform(model.with("whiten", whiten), ROWS))
                    .containsExactly(projected(ROWS, MEAN, COMPONENTS, ones), within(1e-14));
        }
        assertThat(Asked.transform(model.with("whiten", false), ROWS))
                .containsExactly(projected(ROWS, new double[3], COMPONENTS, ones), within(1e-14));
    }

    /** Density of two correlated normal variables, from its textbook form. */
    private static double logDensity(double x, double y, double varX, double varY, double covariance) {
        double rho = covariance / Math.sqrt(varX * varY);
        double z = x * x / varX + y * y / varY - 2 * rho * x * y / Math.sqrt(varX * varY);
        return -z / (2 * (1 - rho * rho)) - Math.log(2 * Math.PI * Math.sqrt(varX * varY * (1 - rho * rho)));
    }

    /** Tipping and Bishop 1999: the model's covariance is W W' + noise. */
    @Test
    void probabilisticComponentsGiveALikelihood() {
        Object model = sk("PCA")
                .with("components_", new double[][] {{0.6, 0.8}})
                .with("mean_", new double[] {1, 2})
                .with("explained_variance_", new double[] {3})
                .with("noise_variance_", 0.5);
        double[][] rows = {{1, 2}, {0, 5}, {-3, 1}};
        double spread = 3 - 0.5;
        double[] expected = Rows.each(
                rows,
                row -> logDensity(row[0] - 1, row[1] - 2, 0.36 * spread + 0.5, 0.64 * spread + 0.5, 0.48 * spread));
        assertThat(Asked.doubles(model, "score_samples", rows)).containsExactly(expected, within(1e-13));
    }

    /** With one factor w and noise d the posterior mean is (w/d . x) / (1 + w/d . w). */
    @Test
    void factorsAreTheirPosteriorMean() {
        double[] w = {2, -1};
        double[] noise = {0.5, 0.25};
        Object model = sk("FactorAnalysis")
                .with("components_", new double[][] {w})
                .with("mean_", new double[] {1, 2})
                .with("noise_variance_", noise);
        double[][] rows = {{1, 2}, {0, 5}, {-3, 1}};
        double[] weighted = {w[0] / noise[0], w[1] / noise[1]};
        double[] mean = {1, 2};
        Map<String, Tensor> answers = Asked.all(model, rows);
        assertThat(answers.get("transform").doubles())
                .containsExactly(
                        Rows.each(rows, row -> Rows.dot(weighted, minus(row, mean)) / (1 + Rows.dot(weighted, w))),
                        within(1e-14));
        assertThat(answers.get("score_samples").doubles())
                .containsExactly(
                        Rows.each(rows, row -> logDensity(row[0] - 1, row[1] - 2, 4.5, 1.25, -2)), within(1e-13));
    }

    /** Ridge regression on orthogonal components: each projection shrinks by its size over size plus the penalty. */
    @ParameterizedTest
    @ValueSource(strings = {"SparsePCA", "MiniBatchSparsePCA"})
    void sparseComponentsAreARidgeRegression(String kind) {
        Object model = sk(kind).with("components_", new double[][] {{3, 4, 0}, {0, 0, 2}})
                .with("mean_", MEAN)
                .with("ridge_alpha", 0.5);
        double[] expected = Rows.map(ROWS, row ->
                new double[] {(3 * (row[0] - MEAN[0]) + 4 * (row[1] - MEAN[1])) / 25.5, 2 * (row[2] - MEAN[2]) / 4.5});
        assertThat(Asked.transform(model, ROWS)).containsExactly(expected, within(1e-14));
    }

    private static Made.Obj leastSquares(String kind) {
        return sk(kind).with("_x_mean", MEAN)
                .with("_x_std", new double[] {2, 1, 4})
                .with("x_rotations_", Rows.transposed(COMPONENTS))
                .with("x_weights_", Rows.transposed(COMPONENTS))
                .with("y_loadings_", new double[][] {{1, 2}, {-3, 0.5}})
                .with("_y_mean", new double[] {10, 20})
                .with("_y_std", new double[] {2, 5});
    }

    private static double[][] scores(double[][] rows) {
        return Arrays.stream(rows)
                .map(row ->
                        new double[] {0.6 * (row[0] - MEAN[0]) / 2 + 0.8 * (row[1] - MEAN[1]), (row[2] - MEAN[2]) / 4})
                .toArray(double[][]::new);
    }

    /** Scores t = z R, predictions t Q' scaled back to the targets. */
    @ParameterizedTest
    @ValueSource(strings = {"PLSRegression", "PLSCanonical", "CCA"})
    void partialLeastSquaresPredictThroughTheirScores(String kind) {
        Map<String, Tensor> answers = Asked.all(leastSquares(kind), ROWS);
        double[][] scores = scores(ROWS);
        assertThat(answers.get("transform").doubles()).containsExactly(Rows.flat(scores), within(1e-14));
        double[] expected =
                Rows.map(scores, t -> new double[] {10 + 2 * (t[0] + 2 * t[1]), 20 + 5 * (-3 * t[0] + 0.5 * t[1])});
        assertThat(answers.get("predict").doubles()).containsExactly(expected, within(1e-13));
        assertThat(answers.get("predict").shape()).containsExactly(ROWS.length, 2);
    }

    @Test
    void singularVectorsOfTheCovarianceOnlyTransform() {
        Map<String, Tensor> answers = Asked.all(leastSquares("PLSSVD"), ROWS);
        assertThat(answers.get("transform").doubles()).containsExactly(Rows.flat(scores(ROWS)), within(1e-14));
        assertThat(answers).doesNotContainKey("predict");
    }

    @Test
    void oneTargetIsFlatWhereItWasFittedSo() {
        Made.Obj one = leastSquares("PLSRegression")
                .with("y_loadings_", new double[][] {{1, 2}})
                .with("_y_mean", new double[] {10})
                .with("_y_std", new double[] {2});
        assertThat(Asked.all(one, ROWS).get("predict").shape()).containsExactly(ROWS.length, 1);
        assertThat(Asked.all(one.with("_predict_1d", true), ROWS).get("predict").shape())
                .containsExactly(ROWS.length);
    }

    @Test
    void hiddenUnitsAreSigmoids() {
        Object model =
                sk("BernoulliRBM").with("components_", COMPONENTS).with("intercept_hidden_", new double[] {0.5, -1});
        double[] expected = Rows.map(ROWS, row -> new double[] {
            Rows.sigmoid(Rows.dot(row, COMPONENTS[0]) + 0.5), Rows.sigmoid(Rows.dot(row, COMPONENTS[1]) - 1)
        });
        assertThat(Asked.transform(model, ROWS)).containsExactly(expected, within(1e-15));
    }

    @Test
    void columnsThatDoNotFitAreRefused() {
        Object model = sk("TruncatedSVD").with("components_", COMPONENTS).with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("was fitted on (3) columns but gets 2");
    }
}
