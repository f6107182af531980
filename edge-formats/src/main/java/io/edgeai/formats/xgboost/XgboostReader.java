package io.edgeai.formats.xgboost;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads XGBoost's JSON and UBJSON model files of 1.x to 3.x. Files above 1 GiB are refused. */
final class XgboostReader {
    private static final Set<String> BOOSTERS = new TreeSet<>(Set.of("gbtree", "dart", "gblinear"));
    private static final long MAX_BYTES = 1L << 30;
    private static final JsonMapper JSON = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxDocumentLength(MAX_BYTES)
                    .build())
            .build());

    private XgboostReader() {}

    static XgboostModel read(Path file) {
        byte[] bytes;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelFormatException(
                        "XGBoost file (" + file + ") is larger than 1 GiB. Maybe it is not a" + " model.");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + file + ").", e);
        }
        return read(bytes);
    }

    static XgboostModel read(byte[] bytes) {
        return model(tree(bytes));
    }

    static JsonNode tree(byte[] bytes) {
        if (bytes.length > 2 && bytes[0] == '{' && "iUIlL#$".indexOf(bytes[1]) >= 0) {
            return UbjsonReader.read(bytes);
        }
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "File is neither XGBoost JSON nor UBJSON. Maybe it was saved in XGBoost's old binary format; load"
                            + " it with XGBoost below 3.1 and save it as .json or .ubj.",
                    e);
        }
    }

    static XgboostModel model(JsonNode root) {
        JsonNode learner = root.path("learner");
        JsonNode booster = learner.path("gradient_booster");
        JsonNode parameters = learner.path("learner_model_param");
        if (!booster.isObject() || !parameters.isObject()) {
            throw new ModelFormatException("File has no learner with a gradient_booster. Maybe it is JSON of something"
                    + " other than an XGBoost model.");
        }
        String objectiveName = learner.path("objective").path("name").asText("");
        List<Integer> version = version(root.path("version"));
        Objective objective = known(objectiveName, version, booster.path("name").asText(""));
        int groups = Math.max(
                1,
                Math.max(
                        parameters.path("num_class").asInt(0),
                        parameters.path("num_target").asInt(1)));
        int features = parameters.path("num_feature").asInt(0);
        if (features < 1 || features > 10_000_000 || groups > 100_000) {
            throw new ModelFormatException("XGBoost model states (" + features + ") features and (" + groups
                    + ") outputs, outside 1 to 10,000,000 and 100,000.");
        }
        float[] base = baseMargin(parameters.path("base_score").asText("0.5"), groups, objective);
        String kind = booster.path("name").asText("");
        if (kind.equals("gblinear")) {
            return linear(booster, version, objectiveName, objective, groups, features, base);
        }
        JsonNode weights = booster.path("weight_drop");
        JsonNode model = kind.equals("dart") && booster.has("gbtree")
                ? booster.path("gbtree").path("model")
                : booster.path("model");
        JsonNode trees = model.path("trees");
        if (!trees.isArray() || model.path("tree_info").size() != trees.size()) {
            throw new ModelFormatException("XGBoost booster (" + kind + ") has no consistent list of trees.");
        }
        if (weights.isArray() && weights.size() != trees.size()) {
            throw new ModelFormatException(
                    "XGBoost booster has (" + weights.size() + ") weight_drop for (" + trees.size() + ") trees.");
        }
        List<XgboostModel.Member> members = new ArrayList<>(trees.size());
        for (int t = 0; t < trees.size(); t++) {
            int group = model.path("tree_info").get(t).asInt();
            if (group < 0 || group >= groups) {
                throw new ModelFormatException(
                        "XGBoost tree (" + t + ") adds to output (" + group + ") of " + groups + ".");
            }
            XgboostTree tree = XgboostTree.of(trees.get(t), t, features);
            if (tree.width > 1 && tree.width != groups) {
                throw new ModelFormatException(
                        "XGBoost tree (" + t + ") has (" + tree.width + ") values a leaf for " + groups + " outputs.");
            }
            members.add(new XgboostModel.Member(
                    tree, group, weights.isArray() ? XgboostTree.number(weights.get(t), "weight_drop") : 1f));
        }
        return new XgboostModel(
                version, objectiveName, objective, groups, features, base, List.copyOf(members), new float[0]);
    }

    /** How many trees the first rounds have. Releases since 2.0 say so; before, each round has one for each group and forest. */
    static int treesOf(JsonNode booster, XgboostModel model, int rounds) {
        JsonNode gbtree = booster.has("gbtree") ? booster.path("gbtree").path("model") : booster.path("model");
        JsonNode begins = gbtree.path("iteration_indptr");
        if (begins.isArray() && begins.size() > 1) {
            int trees = rounds < begins.size() ? begins.get(rounds).asInt(-1) : model.trees.size();
            if (trees < 0 || trees > model.trees.size()) {
                throw new ModelFormatException("XGBoost booster states (" + trees + ") trees in (" + rounds
                        + ") rounds and has (" + model.trees.size() + "). Maybe the file is damaged.");
            }
            return trees;
        }
        int forest = Math.max(
                1, gbtree.path("gbtree_model_param").path("num_parallel_tree").asInt(1));
        return (int) Math.min(model.trees.size(), (long) rounds * forest * model.groups);
    }

    /** All that is unknown in one error. */
    private static Objective known(String objective, List<Integer> version, String booster) {
        Optional<Objective> found = Objective.named(objective, version);
        List<String> unknown = new ArrayList<>();
        if (found.isEmpty()) {
            unknown.add("objective (" + objective + ") has no known output transform, x 1 at learner.objective");
        }
        if (!BOOSTERS.contains(booster)) {
            unknown.add("booster (" + booster + ") is none of " + BOOSTERS + ", x 1 at learner.gradient_booster");
        }
        return found.filter(each -> unknown.isEmpty())
                .orElseThrow(() -> new UnsupportedOperatorException("The XGBoost model has parts without a mapping: "
                        + String.join("; ", unknown) + ". Maybe save the model with a built-in objective."));
    }

    private static XgboostModel linear(
            JsonNode booster,
            List<Integer> version,
            String objectiveName,
            Objective objective,
            int groups,
            int features,
            float[] base) {
        JsonNode weights = booster.path("model").path("weights");
        if (weights.size() != (features + 1L) * groups) {
            throw new ModelFormatException("XGBoost linear booster has (" + weights.size() + ") weights, not "
                    + (features + 1L) * groups + ".");
        }
        float[] values = new float[weights.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = XgboostTree.number(weights.get(i), "weights");
        }
        return new XgboostModel(version, objectiveName, objective, groups, features, base, List.of(), values);
    }

    private static List<Integer> version(JsonNode json) {
        List<Integer> version = new ArrayList<>();
        json.forEach(part -> version.add(part.asInt()));
        return List.copyOf(version);
    }

    /** Accepts the scalar text of releases up to 3.0 and the array text since; both are in output space. */
    private static float[] baseMargin(String text, int groups, Objective objective) {
        String[] parts = text.replace("[", "").replace("]", "").split(",", -1);
        if (parts.length != 1 && parts.length != groups) {
            throw new ModelFormatException(
                    "XGBoost base_score (" + text + ") has " + parts.length + " values for " + groups + " outputs.");
        }
        float[] scores = new float[groups];
        try {
            for (int g = 0; g < groups; g++) {
                scores[g] = Float.parseFloat(parts[parts.length == 1 ? 0 : g].trim());
            }
            float[] margins = objective.margins(scores);
            for (float margin : margins) {
                if (!Float.isFinite(margin)) {
                    throw new ModelFormatException("XGBoost base_score (" + text
                            + ") is outside the outputs of its objective. Maybe the file is damaged; save the model"
                            + " again.");
                }
            }
            return margins;
        } catch (NumberFormatException e) {
            throw new ModelFormatException("XGBoost base_score (" + text + ") is not a number.", e);
        }
    }
}
