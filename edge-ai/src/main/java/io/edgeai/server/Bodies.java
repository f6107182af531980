package io.edgeai.server;

import io.edgeai.server.http.RequestBody;
import io.edgeai.server.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads bodies up to a length, unpacked ones counted as unpacked. Memory grows with what came, not with what was said. Of
 * a body that is too long, as much again is read and thrown away, so that most clients get to read why.
 */
final class Bodies {
    private static final Logger LOG = LoggerFactory.getLogger(Bodies.class);
    private static final int FIRST = 8192;

    /** So much of a body that is too long is read and thrown away, so that its client hears why and not of a broken connection. */
    private static final int FORGIVEN = 1 << 20;

    private final int most;

    /** @param most bytes of a body */
    Bodies(int most) {
        this.most = most;
    }

    /** @throws Refusal with 413 beyond the limit, 415 for an unknown encoding, 400 where the body breaks off */
    byte[] read(RequestHead head, RequestBody body) {
        long said = head.header("content-length").map(Bodies::length).orElse(-1L);
        if (said > most) {
            if (said <= Math.max(2L * most, FORGIVEN) && head.header("expect").isEmpty()) {
                skip(body.open(), said);
            }
            throw tooLarge();
        }
        String coding =
                head.header("content-encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
        boolean packed = coding.equals("gzip") || coding.equals("x-gzip");
        if (!packed && !coding.equals("identity")) {
            throw new Refusal(415, "Content-Encoding (" + coding + ") is unknown. Maybe use gzip.");
        }
        try (InputStream in = packed ? new GZIPInputStream(body.open(), FIRST) : body.open()) {
            return all(in, said > 0 && !packed ? Optional.of((int) said) : Optional.empty());
        } catch (IOException e) {
            throw new Refusal(
                    400,
                    "The body could not be read: " + e.getMessage()
                            + ". Maybe it broke off, came too slowly, or is not what its headers say.");
        }
    }

    private static long length(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new Refusal(400, "Content-Length (" + text + ") is no number.");
        }
    }

    private byte[] all(InputStream in, Optional<Integer> said) throws IOException {
        byte[] bytes = new byte[Math.min(FIRST, most)];
        int length = 0;
        while (true) {
            int read = length < bytes.length ? in.read(bytes, length, bytes.length - length) : 0;
            if (read < 0) {
                return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
            }
            length += read;
            if (length == bytes.length) {
                int next = in.read();
                if (next < 0) {
                    return bytes;
                }
                if (length == most) {
                    skip(in, Math.max(most, FORGIVEN));
                    throw tooLarge();
                }
                int larger = (int) Math.min(most, Math.max(4L * length, length + 1L));
                bytes = Arrays.copyOf(
                        bytes, said.isPresent() ? Math.max(length + 1, Math.min(larger, said.get())) : larger);
                bytes[length++] = (byte) next;
            }
        }
    }

    private static void skip(InputStream in, long count) {
        byte[] thrownAway = new byte[FIRST];
        try {
            for (long left = count; left > 0; ) {
                int read = in.read(thrownAway, 0, (int) Math.min(FIRST, left));
                left = read < 0 ? 0 : left - read;
            }
        } catch (IOException e) {
            LOG.debug("A body that was too long broke off.", e);
        }
    }

    private Refusal tooLarge() {
        return new Refusal(
                413,
                "The body is longer than (" + most
                        + ") bytes. Maybe send tensors in binary, split the batch, or raise maxBodyBytes.");
    }
}
