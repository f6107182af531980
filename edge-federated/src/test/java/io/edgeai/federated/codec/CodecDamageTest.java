package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no message is said to be none. */
class CodecDamageTest {
    private static final int SIZE = 130;

    static List<Codec> all() {
        return Codecs.all();
    }

    private static void assertRefused(byte[] message, String why, Object... at) {
        assertThatThrownBy(() -> Codec.addTo(new double[SIZE], 1, message))
                .as(why, at)
                .isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @MethodSource("all")
    void noPrefixOfAMessageIsOne(Codec codec) {
        byte[] message = codec.encode(Codecs.update(SIZE, 1), 1);
        assertThat(Codec.decode(message, SIZE)).hasSize(SIZE);
        for (int length = 0; length < message.length; length++) {
            assertRefused(Arrays.copyOf(message, length), "%s of %s bytes", length, message.length);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingMayFollowAMessage(Codec codec) {
        byte[] message = codec.encode(Codecs.update(SIZE, 2), 1);
        for (int more : new int[] {1, 2, 4, 100}) {
            byte[] longer = Arrays.copyOf(message, message.length + more);

            assertThatThrownBy(() -> Codec.decode(longer, SIZE))
                    .as("%s bytes more", more)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("bytes");
        }
    }

    /** Every bit but the three that name another kind. */
    @ParameterizedTest
    @MethodSource("all")
    void everyBitOfTheHeaderCounts(Codec codec) {
        byte[] message = codec.encode(Codecs.update(SIZE, 3), 1);
        assertThat(Codec.decode(message, SIZE)).hasSize(SIZE);
        for (int bit = 0; bit < 96; bit++) {
            if (bit / 8 != 5 || bit % 8 > 2) {
                byte[] damaged = message.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                assertRefused(damaged, "bit %s of the header of %s", bit, codec.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                     | A message of (0) bytes is no update.",
                "45555044                             | A message of (4) bytes is no update.",
                "455550450100000002000000 00000000    | A message of (16) bytes is no update.",
                "455550440200000002000000             | version (2) and kind (0) is unknown. Maybe the sender is newer.",
                "455550440109000002000000             | version (1) and kind (9) is unknown. Maybe the sender is newer.",
                "4555504401ff000002000000             | version (1) and kind (255) is unknown. Maybe the sender is newer.",
                "455550440100000003000000             | An update has (3) values, not 2.",
                "4555504401000000ffffffff             | An update has (-1) values, not 2.",
                "455550440100000002000000 000000      | An update of (2) values as F32 has 3 bytes.",
                "455550440107000002000000 010000      | An update of (2) values as TOP has 3 bytes.",
                "455550440107000002000000 00000000    | An update keeps (0) of 2 values in 0 bytes.",
                "455550440107000002000000 ffffffff00  | An update keeps (-1) of 2 values in 1 bytes.",
                "455550440107000002000000 03000000000000 | An update keeps (3) of 2 values in 3 bytes.",
                "455550440107000002000000 0100000000  | An update has a value at (-1) of 2.",
                "455550440107000002000000 0100000003  | An update has a value at (2) of 2.",
                "455550440107000002000000 0200000002010000 0000 | An update has a value at (2) of 2.",
                "455550440107000002000000 01000000ffffffffff7f | An update has a place of more than (5) bytes or none.",
                "455550440107000002000000 0100000080  | An update has a place of more than (5) bytes or none.",
                "455550440107000002000000 01000000ffffffff7f | An update has a value at (34359738366) of 2.",
                "455550440107000002000000 01000000010000 | An update of (1) kept values ends too early.",
                "455550440107000002000000 0100000001003c8000 | A message has (1) bytes too many.",
            })
    void refusalsNameWhatIsWrong(String hex, String message) {
        byte[] bytes = hex == null ? new byte[0] : HexFormat.of().parseHex(hex.replace(" ", ""));

        assertThatThrownBy(() -> Codec.decode(bytes, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith(message);
    }

    /** Written by hand: one of three values is kept, at place 2, in one block of scale 1 and level 2 (129 − 127). */
    @Test
    void aSparseMessageWrittenByHandIsRead() {
        byte[] bytes = HexFormat.of().parseHex("455550440107000003000000" + "01000000" + "03" + "003c" + "81");

        assertThat(Codec.decode(bytes, 3)).containsExactly(0, 0, 2);
    }

    /** Places more than 127 and 16383 apart take two and three bytes. */
    @ParameterizedTest
    @CsvSource({"126, 1", "127, 2", "128, 2", "16382, 2", "16383, 3", "69999, 3"})
    void farPlacesTakeMoreBytes(int place, int bytes) {
        float[] update = new float[70_000];
        update[place] = -5;

        byte[] message = Codec.top(1e-9).encode(update, 1);

        assertThat(message).hasSize(12 + 4 + bytes + 2 + 1);
        assertThat(Codec.decode(message, update.length)[place]).isBetween(-5.01f, -4.99f);
    }

    @Test
    void noValuesAreNoMessage() {
        for (Codec codec : Codecs.all()) {
            assertThatThrownBy(() -> codec.encode(new float[0], 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("(0) values cannot be one message of " + codec.name() + ".");
        }
    }

    /** A sum that announces 2³¹ − 1 values costs nothing before it is refused. */
    @Test
    void hugeAnnouncementsAreRefusedByTheirLength() {
        for (int kind = 0; kind < 8; kind++) {
            byte[] header = ByteBuffer.allocate(12)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0x44505545)
                    .put((byte) 1)
                    .put((byte) kind)
                    .putShort((short) 0)
                    .putInt(Integer.MAX_VALUE)
                    .array();
            assertRefused(header, "kind %s", kind);
            assertThatThrownBy(() -> Codec.decode(header, 1)).hasMessageContaining("(2147483647) values, not 1");
        }
    }
}
