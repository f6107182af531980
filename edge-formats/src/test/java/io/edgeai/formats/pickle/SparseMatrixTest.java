package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SciPy's three formats against the matrix they were made of. */
class SparseMatrixTest {
    private static byte[] longs(List<Integer> values) {
        ByteBuffer data = NumpyCode.buffer(4 * values.size(), '<');
        values.forEach(data::putInt);
        return NumpyCode.array(NumpyCode.dtype("i4", '<'), false, data, values.size())
                .unfinished();
    }

    private static byte[] doubles(List<Double> values) {
        ByteBuffer data = NumpyCode.buffer(8 * values.size(), '<');
        values.forEach(data::putDouble);
        return NumpyCode.array(NumpyCode.dtype("f8", '<'), false, data, values.size())
                .unfinished();
    }

    /** An object of scipy with its shape and the parts given as name, code. */
    private static PyObject sparse(String name, int rows, int columns, Object... parts) {
        PickleCode code = PickleCode.start()
                .text("cscipy.sparse._" + name.substring(0, 3) + "\n" + name + "\n)\u0081}(S'_shape'\n")
                .text("(I" + rows + "\nI" + columns + "\nt");
        for (int i = 0; i < parts.length; i += 2) {
            code.text("S'" + parts[i] + "'\n").bytes((byte[]) parts[i + 1]);
        }
        return (PyObject) code.text("ub").read();
    }

    private static double[][] random(Random random) {
        double[][] dense = new double[1 + random.nextInt(6)][1 + random.nextInt(6)];
        for (double[] row : dense) {
            for (int c = 0; c < row.length; c++) {
                row[c] = random.nextInt(3) == 0 ? random.nextGaussian() : 0;
            }
        }
        return dense;
    }

    /** Compressed rows of the matrix, or of its transpose, as (data, indices, indptr). */
    private static PyObject compressed(String name, double[][] dense, boolean byColumn) {
        List<Double> data = new ArrayList<>();
        List<Integer> indices = new ArrayList<>();
        List<Integer> starts = new ArrayList<>(List.of(0));
        int majors = byColumn ? dense[0].length : dense.length;
        int minors = byColumn ? dense.length : dense[0].length;
        for (int major = 0; major < majors; major++) {
            for (int minor = minors - 1; minor >= 0; minor--) {
                double value = byColumn ? dense[minor][major] : dense[major][minor];
                if (value != 0) {
                    data.add(value);
                    indices.add(minor);
                }
            }
            starts.add(data.size());
        }
        return sparse(
                name,
                dense.length,
                dense[0].length,
                "data",
                doubles(data),
                "indices",
                longs(indices),
                "indptr",
                longs(starts));
    }

