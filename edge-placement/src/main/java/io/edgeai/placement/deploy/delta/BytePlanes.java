package io.edgeai.placement.deploy.delta;

import io.edgeai.core.error.ModelIntegrityException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Packs the XOR of two windows: byte 0 of every four first, then all bytes 1, 2, 3, so that the unchanged signs and
 * exponents of float weights become runs of zeros, then deflate. Not thread-safe.
 */
final class BytePlanes implements AutoCloseable {
    private static final int PLANES = 4;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] planes;
    private final byte[] packed;

    /** @param window longest window */
    BytePlanes(int window) {
        planes = new byte[window];
        packed = new byte[window];
    }

    /** @return bytes of {@link #packed()}, or -1 where packing does not make it shorter */
    int pack(byte[] difference, int length) {
        int to = 0;
        for (int plane = 0; plane < PLANES; plane++) {
            for (int from = plane; from < length; from += PLANES) {
                planes[to++] = difference[from];
            }
        }
        deflater.reset();
        deflater.setInput(planes, 0, length);
        deflater.finish();
        int size = deflater.deflate(packed, 0, length);
        return deflater.finished() ? size : -1;
    }

    byte[] packed() {
        return packed;
    }

    /** @throws ModelIntegrityException where the bytes do not unpack to exactly {@code length} */
    void unpack(byte[] source, int size, byte[] difference, int length) {
        inflater.reset();
        inflater.setInput(source, 0, size);
        int got = 0;
        try {
            while (got < length && !inflater.finished()) {
                int n = inflater.inflate(planes, got, length - got);
                if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    break;
                }
                got += n;
            }
        } catch (DataFormatException e) {
            throw new ModelIntegrityException("The delta is damaged: " + e.getMessage() + ".", e);
        }
        if (got != length) {
            throw new ModelIntegrityException(
                    "The delta is damaged: (" + got + ") bytes where (" + length + ") belong.");
        }
        Arrays.fill(difference, 0, length, (byte) 0);
        int from = 0;
        for (int plane = 0; plane < PLANES; plane++) {
            for (int to = plane; to < length; to += PLANES) {
                difference[to] = planes[from++];
            }
        }
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
