package io.edgeai.core.text.pipeline;

/**
 * How tokens become entities. All but {@link #NONE} join neighbours of one kind, unless a label begins with {@code B-};
 * the score is then the mean of theirs. The last three judge whole words first, so that no word has two labels.
 */
public enum Aggregation {
    /** Each token is one, with its own label. */
    NONE,
    /** Neighbouring tokens of one kind are one. */
    SIMPLE,
    /** A word has the label of its first token. */
    FIRST,
    /** A word has the label that is likeliest by the mean of its tokens' probabilities. */
    AVERAGE,
    /** A word has the label of its surest token. */
    MAX
}
