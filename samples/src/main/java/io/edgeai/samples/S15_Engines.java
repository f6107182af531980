package io.edgeai.samples;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which engines are here, what would bring the others, and one model run by each that can. */
public final class S15_Engines {
    /** One tree as XGBoost saves it: below 30 degrees -0.5, else 1.5, missing like below; from a margin of 0. */
    private static final String BOOSTER =
            """
            {"learner": {"attributes": {}, "feature_names": [], "feature_types": [],
              "gradient_booster": {"name": "gbtree", "model": {
                "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "1"}, "tree_info": [0], "trees": [{
                  "id": 0, "base_weights": [0.0, 0.0, 0.0], "categories": [], "categories_nodes": [],
                  "categories_segments": [], "categories_sizes": [], "default_left": [1, 0, 0],
                  "left_children": [1, -1, -1], "right_children": [2, -1, -1], "parents": [2147483647, 0, 0],
                  "loss_changes": [1.0, 0.0, 0.0], "sum_hessian": [2.0, 1.0, 1.0],
                  "split_conditions": [30.0, -0.5, 1.5], "split_indices": [0, 0, 0], "split_type": [0, 0, 0],
                  "tree_param": {"num_deleted": "0", "num_feature": "1", "num_nodes": "3", "size_leaf_vector": "1"}}]}},
              "learner_model_param": {"base_score": "5E-1", "boost_from_average": "1", "num_class": "0",
                "num_feature": "1", "num_target": "1"},
              "objective": {"name": "binary:logistic", "reg_loss_param": {"scale_pos_weight": "1"}}},
             "version": [2, 1, 0]}
            """;

    private S15_Engines() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s15"), Terminal.system());
    }

    static Map<String, float[]> run(Path home, Terminal terminal) throws IOException {
        Engines engines = Engines.discover();
        for (Engines.Status status : engines.status()) {
            terminal.line(status.name() + " " + status.formats() + ": "
                    + (status.availability().usable() ? "here, " : "not here, ")
                    + status.availability().detail());
        }
        Path file = Files.writeString(home.resolve("pump.json"), BOOSTER);
        Map<String, float[]> answers = new LinkedHashMap<>();
        for (InferenceRuntime engine : engines.all()) {
            if (engine.formats().contains(ModelFormat.XGBOOST)
                    && engine.availability().usable()) {
                try (InferenceSession session = engine.open(file, SessionOptions.defaults())) {
                    float[] margins = session.predict(new float[] {25, 60, Float.NaN}, 0); // three rows of one value
                    answers.put(engine.name(), margins);
                    terminal.line(engine.name() + " answers " + Arrays.toString(margins));
                }
            }
        }
        terminal.line("to add: " + engines.missingFor(ModelFormat.XGBOOST));
        return answers;
    }
}
