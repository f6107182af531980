package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UbjsonReaderTest {
    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            out.writeBytes(
                    part instanceof String text
                            ? text.getBytes(StandardCharsets.UTF_8)
                            : part instanceof byte[] raw ? raw : new byte[] {((Number) part).byteValue()});
        }
        return out.toByteArray();
    }

    private static byte[] big(int size, Number value) {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        switch (size) {
            case 2 -> buffer.putShort(value.shortValue());
            case 4 -> buffer.putInt(value.intValue());
            default -> buffer.putLong(value.longValue());
        }
        return buffer.array();
    }

    @Test
    void everyScalarOfTheSpecification() {
        byte[] document = bytes(
                "[",
                "i",
                -3,
                "U",
                200,
                "I",
                big(2, -300),
                "l",
                big(4, 70_000),
                "L",
                big(8, 1L << 40),
                "T",
                "F",
                "Z",
                "Ca",
                "SU",
                2,
                "ok",
                "HU",
                3,
                "1.5",
                "d",
                big(4, Float.floatToIntBits(0.25f)),
                "D",
                big(8, Double.doubleToLongBits(-2.5)),
                "]");

        assertThat(UbjsonReader.read(document))
                .hasToString("[-3,200,-300,70000,1099511627776,true,false,null,\"a\",\"ok\",\"1.5\",0.25,-2.5]");
    }

    @Test
    void containersWithAndWithoutTypeAndCount() {
        assertThat(UbjsonReader.read(
                        bytes("{", "U", 1, "a", "[#U", 2, "i", 1, "i", 2, "U", 1, "b", "[$i#U", 3, 7, 8, 9, "}")))
                .hasToString("{\"a\":[1,2],\"b\":[7,8,9]}");
        assertThat(UbjsonReader.read(bytes("{$U#U", 1, "U", 1, "k", 255))).hasToString("{\"k\":255}");
        assertThat(UbjsonReader.read(bytes("[]"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[",
                "[i",
                "{U",
                "SU\u0009ab",
                "[$i",
                "[$i]",
                "[$T#U\u0003",
                "?",
                "[]x",
                "[$i#l\u007f\u007f\u007f\u007f"
            })
    void damagedDocumentsAreRefused(String document) {
        assertThatThrownBy(() -> UbjsonReader.read(document.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void emptyAndDeepDocumentsAreRefused() {
        assertThatThrownBy(() -> UbjsonReader.read(new byte[0])).hasMessageContaining("ends early");
        assertThatThrownBy(() -> UbjsonReader.read("[".repeat(500).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(64)");
    }

    @Test
    void randomBytesNeverEscape() {
        int read = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] document = new byte[random.nextInt(40)];
            for (int i = 0; i < document.length; i++) {
                String likely = "{}[]$#iUIlLdDSHTFZC";
                document[i] = (byte) (random.nextInt(3) > 0 ? likely.charAt(random.nextInt(19)) : random.nextInt(256));
            }
            try {
                JsonNode node = UbjsonReader.read(document);
                read += node.isMissingNode() ? 0 : 1;
            } catch (ModelFormatException expected) {
                assertThat(expected.getMessage()).as("seed %d", seed).contains("UBJSON");
            }
        }
        assertThat(read).isPositive();
    }
}
