package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Guesses words that a text replaces by the tokenizer's mask token, e.g. {@code "Paris is the [MASK] of France."}.
 * Longer texts are cut at {@link TextModel#maxTokens()}. Immutable; thread-safe where its model is.
 */
public final class FillMask {
    private static final String TASK = "filling masks";

    private final TextModel model;
    private final String output;
    private final String mask;
    private final long maskId;
    private final int most;

    /**
     * The best 5 guesses.
     *
     * @throws InvalidInputException where the tokenizer has no mask token or the graph no logits
     */
    public FillMask(TextModel model) {
        this(model, 5);
    }

    private FillMask(TextModel model, int most) {
        this.model = model;
        this.output = model.graph().output(TASK, "logits", "prediction_logits");
        this.mask = model.tokenizer()
                .special()
                .mask()
                .orElseThrow(() -> new InvalidInputException("The tokenizer names no mask token among "
                        + model.tokenizer().special().byRole() + ". Maybe the model was not trained on masked words."));
        this.maskId = model.tokenizer()
                .id(mask)
                .orElseThrow(() -> new InvalidInputException("The mask token (" + mask
                        + ") is not in the vocabulary. Maybe the tokenizer's files come from different models."));
        this.most = most;
    }

    /** The same with another number of guesses. */
    public FillMask topK(int guesses) {
        if (guesses < 1) {
            throw new InvalidInputException("topK (" + guesses + ") must be at least 1. Maybe leave it out.");
        }
        return new FillMask(model, guesses);
    }

    /** What stands for a word to be guessed. */
    public String mask() {
        return mask;
    }

    /**
     * The best guesses for the one mask of a text, the likeliest first.
     *
     * @throws InvalidInputException where the text has not exactly one mask
     */
    public List<Fill> fill(String text) {
        List<List<Fill>> all = fillAll(text);
        if (all.size() != 1) {
            throw new InvalidInputException(
                    "The text has (" + all.size() + ") masks, not one. Maybe call fillAll, which answers for each.");
        }
        return all.get(0);
    }

    /**
     * The best guesses for each mask of a text, each while the others stay.
     *
     * @throws InvalidInputException where the text has no mask, or none in the part that is read
     */
    public List<List<Fill>> fillAll(String text) {
        Encoding encoding = model.tokenizer().encode(text).truncated(model.maxTokens());
        int[] places = IntStream.range(0, encoding.size())
                .filter(i -> encoding.token(i).id() == maskId)
                .toArray();
        if (places.length == 0) {
            throw new InvalidInputException("The text (" + (text.length() > 100 ? text.substring(0, 100) + "…" : text)
                    + ") has no mask in its first " + model.maxTokens() + " tokens. Maybe write " + mask
                    + " for the word to guess.");
        }
        Scores scores = model.run(List.of(encoding), output).get(0).get(0);
        if (scores.rows() < encoding.size()) {
            throw new InferenceException("Output (" + output + ") has (" + scores.rows() + ") rows for "
                    + encoding.size() + " tokens. Maybe the model was made for another task.");
        }
        List<List<Fill>> all = new ArrayList<>();
        for (int place : places) {
            all.add(guesses(encoding, place, Probabilities.softmax(scores.row(place)), places.length == 1));
        }
        return all;
    }

    private List<Fill> guesses(Encoding encoding, int place, double[] probabilities, boolean only) {
        List<Integer> best = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> probabilities[i])
                        .reversed())
                .limit(most)
                .toList();
        List<Fill> fills = new ArrayList<>();
        for (int id : best) {
            long[] ids = encoding.ids();
            ids[place] = id;
            fills.add(new Fill(
                    model.tokenizer().decode(new long[] {id}, false).strip(),
                    id,
                    probabilities[id],
                    model.tokenizer().decode(ids, only).strip()));
        }
        return fills;
    }
}
