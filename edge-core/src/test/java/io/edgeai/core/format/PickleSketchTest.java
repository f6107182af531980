package io.edgeai.core.format;

import static io.edgeai.core.format.PickleBytes.global;
import static io.edgeai.core.format.PickleBytes.little;
import static io.edgeai.core.format.PickleBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.format.PickleValues.Bytes;
import io.edgeai.core.format.PickleValues.Dict;
import io.edgeai.core.format.PickleValues.Global;
import io.edgeai.core.format.PickleValues.Made;
import io.edgeai.core.format.PickleValues.Outside;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each opcode against what CPython's pickletools says of it. */
class PickleSketchTest {
    private static PickleSketch sketch(String pickle) {
        return PickleSketch.of(
                new ByteArrayInputStream(Samples.latin(pickle)), new PickleRoom(8 << 20, value -> {}, Set.of()));
    }

    private static Object value(String pickle) {
        PickleSketch sketch = sketch(pickle + ".");
        assertThat(sketch.complete()).as(pickle).isTrue();
        return sketch.value();
    }

    static List<Arguments> plain() {
        return List.of(
                Arguments.of("N", PickleValues.NONE),
                Arguments.of("\u0088", true),
                Arguments.of("\u0089", false),
                Arguments.of("I42\n", 42L),
                Arguments.of("I-7\n", -7L),
                Arguments.of("L123456789012L\n", 123456789012L),
                Arguments.of("F2.5\n", 2.5),
                Arguments.of("F-1e-05\n", -1e-5),
                Arguments.of("Finf\n", PickleValues.NONE),
                Arguments.of("K\u00ff", 255L),
                Arguments.of("M\1\2", 0x201L),
                Arguments.of("J\u00fe\u00ff\u00ff\u00ff", -2L),
                Arguments.of("\u008a\0", 0L),
                Arguments.of("\u008a\1\u00ff", -1L),
                Arguments.of("\u008a\2\u00ff\0", 255L),
                Arguments.of("\u008a\3\0\0\u0080", -8388608L),
                Arguments.of("\u008b\2\0\0\0\1\1", 257L),
                Arguments.of("\u008a\n" + "\1".repeat(10), PickleValues.NONE), // more than a long holds
                Arguments.of("G@\t!\u00fbTD-\30", Math.PI),
                Arguments.of("S'abc'\n", "abc"),
                Arguments.of("Vabc\n", "abc"),
                Arguments.of("X\3\0\0\0\u00e2\u0082\u00ac", "€"),
                Arguments.of("\u008c\2hi", "hi"),
                Arguments.of("\u008d\2\0\0\0\0\0\0\0hi", "hi"),
                Arguments.of("T\2\0\0\0hi", "hi"),
                Arguments.of("U\2hi", "hi"),
                Arguments.of("cmath\nsin\n", new Global("math.sin")),
                Arguments.of("\u008c\4math\u008c\3sin\u0093", new Global("math.sin")),
                Arguments.of("Pname\n", new Outside("name")),
                Arguments.of("K\5Q", new Outside(5L)),
                Arguments.of("K\1K\2\u0086", List.of(1L, 2L)),
                Arguments.of("K\1\u0085", List.of(1L)),
                Arguments.of("K\1K\2K\3\u0087", List.of(1L, 2L, 3L)),
                Arguments.of("(K\1K\2t", List.of(1L, 2L)),
                Arguments.of("(K\1K\2l", List.of(1L, 2L)),
                Arguments.of("]K\1a", List.of(1L)),
                Arguments.of("](K\1K\2e", List.of(1L, 2L)),
                Arguments.of("\u008f(K\1\u0090", List.of(1L)),
                Arguments.of("(K\1K\2\u0091", List.of(1L, 2L)),
                Arguments.of("K\1K\0020", 1L),
                Arguments.of("K\0012\u0086", List.of(1L, 1L)),
                Arguments.of("K\7(K\0011\u0085", List.of(7L)),
                Arguments.of("K\7p3\n0g3\n", 7L),
                Arguments.of("K\7q\0030h\3", 7L),
                Arguments.of("K\7r\3\0\0\0000j\3\0\0\0", 7L),
                Arguments.of("K\7\u0094" + "0h\0", 7L),
                Arguments.of("\u0080\4\u0095\2\0\0\0\0\0\0\0K\1", 1L));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void opcodesGiveTheirValues(String pickle, Object wanted) {
        assertThat(value(pickle)).isEqualTo(wanted);
    }

    @Test
    void dictionariesKeepTheirOrderAndTheirLastValue() {
        for (String pickle : List.of(
                "}" + text("a") + "K\1s" + text("b") + "K\2s" + text("a") + "K\3s",
                "}(" + text("a") + "K\1" + text("b") + "K\2" + text("a") + "K\3u",
                "(" + text("a") + "K\1" + text("b") + "K\2" + text("a") + "K\3d")) {
            Dict dict = (Dict) value(pickle);
            assertThat(dict.get("a")).isEqualTo(3L);
            assertThat(dict.get("b")).isEqualTo(2L);
            assertThat(dict.get("c")).isNull();
        }
    }

    @Test
    void everyWayToMakeAnObjectNamesItsClass() {
        String type = global("mod", "Type");
        for (String pickle : List.of(
                type + "K\5\u0085R",
                type + "K\5\u0085\u0081",
                type + "K\5\u0085}\u0092",
                "(K\5imod\nType\n",
                "(" + type + "K\5o")) {
            Made made = (Made) value(pickle);
            assertThat(made.by).isEqualTo("mod.Type");
            assertThat(made.argument(0)).isEqualTo(5L);
            assertThat(made.argument(1)).isEqualTo(PickleValues.NONE);
        }
        Made old = (Made) value(global("copy_reg", "_reconstructor") + "(" + type + global("b", "object") + "NtR");
        assertThat(old.by).isEqualTo("mod.Type");
        Made stated = (Made) value(type + ")\u0081}" + text("x") + "K\1sb");
        assertThat(stated.attribute("x")).isEqualTo(1L);
        Made filled = (Made) value(type + ")R(K\1K\2e(" + text("k") + "K\3u");
        assertThat(filled.list()).containsExactly(1L, 2L);
        assertThat(filled.items().get("k")).isEqualTo(3L);
    }

    @Test
    void longBytesAreKnownByTheirLength() {
        Bytes bytes = (Bytes) value("B" + little(10_000, 4) + "x".repeat(10_000));
        assertThat(bytes.length()).isEqualTo(10_000);
        assertThat(bytes.head()).hasSize(4096);
        Bytes text = (Bytes) value("X" + little(5000, 4) + "x".repeat(5000));
        assertThat(text.length()).isEqualTo(5000);
    }

    /** Nothing to take from, nothing that was marked, no end, an opcode that does not exist. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a",
                "s",
                "t",
                "u",
                "e",
                "\u0085",
                "K",
                "M\1",
                "X\u00ff\u00ff\u00ff\u00ffx",
                "B\5\0\0\0x",
                "cmath",
                "?",
                "(0.",
                "R",
                "b",
                "\u0093",
                "K\1",
                "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
                "Iabc"
            })
    void whatIsNoPickleEndsQuietly(String pickle) {
        PickleSketch sketch = sketch(pickle);
        assertThat(sketch.complete()).isFalse();
        assertThat(sketch.value()).isEqualTo(PickleValues.NONE);
    }

    @Test
    void nothingIsBuiltWithoutEnd() {
        PickleSketch many = sketch("(" + "]".repeat(1_000_000) + "t.");
        assertThat(many.complete()).as("more values than a sketch may have").isFalse();
        String bytes = "B" + little(4096, 4) + "x".repeat(4096);
        PickleSketch heavy = sketch("(" + bytes.repeat(2000) + "t.");
        long kept = ((List<?>) heavy.value())
                .stream().mapToLong(item -> ((Bytes) item).head().length).sum();
        assertThat(heavy.complete()).isTrue();
        assertThat(kept).as("of 8 MB").isLessThan(4 << 20);
    }

    /** Programs of valid opcodes in any order: a value or none, never an error. */
    @Test
    void anyProgramEnds() {
        String[] words = {
            "N",
            "K\7",
            "]",
            "}",
            ")",
            "(",
            "(",
            "0",
            "1",
            "2",
            "a",
            "e",
            "s",
            "u",
            "t",
            "l",
            "d",
            "\u0085",
            "\u0086",
            "R",
            "\u0081",
            "b",
            "q\0",
            "h\0",
            "\u0094",
            text("steps"),
            global("sklearn.svm", "SVC"),
            "Q",
            "o",
            "\u0093",
            PickleBytes.dtype("f8"),
            PickleBytes.shape(2, 3),
            global("joblib.numpy_pickle", "NumpyArrayWrapper"),
            global("numpy.core.multiarray", "_reconstruct"),
            PickleBytes.object("joblib.numpy_pickle", "NumpyArrayWrapper")
        };
        int complete = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder program = new StringBuilder("\u0080\4");
            for (int i = 1 + random.nextInt(14); i > 0; i--) {
                program.append(words[random.nextInt(words.length)]);
            }
            PickleSketch sketch = sketch(program + ".");
            PickleArray.of(sketch.value());
            complete += sketch.complete() ? 1 : 0;
        }
        assertThat(complete).as("programs that end with a value").isBetween(1000, 19_000);
    }
}
