package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.server.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
    private static final int MOST = 100_000;

    private final Bodies bodies = new Bodies(MOST);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 32768, 99_999, MOST})
    void everyLengthUpToTheLimitIsReadWhetherItWasSaidOrNot(int length) {
        byte[] content = new byte[length];
        new SplittableRandom(length).nextBytes(content);

        assertThat(bodies.read(head(), () -> inPieces(content))).isEqualTo(content);
        assertThat(bodies.read(head("content-length", "" + length), () -> inPieces(content)))
                .isEqualTo(content);
    }

    @Test
    void oneByteMoreIsRefused() {
        assertRefused(413, head(), new byte[MOST + 1]);
        assertRefused(413, head("content-length", "" + MOST), new byte[MOST + 1]);
    }

    @Test
    void aBodySaidToBeTooLongIsNotReadAtAll() {
        assertThatThrownBy(() -> bodies.read(head("content-length", "99999999999"), () -> {
                    throw new AssertionError("was read");
                }))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(413));
    }

    @Test
    void gzipIsUnpackedAndCountsUnpacked() throws IOException {
        byte[] content = new byte[MOST];

        assertThat(bodies.read(head("content-encoding", "gzip"), () -> inPieces(gzip(content))))
                .isEqualTo(content);
        assertThat(gzip(new byte[100 * MOST])).hasSizeLessThan(MOST);
        assertRefused(413, head("content-encoding", "GZIP"), gzip(new byte[100 * MOST]));
    }

    @Test
    void whatIsNotWhatItSaysIsRefused() {
        assertRefused(400, head("content-encoding", "gzip"), new byte[] {1, 2, 3});
        assertRefused(415, head("content-encoding", "br"), new byte[0]);
        assertRefused(400, head("content-length", "many"), new byte[0]);
    }

    private void assertRefused(int status, RequestHead head, byte[] content) {
        assertThatThrownBy(() -> bodies.read(head, () -> inPieces(content)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
    }

    private static RequestHead head(String... header) {
        return new RequestHead("POST", "/", header.length == 0 ? Map.of() : Map.of(header[0], header[1]));
    }

    /** A stream that gives at most 1000 bytes at a time, as sockets do. */
    private static InputStream inPieces(byte[] content) {
        return new ByteArrayInputStream(content) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, 1000));
            }
        };
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return packed.toByteArray();
    }
}
