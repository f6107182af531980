package io.edgeai.placement.deploy.delta;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Positional reads that end only when the buffer is full. */
final class Bytes {
    private Bytes() {}

    static void readFully(FileChannel file, ByteBuffer into, long at) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int n = file.read(into, position);
            if (n < 0) {
                throw new EOFException("ends at " + file.size() + ", before " + (position + into.remaining()));
            }
            position += n;
        }
    }
}
