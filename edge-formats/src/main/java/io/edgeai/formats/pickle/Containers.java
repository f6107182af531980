package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/** The compressed forms that joblib writes, told by their first bytes and unpacked under a limit. Stateless. */
final class Containers {
    private static final int MOST_MEMORY_KIB = 256 << 10;

    private Containers() {}

    private interface Opener {
        InputStream open(InputStream packed) throws IOException;
    }

    /** The content; the bytes themselves where they are not compressed. */
    static byte[] unpack(byte[] bytes, PickleLimits limits) {
        if (starts(bytes, 0x1f, 0x8b)) {
            return unpack(bytes, limits, "gzip", GZIPInputStream::new);
        }
        if (bytes.length > 1 && bytes[0] == 0x78 && ((bytes[0] & 0xff) << 8 | bytes[1] & 0xff) % 31 == 0) {
            return unpack(bytes, limits, "zlib", InflaterInputStream::new);
        }
        if (starts(bytes, 'B', 'Z', 'h')) {
            return unpack(bytes, limits, "bzip2", in -> new BZip2CompressorInputStream(in, true));
        }
        if (starts(bytes, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return unpack(bytes, limits, "xz", in -> new XZInputStream(in, MOST_MEMORY_KIB));
        }
        if (starts(bytes, 0x5d, 0, 0)) {
            return unpack(bytes, limits, "lzma", in -> new LZMAInputStream(in, MOST_MEMORY_KIB));
        }
        if (starts(bytes, 0x04, 0x22, 0x4d, 0x18)) {
            return unpack(bytes, limits, "lz4", FramedLZ4CompressorInputStream::new);
        }
        return bytes;
    }

    private static boolean starts(byte[] bytes, int... mark) {
        if (bytes.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((bytes[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] unpack(byte[] packed, PickleLimits limits, String kind, Opener opener) {
        long most = limits.unpacked(packed.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(packed.length, 1 << 24));
        byte[] part = new byte[1 << 16];
        try (InputStream in = opener.open(new ByteArrayInputStream(packed))) {
            for (int got = in.read(part); got >= 0; got = in.read(part)) {
                if (out.size() + (long) got > most) {
                    throw new ModelFormatException("File of (" + packed.length + ") bytes unpacks (" + kind
                            + ") to more than " + most + ". Maybe the file is hostile, or raise the limit.");
                }
                out.write(part, 0, got);
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof ModelFormatException known) {
                throw known;
            }
            throw new ModelFormatException(
                    "File begins like " + kind + " but does not unpack (" + e.getMessage() + "). Maybe it is truncated;"
                            + " fetch it again.",
                    e);
        }
        return out.toByteArray();
    }
}
