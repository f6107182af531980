package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.Encoding;
import java.util.List;

/**
 * Answers to a question as parts of a context, on the bounds of words. Long contexts are read in overlapping windows;
 * an answer's score is its probability over the whole context. Immutable; thread-safe where its model is.
 */
public final class QuestionAnswering {
    private static final String TASK = "question answering";
    private static final int LONGEST_WINDOW = 384;

    private final TextModel model;
    private final String starts;
    private final String ends;
    private final int longestAnswer;
    private final int stride;
    private final boolean noAnswer;

    /**
     * Answers of at most 15 tokens, windows of at most 384 tokens that share 128, always an answer.
     *
     * @throws InvalidInputException where the model has no outputs {@code start_logits} and {@code end_logits}
     */
    public QuestionAnswering(TextModel model) {
        this(model, 15, 128, false);
    }

    private QuestionAnswering(TextModel model, int longestAnswer, int stride, boolean noAnswer) {
        this.model = model;
        this.starts = model.graph().output(TASK, "start_logits");
        this.ends = model.graph().output(TASK, "end_logits");
        if (starts.equals(ends)) {
            throw new InvalidInputException("The graph has one output (" + starts + ") where " + TASK
                    + " needs start_logits and end_logits. Maybe the model was made for another task.");
        }
        this.longestAnswer = longestAnswer;
        this.stride = stride;
        this.noAnswer = noAnswer;
    }

    /** The same with answers of at most that many tokens. */
    public QuestionAnswering longestAnswer(int tokens) {
        if (tokens < 1) {
            throw new InvalidInputException("longestAnswer (" + tokens + ") must be at least 1. Maybe leave it out.");
        }
        return new QuestionAnswering(model, tokens, stride, noAnswer);
    }

    /** The same with windows that share that many tokens, at most half of what fits into one. */
    public QuestionAnswering stride(int tokens) {
        if (tokens < 0) {
            throw new InvalidInputException("stride (" + tokens + ") must not be negative. Maybe leave it out.");
        }
        return new QuestionAnswering(model, longestAnswer, tokens, noAnswer);
    }

    /** The same where "no answer" (an empty text) competes, for models trained with such questions. */
    public QuestionAnswering allowNoAnswer() {
        return new QuestionAnswering(model, longestAnswer, stride, true);
    }

    /** The best answer. */
    public Answer answer(String question, String context) {
        return answers(question, context, 1).get(0);
    }

    /**
     * The best answers, the likeliest first.
     *
     * @throws InvalidInputException where the context has no tokens, or the question leaves it no room
     */
    public List<Answer> answers(String question, String context, int most) {
        if (most < 1) {
            throw new InvalidInputException("Number of answers (" + most + ") must be at least 1. Maybe ask for 1.");
        }
        Encoding whole = model.tokenizer().encode(question, context);
        int length = whole.length(1);
        if (length == 0) {
            throw new InvalidInputException("The context (" + context
                    + ") has no tokens to answer from. Maybe question and context are swapped.");
        }
        int window = Math.min(model.maxTokens(), LONGEST_WINDOW);
        int room = window - (whole.size() - length);
        if (room < 1) {
            throw new InvalidInputException("The question has (" + whole.length(0)
                    + ") tokens, which leaves no room for" + " the context in " + window + ". Maybe shorten it.");
        }
        int overlap = Math.min(stride, room / 2);
        List<Encoding> windows = whole.windows(window, overlap, 1);
        List<List<Scores>> answers = model.run(windows, starts, ends);
        AnswerSpans spans = new AnswerSpans(context, length, longestAnswer);
        int from = 0;
        for (int w = 0; w < windows.size(); w++) {
            Scores start = answers.get(w).get(0);
            Scores end = answers.get(w).get(1);
            if (start.width() < windows.get(w).size()
                    || end.width() < windows.get(w).size()) {
                throw new InferenceException("Outputs (" + starts + ", " + ends + ") have " + start.width() + " and "
                        + end.width() + " scores for " + windows.get(w).size()
                        + " tokens. Maybe the model was made for another task.");
            }
            spans.add(windows.get(w), from, start, end);
            from += windows.get(w).length(1) - overlap;
        }
        return spans.best(most, noAnswer, new AnswerSpans.WordBounds(whole));
    }
}
