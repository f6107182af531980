package io.edgeai.formats.flatbuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps written out byte by byte as the FlexBuffers specification lays them. */
class FlexMapTest {
    private static Map<String, Object> read(byte[] bytes) {
        return FlexMap.read(ByteBuffer.wrap(bytes));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Values of one width; what does not fit in place stands before the map and is pointed at. */
    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final int width;
        private final Map<String, Integer> keys = new LinkedHashMap<>();
        private final Map<String, long[]> values = new LinkedHashMap<>();

        Writer(int width) {
            this.width = width;
        }

        private int packed(int type, int ofWidth) {
            return type << 2 | Integer.numberOfTrailingZeros(ofWidth);
        }

        private void number(long value, int ofWidth) {
            for (int i = 0; i < ofWidth; i++) {
                out.write((int) (value >> 8 * i));
            }
        }

        private int text(String text) {
            int at = out.size();
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            out.write(0);
            return at;
        }

        /** A value in the map itself. */
        Writer inline(String key, int type, long value) {
            keys.put(key, text(key));
            values.put(key, new long[] {packed(type, width), value, 0});
            return this;
        }

        /** A value that stands at a place already written. */
        private Writer at(String key, int type, int ofWidth, int place) {
            keys.put(key, text(key));
            values.put(key, new long[] {packed(type, ofWidth), place, 1});
            return this;
        }

        Writer indirect(String key, int type, int ofWidth, long value) {
            int place = out.size();
            number(value, ofWidth);
            return at(key, type, ofWidth, place);
        }

        Writer string(String key, String value, int ofWidth) {
            number(value.getBytes(StandardCharsets.UTF_8).length, ofWidth);
            return at(key, 5, ofWidth, text(value));
        }

        Writer sharedKey(String key, String value) {
            return at(key, 4, 1, text(value));
        }

        /** A vector of small integers behind its length, typed or with a type for each. */
        Writer vector(String key, int type, int... elements) {
            number(elements.length, 1);
            int place = out.size();
            for (int each : elements) {
                out.write(each);
            }
            for (int i = 0; type == 10 && i < elements.length; i++) {
                out.write(packed(1, 1));
            }
            return at(key, type, 1, place);
        }

        byte[] map() {
            number(keys.size(), width);
            int keyVector = out.size();
            for (int place : keys.values()) {
                number(out.size() - place, width);
            }
            number(out.size() - keyVector, width);
            number(width, width);
            number(keys.size(), width);
            int map = out.size();
            for (long[] each : values.values()) {
                number(each[2] == 1 ? out.size() - each[1] : each[1], width);
            }
            for (long[] each : values.values()) {
                out.write((int) each[0]);
            }
            number(out.size() - map, width);
            out.write(packed(9, width));
            out.write(width);
            return out.toByteArray();
        }
    }

