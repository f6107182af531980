package io.edgeai.core.store.s3;

import io.edgeai.core.model.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;

/** A piece of a file, read as often as it is sent. */
record FilePart(Path file, long from, long length) {
    String sha256() throws IOException {
        try (InputStream in = open()) {
            return Digest.of(in).hex();
        }
    }

    BodyPublisher publisher() {
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return open();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                length);
    }

    private InputStream open() throws IOException {
        InputStream in = Files.newInputStream(file);
        boolean ready = false;
        try {
            in.skipNBytes(from);
            ready = true;
            return new Piece(in, length);
        } finally {
            if (!ready) {
                in.close();
            }
        }
    }

    private static final class Piece extends FilterInputStream {
        private long left;

        Piece(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            left--;
            return super.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = super.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
