package io.edgeai.optimize;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.retrain.TrainSettings;
import java.util.List;

/** The part of a recipe's builder that says what is removed from a model, and what it or a smaller one learns. */
public abstract sealed class RecipeLessons extends RecipeLimits permits Recipe.Builder {
    RecipeLessons(RecipeSettings settings) {
        super(settings);
    }

    /**
     * Removes channels, heads and hidden units first, those that matter least, so that shapes shrink; layers are
     * solved anew on the samples where there are any. Alone or before one of the other methods.
     *
     * @param share share of all channels to remove, above 0 and below 1
     */
    public final Recipe.Builder prune(double share) {
        if (!(share > 0 && share < 1)) {
            throw new InvalidInputException(
                    "prune (" + share + ") must be above 0 and below 1. Maybe write 0.2 for 20 % of the channels.");
        }
        return prune(PruneBudget.channels(share));
    }

    /**
     * As {@link #prune(double)}, to other budgets, one after the other: {@code macs(2.1)} for speed, then
     * {@code parameters(1.4)} for size.
     */
    public final Recipe.Builder prune(PruneBudget... budgets) {
        settings.pruning = List.of(budgets);
        return self();
    }

    /**
     * What training steps learn from: examples with their classes, preprocessed as in production. Not those that
     * accuracy is measured on, or the figure says nothing.
     */
    public final Recipe.Builder trainOn(LabelledData examples) {
        settings.retraining = settings.retraining.on(examples);
        return self();
    }

    /** As {@link #trainOn(LabelledData)} without classes: only the original's answers are learned. */
    public final Recipe.Builder trainOn(CalibrationData examples) {
        settings.retraining = settings.retraining.on(examples);
        return self();
    }

    /**
     * Trains the original on the examples and their classes before anything else. What it becomes is pruned and
     * teaches in its place; accuracy is still compared with the model as given.
     */
    public final Recipe.Builder trainFirst(TrainSettings how) {
        settings.retraining = settings.retraining.first(how);
        return self();
    }

    /** Trains what {@link #prune(double)} leaves, on the examples and on the original's answers. */
    public final Recipe.Builder fineTune() {
        return fineTune(TrainSettings.taught());
    }

    /** As {@link #fineTune()}, in another way; a teacher's share of 0 leaves the original out. */
    public final Recipe.Builder fineTune(TrainSettings how) {
        settings.retraining = settings.retraining.tuned(how);
        return self();
    }

    /**
     * A smaller model of one's own that the original teaches before anything else; all that follows is done to it.
     * Inputs and outputs must have the original's names. Copies.
     */
    public final Recipe.Builder student(OnnxGraph smaller) {
        return student(smaller, TrainSettings.taught());
    }

    /** As {@link #student(OnnxGraph)}, in another way. */
    public final Recipe.Builder student(OnnxGraph smaller, TrainSettings how) {
        settings.retraining = settings.retraining.taught(smaller.copy(), how);
        return self();
    }

    /** Trains weights for the levels of static INT8; tried before the same without training. */
    public final Recipe.Builder quantizationAware() {
        return quantizationAware(TrainSettings.quantizationAware());
    }

    /** As {@link #quantizationAware()}, in another way. */
    public final Recipe.Builder quantizationAware(TrainSettings how) {
        settings.retraining = settings.retraining.aware(how);
        return self();
    }
}
