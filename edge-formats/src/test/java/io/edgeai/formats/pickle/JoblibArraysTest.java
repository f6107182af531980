package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** joblib's arrays: a wrapper object whose BUILD is followed by the array's bytes, out of reach of the opcodes. */
class JoblibArraysTest {
    private static final String WRAPPER = "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\u0081";

    /** The wrapper with its state, up to and with the BUILD; {@code more} adds attributes as code. */
    private static PickleCode wrapper(String dtype, String shape, String order, String more) {
        return PickleCode.start()
                .text(WRAPPER + "}(S'subclass'\ncnumpy\nndarray\nS'shape'\n" + shape + "S'order'\nS'" + order + "'\n")
                .text("S'dtype'\n" + dtype + "S'allow_mmap'\nI01\n" + more + "ub");
    }

    private static final String ALIGNED = "S'numpy_array_alignment_bytes'\nI16\n";
    private static final String BYTES = NumpyCode.dtype("u1", '|');

    /** Since joblib 1.2: one byte tells how many bytes of padding come before the array. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 255})
    void alignedArraysStandBehindTheirPadding(int padding) {
        PickleCode code = wrapper(BYTES, "(K\3t", "C", ALIGNED)
                .u8(padding)
                .bytes(new byte[padding])
                .bytes((byte) 5, (byte) 6, (byte) 7);
        assertThat(NumpyCode.read(code).longs()).containsExactly(5, 6, 7);
    }

    @ParameterizedTest
    @CsvSource({"C, '1,2,3,4,5,6'", "F, '1,3,5,2,4,6'"})
    void olderArraysFollowAtOnce(String order, String values) {
        byte[] raw = {1, 2, 3, 4, 5, 6};
        PickleCode code = wrapper(BYTES, "(K\2K\3t", order, "").bytes(raw);
        long[] expected =
                Arrays.stream(values.split(",")).mapToLong(Long::parseLong).toArray();
        assertThat(NumpyCode.read(code).longs()).isEqualTo(expected);
    }

    @Test
    void opcodesGoOnBehindEachArray() {
        PickleCode first = wrapper(BYTES, "(K\1t", "C", ALIGNED).u8(2).bytes((byte) -1, (byte) -1, (byte) 65);
        PickleCode both = PickleCode.start()
                .text("](")
                .bytes(first.unfinished())
                .bytes(wrapper(NumpyCode.dtype("f8", '>'), "(K\1t", "C", "").unfinished())
                .f64(0.5)
                .text("K\7e");
        List<?> items = (List<?>) both.read();
        assertThat(((NumpyArray) items.get(0)).longs()).containsExactly(65);
        assertThat(((NumpyArray) items.get(1)).doubles()).containsExactly(0.5);
        assertThat(items.get(2)).isEqualTo(7L);
    }

    @Test
    void arraysOfNothingTakeNoBytes() {
        PickleCode code =
                wrapper(NumpyCode.dtype("f8", '<'), "(K\0K\4t", "C", ALIGNED).u8(0);
        assertThat(NumpyCode.read(code).shape()).containsExactly(0, 4);
    }

    /** Objects cannot be bytes: a whole pickle of the array stands in their place. */
    @Test
    void arraysOfObjectsAreAPickleWithinThePickle() {
        byte[] inner = NumpyCode.objects("](S'a'\nNe", false, 2).stop();
        PickleCode code = PickleCode.start()
                .text("(")
                .bytes(wrapper(NumpyCode.dtype("O8", '|'), "(K\2t", "C", ALIGNED)
                        .unfinished())
                .bytes(inner)
                .text("K\1t");
        PyTuple pair = (PyTuple) code.read();
        assertThat(((NumpyArray) pair.get(0)).values()).containsExactly("a", PyNone.NONE);
        assertThat(pair.get(1)).isEqualTo(1L);
        PickleCode other = wrapper(NumpyCode.dtype("O8", '|'), "(K\2t", "C", "").text("K\1.");
        assertThatThrownBy(other::read).hasMessageContaining("An array of objects holds (1), not an array");
    }

    @Test
    void picklesWithinPicklesAreBounded() {
        byte[] wrapper = wrapper(NumpyCode.dtype("O8", '|'), "(K\1t", "C", "").unfinished();
        PickleCode code = PickleCode.start();
        for (int i = 0; i < 40; i++) {
            code.bytes(wrapper);
        }
        assertThatThrownBy(code::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("pickles within pickles deeper than");
    }

    /** Inner pickles spend the values of the whole file. */
    @Test
    void innerPicklesShareTheBudget() {
        byte[] inner = NumpyCode.objects("](" + "N".repeat(50) + "e", false, 50).stop();
        byte[] whole = wrapper(NumpyCode.dtype("O8", '|'), "(K\62t", "C", "")
                .bytes(inner)
                .stop();
        assertThat(PickleReader.read(whole, new PickleLimits(10_000, 1, 200, 10)))
                .isInstanceOf(NumpyArray.class);
        assertThatThrownBy(() -> PickleReader.read(whole, new PickleLimits(10_000, 1, 80, 10)))
                .hasMessageContaining("(80) values");
    }

    @Test
    void arraysBeyondTheFileAreRefusedByTheirSize() {
        PickleCode code =
                wrapper(NumpyCode.dtype("f8", '<'), "(I100000000\nt", "C", "").text("few");
        assertThatThrownBy(code::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("needs (800000000) bytes");
        PickleCode padding = wrapper(BYTES, "(K\1t", "C", ALIGNED).u8(255);
        assertThatThrownBy(padding::read).hasMessageContaining("needs (255) bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"}b", "}S'shape'\n(K\1tsb", "}S'dtype'\nS'f8'\nsb", "Nb"})
    void wrappersWithoutTypeOrShapeAreRefused(String state) {
        assertThatThrownBy(() -> PickleCode.read(WRAPPER + state))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no type or shape")
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource({
        "joblib.numpy_pickle, true",
        "sklearn.externals.joblib.numpy_pickle, true",
        "joblibx.numpy_pickle, false",
        "numpy, false"
    })
    void onlyJoblibsOwnWrapperIsOne(String module, boolean is) {
        PyObject wrapper = (PyObject) PickleCode.read("c" + module + "\nNumpyArrayWrapper\n)R");
        assertThat(JoblibArray.is(wrapper)).isEqualTo(is);
        PyObject other = (PyObject) PickleCode.read("c" + module + "\nNDArrayWrapper\n)R");
        assertThat(JoblibArray.is(other)).isFalse();
    }
}
