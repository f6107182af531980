package io.edgeai.core.runtime;

import io.edgeai.core.model.Digest;
import java.nio.file.Path;

/** An engine that can keep what it makes of a model for this kind of processor, and opens that much faster next time. */
public interface CachingRuntime extends InferenceRuntime {
    /**
     * As {@link #open(Path, SessionOptions)}, from the cache where it has an entry; otherwise the entry is made. An entry
     * that is damaged, or was made by another version of the engine or for another processor, is not used. The folder
     * must be as trustworthy as the models: its entries are checked for damage, not for forgery.
     *
     * @param model a file whose digest was verified by the caller
     * @param digest SHA-256 of the file, or of something that changes with any byte of the file and its external data;
     *     a model with external data and the digest of its file alone is opened as without a cache
     * @param folder where entries lie, in files whose names begin with the digest; created where missing
     * @param maxBytes size that the entries together may have; the ones not used for longest go first
     */
    InferenceSession openCached(Path model, Digest digest, Path folder, long maxBytes, SessionOptions options);
}
