package io.edgeai.core.runtime.xgboost;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.EngineCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** XGBoost models of trees with one split each, and what they answer by their own formula. */
record Stumps(int features, Stump... trees) {
    /** {@code value < threshold ? left : right}; missing values go left. */
    record Stump(int feature, float threshold, float left, float right) {
        float answer(float value) {
            return Float.isNaN(value) || value < threshold ? left : right;
        }
    }

    /** Each stump looks at another feature, with leaves of an eighth and a quarter. */
    static Stumps many(int features, int count) {
        Stump[] trees = new Stump[count];
        for (int t = 0; t < count; t++) {
            trees[t] = new Stump(t % features, t % 7 / 8f, -.125f, .25f);
        }
        return new Stumps(features, trees);
    }

    /** Rows whose values run through missing, below and above the thresholds. */
    float[] rows(int count) {
        float[] rows = new float[count * features];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i % 5 == 0 ? Float.NaN : i % 11 / 10f;
        }
        return rows;
    }

    EngineCase in(Path file, int rowCount) throws IOException {
        float[] rows = rows(rowCount);
        float[] margins = new float[rowCount];
        float[] chances = new float[rowCount];
        for (int r = 0; r < rowCount; r++) {
            for (Stump tree : trees) {
                margins[r] += tree.answer(rows[r * features + tree.feature()]);
            }
            chances[r] = (float) (1 / (1 + Math.exp(-margins[r])));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("margin", Tensor.of(margins, rowCount, 1));
        outputs.put("prediction", Tensor.of(chances, rowCount, 1));
        Files.writeString(file, json());
        return new EngineCase(file, Map.of("input", Tensor.of(rows, rowCount, features)), outputs, 1e-6);
    }

    /** As XGBoost 3.0 writes it, for {@code binary:logistic} from a chance of one half. */
    String json() {
        StringBuilder all = new StringBuilder();
        StringBuilder groups = new StringBuilder();
        for (int t = 0; t < trees.length; t++) {
            Stump tree = trees[t];
            all.append(t == 0 ? "" : ",")
                    .append(
                            """
                    {"base_weights":[0E0,0E0,0E0],"categories":[],"categories_nodes":[],"categories_segments":[],\
                    "categories_sizes":[],"default_left":[1,0,0],"id":%d,"left_children":[1,-1,-1],\
                    "loss_changes":[1E0,0E0,0E0],"parents":[2147483647,0,0],"right_children":[2,-1,-1],\
                    "split_conditions":[%s,%s,%s],"split_indices":[%d,0,0],"split_type":[0,0,0],\
                    "sum_hessian":[2E0,1E0,1E0],"tree_param":{"num_deleted":"0","num_feature":"%d","num_nodes":"3",\
                    "size_leaf_vector":"1"}}"""
                                    .formatted(
                                            t, tree.threshold(), tree.left(), tree.right(), tree.feature(), features));
            groups.append(t == 0 ? "0" : ",0");
        }
        return """
                {"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{"model":{\
                "gbtree_model_param":{"num_parallel_tree":"1","num_trees":"%d"},\
                "tree_info":[%s],"trees":[%s]},"name":"gbtree"},"learner_model_param":{"base_score":"5E-1",\
                "boost_from_average":"1","num_class":"0","num_feature":"%d","num_target":"1"},\
                "objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},\
                "version":[3,0,4]}"""
                .formatted(trees.length, groups, all, features);
    }
}
