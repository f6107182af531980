package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts of a text with labels, such as names and places. The label {@code O} is left out. Texts longer than
 * {@link TextModel#maxTokens()} are read in overlapping windows; a token in several is judged where it stands farthest
 * from the window's ends. Immutable; thread-safe where its model is.
 */
public final class TokenClassification {
    private static final String TASK = "token classification";

    private final TextModel model;
    private final String output;
    private final Aggregation aggregation;
    private final int stride;

    /**
     * Groups by {@link Aggregation#SIMPLE}, with windows that share 64 tokens.
     *
     * @throws InvalidInputException where the model has no labels or no logits
     */
    public TokenClassification(TextModel model) {
        this(model, Aggregation.SIMPLE, 64);
    }

    private TokenClassification(TextModel model, Aggregation aggregation, int stride) {
        Labels.require(model.labels(), TASK);
        this.model = model;
        this.output = model.graph().output(TASK, "logits");
        this.aggregation = aggregation;
        this.stride = stride;
    }

    /** The same with another grouping. */
    public TokenClassification aggregation(Aggregation other) {
        return new TokenClassification(model, other, stride);
    }

    /** The same with windows that share that many tokens, at most half of what fits into one. */
    public TokenClassification stride(int tokens) {
        if (tokens < 0) {
            throw new InvalidInputException("stride (" + tokens + ") must not be negative. Maybe leave it out.");
        }
        return new TokenClassification(model, aggregation, tokens);
    }

    /** Entities in the order of the text. */
    public List<Entity> entities(String text) {
        return entities(List.of(text)).get(0);
    }

    /** Entities of each text. */
    public List<List<Entity>> entities(List<String> texts) {
        List<Encoding> encodings = model.tokenizer().encodeAll(texts);
        List<List<Encoding>> windows = encodings.stream().map(this::windows).toList();
        List<List<Scores>> answers =
                model.run(windows.stream().flatMap(List::stream).toList(), output);
        List<List<Entity>> all = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < texts.size(); i++) {
            int count = windows.get(i).size();
            List<TokenVotes.Vote> votes = votes(encodings.get(i), windows.get(i), answers.subList(at, at + count));
            List<Entity> judged = TokenVotes.counted(texts.get(i), votes, model.labels(), aggregation);
            all.add(EntityGroups.of(texts.get(i), judged, aggregation));
            at += count;
        }
        return all;
    }

    private List<Encoding> windows(Encoding whole) {
        return whole.windows(model.maxTokens(), overlap(whole), 0);
    }

    private int overlap(Encoding whole) {
        int room = model.maxTokens() - (whole.size() - whole.length(0));
        return Math.max(0, Math.min(stride, room / 2));
    }

    private List<TokenVotes.Vote> votes(Encoding whole, List<Encoding> windows, List<List<Scores>> answers) {
        int length = whole.length(0);
        TokenVotes.Vote[] judged = new TokenVotes.Vote[length];
        int[] margins = new int[length];
        int from = 0;
        for (int w = 0; w < windows.size(); w++) {
            Encoding window = windows.get(w);
            Scores scores = answers.get(w).get(0);
            requireRows(scores, window);
            int inside = window.length(0);
            int number = 0;
            for (int t = 0; t < window.size(); t++) {
                Encoding.Token token = window.token(t);
                if (token.added()) {
                    continue;
                }
                int before = w == 0 ? Integer.MAX_VALUE : number + 1;
                int behind = w == windows.size() - 1 ? Integer.MAX_VALUE : inside - number;
                int margin = Math.min(before, behind);
                if (margin > margins[from + number]) {
                    margins[from + number] = margin;
                    judged[from + number] = new TokenVotes.Vote(token, Probabilities.softmax(scores.row(t)));
                }
                number++;
            }
            from += inside - overlap(whole);
        }
        return List.of(judged);
    }

    private void requireRows(Scores scores, Encoding window) {
        Labels.requireFit(model.labels(), scores.width());
        if (scores.rows() < window.size()) {
            throw new InferenceException("Output (" + output + ") has (" + scores.rows() + ") rows for " + window.size()
                    + " tokens. Maybe the model classifies whole texts: use TextClassification.");
        }
    }
}
