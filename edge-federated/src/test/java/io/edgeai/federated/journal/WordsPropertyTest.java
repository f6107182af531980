package io.edgeai.federated.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random sequences of values against the JDK's own {@link DataOutputStream}, whole and cut. */
class WordsPropertyTest {
    private final List<Object> values = new ArrayList<>();

    private void draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        values.clear();
        for (int i = 5 + random.nextInt(20); i > 0; i--) {
            int size = random.nextInt(6) == 0 ? 200 : random.nextInt(4);
            values.add(
                    switch (random.nextInt(7)) {
                        case 0 -> random.nextInt();
                        case 1 -> random.nextLong();
                        case 2 -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62));
                        case 3 -> "ä€🌍z".repeat(size);
                        case 4 -> floats(size, random);
                        case 5 -> random.doubles(size, -1e9, 1e9).toArray();
                        default -> new double[][] {random.doubles(size).toArray(), {}, {random.nextDouble()}};
                    });
        }
    }

    private static float[] floats(int size, SplittableRandom random) {
        float[] drawn = new float[size];
        for (int i = 0; i < size; i++) {
            drawn[i] = Float.intBitsToFloat(random.nextInt() & ~(1 << 30));
        }
        return drawn;
    }

    private byte[] written() {
        Words words = Words.writing();
        for (Object value : values) {
            if (value instanceof Integer number) {
                words.put(number.intValue());
            } else if (value instanceof Long number) {
                words.put(number.longValue());
            } else if (value instanceof Double number) {
                words.put(number.doubleValue());
            } else if (value instanceof String text) {
                words.put(text);
            } else if (value instanceof float[] row) {
                words.put(row);
            } else if (value instanceof double[] row) {
                words.put(row);
            } else {
                words.put((double[][]) value);
            }
        }
        ByteBuffer payload = words.payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private static Object read(Object like, Words words) {
        if (like instanceof Integer) {
            return words.integer();
        } else if (like instanceof Long) {
            return words.wide();
        } else if (like instanceof Double) {
            return words.number();
        } else if (like instanceof String) {
            return words.text();
        } else if (like instanceof float[]) {
            return words.floats();
        }
        return like instanceof double[] ? words.doubles() : words.table();
    }

    private static boolean same(Object a, Object b) {
        return Arrays.deepEquals(new Object[] {a}, new Object[] {b});
    }

    /** Bytes of one value as the JDK writes it; lengths are 32-bit integers before what they count. */
    private static void reference(Object value, DataOutputStream out) throws IOException {
        if (value instanceof Integer number) {
            out.writeInt(number);
        } else if (value instanceof Long number) {
            out.writeLong(number);
        } else if (value instanceof Double number) {
            out.writeDouble(number);
        } else if (value instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(utf8.length);
            out.write(utf8);
        } else if (value instanceof float[] row) {
            out.writeInt(row.length);
            for (float one : row) {
                out.writeFloat(one);
            }
        } else if (value instanceof double[] row) {
            out.writeInt(row.length);
            for (double one : row) {
                out.writeDouble(one);
            }
        } else {
            double[][] table = (double[][]) value;
            out.writeInt(table.length);
            for (double[] row : table) {
                reference(row, out);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theBytesAreTheJdksAndComeBackAsTheyWere(long seed) throws IOException {
        draw(seed);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(expected)) {
            for (Object value : values) {
                reference(value, out);
            }
        }
        byte[] bytes = written();
        assertThat(bytes).as("seed %d", seed).isEqualTo(expected.toByteArray());
        Words words = Words.reading(bytes);
        for (Object value : values) {
            assertThat(same(read(value, words), value))
                    .as("seed %d, a %s", seed, value.getClass().getSimpleName())
                    .isTrue();
        }
        assertThatThrownBy(words::integer).as("seed %d, at the end", seed).isInstanceOf(StorageException.class);
    }

    /** Cut after any byte, all values that are whole come back and the one that is not is refused. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void aPayloadCutAnywhereGivesItsWholeValuesAndThenSaysSo(long seed) {
        draw(seed);
        byte[] all = written();
        for (int length = 0; length < all.length; length += 1 + length / 40) {
            Words words = Words.reading(Arrays.copyOf(all, length));
            int whole = 0;
            try {
                while (whole < values.size()) {
                    assertThat(same(read(values.get(whole), words), values.get(whole)))
                            .as("seed %d, cut at %d, value %d", seed, length, whole)
                            .isTrue();
                    whole++;
                }
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("Maybe another version wrote it.");
            }
            assertThat(whole).as("seed %d, cut at %d", seed, length).isLessThan(values.size());
        }
    }

    /** A damaged length asks for no memory that the payload does not have, and ends in nothing but a refusal. */
    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 3, 1 << 29, 1 << 30, Integer.MAX_VALUE})
    void lengthsThatThePayloadDoesNotHoldAreNamed(int length) {
        byte[] payload = ByteBuffer.allocate(6).putInt(length).array();
        String names = "names (" + length + ") values and has (2) bytes";
        assertThatThrownBy(() -> Words.reading(payload).text()).hasMessageContaining(names);
        assertThatThrownBy(() -> Words.reading(payload).floats()).hasMessageContaining(names);
        assertThatThrownBy(() -> Words.reading(payload).doubles()).hasMessageContaining(names);
        assertThatThrownBy(() -> Words.reading(payload).table()).hasMessageContaining(names);
    }
}
