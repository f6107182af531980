package io.edgeai.core.text.pipeline;

import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the likeliest spans of a context that was read in one or more windows. Every token of the context counts once in
 * the probabilities, with the largest score it has in any window, and so does the first token, which stands for "no
 * answer". Single-use, not thread-safe.
 */
final class AnswerSpans {
    private final String context;
    private final int longest;
    private final float[] starts;
    private final float[] ends;
    private final List<Span> spans = new ArrayList<>();
    private double noAnswer = Double.POSITIVE_INFINITY;

    /** A span of the context's tokens, inclusive, and the sum of its scores. */
    private record Span(Encoding.Token first, Encoding.Token last, double score) {}

    /** @param longest most tokens of an answer */
    AnswerSpans(String context, int tokens, int longest) {
        this.context = context;
        this.longest = longest;
        this.starts = new float[tokens + 1];
        this.ends = new float[tokens + 1];
        Arrays.fill(starts, Float.NEGATIVE_INFINITY);
        Arrays.fill(ends, Float.NEGATIVE_INFINITY);
    }

    /** @param from number of the window's first token in the context */
    void add(Encoding window, int from, Scores start, Scores end) {
        int first = 0;
        while (window.token(first).sequence() != 1) {
            first++;
        }
        int count = window.length(1);
        note(0, start.at(0, 0), end.at(0, 0));
        noAnswer = Math.min(noAnswer, (double) start.at(0, 0) + end.at(0, 0));
        for (int i = 0; i < count; i++) {
            note(1 + from + i, start.at(0, first + i), end.at(0, first + i));
            for (int j = i; j < Math.min(count, i + longest); j++) {
                double score = (double) start.at(0, first + i) + end.at(0, first + j);
                spans.add(new Span(window.token(first + i), window.token(first + j), score));
            }
        }
    }

    private void note(int index, float start, float end) {
        starts[index] = Math.max(starts[index], start);
        ends[index] = Math.max(ends[index], end);
    }

    /** The best, each place once. */
    List<Answer> best(int most, boolean none, WordBounds words) {
        double all = Probabilities.logSumExp(starts) + Probabilities.logSumExp(ends);
        List<Answer> found = new ArrayList<>();
        spans.sort(Comparator.comparingDouble(Span::score).reversed());
        for (Span span : spans) {
            int start = words.start(span.first());
            int end = words.end(span.last());
            if (found.stream().noneMatch(answer -> answer.start() == start && answer.end() == end)) {
                found.add(new Answer(context.substring(start, end), Math.exp(span.score() - all), start, end));
            }
            if (found.size() == most) {
                break;
            }
        }
        if (none) {
            found.add(new Answer("", Math.exp(noAnswer - all), 0, 0));
            found.sort(Comparator.comparingDouble(Answer::score).reversed());
        }
        return List.copyOf(found.subList(0, Math.min(most, found.size())));
    }

    /** Where the words of a context begin and end. */
    static final class WordBounds {
        private final int[] starts;
        private final int[] ends;

        WordBounds(Encoding whole) {
            int words = 1
                    + whole.tokens().stream()
                            .mapToInt(Encoding.Token::word)
                            .max()
                            .orElse(Encoding.NONE);
            starts = new int[words];
            ends = new int[words];
            Arrays.fill(starts, Integer.MAX_VALUE);
            for (Encoding.Token token : whole.tokens()) {
                if (token.sequence() == 1 && token.word() != Encoding.NONE) {
                    starts[token.word()] = Math.min(starts[token.word()], token.start());
                    ends[token.word()] = Math.max(ends[token.word()], token.end());
                }
            }
        }

        int start(Encoding.Token token) {
            return token.word() == Encoding.NONE ? token.start() : starts[token.word()];
        }

        int end(Encoding.Token token) {
            return token.word() == Encoding.NONE ? token.end() : ends[token.word()];
        }
    }
}
