package io.edgeai.core.text.pipeline;

/** How tokens become entities. */
public enum Aggregation {
    /** Each token is one, with its own label. */
    NONE,
    /** Neighbours of one kind are one, unless a label begins with {@code B-}; the score is the mean of theirs. */
    SIMPLE
}
