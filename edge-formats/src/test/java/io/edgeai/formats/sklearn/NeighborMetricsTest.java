package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Neighbours by every metric that is converted, nearest centroids, and the local outlier factor. */
class NeighborMetricsTest {
    private static double distance(String metric, double p, double[] a, double[] b) {
        double[] gaps = IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .toArray();
        return switch (metric) {
            case "manhattan", "cityblock", "l1" -> Arrays.stream(gaps).sum();
            case "chebyshev" -> Arrays.stream(gaps).max().orElseThrow();
            case "euclidean", "l2" -> Rows.norm(gaps);
            case "sqeuclidean" -> Rows.dot(gaps, gaps);
            case "cosine" -> 1 - Rows.dot(a, b) / Rows.norm(a) / Rows.norm(b);
            default ->
                Double.isInfinite(p)
                        ? Arrays.stream(gaps).max().orElseThrow()
                        : Math.pow(Arrays.stream(gaps).map(g -> Math.pow(g, p)).sum(), 1 / p);
        };
    }

    private static int[] nearest(double[][] points, double[] row, String metric, double p, int k) {
        return IntStream.range(0, points.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distance(metric, p, points[i], row)))
                .limit(k)
                .mapToInt(i -> i)
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "manhattan, 2",
        "cityblock, 2",
        "l1, 2",
        "l2, 2",
        "euclidean, 2",
        "sqeuclidean, 2",
        "chebyshev, 2",
        "cosine, 2",
        "minkowski, 1",
        "minkowski, 2",
        "minkowski, 3",
        "minkowski, 1.5",
        "minkowski, Infinity"
    })
    void weighedMeansOfTheNearest(String metric, double p) {
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            double[][] points = Rows.random(random, 25, 3);
            double[][] asked = Rows.random(random, 7, 3);
            double[] y = Rows.vector(random, 25);
            int k = 1 + random.nextInt(6);
            boolean weighs = seed % 2 == 1;
            Object model = sk("KNeighborsRegressor")
                    .with("_fit_X", points)
                    .with("_y", y)
                    .with("n_neighbors", k)
                    .with("weights", weighs ? "distance" : "uniform")
                    .with("effective_metric_", metric)
                    .with("p", p);
            double[] expected = Rows.each(asked, row -> {
                double sum = 0;
                double total = 0;
                for (int i : nearest(points, row, metric, p, k)) {
                    double weight = weighs ? 1 / distance(metric, p, points[i], row) : 1;
                    sum += weight * y[i];
                    total += weight;
                }
                return sum / total;
            });
            assertThat(Asked.predict(model, asked)).as("seed " + seed).containsExactly(expected, within(1e-10));
        }
    }

    /** The exponent may stand among the metric's parameters. */
    @Test
    void parametersOfTheMetricComeFirst() {
        double[][] points = {{3, 3}, {0, 5}};
        Made.Obj model = sk("KNeighborsRegressor")
                .with("_fit_X", points)
                .with("_y", new double[] {10, 20})
                .with("n_neighbors", 1)
                .with("effective_metric_", "minkowski")
                .with("p", 1);
        assertThat(Asked.predict(model, new double[] {0, 0})).as("5 is below 6").containsExactly(20);
        assertThat(Asked.predict(model.with("effective_metric_params_", Map.of("p", 4)), new double[] {0, 0}))
                .as("3.57 is below 5")
                .containsExactly(10);
        Object weighted = model.with("effective_metric_params_", Map.of("w", new double[] {1, 2}));
        assertThatThrownBy(() -> Asked.imported(weighted)).hasMessageContaining("a weighted metric");
    }

    @Test
    void severalOutputsEachHaveTheirOwn() {
        double[][] points = {{0}, {1}, {10}};
        Object numbers = sk("KNeighborsRegressor")
                .with("_fit_X", points)
                .with("_y", new double[][] {{1, 5}, {3, 7}, {0, 0}})
                .with("n_neighbors", 2);
        Tensor answer = Asked.all(numbers, new double[][] {{0.4}, {9}}).get("predict");
        assertThat(answer.shape()).containsExactly(2, 2);
        assertThat(answer.doubles()).containsExactly(2, 6, 1.5, 3.5);
        Object classes = sk("KNeighborsClassifier")
                .with("_fit_X", points)
                .with("_y", Made.longs(new long[] {0, 1, 0, 0, 1, 2}, 3, 2))
                .with("classes_", List.of(new long[] {7, 8}, new long[] {4, 5, 6}))
                .with("n_neighbors", 1);
        Map<String, Tensor> answers = Asked.all(classes, new double[][] {{0.4}, {9}});
        assertThat(answers.get("predict").longs()).containsExactly(7, 5, 8, 6);
        assertThat(answers.get("predict_proba_1").doubles()).containsExactly(0, 1, 0, 0, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mahalanobis", "haversine", "hamming", "precomputed", "seuclidean"})
    void otherMetricsAreNamed(String metric) {
        Made.Obj model = sk("KNeighborsRegressor")
                .with("_fit_X", new double[][] {{1}})
                .with("_y", new double[] {1})
                .with("n_neighbors", 1);
        assertThatThrownBy(() -> Asked.imported(model.with("effective_metric_", metric)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("metric = " + metric);
        assertThatThrownBy(() -> Asked.imported(model.with("weights", new Made.Global("mine", metric))))
                .hasMessageContaining("weights = ");
        assertThatThrownBy(() -> Asked.imported(sk("RadiusNeighborsClassifier").with("outlier_label", 7)))
                .hasMessageContaining("outlier_label = 7");
    }

    private static final double[][] CENTROIDS = {{0, 0}, {4, 1}, {-2, 3}};

    private static Made.Obj centroids(String metric) {
        return sk("NearestCentroid")
                .with("centroids_", CENTROIDS)
                .with("classes_", new long[] {1, 2, 3})
                .with("metric", metric);
    }

    @ParameterizedTest
    @ValueSource(strings = {"euclidean", "manhattan"})
    void nearestCentroidsOfOldVersionsOnlyPredict(String metric) {
        double[][] rows = Rows.random(new Random(9), 20, 2);
        Map<String, Tensor> answers = Asked.all(centroids(metric).with("_sklearn_version", "1.5.2"), rows);
        long[] expected = Arrays.stream(rows)
                .mapToLong(row -> 1 + nearest(CENTROIDS, row, metric, 2, 1)[0])
                .toArray();
        assertThat(answers.get("predict").longs()).isEqualTo(expected);
        assertThat(answers).containsOnlyKeys("predict");
    }

    /** Since 1.6 a discriminant: 2 ln prior - |(x - c) / s|^2; it predicts only where the priors differ. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nearestCentroidsOfNewVersionsAreDiscriminants(boolean even) {
        double[][] rows = Rows.random(new Random(10), 20, 2);
        double[] prior = even ? new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0} : new double[] {0.8, 0.15, 0.05};
        double[] spread = {2, 0};
        Object model = centroids("euclidean")
                .with("_sklearn_version", "1.9.1")
                .with("class_prior_", prior)
                .with("within_class_std_dev_", spread);
        Map<String, Tensor> answers = Asked.all(model, rows);
        double[][] scores = Arrays.stream(rows)
                .map(row -> IntStream.range(0, 3)
                        .mapToDouble(k -> 2 * Math.log(prior[k])
                                - Math.pow((row[0] - CENTROIDS[k][0]) / 2, 2)
                                - Math.pow(row[1] - CENTROIDS[k][1], 2))
                        .toArray())
                .toArray(double[][]::new);
        assertThat(answers.get("decision_function").doubles()).containsExactly(Rows.flat(scores), within(1e-12));
        assertThat(answers.get("predict_proba").doubles())
                .containsExactly(Rows.map(scores, Rows::softmax), within(1e-13));
        long[] expected = IntStream.range(0, rows.length)
                .mapToLong(r -> 1 + (even ? nearest(CENTROIDS, rows[r], "euclidean", 2, 1)[0] : Rows.argmax(scores[r])))
                .toArray();
        assertThat(answers.get("predict").longs()).isEqualTo(expected);
    }

    /** Breunig and others 2000: the mean density of the neighbours over one's own; training rows know their own radius. */
    @Test
    void outlierFactorsCompareDensities() {
        Random random = new Random(14);
        double[][] points = Rows.random(random, 18, 2);
        double[][] asked = {{0, 0}, {6, 6}, {0.5, -0.5}};
        int k = 4;
        double[][] near = new double[points.length][k];
        for (int i = 0; i < points.length; i++) {
            double[] own = points[i];
            near[i] = Arrays.stream(points)
                    .filter(p -> p != own)
                    .mapToDouble(p -> distance("euclidean", 2, p, own))
                    .sorted()
                    .limit(k)
                    .toArray();
        }
        double[] density = Rows.vector(new Random(2), points.length);
        Arrays.setAll(density, i -> 1 + Math.abs(density[i]));
        Made.Obj model = sk("LocalOutlierFactor")
                .with("_fit_X", points)
                .with("_distances_fit_X_", near)
                .with("_lrd", density)
                .with("n_neighbors_", k)
                .with("offset_", -1.5)
                .with("novelty", true);
        double[] expected = Rows.each(asked, row -> {
            int[] neighbors = nearest(points, row, "euclidean", 2, k);
            double reach = Arrays.stream(neighbors)
                    .mapToDouble(i -> Math.max(near[i][k - 1], distance("euclidean", 2, points[i], row)))
                    .average()
                    .orElseThrow();
            double own = 1 / (reach + 1e-10);
            return -Arrays.stream(neighbors)
                    .mapToDouble(i -> density[i] / own)
                    .average()
                    .orElseThrow();
        });
        Map<String, Tensor> answers = Asked.all(model, asked);
        assertThat(answers.get("score_samples").doubles()).containsExactly(expected, within(1e-12));
        assertThat(answers.get("decision_function").doubles())
                .containsExactly(Arrays.stream(expected).map(s -> s + 1.5).toArray(), within(1e-12));
        assertThat(answers.get("predict").longs())
                .isEqualTo(Arrays.stream(expected)
                        .mapToLong(s -> s < -1.5 ? -1 : 1)
                        .toArray());
        assertThatThrownBy(() -> Asked.imported(model.with("novelty", false)))
                .hasMessageContaining("novelty = False, which has no answers for new rows");
    }
}
