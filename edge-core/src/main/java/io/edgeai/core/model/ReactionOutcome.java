package io.edgeai.core.model;

/** What came of acting on an advice. */
public enum ReactionOutcome {
    /** It was acted on. */
    DONE,
    /** It would have been acted on, were this no dry run. */
    WOULD,
    /** There was nothing to do any more, e.g. because the version answers no requests. */
    NOTHING,
    /** It was not acted on: too soon after the last time, or too often in a day. */
    HELD,
    /** Acting on it failed; it is not tried again before the advice is given anew. */
    FAILED
}