    @Test
    void theSmallestMap() {
        int text = 'a';
        byte[] map = bytes(
                text, 0, // the key
                1, 3, // one key, three bytes back
                1, 1, 1, // the keys' vector one byte back, a byte wide; one value
                7, 4, // the value, an integer of one byte
                2, 36, 1); // the map two bytes back, a map of bytes, itself pointed at by a byte

        assertThat(read(map)).isEqualTo(Map.of("a", 7L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void wholeNumbersAndTruthOfEveryWidth(int width) {
        Map<String, Object> found = read(new Writer(width)
                .inline("least", 1, -128)
                .inline("most", 2, 255)
                .inline("no", 26, 0)
                .inline("yes", 26, 1)
                .map());

        assertThat(found).isEqualTo(Map.of("least", -128L, "most", 255L, "no", false, "yes", true));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void realNumbers(int width) {
        long bits = width == 4 ? Float.floatToIntBits(-.375f) : Double.doubleToLongBits(-.375);

        assertThat(read(new Writer(width).inline("x", 3, bits).map())).isEqualTo(Map.of("x", -.375));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void numbersPointedAt(int width) {
        Map<String, Object> found = read(new Writer(width)
                .indirect("int", 6, 2, -3000)
                .indirect("byte", 7, 1, 200)
                .indirect("long", 7, 4, 0xffffffffL)
                .indirect("wide", 6, 8, Long.MIN_VALUE)
                .indirect("float", 8, 4, Float.floatToIntBits(1.5f))
                .indirect("double", 8, 8, Double.doubleToLongBits(Math.PI))
                .map());

        assertThat(found)
                .containsEntry("int", -3000L)
                .containsEntry("byte", 200L)
                .containsEntry("long", 0xffffffffL)
                .containsEntry("wide", Long.MIN_VALUE)
                .containsEntry("float", 1.5)
                .containsEntry("double", Math.PI)
                .hasSize(6);
    }

    /** Lengths and offsets have no sign: 200 bytes are more than half of what a byte counts. */
    @Test
    void textsOfMoreThan127Bytes() {
        String text = "ü".repeat(60) + "x".repeat(80);
        Map<String, Object> found =
                read(new Writer(1).string("text", text, 1).inline("n", 1, 3).map());

        assertThat(found).isEqualTo(Map.of("text", text, "n", 3L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void textsOfEveryWidth(int width) {
        Map<String, Object> found = read(new Writer(width)
                .string("empty", "", width)
                .string("some", "näh", width)
                .sharedKey("key", "like a key")
                .map());

        assertThat(found).isEqualTo(Map.of("empty", "", "some", "näh", "key", "like a key"));
    }

    /** What is no scalar is left out, and does not keep the rest from being read. */
    @Test
    void nestedValuesAreLeftOut() {
        byte[] inner = new Writer(1).inline("deep", 1, 1).map();
        Writer writer = new Writer(2);
        writer.out.writeBytes(inner);
        byte[] map = writer.vector("any", 10, 1, 2, 3)
                .vector("ints", 11, 1, 2)
                .vector("floats", 13, 1, 2)
                .vector("keys", 14, 1, 2)
                .vector("pair", 16, 1, 2)
                .vector("triple", 20, 1, 2, 3)
                .vector("quad", 23, 1, 2, 3, 4)
                .vector("blob", 25, 9, 9)
                .vector("bools", 36, 0, 1)
                .at("map", 9, 1, inner.length - 5)
                .inline("null", 0, 0)
                .inline("after", 1, 77)
                .map();

        assertThat(read(map)).isEqualTo(Map.of("after", 77L));
    }

    @Test
    void anEmptyMapHasNothing() {
        assertThat(read(new Writer(1).map())).isEmpty();
    }

    @Test
    void otherRootsAreNoMap() {
        assertThatThrownBy(() -> read(bytes(13, 4, 1)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no FlexBuffer map (type 1)")
                .hasMessageContaining("Maybe");
    }

    @Test
    void bytesThatEndTooSoonAreDamaged() {
        for (byte[] each : new byte[][] {{}, {1}, bytes(36, 1), bytes(9, 36, 1), bytes(0, 0, 36, 3)}) {
            assertThatThrownBy(() -> read(each))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("damaged FlexBuffer")
                    .hasMessageContaining("Maybe");
        }
    }

    /** A stated length is checked against what is there before room is made for it. */
    @Test
    void enormousLengthsMakeNoRoom() {
        byte[] map = new Writer(4).string("s", "abc", 4).map();
        ByteBuffer.wrap(map).putInt(0, 0xffffff7f); // little-endian 0x7fffffff

        assertThatThrownBy(() -> read(map))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a length of 2147483647");
    }

    /** A thousand keys that share one text would unfold into a thousand copies of it. */
    @Test
    void sharedTextsDoNotUnfoldIntoMemory() {
        Writer writer = new Writer(4);
        int text = writer.text("k".repeat(4000));
        for (int i = 0; i < 1000; i++) {
            writer.keys.put("" + i, text + i);
            writer.values.put("" + i, new long[] {writer.packed(1, 4), i, 0});
        }

        assertThatThrownBy(() -> read(writer.map()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("more than 1048576 bytes of text");
    }

    /** Whatever is changed, there is a map or a typed error. */
    @Test
    void damageIsATypedErrorOrAMap() {
        long seed = 20_260;
        Random random = new Random(seed);
        int refused = 0;
        int runs = 20_000;
        for (int i = 0; i < runs; i++) {
            byte[] map = new Writer(1 << random.nextInt(4))
                    .string("text", "abcdef", 1)
                    .indirect("pointed", 8, 8, Double.doubleToLongBits(2))
                    .inline("number", 1, 5)
                    .vector("many", 11, 1, 2, 3)
                    .map();
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                map[random.nextInt(map.length)] = (byte) random.nextInt(256);
            }
            int from = random.nextInt(3) == 0 ? random.nextInt(map.length) : 0;
            try {
                FlexMap.read(ByteBuffer.wrap(map, from, map.length - from));
            } catch (ModelFormatException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", variant " + i + ": " + e, e);
            }
        }
        assertThat(refused).isBetween(runs / 10, runs - runs / 10);
    }
}
