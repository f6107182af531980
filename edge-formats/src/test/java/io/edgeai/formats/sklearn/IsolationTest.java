package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forests that answer otherwise: by depth, by leaf, for several outputs, with missing values. */
class IsolationTest {
    private static final String NODE =
            "left_child:i8 right_child:i8 feature:i8 threshold:f8 n_node_samples:i8 missing_go_to_left:u1";

    private static Made.Obj tree(String kind, int features, Made.Arr values, double[]... nodes) {
        return sk(kind).with("tree_", Made.innerTree(features, new long[] {1}, Made.table(NODE, nodes), values));
    }

    private static Made.Arr zeros(int nodes) {
        return Made.doubles(new double[nodes], nodes, 1, 1);
    }

    /** Liu, Ting and Zhou 2008: 2 H(n - 1) - 2 (n - 1) / n, H by the logarithm and Euler's constant. */
    private static double path(int n) {
        return n <= 1 ? 0 : n == 2 ? 1 : 2 * (Math.log(n - 1) + 0.5772156649015329) - 2.0 * (n - 1) / n;
    }

    @ParameterizedTest
    @CsvSource({"1.9.1", "1.2.1"})
    void scoresFallWithTheDepthOfTheLeaf(String version) {
        Made.Obj deep = tree(
                "ExtraTreeRegressor",
                1,
                zeros(5),
                new double[] {1, 2, 0, 5, 16, 0},
                new double[] {-1, -1, -2, -2, 1, 0},
                new double[] {3, 4, 0, 9, 15, 0},
                new double[] {-1, -1, -2, -2, 2, 0},
                new double[] {-1, -1, -2, -2, 13, 0});
        Made.Obj shallow = tree(
                "ExtraTreeRegressor",
                1,
                zeros(3),
                new double[] {1, 2, 0, 7, 16, 0},
                new double[] {-1, -1, -2, -2, 10, 0},
                new double[] {-1, -1, -2, -2, 6, 0});
        Object model = sk("IsolationForest")
                .with("_sklearn_version", version)
                .with("estimators_", List.of(deep, shallow))
                .with("estimators_features_", List.of(new long[] {1}, new long[] {0}))
                .with(version.equals("1.2.1") ? "max_samples_" : "_max_samples", 16)
                .with("offset_", -0.5)
                .with("n_features_in_", 2);
        double[][] rows = {{0, 0}, {8, 6}, {0, 99}};
        double[] depths = {1 + 1 + path(10), 2 + path(2) + 1 + path(6), 2 + path(13) + 1 + path(10)};
        Map<String, Tensor> answers = Asked.all(model, rows);
        for (int r = 0; r < 3; r++) {
            double score = -Math.pow(2, -depths[r] / (2 * path(16)));
            assertThat(answers.get("score_samples").doubles()[r]).isCloseTo(score, within(1e-14));
            assertThat(answers.get("decision_function").doubles()[r]).isCloseTo(score + 0.5, within(1e-14));
            assertThat(answers.get("predict").longs()[r]).isEqualTo(score < -0.5 ? -1 : 1);
        }
    }

    @Test
    void leavesBecomeColumns() {
        Made.Obj tree = tree(
                "ExtraTreeRegressor",
                1,
                zeros(5),
                new double[] {1, 2, 0, 5, 9, 0},
                new double[] {-1, -1, -2, -2, 1, 0},
                new double[] {3, 4, 0, 9, 8, 0},
                new double[] {-1, -1, -2, -2, 2, 0},
                new double[] {-1, -1, -2, -2, 6, 0});
        Object encoder = sk("OneHotEncoder").with("categories_", List.of(new long[] {1, 3, 4}, new long[] {1, 4}));
        Object model = sk("RandomTreesEmbedding")
                .with("estimators_", List.of(tree, tree))
                .with("one_hot_encoder_", encoder)
                .with("n_features_in_", 1);
        assertThat(Asked.transform(model, new double[][] {{1}, {6}, {10}}))
                .as("a leaf that the encoder never saw marks nothing")
                .containsExactly(1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1);
    }

