package io.edgeai.formats.sklearn.graph;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyNone;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.pickle.PyTuple;
import io.edgeai.formats.pickle.SparseMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pickled estimator and where it stands in the model. Getters convert attributes or say which one is missing or of
 * the wrong kind; several names are tried in order, because they change between versions.
 *
 * @param object the record
 * @param place for example {@code pipeline/scaler}
 * @param version major * 100 + minor of the scikit-learn that wrote it, 0 where unknown
 */
public record Estimator(PyObject object, String place, int version) {
    /** An estimator within this one; it inherits the version where it does not state one. */
    public Estimator inner(Object value, String name) {
        if (value instanceof PyObject inner) {
            int own = versionOf(inner);
            return new Estimator(inner, place.isEmpty() ? name : place + "/" + name, own > 0 ? own : version);
        }
        throw new ModelFormatException(what() + " holds (" + value + ") where the estimator (" + name + ") belongs.");
    }

    /** The estimator in an attribute. */
    public Estimator inner(String attribute) {
        return inner(require(attribute), attribute);
    }

    /** The version an estimator states, as major * 100 + minor; 0 where it does not. */
    public static int versionOf(PyObject object) {
        if (object.attribute("_sklearn_version") instanceof String text) {
            String[] parts = text.split("[.]", -1);
            if (parts.length > 1 && parts[0].matches("[0-9]{1,3}") && parts[1].matches("[0-9]{1,3}")) {
                return Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]);
            }
        }
        return 0;
    }

    /** Whether it was written by that version or a later one; a version that is not stated counts as late. */
    public boolean since(int major, int minor) {
        return version == 0 || version >= major * 100 + minor;
    }

    public String kind() {
        return object.name();
    }

    /** The value of the first attribute there is, or null; None counts as null. */
    public @Nullable Object get(String... names) {
        for (String name : names) {
            Object value = object.attribute(name);
            if (value != null && value != PyNone.NONE) {
                return value;
            }
        }
        return null;
    }

    public boolean has(String... names) {
        return get(names) != null;
    }

    public Object require(String... names) {
        Object value = get(names);
        if (value == null) {
            throw new ModelFormatException(what() + " has no (" + String.join(" or ", names)
                    + "). Maybe it was not fitted before it was saved.");
        }
        return value;
    }

    public NumpyArray array(String... names) {
        return arrayOf(require(names), names[0]);
    }

    public NumpyArray arrayOf(Object value, String name) {
        if (value instanceof NumpyArray array) {
            return array;
        }
        throw new ModelFormatException(what() + " has (" + value + ") in (" + name + "), not an array.");
    }

    /** All values of an array, or one number, as doubles. */
    public double[] doubles(String... names) {
        Object value = require(names);
        if (value instanceof Number number) {
            return new double[] {number.doubleValue()};
        }
        if (value instanceof List<?> || value instanceof PyTuple) {
            return list(names).stream()
                    .mapToDouble(item -> number(item, names[0]).doubleValue())
                    .toArray();
        }
        return arrayOf(value, names[0]).doubles();
    }

    public long[] longs(String... names) {
        Object value = require(names);
        if (value instanceof Long number) {
            return new long[] {number};
        }
        if (value instanceof List<?> || value instanceof PyTuple) {
            return list(names).stream()
                    .mapToLong(item -> number(item, names[0]).longValue())
                    .toArray();
        }
        return arrayOf(value, names[0]).longs();
    }

    /** An array of rank 2, or of rank 1 as one row; sparse ones too. */
    public double[][] matrix(String... names) {
        return matrixOf(require(names), names[0]);
    }

    public double[][] matrixOf(Object value, String name) {
        if (SparseMatrix.is(value)) {
            return SparseMatrix.dense((PyObject) value);
        }
        NumpyArray array = arrayOf(value, name);
        if (array.rank() > 2) {
            throw new ModelFormatException(what() + " has rank (" + array.rank() + ") in (" + name + "), not 2.");
        }
        int width = array.rank() == 0 ? 1 : array.dim(array.rank() - 1);
        int rows = array.rank() == 2 ? array.dim(0) : 1;
        double[] flat = array.doubles();
        double[][] matrix = new double[rows][width];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(flat, r * width, matrix[r], 0, width);
        }
        return matrix;
    }

    public double real(String... names) {
        return number(require(names), names[0]).doubleValue();
    }

    public double realOr(double otherwise, String... names) {
        Object value = get(names);
        return value == null ? otherwise : number(value, names[0]).doubleValue();
    }

    public int integer(String... names) {
        double value = real(names);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw new ModelFormatException(what() + " has (" + value + ") in (" + names[0] + "), not a whole number.");
        }
        return (int) value;
    }

    private Number number(Object value, String name) {
        if (value instanceof Number number) {
            return number;
        }
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        if (value instanceof NumpyArray array && array.size() == 1) {
            return array.doubles()[0];
        }
        throw new ModelFormatException(what() + " has (" + value + ") in (" + name + "), not a number.");
    }

    /** Text, or the default where there is none; other kinds of value are not supported. */
    public String text(String otherwise, String... names) {
        for (String name : names) {
            Object value = get(name);
            if (value instanceof String text) {
                return text;
            }
            if (value != null) {
                throw new UnsupportedOperatorException(name + " = " + value);
            }
        }
        return otherwise;
    }

    public boolean flag(boolean otherwise, String... names) {
        Object value = get(names);
        return value == null
                ? otherwise
                : value instanceof Boolean flag ? flag : number(value, names[0]).doubleValue() != 0;
    }

    /** Items of a list, tuple, array or custom list. */
    public List<Object> list(String... names) {
        return items(require(names), names[0]);
    }

    public List<Object> items(Object value, String name) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof PyTuple tuple) {
            return tuple.items();
        }
        if (value instanceof NumpyArray array) {
            return array.values();
        }
        throw new ModelFormatException(what() + " has (" + value + ") in (" + name + "), not a list.");
    }

    public Labels classes() {
        return Labels.of(array("classes_"));
    }

    /** Columns it was fitted on, or the default where it does not say. */
    public int inputWidth(int otherwise) {
        return has("n_features_in_", "n_features_") ? integer("n_features_in_", "n_features_") : otherwise;
    }

    /** Its class and place, for messages. */
    public String what() {
        return "Estimator (" + kind() + ") at (" + (place.isEmpty() ? "top" : place) + ")";
    }
}
