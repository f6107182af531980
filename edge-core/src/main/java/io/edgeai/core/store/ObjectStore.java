package io.edgeai.core.store;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whatever keeps objects under names, e.g. a bucket: what {@link ObjectBlobStore} needs of it. Keys are 1 to 1024 bytes of
 * UTF-8 with {@code /} between parts. Must be thread-safe; failures are {@link StorageException}s, retriable where another
 * attempt may do.
 */
public interface ObjectStore extends AutoCloseable {
    /**
     * Keeps a file under a key, in place of what was there; appears whole or not at all, and is durable when this returns.
     *
     * @param sha256 of the file, for stores that have it checked where the bytes arrive
     */
    void put(String key, Path file, Digest sha256);

    /** The bytes under a key from the first on; empty where there are none. The caller closes it. */
    Optional<InputStream> open(String key) throws IOException;

    /** All keys that begin like this, in no order, with the lengths of their objects. */
    List<StoredObject> list(String prefix);

    /** Removes what is under a key, where there is something. */
    void delete(String key);

    @Override
    default void close() {}
}
