package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds hold at their exact value, and before memory is taken. */
class PickleLimitsTest {
    private static byte[] code(String latin) {
        return (latin + ".").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Object read(String latin, PickleLimits limits) {
        return PickleReader.read(code(latin), limits);
    }

    @Test
    void asManyValuesAsAllowedAndNoneMore() {
        PickleLimits ten = new PickleLimits(1000, 1, 10, 100);
        assertThat(read("]" + "K\1a".repeat(9), ten))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(9);
        assertThatThrownBy(() -> read("]" + "K\1a".repeat(10), ten))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("more than (10) values")
                .hasMessageContaining("Maybe");
    }

    /** Places of the memo are memory too; values that are popped again stay counted. */
    @Test
    void memoPlacesAndPoppedValuesCount() {
        PickleLimits ten = new PickleLimits(1000, 1, 10, 100);
        assertThat(read("K\1" + "q\1".repeat(9), ten)).isEqualTo(1L);
        assertThatThrownBy(() -> read("K\1" + "q\1".repeat(10), ten)).hasMessageContaining("(10) values");
        assertThat(read("N0".repeat(9) + "K\1", ten)).isEqualTo(1L);
        assertThatThrownBy(() -> read("N0".repeat(10) + "K\1", ten)).hasMessageContaining("(10) values");
    }

    @Test
    void asManyMarksAsAllowedAndNoneMore() {
        PickleLimits five = new PickleLimits(1000, 1, 100, 5);
        assertThat(read("(".repeat(5) + "t".repeat(5), five)).isInstanceOf(PyTuple.class);
        assertThatThrownBy(() -> read("(".repeat(6) + "t".repeat(6), five))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(5) marks")
                .hasMessageContaining("Maybe");
        assertThat(read("(t".repeat(50), five)).as("one after the other").isInstanceOf(PyTuple.class);
    }

    @Test
    void asManyBytesAsAllowedAndNoneMore(@TempDir Path folder) throws Exception {
        byte[] exact = code("C\u0007abcdefg");
        assertThat(PickleReader.read(exact, new PickleLimits(10, 1, 10, 10)))
                .isEqualTo("abcdefg".getBytes(StandardCharsets.UTF_8));
        PickleLimits nine = new PickleLimits(9, 1, 10, 10);
        assertThatThrownBy(() -> PickleReader.read(exact, nine)).hasMessageContaining("(10) bytes, more than 9");
        Path file = Files.write(folder.resolve("a.pkl"), exact);
        assertThatThrownBy(() -> PickleReader.read(file, nine))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a.pkl")
                .hasMessageContaining("10 bytes, more than 9");
        assertThat(PickleReader.read(file)).isEqualTo("abcdefg".getBytes(StandardCharsets.UTF_8));
    }

    /** A length that the file does not have is refused by its number: nothing of that size is allocated. */
    @ParameterizedTest
    @CsvSource({
        "T, 4, 2147483647",
        "T, 4, 4294967295",
        "U, 1, 200",
        "X, 4, 4294967295",
        "B, 4, 2147483647",
        "C, 1, 255",
        "\u008c, 1, 255",
        "\u008d, 8, 9223372036854775807",
        "\u008d, 8, -1",
        "\u008e, 8, 4611686018427387904",
        "\u008e, 8, -9223372036854775808",
        "\u0096, 8, 2147483648",
        "\u008a, 1, 255",
        "\u008b, 4, 65536"
    })
    void lengthsBeyondTheFileAreRefused(String opcode, int size, long length) {
        PickleCode pickle = PickleCode.start().text(opcode);
        for (int i = 0; i < size; i++) {
            pickle.u8((int) (length >> 8 * i) & 0xff);
        }
        assertThatThrownBy(() -> pickle.text("abc").read())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("needs (" + length + ") bytes")
                .hasMessageContaining("Maybe the file is truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0095", "\u0095\1\2\3", "G\0\0", "J\0\0\0", "M\0", "r\0", "\u0083\1", "\u0084\1\2\3"})
    void argumentsCutShortAreRefused(String latin) {
        byte[] cut = latin.getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> PickleReader.read(cut, PickleLimits.DEFAULT))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("are left");
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 128, 255})
    void protocolsToComeAreNamed(int protocol) {
        PickleCode pickle = PickleCode.start().u8(0x80).u8(protocol).text("N");
        assertThatThrownBy(pickle::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("protocol (" + protocol + ")")
                .hasMessageContaining("Maybe save the model with protocol 5 or lower");
    }

    @Test
    void whatFollowsTheStopIsIgnored() {
        assertThat(read("K\1.garbage \u00ff", PickleLimits.DEFAULT)).isEqualTo(1L);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0", "-5, 1, 1, 1", "2147483648, 1, 1, 1"})
    void impossibleLimitsAreRefused(long bytes, int expansion, int objects, int depth) {
        assertThatThrownBy(() -> new PickleLimits(bytes, expansion, objects, depth))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + bytes + ", " + expansion + ", " + objects + ", " + depth + ")")
                .hasMessageContaining("Maybe use PickleLimits.DEFAULT");
    }

    /** 64 MiB are free; beyond, the stated factor counts; the most bytes of all end both. */
    @Test
    void unpackedSizesFollowTheirFormula() {
        long mebi = 1 << 20;
        PickleLimits limits = new PickleLimits(1000 * mebi, 10, 100, 100);
        assertThat(List.of(limits.unpacked(0), limits.unpacked(mebi), limits.unpacked(7 * mebi)))
                .containsExactly(64 * mebi, 64 * mebi, 70 * mebi);
        assertThat(limits.unpacked(500 * mebi)).isEqualTo(1000 * mebi);
        assertThat(new PickleLimits(mebi, Integer.MAX_VALUE, 1, 1).unpacked(Integer.MAX_VALUE))
                .isEqualTo(mebi);
    }
}
