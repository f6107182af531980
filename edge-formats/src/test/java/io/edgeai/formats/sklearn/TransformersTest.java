package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformersTest {
    /** Standard normal quantiles as published (NIST, and Wichura 1988 for the tails). */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0",
        "0.975, 1.959963984540054",
        "0.025, -1.959963984540054",
        "0.25, -0.6744897501960817",
        "0.9, 1.2815515655446004",
        "0.001, -3.090232306167813",
        "0.0001, -3.719016485455709"
    })
    void normalQuantilesAreThePublishedOnes(double p, double quantile) {
        double[] references = {0, 1};
        Object model = sk(
                "QuantileTransformer",
                "quantiles_",
                new double[][] {{0}, {1}},
                "references_",
                references,
                "output_distribution",
                "normal");
        assertThat(Asked.doubles(model, "transform", new double[][] {{p}})[0]).isCloseTo(quantile, within(4e-15 * 4));
    }

    @Test
    void quantilesInterpolateAndAverageOverRepeats() {
        Object model = sk(
                "QuantileTransformer",
                "quantiles_",
                new double[][] {{0}, {2}, {2}, {4}},
                "references_",
                new double[] {0, 1 / 3.0, 2 / 3.0, 1},
                "output_distribution",
                "uniform");
        double[] answer = Asked.doubles(model, "transform", new double[][] {{-1}, {0}, {1}, {2}, {3}, {4}, {9}});
        assertThat(answer).containsExactly(new double[] {0, 0, 1 / 6.0, 0.5, 5 / 6.0, 1, 1}, within(1e-15));
    }

    @Test
    void powersBendBothWays() {
        Object model = sk(
                "PowerTransformer",
                "lambdas_",
                new double[] {0, 2, 0.5},
                "method",
                "yeo-johnson",
                "standardize",
                false);
        double[] answer = Asked.doubles(model, "transform", new double[][] {{1, -1, 3}, {-1, 2, -3}});
        assertThat(answer)
                .containsExactly(
                        new double[] {Math.log(2), -Math.log(2), 2, -(4 - 1) / 2.0, (9 - 1) / 2.0, -(8 - 1) / 1.5},
                        within(1e-14));
    }

    @Test
    void polynomialsListTheirTermsInOrder() {
        Object model = sk("PolynomialFeatures", "degree", 2, "n_features_in_", 2);
        assertThat(Asked.doubles(model, "transform", new double[][] {{2, 3}})).containsExactly(1, 2, 3, 4, 6, 9);
        Object products = sk(
                "PolynomialFeatures",
                "degree",
                3,
                "n_features_in_",
                3,
                "interaction_only",
                true,
                "include_bias",
                false);
        assertThat(Asked.doubles(products, "transform", new double[][] {{2, 3, 5}}))
                .containsExactly(2, 3, 5, 6, 10, 15, 30);
    }

    @Test
    void splinesSumToOneAndGoOnInStraightLines() {
        double[] knots = {-2, -1, 0, 1, 2, 3, 4, 5};
        Object spline = Made.of("scipy.interpolate._bsplines", "BSpline", "t", knots, "k", 2);
        Object model = sk("SplineTransformer", "bsplines_", List.of(spline), "degree", 2, "extrapolation", "linear");
        double[] answer = Asked.doubles(model, "transform", new double[][] {{0.5}, {3}, {4}, {5}});
        assertThat(answer[0]).isCloseTo(0.125, within(1e-15));
        assertThat(answer[1]).isCloseTo(0.75, within(1e-15));
        for (int r = 0; r < 4; r++) {
            double sum = 0;
            for (int b = 0; b < 5; b++) {
                sum += answer[5 * r + b];
                if (r == 3) {
                    assertThat(answer[15 + b] - answer[10 + b])
                            .isCloseTo(answer[10 + b] - answer[5 + b], within(1e-14));
                }
            }
            assertThat(sum).isCloseTo(1, within(1e-14));
        }
    }

    @Test
    void binsCountTheEdgesBelow() {
        Object model = sk("KBinsDiscretizer", "bin_edges_", List.of(new double[] {0, 1, 2, 3}), "encode", "ordinal");
        assertThat(Asked.doubles(model, "transform", new double[][] {{-5}, {0.5}, {1}, {2.5}, {9}}))
                .containsExactly(0, 0, 1, 2, 2);
    }

    @Test
    void missingValuesAreFilledAndMarked() {
        Object model = sk(
                "SimpleImputer",
                "statistics_",
                new double[] {7, 8},
                "strategy",
                "mean",
                "add_indicator",
                true,
                "indicator_",
                sk("MissingIndicator", "features_", new long[] {1}));
        double[] answer = Asked.doubles(model, "transform", new double[][] {{Double.NaN, 1}, {2, Double.NaN}});
        assertThat(answer).containsExactly(7, 1, 0, 2, 8, 1);
    }

    @Test
    void textIsFilledWhereItIsEmptyAndThenEncoded() {
        Object model = Made.pipeline(
                "fill",
                        sk(
                                "SimpleImputer",
                                "statistics_",
                                Made.objects("b"),
                                "strategy",
                                "most_frequent",
                                "n_features_in_",
                                1),
                "code",
                        sk(
                                "OrdinalEncoder",
                                "categories_",
                                List.of(Made.objects("a", "b", "c")),
                                "handle_unknown",
                                "use_encoded_value",
                                "unknown_value",
                                -1.0));
        Map<String, Tensor> answers =
                Asked.all(model, Map.of("input", Tensor.of(new String[] {"c", "", "x", "a"}, 4, 1)));
        assertThat(answers.get("transform").doubles()).containsExactly(2, 1, -1, 0);
    }

    @Test
    void wordsAreLowerCasedSplitCountedAndWeighted() {
        Map<String, Object> vocabulary = new LinkedHashMap<>();
        vocabulary.put("dog", 1);
        vocabulary.put("cat", 0);
        vocabulary.put("été", 2);
        Object counts = sk("CountVectorizer", "vocabulary_", vocabulary);
        Tensor text = Tensor.of(new String[] {"The CAT, the dog; a cat!", "", "dog_cat Été ÉTÉ 日本"}, 3, 1);
        assertThat(Asked.all(counts, Map.of("input", text)).get("transform").doubles())
                .containsExactly(2, 1, 0, 0, 0, 0, 0, 0, 2);
        Object weighted = sk(
                "TfidfVectorizer",
                "vocabulary_",
                vocabulary,
                "_tfidf",
                sk("TfidfTransformer", "idf_", new double[] {1, 2, 3}),
                "norm",
                "l2");
        double[] answer =
                Asked.all(weighted, Map.of("input", text)).get("transform").doubles();
        assertThat(answer[0]).isCloseTo(2 / Math.sqrt(8), within(1e-15));
        assertThat(answer[1]).isCloseTo(2 / Math.sqrt(8), within(1e-15));
        assertThat(answer[3]).isZero();
    }

    @Test
    void dictsAreReadAsColumns() {
        Object model =
                sk("DictVectorizer", "feature_names_", List.of("city=Lyon", "city=Paris", "temp"), "separator", "=");
        Map<String, Tensor> answers = Asked.all(
                model,
                Map.of(
                        "city",
                        Tensor.of(new String[] {"Paris", ""}, 2, 1),
                        "temp",
                        Tensor.of(new double[] {12, Double.NaN}, 2, 1)));
        assertThat(answers.get("transform").doubles()).containsExactly(0, 1, 12, 0, 0, 0);
    }

    @Test
    void functionsOfNumpyKeepSmallValues() {
        Object model = sk("FunctionTransformer", "func", new Made.Global("numpy", "log1p"), "n_features_in_", 1);
        assertThat(Asked.doubles(model, "transform", new double[][] {{1e-12}, {1}, {0}}))
                .containsExactly(new double[] {Math.log1p(1e-12), Math.log(2), 0}, within(1e-25));
        assertThatThrownBy(() -> Asked.imported(
                        sk("FunctionTransformer", "func", new Made.Global("mine", "f"), "n_features_in_", 1)))
                .hasMessageContaining("function mine.f");
    }
}
