package io.edgeai.formats.sklearn.graph;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one fitted estimator for the rows of the graph, as far as it has them. Scores are doubles:
 * {@code proba} [N, classes]; {@code decision} [N, 1] for two classes, else [N, classes]; {@code scoreSamples} [N, 1].
 * Not thread-safe.
 */
public final class Fitted {
    private @Nullable Features transform;
    private @Nullable String predict;
    private int outputs = 1;
    private boolean flat = true;
    private @Nullable Labels labels;
    private @Nullable String indices;
    private final Map<String, Score> scores = new LinkedHashMap<>();

    /**
     * A method's values.
     *
     * @param value [N, width]
     * @param flat whether scikit-learn gives [N] where the width is 1
     */
    public record Score(String value, int width, boolean flat) {}

    public static Fitted transformer(Features features) {
        return new Fitted().transform(features);
    }

    public Fitted transform(Features features) {
        transform = features;
        return this;
    }

    /** Numbers predicted, [N, outputs]; {@code isFlat}: given as [N]. */
    public Fitted predict(String value, int count, boolean isFlat) {
        predict = value;
        outputs = count;
        flat = isFlat;
        return this;
    }

    /** A class for each row: INT64 [N] indices into the labels. */
    public Fitted classes(Emitter out, Labels classes, String index) {
        labels = classes;
        indices = index;
        predict = classes.gather(out, index);
        outputs = 1;
        flat = true;
        return this;
    }

    public Fitted labels(Labels classes) {
        labels = classes;
        return this;
    }

    public Fitted proba(String value, int classes) {
        scores.put("predict_proba", new Score(value, classes, false));
        return this;
    }

    public Fitted decision(String value, int width) {
        scores.put("decision_function", new Score(value, width, true));
        return this;
    }

    public Fitted scoreSamples(String value) {
        scores.put("score_samples", new Score(value, 1, true));
        return this;
    }

    /** Values of [N, width] under a name of their own. */
    public Fitted score(String method, String value, int width, boolean isFlat) {
        scores.put(method, new Score(value, width, isFlat));
        return this;
    }

    public Map<String, Score> scores() {
        return scores;
    }

    public boolean has(String method) {
        return switch (method) {
            case "predict" -> predict != null;
            case "transform" -> transform != null;
            default -> scores.containsKey(method);
        };
    }

    public Features transform() {
        return require(transform, "transform");
    }

    public String predict() {
        return require(predict, "predict");
    }

    public int outputs() {
        return outputs;
    }

    public boolean flat() {
        return flat;
    }

    public Labels labels() {
        return require(labels, "classes_");
    }

    public boolean classifier() {
        return indices != null;
    }

    /** INT64 [N] indices of the predicted classes. */
    public String indices() {
        return require(indices, "class prediction");
    }

    public String proba() {
        return score("predict_proba").value();
    }

    public Score score(String method) {
        return require(scores.get(method), method);
    }

    private static <T> T require(@Nullable T value, String method) {
        if (value == null) {
            throw new UnsupportedOperatorException("an inner estimator has no method (" + method + ")");
        }
        return value;
    }
}
