package io.edgeai.formats.xgboost;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.ModelFormatException;
import java.util.List;
import java.util.OptionalInt;

/**
 * A booster in the form in which XGBoost's Python package pickles it: UBJSON since 1.6 or JSON since 1.3 with the model
 * beside its settings (or the model alone). Immutable and thread-safe.
 */
public final class XgboostBooster {
    private final XgboostModel model;
    private final JsonNode learner;
    private final int used;

    private XgboostBooster(XgboostModel model, JsonNode learner, int used) {
        this.model = model;
        this.learner = learner;
        this.used = used;
    }

    /** @throws ModelFormatException where the bytes are not such a booster, or of XGBoost before 1.3 */
    public static XgboostBooster of(byte[] serialized) {
        JsonNode root = XgboostReader.tree(serialized);
        JsonNode saved = root.has("Model") ? root.path("Model") : root;
        XgboostModel model = XgboostReader.model(saved);
        return new XgboostBooster(model, saved.path("learner"), model.trees.size());
    }

    /** This booster with the trees of its first rounds only; a linear one, or one of fewer rounds, as it is. */
    public XgboostBooster rounds(int count) {
        return new XgboostBooster(
                model, learner, XgboostReader.treesOf(learner.path("gradient_booster"), model, count));
    }

    /** The round, from 0, that early stopping found best. */
    public OptionalInt bestIteration() {
        String text = learner.path("attributes").path("best_iteration").asText("");
        return text.matches("[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    /** Columns of a row. */
    public int features() {
        return model.features;
    }

    /** Outputs per row: classes or targets, at least 1. */
    public int groups() {
        return model.groups;
    }

    /** XGBoost's name, such as {@code binary:logistic}. */
    public String objective() {
        return model.objectiveName;
    }

    /** Whether the outputs of a row are put into ascending order, as XGBoost does with quantiles since 3.4. */
    public boolean sortsOutputs() {
        return model.objective == Objective.SORTED_QUANTILES;
    }

    /** What an output starts from, before the objective's transform. */
    public double baseMargin(int group) {
        return model.baseMargin[group];
    }

    /** Whether it is a linear one, which has weights in place of trees. */
    public boolean linear() {
        return model.linear.length > 0;
    }

    /** A weight of a linear booster; the one after the last feature is the bias. */
    public double weight(int feature, int group) {
        return model.linear[feature * model.groups + group];
    }

    /** Trees in order of training. */
    public List<Member> trees() {
        return model.trees.subList(0, used).stream()
                .map(member -> new Member(member.tree(), member.group(), member.weight()))
                .toList();
    }

    /**
     * A tree of the booster.
     *
     * @param tree the tree
     * @param group the output it adds to; all of them where its leaves have several values
     * @param weight its factor; 1 except for DART
     */
    public record Member(XgboostTree tree, int group, double weight) {}
}
