package io.edgeai.formats.sklearn.graph;

import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleReader;
import io.edgeai.formats.pickle.PyObject;
import java.nio.charset.StandardCharsets;

/** Estimators out of pickles written by hand: the code of the attributes, in protocols 0 and 2. */
final class Read {
    /** A float64 array [2, 2] of 1, 2, 3, 4. */
    static final String SQUARE = array("f8", "I2\nI2\n", 1, 2, 3, 4);

    private Read() {}

    /** Attributes as code: {@code S'name'} and the value. */
    static Estimator estimator(String kind, String attributes) {
        String code = "csklearn.made\n" + kind + "\n)\u0081}(" + attributes + "ub.";
        Object object = PickleReader.read(code.getBytes(StandardCharsets.ISO_8859_1), PickleLimits.DEFAULT);
        return new Estimator((PyObject) object, "", 0);
    }

    /** One attribute {@code v}. */
    static Estimator holding(String value) {
        return estimator("Thing", "S'v'\n" + value);
    }

    static String array(String dtype, String shape, double... values) {
        StringBuilder code = new StringBuilder(
                        "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(")
                .append(shape)
                .append("tcnumpy\ndtype\n(S'")
                .append(dtype)
                .append("'\nI00\nI01\ntR(I3\nS'>'\nNNNI-1\nI-1\nI0\ntbI00\nC")
                .append((char) (8 * values.length));
        for (double value : values) {
            long bits = dtype.startsWith("f") ? Double.doubleToLongBits(value) : (long) value;
            for (int shift = 56; shift >= 0; shift -= 8) {
                code.append((char) (bits >> shift & 0xff));
            }
        }
        return code + "tb";
    }
}