    @Test
    void missingValuesGoWhereTheyWentInTraining() {
        Made.Arr values = Made.doubles(new double[] {0, -1, 1}, 3, 1, 1);
        for (int left = 0; left < 2; left++) {
            Object model = tree(
                    "DecisionTreeRegressor",
                    1,
                    values,
                    new double[] {1, 2, 0, 5, 9, left},
                    new double[] {-1, -1, -2, -2, 1, 0},
                    new double[] {-1, -1, -2, -2, 1, 0});
            assertThat(Asked.predict(model, new double[] {Double.NaN})).containsExactly(left == 1 ? -1 : 1);
        }
    }

    /** Two outputs of two and three classes: the values of a node are padded to the larger number. */
    @Test
    void severalOutputsEachHaveTheirProbabilities() {
        double[][] nodes = {{1, 2, 0, 5, 9, 0}, {-1, -1, -2, -2, 4, 0}, {-1, -1, -2, -2, 4, 0}};
        double[] values = {
            0.5, 0.5, 0, 0.2, 0.3, 0.5,
            0.75, 0.25, 0, 0.1, 0.8, 0.1,
            0.25, 0.75, 0, 0.2, 0.2, 0.6
        };
        Object inner = Made.innerTree(1, new long[] {2, 3}, Made.table(NODE, nodes), Made.doubles(values, 3, 2, 3));
        Object model = sk("DecisionTreeClassifier")
                .with("tree_", inner)
                .with("classes_", List.of(new long[] {0, 1}, new long[] {7, 8, 9}));
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{1}, {6}});
        assertThat(answers.get("predict").longs()).containsExactly(0, 8, 1, 9);
        assertThat(answers.get("predict_proba_0").doubles()).containsExactly(0.75, 0.25, 0.25, 0.75);
        assertThat(answers.get("predict_proba_1").doubles()).containsExactly(0.1, 0.8, 0.1, 0.2, 0.2, 0.6);
    }

    @Test
    void regressorsOfSeveralOutputsAverageEach() {
        double[][] nodes = {{1, 2, 0, 5, 9, 0}, {-1, -1, -2, -2, 4, 0}, {-1, -1, -2, -2, 4, 0}};
        Made.Obj first = tree("t", 1, Made.doubles(new double[] {0, 0, 1, 2, 3, 4}, 3, 2, 1), nodes);
        Made.Obj second = tree("t", 1, Made.doubles(new double[] {0, 0, 5, 6, 7, 8}, 3, 2, 1), nodes);
        Object model = sk("ExtraTreesRegressor")
                .with("estimators_", List.of(first, second))
                .with("n_features_in_", 1);
        Tensor answer = Asked.all(model, new double[][] {{1}, {6}}).get("predict");
        assertThat(answer.shape()).containsExactly(2, 2);
        assertThat(answer.doubles()).containsExactly(3, 4, 5, 6);
    }

    @Test
    void treesWithoutTheirPartsAreRefused() {
        Object bare = sk("DecisionTreeRegressor").with("tree_", sk("Tree"));
        assertThatThrownBy(() -> Asked.imported(bare))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("tree_ without nodes and values");
        Object few = tree("DecisionTreeRegressor", 1, zeros(2), new double[] {-1, -1, -2, -2, 1, 0});
        assertThatThrownBy(() -> Asked.imported(few)).hasMessageContaining("for 1 nodes");
        Object empty = tree("DecisionTreeRegressor", 1, zeros(0));
        assertThatThrownBy(() -> Asked.imported(empty)).hasMessageContaining("Maybe it was not fitted");
        Object none = sk("RandomForestRegressor").with("estimators_", List.of()).with("n_features_in_", 1);
        assertThatThrownBy(() -> Asked.imported(none)).hasMessageContaining("has no trees");
    }
}
