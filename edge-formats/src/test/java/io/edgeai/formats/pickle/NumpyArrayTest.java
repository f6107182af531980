package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyArrayTest {
    private static NumpyArray array(PyDict all, String name) {
        assertThat(all.get(name)).as(name).isInstanceOf(NumpyArray.class);
        return (NumpyArray) all.get(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void readsArraysOfAllKindsInCOrder(int protocol) {
        PyDict all = (PyDict) Samples.read("arrays" + protocol);
        assertThat(array(all, "c").doubles()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(array(all, "f").doubles()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(array(all, "f").shape()).containsExactly(2, 3);
        assertThat(array(all, "big").longs()).containsExactly(0, 1, 2);
        assertThat(array(all, "half").doubles()).containsExactly(1.5, -2, Double.POSITIVE_INFINITY);
        assertThat(array(all, "u8").doubles()).containsExactly(0x1p64);
        assertThat(array(all, "bool").values()).containsExactly(true, false);
        assertThat(array(all, "text").values()).containsExactly("ab", "déf");
        assertThat(array(all, "obj").values()).containsExactly(1L, "x", PyNone.NONE);
        assertThat(array(all, "struct").field("i").longs()).containsExactly(1, 3);
        assertThat(array(all, "struct").field("x").doubles()).containsExactly(2.5, -4.5);
        assertThat(array(all, "empty").shape()).containsExactly(0, 4);
        assertThat(array(all, "zero").doubles()).containsExactly(3.25);
        assertThat(array(all, "f3").longs()).isEqualTo(LongStream.range(0, 24).toArray());
        assertThat((byte[]) array(all, "raw").values().get(1)).containsExactly('c');
        assertThat(all.get("scalar")).isEqualTo(2.5);
        assertThat(all.get("int")).isEqualTo(-3L);
        assertThat(all.get("np_str")).isEqualTo("s");
        assertThat(all.get("np_bool")).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"joblib", "zlib", "gzip", "bz2", "xz", "lzma", "lz4"})
    void readsJoblibFilesOfAllCompressions(String kind) {
        PyDict all = (PyDict) Samples.read("jl_" + kind);
        double[] ramp = new double[12];
        Arrays.setAll(ramp, i -> i);
        assertThat(array(all, "w").doubles()).containsExactly(ramp);
        assertThat(array(all, "f").doubles()).containsExactly(ramp);
        assertThat(array(all, "f").shape()).containsExactly(3, 4);
        assertThat(array(all, "o").values()).containsExactly("a", PyNone.NONE, 3L);
        assertThat(all.get("n")).isEqualTo(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "gzip", "bz2", "xz", "lzma", "lz4"})
    void truncatedCompressionIsATypedError(String kind) {
        byte[] whole = Samples.all().get("jl_" + kind);
        for (int cut = 2; cut < whole.length - 12; cut += 7) {
            byte[] part = Arrays.copyOf(whole, cut);
            assertThatThrownBy(() -> PickleReader.read(part, PickleLimits.DEFAULT))
                    .as(kind + " cut at " + cut)
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"csr", "csc", "coo", "arr"})
    void sparseMatricesBecomeDense(String kind) {
        Object sparse = Samples.read("sp_" + kind);
        assertThat(SparseMatrix.is(sparse)).isTrue();
        assertThat(SparseMatrix.dense((PyObject) sparse)).isDeepEqualTo(new double[][] {{0, 2, 0}, {3, 0, 4}});
    }

    /** An array that states more elements than it brings bytes must not allocate them. */
    @Test
    void shapesAreCheckedAgainstTheBytes() {
        String claim = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2000000000\nt"
                + "cnumpy\ndtype\n(S'f8'\nI0\nI1\ntRI00\nS'12345678'\ntb.";
        assertThatThrownBy(() -> PickleReader.read(claim.getBytes(StandardCharsets.ISO_8859_1), PickleLimits.DEFAULT))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(2000000000) elements");
        String huge = claim.replace("(I2000000000\nt", "(I2000000000\nI2000000000\nI2000000000\nt");
        assertThatThrownBy(() -> PickleReader.read(huge.getBytes(StandardCharsets.ISO_8859_1), PickleLimits.DEFAULT))
                .hasMessageContaining("2^31-1");
        String empty = claim.replace("S'f8'", "S'V0'");
        assertThatThrownBy(() -> PickleReader.read(empty.getBytes(StandardCharsets.ISO_8859_1), PickleLimits.DEFAULT))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void unknownTypesAndWrongReadsAreRefused() {
        for (String name : List.of("Q8", "", "f99999999", "x")) {
            assertThatThrownBy(() -> NumpyDtype.named(name)).as(name).isInstanceOf(ModelFormatException.class);
        }
        assertThat(NumpyDtype.named(">i4").little()).isFalse();
        assertThat(NumpyDtype.named("U3").size()).isEqualTo(12);
        NumpyArray text = NumpyArray.ofObjects(List.of("a"));
        assertThatThrownBy(text::doubles).hasMessageContaining("where a number belongs");
        assertThatThrownBy(() -> text.field("x")).hasMessageContaining("no member (x)");
        assertThatThrownBy(() -> NumpyArray.ofObjects(List.of(1.5)).longs()).hasMessageContaining("1.5");
        assertThatThrownBy(() ->
                        new NumpyDtype('V', 4, true, List.of(new NumpyDtype.Field("a", NumpyDtype.named("f8"), 0))))
                .hasMessageContaining("outside array elements");
    }
}
