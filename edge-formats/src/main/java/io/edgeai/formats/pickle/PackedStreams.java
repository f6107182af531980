package io.edgeai.formats.pickle;

import io.edgeai.core.spi.Unpacking;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** What joblib packs with and the JDK cannot unpack, by Commons Compress and XZ for Java. Stateless and thread-safe. */
public final class PackedStreams implements Unpacking {
    @Override
    public Set<String> kinds() {
        return Set.of("bzip2", "xz", "lzma", "lz4");
    }

    @Override
    public InputStream open(String kind, InputStream packed, long mostMemory) throws IOException {
        int kib = (int) Math.min(Integer.MAX_VALUE, mostMemory >> 10);
        try {
            return new Guarded(
                    switch (kind) {
                        case "bzip2" -> new BZip2CompressorInputStream(packed, true);
                        case "xz" -> new XZInputStream(packed, kib);
                        case "lzma" -> new LZMAInputStream(packed, kib);
                        case "lz4" -> new FramedLZ4CompressorInputStream(packed);
                        default -> throw new IllegalArgumentException(kind);
                    });
        } catch (MemoryLimitException e) {
            throw exceeded(e);
        } catch (RuntimeException e) {
            throw damaged(e);
        }
    }

    private static IOException damaged(RuntimeException e) {
        return new IOException("the packed data is damaged: " + e, e);
    }

    private static MemoryExceeded exceeded(MemoryLimitException e) {
        MemoryExceeded exceeded = new MemoryExceeded(String.valueOf(e.getMessage()));
        exceeded.initCause(e);
        return exceeded;
    }

    /** Turns what unpackers throw at damaged data into an IOException. */
    private static final class Guarded extends FilterInputStream {
        Guarded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return in.read(into, offset, length);
            } catch (MemoryLimitException e) {
                throw exceeded(e);
            } catch (RuntimeException e) {
                throw damaged(e);
            }
        }
    }
}
