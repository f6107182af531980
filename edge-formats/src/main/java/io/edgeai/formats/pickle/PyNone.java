package io.edgeai.formats.pickle;

/** Python's {@code None}. */
public enum PyNone {
    NONE
}
