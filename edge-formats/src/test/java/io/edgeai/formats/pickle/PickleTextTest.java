package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and texts as protocol 0 writes them in lines, and the binary forms of the same values. */
class PickleTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "+5, 5",
        "007, 7",
        "2147483648L, 2147483648",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808L, -9223372036854775808"
    })
    void wholeNumbersThatFitAreLongs(String line, long value) {
        assertThat(PickleCode.read("I" + line + "\n")).isEqualTo(value);
        assertThat(PickleCode.read("L" + line + "\n")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1.0", "0x10", "1_000", "LL", "- 1", "ten", "1L1"})
    void otherLinesAreNoWholeNumbers(String line) {
        assertThatThrownBy(() -> PickleCode.read("I" + line + "\n"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("where a whole number belongs");
    }

    /** {@code pickle.encode_long}: the fewest bytes of two's complement, least significant first. */
    @Test
    void longsOfAnySizeComeBackFromTheirBytes() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            BigInteger value = new BigInteger(random.nextInt(2000), random);
            value = random.nextBoolean() ? value : value.negate();
            byte[] big = value.toByteArray();
            PickleCode code = PickleCode.start();
            if (big.length < 256 && random.nextBoolean()) {
                code.text("\u008a").u8(big.length);
            } else {
                code.text("\u008b").u32(big.length);
            }
            for (int i = big.length - 1; i >= 0; i--) {
                code.bytes(big[i]);
            }
            Object expected = value.bitLength() < 64 ? (Object) value.longValue() : value;
            assertThat(code.read()).as("seed " + seed).isEqualTo(expected);
            assertThat(PickleCode.read("L" + value + "L\n")).as("seed " + seed).isEqualTo(expected);
        }
    }

    /** Reading decimal digits takes time that grows with their square, so their number is bounded as in CPython. */
    @Test
    void decimalNumbersEndAt4300Digits() {
        String most = "9".repeat(4300);
        assertThat(PickleCode.read("L" + most + "L\n")).isEqualTo(new BigInteger(most));
        assertThatThrownBy(() -> PickleCode.read("L9" + most + "L\n"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(4301) digits")
                .hasMessageContaining("Maybe");
    }

    @Test
    void binaryNumbersEndAt65536Bytes() {
        byte[] most = new byte[65536];
        most[65535] = 1;
        Object value = PickleCode.start().text("\u008b").u32(65536).bytes(most).read();
        assertThat(value).isEqualTo(BigInteger.ONE.shiftLeft(8 * 65535));
        for (long length : new long[] {65537, 0x7fffffffL, 0xffffffffL}) {
            PickleCode code =
                    PickleCode.start().text("\u008b").u32(length).bytes(most).bytes(most);
            assertThatThrownBy(code::read).hasMessageContaining("(" + length + ") bytes, more than 65536");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-0.0, -0.0",
        "1e-320, 1e-320",
        "1.7976931348623157e+308, 1.7976931348623157e308",
        "inf, Infinity",
        "-inf, -Infinity",
        "nan, NaN",
        "-nan, NaN",
        "' 2.5 ', 2.5"
    })
    void realNumbersAsPythonPrintsThem(String line, double value) {
        assertThat(PickleCode.read("F" + line + "\n")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "1e", "0x1.8", "1,5", "--1"})
    void otherLinesAreNoRealNumbers(String line) {
        assertThatThrownBy(() -> PickleCode.read("F" + line + "\n"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("where a number belongs");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "'plain', plain",
                "\"it's\", it's",
                "'\\\\', \\",
                "'\\'', '",
                "'\\x41\\x7a', Az",
                "'\\u0041', A",
                "'a\\qb', a\\qb",
                "'\u00e9', \u00e9"
            })
    void quotedTextWithItsEscapes(String line, String value) {
        assertThat(PickleCode.read("S" + line + "\n")).isEqualTo(value);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(PickleCode.read("S'\\a\\b\\f\\n\\r\\t\\v'\n")).isEqualTo("\u0007\b\f\n\r\t\u000b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'", "plain", "'open", "'a\"", "'\\x4'", "'\\xzz'", "'\\u12'"})
    void brokenQuotesAndEscapesAreRefused(String line) {
        assertThatThrownBy(() -> PickleCode.read("S" + line + "\n")).isInstanceOf(ModelFormatException.class);
    }

    /** Raw unicode escapes know backslash u and U alone; what Python writes is undone. */
    @Test
    void rawUnicodeOfEveryPlane() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                int code = random.nextInt(0x110000) >> random.nextInt(16);
                if (code >= 0xd800 && code < 0xe000) {
                    continue;
                }
                text.appendCodePoint(code);
                boolean bare =
                        code < 0x100 && code != '\\' && code != '\n' && code != '\r' && code != 0 && code != 0x1a;
                line.append(bare ? "" + (char) code : String.format(code > 0xffff ? "\\U%08x" : "\\u%04x", code));
            }
            assertThat(PickleCode.read("V" + line + "\n")).as("seed " + seed).isEqualTo(text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u12", "\\U0000", "\\U00110000", "\\uzzzz", "\\U-0000001"})
    void impossibleCharactersAreRefused(String line) {
        assertThatThrownBy(() -> PickleCode.read("V" + line + "\n"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageMatching("Pickle holds (a broken escape|an impossible character) in .*");
    }

    @Test
    void binaryTextIsUtf8OfTheStatedLength() {
        String text = "a\u0000\n€\uD83D\uDE00";
        byte[] utf = text.getBytes(StandardCharsets.UTF_8);
        assertThat(PickleCode.start().text("X").u32(utf.length).bytes(utf).read())
                .isEqualTo(text);
        assertThat(PickleCode.start().text("\u008d").i64(0).read()).isEqualTo("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p-1", "p", "p2147483648", "px", "g-1", "g99999999999999999999"})
    void memoIndexesInTextAreBounded(String put) {
        assertThatThrownBy(() -> PickleCode.read("N" + put + "\n"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Pickle holds");
    }
}
