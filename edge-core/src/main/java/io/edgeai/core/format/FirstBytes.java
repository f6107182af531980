package io.edgeai.core.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends after so many bytes, whatever unpacking would still give. Not thread-safe. */
final class FirstBytes extends InputStream {
    private final InputStream in;
    private long left;

    FirstBytes(InputStream in, long most) {
        this.in = new BufferedInputStream(in);
        this.left = most;
    }

    @Override
    public int read() throws IOException {
        return left-- > 0 ? in.read() : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = left <= 0 ? -1 : in.read(into, offset, (int) Math.min(left, length));
        left -= Math.max(0, n);
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = in.skip(Math.max(0, Math.min(left, n)));
        left -= skipped;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
