package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A model of another library: kept as it is, converted beside it, and served either way. */
public final class S10_Formats {
    /** What XGBoost saves for one tree: below 30 degrees 0.1, else below 4 bar 0.3, else 2.5; missing goes right. */
    private static final String BOOSTER =
            """
            {"version": [2, 1, 0], "learner": {
              "objective": {"name": "reg:squarederror"},
              "learner_model_param": {"base_score": "0", "num_class": "0", "num_feature": "2", "num_target": "1"},
              "gradient_booster": {"name": "gbtree", "model": {"tree_info": [0], "trees": [{
                "left_children": [1, -1, 3, -1, -1], "right_children": [2, -1, 4, -1, -1],
                "split_indices": [0, 0, 1, 0, 0], "split_conditions": [30, 0.1, 4, 0.3, 2.5],
                "default_left": [0, 0, 0, 0, 0], "categories": [],
                "tree_param": {"size_leaf_vector": "1"}}]}}}}
            """;

    private S10_Formats() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s10"), Terminal.system());
    }

    static float[][] run(Path home, Terminal terminal) throws IOException {
        Path file = Files.writeString(home.resolve("pump.json"), BOOSTER);
        try (EdgeAI edge = EdgeAI.builder()
                .home(home.resolve("registry"))
                .serving(s -> s.noDeadline())
                .build()) {
            ModelVersion converted = edge.importModel("pump", file); // any of the formats in the README's table
            ModelVersion original = edge.registry().get(converted.parent().orElseThrow());
            terminal.line(original + " became " + converted + ", " + converted.derivation());

            float[][] rows = {{25, 9}, {60, 3}, {60, 5}, {Float.NaN, 5}};
            float[][] answers = new float[2][rows.length];
            for (int side = 0; side < 2; side++) {
                ModelVersion version = side == 0 ? original : converted;
                try (ModelEndpoint endpoint = edge.serve("pump", s -> s.split(version, 1))) {
                    for (int i = 0; i < rows.length; i++) {
                        answers[side][i] = endpoint.predict(rows[i])[0];
                    }
                }
                terminal.line(version.format().displayName() + ": " + Arrays.toString(answers[side]));
            }
            return answers;
        }
    }
}
