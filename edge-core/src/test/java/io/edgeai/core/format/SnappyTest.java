package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams written element by element from Snappy's own description, against what each element means. */
class SnappyTest {
    /** Writes a stream and, beside it, what it stands for. */
    private static final class Script {
        private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        private final StringBuilder plain = new StringBuilder();

        private void little(int value, int bytes) {
            for (int i = 0; i < bytes; i++) {
                packed.write(value >>> 8 * i);
            }
        }

        void literal(String text) {
            int n = text.length() - 1;
            int extra = n < 60 ? 0 : n < 256 ? 1 : 2;
            packed.write((extra == 0 ? n : 59 + extra) << 2);
            little(n, extra);
            packed.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            plain.append(text);
        }

        void copy(int back, int length, int form) {
            switch (form) {
                case 1 -> {
                    packed.write(1 | length - 4 << 2 | back >>> 8 << 5);
                    packed.write(back);
                }
                case 2 -> {
                    packed.write(2 | length - 1 << 2);
                    little(back, 2);
                }
                default -> {
                    packed.write(3 | length - 1 << 2);
                    little(back, 4);
                }
            }
            for (int i = 0; i < length; i++) {
                plain.append(plain.charAt(plain.length() - back));
            }
        }

        byte[] stream() {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            int length = plain.length();
            for (; length >= 0x80; length >>>= 7) {
                whole.write(length | 0x80);
            }
            whole.write(length);
            whole.writeBytes(packed.toByteArray());
            return whole.toByteArray();
        }

        byte[] meant() {
            return plain.toString().getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anySequenceOfElementsMeansWhatItSays(long seed) {
        Random random = new Random(seed);
        Script script = new Script();
        script.literal("x".repeat(1 + random.nextInt(100)));
        for (int i = 0; i < 60; i++) {
            int made = script.plain.length();
            switch (random.nextInt(4)) {
                case 0 -> {
                    StringBuilder text = new StringBuilder();
                    for (int n = 1 + random.nextInt(random.nextBoolean() ? 40 : 700); n > 0; n--) {
                        text.append((char) random.nextInt(256));
                    }
                    script.literal(text.toString());
                }
                case 1 -> script.copy(1 + random.nextInt(Math.min(2047, made)), 4 + random.nextInt(8), 1);
                case 2 -> script.copy(1 + random.nextInt(made), 1 + random.nextInt(64), 2);
                default -> script.copy(1 + random.nextInt(made), 1 + random.nextInt(64), 3);
            }
        }
        assertThat(Snappy.unpack(script.stream())).as("seed %d", seed).isEqualTo(script.meant());
    }

    @Test
    void aCopyMayOverlapItself() {
        Script script = new Script();
        script.literal("ab");
        script.copy(2, 11, 1);
        assertThat(new String(Snappy.unpack(script.stream()), StandardCharsets.US_ASCII))
                .isEqualTo("abababababab" + "a");
    }

    @Test
    void nothingIsTheShortestStream() {
        assertThat(Snappy.unpack(new byte[] {0})).isEmpty();
    }

    /** Bytes in hexadecimal, and what is wrong with them. */
    @ParameterizedTest
    @CsvSource({
        "'', no length",
        "80, a length without end",
        "ffffffffff01, a length of five full bytes",
        "05 04 61, a literal longer than the stream",
        "01 04 6162, more than was promised",
        "03 00 61, less than was promised",
        "05 00 61 0100, a copy from nowhere",
        "05 00 61 0102, a copy from before the beginning",
        "02 00 61 0101, a copy beyond the promised end",
        "05 00 61 01, a copy without its distance",
        "ffffff7f 00 61, a promise that no such stream can keep"
    })
    void damageGivesNothing(String hex, String what) {
        String digits = hex.replace(" ", "");
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        assertThat(Snappy.unpack(bytes)).as(what).isNull();
    }

    @Test
    void everyTruncationGivesNothing() {
        Script script = new Script();
        script.literal("hello");
        script.copy(3, 8, 1);
        byte[] whole = script.stream();
        for (int n = 0; n < whole.length; n++) {
            assertThat(Snappy.unpack(Arrays.copyOf(whole, n)))
                    .as("cut to %d", n)
                    .isNull();
        }
    }
}
