package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Truncation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a text is, by labels the model was never trained on: each label becomes a sentence, and a model of natural
 * language inference says whether the text entails it. The text is cut where both do not fit. Immutable; thread-safe
 * where its model is.
 */
public final class ZeroShotClassification {
    private static final String TASK = "zero-shot classification";
    private static final String PLACE = "{}";

    private final TextModel model;
    private final String output;
    private final String template;
    private final int entailment;
    private final int contradiction;

    /**
     * With the sentence {@code "This example is {}."}.
     *
     * @throws InvalidInputException where no label of the model begins with "entail"
     */
    public ZeroShotClassification(TextModel model) {
        this(model, "This example is {}.");
    }

    private ZeroShotClassification(TextModel model, String template) {
        Labels.require(model.labels(), TASK);
        this.model = model;
        this.output = model.graph().output(TASK, "logits");
        this.template = template;
        this.entailment = entailment(model.labels());
        this.contradiction = entailment == 0 ? model.labels().size() - 1 : 0;
        if (entailment == contradiction) {
            throw new InvalidInputException("The labels " + model.labels()
                    + " hold no opposite of entailment. Maybe the model was not trained on inference.");
        }
    }

    private static int entailment(List<String> labels) {
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).toLowerCase(Locale.ROOT).startsWith("entail")) {
                return i;
            }
        }
        throw new InvalidInputException("No label of " + labels + " begins with \"entail\", which " + TASK
                + " needs. Maybe give the labels: TextModel.builder().labels(…).");
    }

    /** The same with another sentence, in which {@code {}} stands for the label. */
    public ZeroShotClassification template(String sentence) {
        if (!sentence.contains(PLACE)) {
            throw new InvalidInputException(
                    "The template (" + sentence + ") has no place {} for the label. Maybe: This text is about {}.");
        }
        return new ZeroShotClassification(model, sentence);
    }

    /** The labels, the likeliest first, as if exactly one holds: their scores add up to 1. */
    public List<Label> classify(String text, List<String> labels) {
        return classify(text, labels, false);
    }

    /**
     * The labels, the likeliest first.
     *
     * @param several whether each label holds or not whatever the others do; always so for a single label
     * @throws InvalidInputException where there are no labels
     */
    public List<Label> classify(String text, List<String> labels, boolean several) {
        if (labels.isEmpty()) {
            throw new InvalidInputException("There are no labels (" + labels + ") to choose from. Maybe name two.");
        }
        List<Encoding> pairs = labels.stream()
                .map(label -> model.tokenizer()
                        .encode(text, template.replace(PLACE, label))
                        .truncated(model.maxTokens(), Truncation.ONLY_FIRST))
                .toList();
        var answers = model.run(pairs, output);
        float[] entailments = new float[labels.size()];
        List<Label> ranked = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            Scores scores = answers.get(i).get(0);
            Labels.requireFit(model.labels(), scores.width());
            entailments[i] = scores.at(0, entailment);
            double alone = Probabilities.softmax(new float[] {scores.at(0, contradiction), entailments[i]})[1];
            ranked.add(new Label(labels.get(i), alone));
        }
        if (!several && labels.size() > 1) {
            double[] shares = Probabilities.softmax(entailments);
            for (int i = 0; i < shares.length; i++) {
                ranked.set(i, new Label(labels.get(i), shares[i]));
            }
        }
        ranked.sort(Comparator.comparingDouble(Label::score).reversed());
        return ranked;
    }
}
