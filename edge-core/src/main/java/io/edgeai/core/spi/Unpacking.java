package io.edgeai.core.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/**
 * Forms of compression that the JDK does not know, found by {@link java.util.ServiceLoader}; detection and inspection look
 * through them where one is here. Implementations are stateless and thread-safe.
 */
public interface Unpacking {
    /** Of {@code bzip2}, {@code xz}, {@code lzma} and {@code lz4} (frames) those it unpacks. */
    Set<String> kinds();

    /**
     * The content of a stream.
     *
     * @param kind one of {@link #kinds()}
     * @param mostMemory most bytes that unpacking itself may hold
     * @throws MemoryExceeded here or while it is read, where the stream asks for more memory
     * @throws IOException here or while it is read, where the stream is damaged
     */
    InputStream open(String kind, InputStream packed, long mostMemory) throws IOException;

    /** A stream can only be unpacked with more memory than is allowed. */
    final class MemoryExceeded extends IOException {
        private static final long serialVersionUID = 1L;

        public MemoryExceeded(String message) {
            super(message);
        }
    }
}
