package io.edgeai.core.text.pipeline;

import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a text is, by the model's labels: a softmax over its logits, or a sigmoid of each where the model has one label
 * or several may hold at once. Longer texts are cut at {@link TextModel#maxTokens()}. Thread-safe where its model is.
 */
public final class TextClassification {
    private static final String TASK = "text classification";

    private final TextModel model;
    private final String output;

    /** @throws io.edgeai.core.error.InvalidInputException where the model has no labels or no logits */
    public TextClassification(TextModel model) {
        Labels.require(model.labels(), TASK);
        this.model = model;
        this.output = model.graph().output(TASK, "logits");
    }

    /** The likeliest label. */
    public Label classify(String text) {
        return scores(text).get(0);
    }

    /** The likeliest label of each text. */
    public List<Label> classify(List<String> texts) {
        return scores(texts).stream().map(labels -> labels.get(0)).toList();
    }

    /** All labels, the likeliest first. */
    public List<Label> scores(String text) {
        return scores(List.of(text)).get(0);
    }

    /** All labels of each text, the likeliest first. */
    public List<List<Label>> scores(List<String> texts) {
        return encoded(model.tokenizer().encodeAll(texts));
    }

    /** All labels of two texts that belong together, the likeliest first. */
    public List<Label> scores(String first, String second) {
        return encoded(List.of(model.tokenizer().encode(first, second))).get(0);
    }

    private List<List<Label>> encoded(List<Encoding> encodings) {
        List<Encoding> cut =
                encodings.stream().map(e -> e.truncated(model.maxTokens())).toList();
        return model.run(cut, output).stream()
                .map(answer -> ranked(answer.get(0)))
                .toList();
    }

    private List<Label> ranked(Scores scores) {
        Labels.requireFit(model.labels(), scores.width());
        float[] logits = scores.row(0);
        double[] probabilities = model.multiLabel() || logits.length == 1
                ? Probabilities.sigmoid(logits)
                : Probabilities.softmax(logits);
        List<Label> ranked = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            ranked.add(new Label(model.labels().get(i), probabilities[i]));
        }
        ranked.sort(Comparator.comparingDouble(Label::score).reversed());
        return ranked;
    }
}