    @ParameterizedTest
    @CsvSource({"csr_matrix, false", "csr_array, false", "csc_matrix, true", "csc_array, true"})
    void compressedRowsAndColumnsAreUnfolded(String name, boolean byColumn) {
        for (int seed = 0; seed < 40; seed++) {
            double[][] dense = random(new Random(seed));
            PyObject sparse = compressed(name, dense, byColumn);
            assertThat(SparseMatrix.is(sparse)).isTrue();
            assertThat(SparseMatrix.dense(sparse)).as("seed " + seed).isDeepEqualTo(dense);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void coordinatesOfOldAndNewNames(boolean tuple) {
        for (int seed = 0; seed < 40; seed++) {
            double[][] dense = random(new Random(seed));
            List<Double> data = new ArrayList<>();
            List<Integer> rows = new ArrayList<>();
            List<Integer> columns = new ArrayList<>();
            for (int r = 0; r < dense.length; r++) {
                for (int c = 0; c < dense[r].length; c++) {
                    if (dense[r][c] != 0) {
                        data.add(dense[r][c]);
                        rows.add(r);
                        columns.add(c);
                    }
                }
            }
            byte[] coords = PickleCode.start()
                    .text("(")
                    .bytes(longs(rows))
                    .bytes(longs(columns))
                    .text("t")
                    .unfinished();
            PyObject sparse = tuple
                    ? sparse("coo_array", dense.length, dense[0].length, "data", doubles(data), "coords", coords)
                    : sparse(
                            "coo_matrix",
                            dense.length,
                            dense[0].length,
                            "data",
                            doubles(data),
                            "row",
                            longs(rows),
                            "col",
                            longs(columns));
            assertThat(SparseMatrix.dense(sparse)).as("seed " + seed).isDeepEqualTo(dense);
        }
    }

    /** SciPy's definition: values at the same place add up. */
    @Test
    void repeatedPlacesAddUp() {
        PyObject coo = sparse(
                "coo_matrix",
                1,
                2,
                "data",
                doubles(List.of(1.0, 2.0, 4.0)),
                "row",
                longs(List.of(0, 0, 0)),
                "col",
                longs(List.of(1, 1, 0)));
        assertThat(SparseMatrix.dense(coo)).isDeepEqualTo(new double[][] {{4, 3}});
        PyObject csr = sparse(
                "csr_matrix",
                1,
                2,
                "data",
                doubles(List.of(1.0, 2.0)),
                "indices",
                longs(List.of(1, 1)),
                "indptr",
                longs(List.of(0, 2)));
        assertThat(SparseMatrix.dense(csr)).isDeepEqualTo(new double[][] {{0, 3}});
    }

    @Test
    void otherFormatsAreNoneOfThese() {
        for (String name : List.of("dok_matrix", "lil_matrix", "bsr_matrix", "dia_matrix")) {
            assertThat(SparseMatrix.is(sparse(name, 1, 1))).as(name).isFalse();
        }
        assertThat(SparseMatrix.is(PickleCode.read("cmine.sparse\ncsr_matrix\n)R")))
                .isFalse();
        assertThat(SparseMatrix.is("csr_matrix")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0 1, 'a value at (0, 2)'",
        "-1, 0 1, 'a value at (0, -1)'",
        "0, 0 1 2, 'no index number (1)'",
        "0, 0 5, 'no index number (1)'",
        "0, -1 1, 'no index number (-1)'"
    })
    void placesOutsideTheMatrixAreRefused(int index, String starts, String named) {
        List<Integer> pointers =
                Arrays.stream(starts.split(" ")).map(Integer::valueOf).toList();
        PyObject sparse = sparse(
                "csr_matrix",
                1,
                2,
                "data",
                doubles(List.of(1.0)),
                "indices",
                longs(List.of(index)),
                "indptr",
                longs(pointers));
        assertThatThrownBy(() -> SparseMatrix.dense(sparse))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Sparse matrix has " + named);
    }

    @Test
    void missingPartsAreNamed() {
        PyObject bare = sparse("csr_matrix", 1, 1);
        assertThatThrownBy(() -> SparseMatrix.dense(bare)).hasMessageContaining("no part (data)");
        PyObject odd =
                sparse("csr_matrix", 1, 1, "data", PickleCode.start().text("N").unfinished());
        assertThatThrownBy(() -> SparseMatrix.dense(odd)).hasMessageContaining("Part (data)");
        PyObject shapeless = (PyObject) PickleCode.read("cscipy.sparse\ncsr_matrix\n)R");
        assertThatThrownBy(() -> SparseMatrix.dense(shapeless)).hasMessageContaining("no part (_shape)");
    }

    /** A few bytes may claim a matrix of any size; above 2^27 cells nothing is allocated. */
    @ParameterizedTest
    @CsvSource({"2000000000, 2000000000", "1, 134217729", "134217729, 1"})
    void hugeMatricesAreRefused(int rows, int columns) {
        PyObject sparse = sparse("csr_matrix", rows, columns);
        assertThatThrownBy(() -> SparseMatrix.dense(sparse))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(rows + ", " + columns)
                .hasMessageContaining("2^27 cells");
    }
}
