package io.edgeai.placement.deploy.site;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** One way on which chunks of an artifact go to a site, one after another. Not thread-safe. */
public interface ChunkLane extends AutoCloseable {
    /**
     * Hands one chunk over; it is verified there.
     *
     * @param offset where it begins in the file
     * @param length its bytes
     * @throws IOException where the file cannot be read
     */
    void send(int index, FileChannel file, long offset, int length) throws IOException;

    /** Nothing fails here: what was handed over is there. */
    @Override
    default void close() {}

    /** Reads a part of a file. */
    static void read(FileChannel file, long offset, byte[] buffer, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, length);
        while (into.hasRemaining()) {
            if (file.read(into, offset + into.position()) < 0) {
                throw new EOFException("it ended after (" + (offset + into.position()) + ") bytes");
            }
        }
    }
}
