package io.edgeai.core.store;

import io.edgeai.core.model.Digest;

/**
 * Names stored bytes: one file, or a tree of files.
 *
 * @param digest SHA-256 of the file; for a tree, of its manifest (see {@link BlobStore})
 * @param tree whether it is a folder of files
 * @param sizeBytes length of the file, or the sum over the tree
 */
public record Blob(Digest digest, boolean tree, long sizeBytes) {}
