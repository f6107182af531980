package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SciPy's csr, csc and coo matrices, as pickled in any version. Stateless. */
public final class SparseMatrix {
    private static final Set<String> KINDS =
            Set.of("csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "csc_array", "coo_array");
    private static final long MOST_CELLS = 1L << 27;

    private SparseMatrix() {}

    /** Whether an object is one of these. */
    public static boolean is(Object value) {
        return value instanceof PyObject object
                && object.module().startsWith("scipy.sparse")
                && KINDS.contains(object.name());
    }

    /**
     * The matrix with its zeros, rows first.
     *
     * @throws ModelFormatException where it has more than 2^27 cells or its parts contradict each other
     */
    public static double[][] dense(PyObject sparse) {
        int[] shape = NumpyArray.shape(part(sparse, "_shape", "shape"));
        if (shape.length != 2 || (long) shape[0] * shape[1] > MOST_CELLS) {
            throw new ModelFormatException("Sparse matrix of shape (" + java.util.Arrays.toString(shape)
                    + ") is not two-dimensional or has more than 2^27 cells.");
        }
        double[][] dense = new double[shape[0]][shape[1]];
        double[] data = array(sparse, "data").doubles();
        boolean columns = sparse.name().startsWith("csc");
        if (sparse.name().startsWith("coo")) {
            long[] rows = coordinates(sparse, 0);
            long[] cols = coordinates(sparse, 1);
            for (int i = 0; i < data.length; i++) {
                add(dense, at(rows, i), at(cols, i), data[i]);
            }
            return dense;
        }
        long[] indices = array(sparse, "indices").longs();
        long[] starts = array(sparse, "indptr").longs();
        for (int major = 0; major + 1 < starts.length; major++) {
            for (long i = starts[major]; i < starts[major + 1]; i++) {
                long minor = at(indices, i);
                add(
                        dense,
                        columns ? minor : major,
                        columns ? major : minor,
                        i < data.length ? data[(int) i] : Double.NaN);
            }
        }
        return dense;
    }

    private static long[] coordinates(PyObject sparse, int axis) {
        if (sparse.attribute("coords") instanceof PyTuple both && both.get(axis) instanceof NumpyArray one) {
            return one.longs();
        }
        return array(sparse, axis == 0 ? "row" : "col").longs();
    }

    private static long at(long[] values, long index) {
        if (index < 0 || index >= values.length) {
            throw new ModelFormatException("Sparse matrix has no index number (" + index + ").");
        }
        return values[(int) index];
    }

    private static void add(double[][] dense, long row, long column, double value) {
        if (row < 0 || row >= dense.length || column < 0 || column >= dense[(int) row].length) {
            throw new ModelFormatException("Sparse matrix has a value at (" + row + ", " + column + "), outside it.");
        }
        dense[(int) row][(int) column] += value;
    }

    private static NumpyArray array(PyObject sparse, String name) {
        if (part(sparse, name, name) instanceof NumpyArray array) {
            return array;
        }
        throw new ModelFormatException("Part (" + name + ") of a sparse matrix is no array.");
    }

    private static Object part(PyObject sparse, String name, String other) {
        @Nullable Object found = sparse.attribute(name);
        if (found == null) {
            found = sparse.attribute(other);
        }
        if (found == null) {
            throw new ModelFormatException("Sparse matrix has no part (" + name + ").");
        }
        return found;
    }
}
