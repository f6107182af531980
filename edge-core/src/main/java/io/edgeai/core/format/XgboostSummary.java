package io.edgeai.core.format;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an XGBoost model says of itself, gathered value by value as a document passes. Not thread-safe. */
final class XgboostSummary {
    private static final int MOST_NAMES = 100;
    private static final int LONGEST = 200;
    private static final long MOST_COLUMNS = 1 << 24;

    private final Findings findings;
    private final @Nullable TreeIndexes indexes;
    private final List<String> names = new ArrayList<>();
    private long nameCount;
    private String objective = "";
    private String booster = "";
    private long features = -1;
    private long classes;
    private long targets = 1;
    private long trees;
    private long nodes;
    private long linear = -1;

    XgboostSummary(Findings findings, @Nullable TreeIndexes indexes) {
        this.findings = findings;
        this.indexes = indexes;
    }

    /** Whether each number of arrays under that key shall be told. */
    boolean wants(String key) {
        return indexes != null && TreeIndexes.wants(key);
    }

    void element(String key, long number) {
        if (indexes != null && TreeIndexes.wants(key)) {
            indexes.value(number);
        }
    }

    /** What is wrong with the trees, where somebody looks. */
    String problem() {
        return indexes == null ? "" : indexes.problem(features, Math.max(Math.max(1, classes), targets));
    }

    /** A single value under its key, which stands under another. */
    void value(String parent, String key, String text) {
        if (text.length() > LONGEST) {
            return;
        }
        switch (parent) {
            case "learner_model_param" -> {
                findings.note(key, text);
                switch (key) {
                    case "num_feature" -> features = whole(text);
                    case "num_class" -> classes = Math.max(0, whole(text));
                    case "num_target" -> targets = Math.max(1, whole(text));
                    default -> {} // noted
                }
            }
            case "objective" -> {
                if (key.equals("name")) {
                    objective(text);
                }
            }
            case "gradient_booster" -> {
                if (key.equals("name")) {
                    booster(text);
                }
            }
            case "tree_param" -> {
                if (key.equals("num_nodes")) {
                    tree(Math.max(0, whole(text)));
                    if (indexes != null) {
                        indexes.nodes(whole(text));
                    }
                } else if (key.equals("size_leaf_vector") && indexes != null) {
                    indexes.leafValues(whole(text));
                }
            }
            case "attributes" -> findings.note(key, text);
            default -> {} // of one tree
        }
    }

    /** One text of an array. */
    void item(String parent, String key, String text) {
        if (parent.equals("learner") && key.equals("feature_names")) {
            nameCount++;
            if (names.size() < MOST_NAMES && text.length() <= LONGEST) {
                names.add(text);
            }
        }
    }

    /** The end of an array of that many numbers. */
    void numbers(String parent, String key, long count) {
        if (indexes != null) {
            indexes.end(key);
            if (key.equals("base_weights")) {
                indexes.weights(count);
            }
        }
        if (parent.equals("model") && key.equals("weights")) {
            linear = count;
        }
    }

    void objective(String name) {
        objective = name;
    }

    void booster(String name) {
        booster = name;
    }

    void size(long featureCount, long classCount) {
        features = featureCount;
        classes = classCount;
    }

    void tree(long nodeCount) {
        trees++;
        nodes += nodeCount;
    }

    private static long whole(String text) {
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : -1;
    }

    void report() {
        findings.note("objective", objective);
        findings.note("booster", booster);
        findings.longNote(
                "feature names",
                String.join(",", names)
                        + (nameCount > names.size() ? " and " + (nameCount - names.size()) + " more" : ""));
        if (linear >= 0) {
            findings.weights(linear, 4 * linear);
        } else if (trees > 0) {
            findings.note("trees", Long.toString(trees));
            findings.note("tree nodes", nodes + ", each with a threshold or a leaf's value");
            findings.weights(nodes, 4 * nodes);
        }
        if (!booster.isEmpty()) {
            findings.operator(linear >= 0 ? "linear" : "tree", (int) Math.min(Integer.MAX_VALUE, Math.max(1, trees)));
        }
        if (features >= 0 && features <= MOST_COLUMNS && classes <= MOST_COLUMNS && targets <= MOST_COLUMNS) {
            long groups = Math.max(Math.max(1, classes), targets);
            Dim rows = Dim.symbolic("N");
            findings.signature(new Signature(
                    List.of(new TensorSpec("input", ElementType.FLOAT, List.of(rows, Dim.of(features)))),
                    List.of(
                            new TensorSpec("margin", ElementType.FLOAT, List.of(rows, Dim.of(groups))),
                            new TensorSpec(
                                    "prediction",
                                    ElementType.FLOAT,
                                    List.of(rows, Dim.of(objective.equals("multi:softmax") ? 1 : groups))))));
        }
    }
}
