package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model text written by hand after LightGBM's own; the walk through it is worked out beside each expectation. */
class LightGbmTest {
    private static final String HEADER = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\n";

    /** Feature 0 at most 2.5 (missing goes right: type 8 = NaN, not left), then feature 1 in categories {0, 33}. */
    private static final String TREE =
            """
            Tree=0
            num_leaves=3
            num_cat=1
            split_feature=0 1
            threshold=2.5 0
            decision_type=8 1
            left_child=1 -1
            right_child=-3 -2
            leaf_value=1 2 4
            cat_boundaries=0 2
            cat_threshold=1 2
            is_linear=0
            shrinkage=1

            """;

    /** One split that saw no missing values in training: NaN counts as 0, which is at most 0.5. */
    private static final String SECOND =
            """
            Tree=1
            num_leaves=2
            num_cat=0
            split_feature=0
            threshold=0.5
            decision_type=2
            left_child=-1
            right_child=-2
            leaf_value=10 20
            is_linear=0
            shrinkage=1

            end of trees
            """;

    private static final double[][] ROWS = {
        {1, 0}, {1, 33}, {1, 1}, {3, 0}, {Double.NaN, 0}, {1, Double.NaN}, {0, 33.9}, {0, -1}
    };

    private static Object model(String kind, String objective, String trees, Object... more) {
        Object[] attributes = java.util.Arrays.copyOf(more, more.length + 4);
        attributes[more.length] = "_Booster";
        attributes[more.length + 1] =
                Made.of("lightgbm.basic", "Booster", "_handle", HEADER + "objective=" + objective + "\n\n" + trees);
        attributes[more.length + 2] = "_n_features";
        attributes[more.length + 3] = 2;
        return Made.of("lightgbm.sklearn", kind, attributes);
    }

    @Test
    void splitsCategoriesAndMissingValuesGoTheirWays() {
        double[] answer = Asked.doubles(model("LGBMRegressor", "regression", TREE + SECOND), "predict", ROWS);
        assertThat(answer).containsExactly(21, 21, 22, 24, 14, 22, 11, 12);
    }

    @Test
    void objectivesBendTheSum() {
        double[] poisson = Asked.doubles(model("LGBMRegressor", "poisson", TREE), "predict", ROWS);
        assertThat(poisson[0]).isCloseTo(Math.E, within(1e-15));
        double[] root = Asked.doubles(model("LGBMRegressor", "regression sqrt", TREE), "predict", ROWS);
        assertThat(root[3]).isEqualTo(16);
        assertThatThrownBy(() -> Asked.imported(model("LGBMRegressor", "custom", TREE)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("objective = custom");
    }

    @Test
    void twoClassesBySigmoidOfTheStatedSlope() {
        Object model = model("LGBMClassifier", "binary sigmoid:2", TREE, "_classes", Made.objects("no", "yes"));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double p = 1 / (1 + Math.exp(-2));
        assertThat(answers.get("predict_proba").doubles()[1]).isCloseTo(p, within(1e-15));
        assertThat(answers.get("predict").strings()[0]).isEqualTo("yes");
    }

    @Test
    void aBoosterByItselfGivesWhatItsPredictGives() {
        Object booster =
                Made.of("lightgbm.basic", "Booster", "_handle", HEADER + "objective=binary sigmoid:2\n\n" + TREE);
        double[] answer = Asked.doubles(booster, "predict", ROWS);
        assertThat(answer[2]).isCloseTo(1 / (1 + Math.exp(-4)), within(1e-15));
        Object sum = Made.of("lightgbm.basic", "Booster", "handle", HEADER + "objective=regression\n\n" + TREE);
        assertThat(Asked.doubles(sum, "predict", ROWS)).containsExactly(1, 1, 2, 4, 4, 2, 1, 2);
    }

    @Test
    void whatIsNotExactIsNamed() {
        Object linear = model("LGBMRegressor", "regression", TREE.replace("is_linear=0", "is_linear=1"));
        assertThatThrownBy(() -> Asked.imported(linear)).hasMessageContaining("linear trees");
        Object zeros = model("LGBMRegressor", "regression", SECOND.replace("decision_type=2", "decision_type=4"));
        assertThatThrownBy(() -> Asked.imported(zeros)).hasMessageContaining("zero_as_missing");
    }

    @Test
    void damagedTextIsATypedError() {
        for (String text : new String[] {
            "Tree=0\nnum_leaves=x\n", "Tree=0\nnum_leaves=5\nleaf_value=1 2\n", TREE.replace("1 2 4", "1 b 4")
        }) {
            assertThatThrownBy(() -> Asked.imported(model("LGBMRegressor", "regression", text)))
                    .as(text)
                    .isInstanceOf(ModelFormatException.class);
        }
        assertThatThrownBy(() -> Asked.imported(Made.of(
                        "lightgbm.sklearn",
                        "LGBMRegressor",
                        "_n_features",
                        1,
                        "_Booster",
                        Made.of("lightgbm.basic", "Booster", "_handle", ""))))
                .hasMessageContaining("no header");
    }
}
