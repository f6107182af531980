package io.edgeai.core.format;

import io.edgeai.core.spi.Unpacking;
import io.edgeai.core.spi.Unpacking.MemoryExceeded;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;

/** Files that are packed with what the JDK cannot unpack, as joblib packs whole pickles. Stateless. */
final class Packed {
    /** What unpacking itself may hold: enough for bzip2, and for xz and lzma with the dictionaries they usually have. */
    private static final long MOST_MEMORY = 20L << 20;

    private Packed() {}

    /** The kind by its mark, or an empty text. */
    static String kind(String head) {
        if (head.startsWith("\u00fd7zXZ")) {
            return "xz";
        }
        if (head.startsWith("BZh")) {
            return "bzip2";
        }
        if (head.startsWith("\u0004\"M\u0018")) {
            return "lz4";
        }
        boolean lzma = head.startsWith("]\0\0") && head.startsWith("\u00ff".repeat(8), 5);
        return lzma ? "lzma" : "";
    }

    /** The content; empty where nothing here unpacks it. */
    static Optional<InputStream> content(FileView file, String kind) throws IOException {
        for (Unpacking unpacking : ServiceLoader.load(Unpacking.class, Unpacking.class.getClassLoader())) {
            if (unpacking.kinds().contains(kind)) {
                return Optional.of(unpacking.open(kind, file.windowed(0), MOST_MEMORY));
            }
        }
        return Optional.empty();
    }

    /**
     * The first bytes of the content, as many as there are where it breaks off; empty where nothing here unpacks it, or only
     * with more memory.
     *
     * @throws IOException where not one byte can be unpacked
     */
    static Optional<byte[]> head(FileView file, String kind, int length) throws IOException {
        byte[] out = new byte[length];
        int n = 0;
        try (InputStream in = content(file, kind).orElse(null)) {
            if (in == null) {
                return Optional.empty();
            }
            for (int got = in.read(out, n, length - n); got > 0; got = in.read(out, n, length - n)) {
                n += got;
            }
        } catch (MemoryExceeded e) {
            return Optional.empty();
        } catch (IOException e) {
            if (n == 0) {
                throw e;
            }
        }
        return Optional.of(Arrays.copyOf(out, n));
    }
}
