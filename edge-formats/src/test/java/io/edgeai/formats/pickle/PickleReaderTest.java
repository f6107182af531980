package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
    private static Object read(byte[] bytes) {
        return PickleReader.read(bytes, PickleLimits.DEFAULT);
    }

    /** Latin-1 text as bytes, so that opcodes can be written as they are. */
    private static byte[] code(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static PyDict dict(Object value) {
        assertThat(value).isInstanceOf(PyDict.class);
        return (PyDict) value;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void readsPlainValuesOfEveryProtocol(int protocol) {
        PyDict values = dict(Samples.read("plain" + protocol));
        assertThat(values.get("none")).isEqualTo(PyNone.NONE);
        assertThat(values.get("flags")).isEqualTo(List.of(true, false));
        assertThat(((PyTuple) values.get("ints")).items())
                .containsExactly(
                        0L,
                        1L,
                        -1L,
                        255L,
                        256L,
                        65535L,
                        65536L,
                        (long) Integer.MIN_VALUE,
                        1L << 31,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        BigInteger.ONE.shiftLeft(100),
                        BigInteger.ONE.shiftLeft(100).negate());
        assertThat(values.get("floats")).isEqualTo(List.of(0.5, -1e300, Double.POSITIVE_INFINITY, Double.MIN_VALUE));
        assertThat(values.get("text")).isEqualTo("héé\n\\ \uD83D\uDE00");
        assertThat((byte[]) values.get("bytes")).containsExactly(0, 255);
        PyTuple empty = (PyTuple) values.get("empty");
        assertThat(((PyTuple) empty.get(0)).items()).isEmpty();
        assertThat(empty.get(1)).isEqualTo(List.of());
        assertThat(dict(empty.get(2)).size()).isZero();
        PyDict inner = dict(dict(values.get("nested")).get("a"));
        assertThat(((PyTuple) inner.get(1L)).items()).containsExactly(2L, 3L);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void readsSetsByteArraysAndOrderedDicts(int protocol) {
        List<?> values = (List<?>) Samples.read("sets" + protocol);
        assertThat(((PySet) values.get(0)).items()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(((PySet) values.get(1)).items()).containsExactly(3L);
        assertThat((byte[]) values.get(2)).containsExactly('x', 'y');
        assertThat(dict(values.get(3)).get("k")).isEqualTo(1L);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void readsObjectsAsRecordsWithDictAndSlots(int protocol) {
        PyObject thing = (PyObject) Samples.read("object" + protocol);
        assertThat(thing.type()).isEqualTo(new PyGlobal("made.up", "Thing"));
        assertThat(thing.attribute("a")).isEqualTo(7L);
        assertThat(thing.attribute("b")).isEqualTo("x");
        assertThat(thing.attribute("c")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"cposix|system|(S'rm -rf /'|tR., posix, system", "c__builtin__|eval|(S'1'|tR., __builtin__, eval"})
    void callsNothing(String pickle, String module, String name) {
        PyObject call = (PyObject) read(code(pickle.replace('|', '\n')));
        assertThat(call.type()).isEqualTo(new PyGlobal(module, name));
        assertThat(call.args()).hasSize(1);
    }

    @Test
    void oldWaysOfMakingObjectsAreRecordsToo() {
        PyObject inst = (PyObject) read(code("(S'id'\nios\nsystem\n."));
        assertThat(inst.toString()).isEqualTo("os.system");
        PyObject obj = (PyObject) read(code("(cos\nsystem\nS'id'\no."));
        assertThat(obj.args()).containsExactly("id");
        PyObject chained = (PyObject) read(code("cbuiltins\ngetattr\n(cos\nS'system'\ntR(S'id'\ntR."));
        assertThat(chained.args()).containsExactly("id");
        PyObject named = (PyObject) read(code("\u0080\u0002cx\nY\n)}S'k'\nI1\ns\u0092."));
        assertThat(((PyDict) named.args().get(0)).get("k")).isEqualTo(1L);
        assertThat(((PyPersistent) read(code("P7\n."))).id()).isEqualTo("7");
        assertThat(((PyPersistent) read(code("K\u0007Q."))).id()).isEqualTo(7L);
        assertThat(read(code("\u0082\u0005."))).isEqualTo(new PyGlobal("copyreg.extension", "5"));
    }

    @Test
    void stackOpcodesDoWhatTheySay() {
        assertThat(read(code("(I1\nI2\n0l."))).isEqualTo(List.of(1L));
        assertThat(read(code("I1\n(I2\nI3\n1."))).isEqualTo(1L);
        assertThat(read(code("I5\n2\u0086.")))
                .extracting(t -> ((PyTuple) t).items())
                .isEqualTo(List.of(5L, 5L));
        assertThat(read(code("I01\n."))).isEqualTo(true);
        assertThat(read(code("(I1\nI2\nd.")))
                .extracting(d -> ((PyDict) d).get(1L))
                .isEqualTo(2L);
        assertThat(read(code("L12345678901234567890L\n."))).isEqualTo(new BigInteger("12345678901234567890"));
        assertThat(read(code("S'a\\x41\\n\\q'\n."))).isEqualTo("aA\n\\q");
        assertThat(read(code("Va\\u0041\\n\n."))).isEqualTo("aA\\n");
        assertThat(read(code("\u008b\u0002\u0000\u0000\u0000\u00ff\u0001."))).isEqualTo(511L);
        assertThat(read(code("I7\nq\u0001h\u0001\u0086.")))
                .extracting(t -> ((PyTuple) t).size())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "]",
                "e.",
                "(.",
                "h\u0009.",
                "R.",
                "I1\nI2\nR.",
                "X\u00ff\u00ff\u00ff\u007f",
                "\u0080\u0009.",
                "\u0097.",
                "Iabc\n.",
                "S'open\n.",
                "(I1\nd.",
                "I1\nb.",
                "I1\nI2\na.",
                "\u00ffI1\n.",
                "cx\n",
                "\u008b\u00ff\u00ff\u00ff\u00ff",
                "g-1\n.",
                "\u0093.",
                "S'\\x4'\n.",
                "V\\U00110000\n."
            })
    void refusesWhatIsNoPickle(String pickle) {
        assertThatThrownBy(() -> read(code(pickle))).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void buffersOutsideTheFileAreNamed() {
        assertThatThrownBy(() -> read(code("\u0080\u0005\u0097.")))
                .hasMessageContaining("buffers outside the file")
                .hasMessageContaining("Maybe");
    }

    @Test
    void limitsHoldBeforeMemoryIsSpent() {
        PickleLimits few = new PickleLimits(1 << 20, 10, 100, 5);
        assertThatThrownBy(() -> PickleReader.read(code("]".repeat(200) + "."), few))
                .hasMessageContaining("more than (100) values");
        assertThatThrownBy(() -> PickleReader.read(code("(".repeat(9) + "."), few))
                .hasMessageContaining("(5) marks");
        assertThatThrownBy(() -> PickleReader.read(new byte[2 << 20], few)).hasMessageContaining("bytes");
        assertThatThrownBy(() -> new PickleLimits(0, 1, 1, 1)).hasMessageContaining("PickleLimits.DEFAULT");
    }

    @Test
    void aBombIsStoppedAtItsExpansion() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (var deflater = new java.util.zip.DeflaterOutputStream(packed)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                deflater.write(zeros);
            }
        }
        assertThatThrownBy(() -> read(packed.toByteArray())).hasMessageContaining("unpacks (zlib) to more than");
    }

    @Test
    void selfContainingValuesEndNoOne() {
        List<?> list = (List<?>) read(code("]q\u0000h\u0000a."));
        assertThat(list.get(0)).isSameAs(list);
        PyDict dict = dict(read(code("}q\u0000)h\u0000s.")));
        assertThat(dict.size()).isEqualTo(1);
        assertThat(dict.toString()).isEqualTo("dict of 1");
    }

    @Test
    void laterKeysReplaceEarlierOnes() {
        assertThat(dict(read(code("(I1\nI2\nI1\nI3\nd."))).entries()).containsExactly(new PyDict.Entry(1L, 3L));
    }

    @Test
    void aMissingFileIsAStorageError(@TempDir Path folder) {
        assertThatThrownBy(() -> PickleReader.read(folder.resolve("no.pkl"))).isInstanceOf(StorageException.class);
    }
}
