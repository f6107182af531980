package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldReaderTest {
    private static final long SEED = 5;
    private static final String ALPHABET = "ab:\n0129@ é😀\uFFFD";

    private static byte[] written(List<String> texts) {
        StringBuilder all = new StringBuilder();
        for (String text : texts) {
            all.append(text.getBytes(StandardCharsets.UTF_8).length)
                    .append(':')
                    .append(text)
                    .append('\n');
        }
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> read(byte[] bytes) {
        FieldReader reader = new FieldReader(bytes);
        FieldReader.Known known = new FieldReader.Known();
        List<String> texts = new ArrayList<>();
        while (reader.more()) {
            texts.add(texts.size() % 2 == 0 ? reader.nextText() : reader.nextText(known));
        }
        return texts;
    }

    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>();
        int[] points = ALPHABET.codePoints().toArray();
        for (int i = random.nextInt(6); i >= 0; i--) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(14); j > 0; j--) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            texts.add(text.toString());
        }
        return texts;
    }

    @Test
    void readsWhatWasWritten() {
        Random random = new Random(SEED);
        for (int i = 0; i < 5000; i++) {
            List<String> texts = texts(random);
            assertThat(read(written(texts))).as("seed %d, list %d", SEED, i).isEqualTo(texts);
        }
    }

    @Test
    void damagedBytesGiveOtherTextsOrAreRefusedButNeverLeaveTheirBounds() {
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = written(texts(random));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(read(bytes)).as("seed %d, list %d", SEED, i).isNotNull();
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3",
                "3:",
                "3:abc",
                "3:abcd\n",
                ":abc\n",
                "-1:\n",
                "99999999999:abc\n",
                "2147483647:abc\n",
                "3;abc\n"
            })
    void whatIsNoListIsRefused(String text) {
        FieldReader reader = new FieldReader(text.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(reader::next).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersStandAloneOrBehindAReference() {
        FieldReader reader = new FieldReader(written(List.of("model-7@12", "34", "-5", "9000000000", "x1", "a@b@3")));
        assertThat(reader.next().number()).isEqualTo(12);
        assertThat(reader.next().number()).isEqualTo(34);
        assertThat(reader.nextLong()).isEqualTo(-5);
        assertThat(reader.nextLong()).isEqualTo(9_000_000_000L);
        assertThatThrownBy(reader::nextLong).isInstanceOf(NumberFormatException.class);
        assertThat(reader.next().number()).isEqualTo(3);
        assertThat(reader.more()).isFalse();
    }

    @Test
    void equalNeighboursAreOneObject() {
        FieldReader reader = new FieldReader(written(List.of("same", "same", "other", "same")));
        FieldReader.Known known = new FieldReader.Known();
        String first = reader.nextText(known);
        assertThat(reader.nextText(known)).isSameAs(first);
        assertThat(reader.nextText(known)).isEqualTo("other");
        assertThat(reader.nextText(known)).isEqualTo(first).isNotSameAs(first);
    }
}
