package io.edgeai.core.store;

/** What re-hashing found. */
public enum BlobState {
    /** The bytes are those that were stored. */
    OK,
    /** There is nothing under that digest. */
    MISSING,
    /** The bytes are not those that were stored. */
    CORRUPT
}
