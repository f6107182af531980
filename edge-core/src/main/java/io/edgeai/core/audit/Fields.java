package io.edgeai.core.audit;

import io.edgeai.core.model.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The SHA-256 over a list of texts: each as its length in UTF-8 bytes in decimal, a colon, the bytes and a line feed, so
 * that no two lists give the same bytes. Single-use, not thread-safe.
 */
public final class Fields {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream(1024);

    public Fields add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        all.writeBytes(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
        all.write(':');
        all.writeBytes(bytes);
        all.write('\n');
        return this;
    }

    public Fields add(long number) {
        return add(Long.toString(number));
    }

    /** 64 lower-case hexadecimal digits; ends this list. */
    public String hex() {
        return HexFormat.of().formatHex(Digest.sha256().digest(all.toByteArray()));
    }
}
