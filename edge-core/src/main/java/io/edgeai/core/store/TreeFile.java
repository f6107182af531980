package io.edgeai.core.store;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file to be stored.
 *
 * @param path relative to the tree's root, with {@code /}; for a file of its own, its name for messages
 * @param sizeBytes expected length, for progress; more bytes are copied where there are more
 * @param content opens it
 */
public record TreeFile(String path, long sizeBytes, Content content) {
    /** Opens a file's bytes. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }
}
