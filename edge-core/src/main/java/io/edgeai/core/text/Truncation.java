package io.edgeai.core.text;

/** Which text of a pair gives way where both together are too long. Tokens go from its end. */
public enum Truncation {
    /** The longer one, token by token; of two of equal length the first one gets the smaller half. */
    LONGEST_FIRST,
    ONLY_FIRST,
    ONLY_SECOND
}
