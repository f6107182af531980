package io.edgeai.formats.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes numpy's pickled dtypes and arrays: {@code _reconstruct}, {@code dtype} and their states. */
final class NumpyCode {
    private NumpyCode() {}

    /** A dtype without members; {@code order} is one of {@code < > |}. */
    static String dtype(String name, char order) {
        return "cnumpy\ndtype\n(S'" + name + "'\nI00\nI01\ntR(I3\nS'" + order + "'\nNNNI-1\nI-1\nI0\ntb";
    }

    /** A structured dtype: for each member its name, its dtype as code, and its offset. */
    static String structure(int size, Object... members) {
        StringBuilder names = new StringBuilder("(");
        StringBuilder table = new StringBuilder("}");
        for (int i = 0; i < members.length; i += 3) {
            names.append("S'").append(members[i]).append("'\n");
            table.append("S'").append(members[i]).append("'\n(").append(members[i + 1]);
            table.append('I').append(members[i + 2]).append("\nts");
        }
        return "cnumpy\ndtype\n(S'V" + size + "'\nI00\nI01\ntR(I3\nS'|'\nN" + names + "t" + table + "I" + size
                + "\nI1\nI16\ntb";
    }

    /** An array: numpy's version 1 state of shape, dtype, order and bytes. */
    static PickleCode array(String dtype, boolean fortran, ByteBuffer data, int... shape) {
        byte[] raw = bytes(data);
        return header(dtype, fortran, shape)
                .text("B")
                .u32(raw.length)
                .bytes(raw)
                .text("tb");
    }

    /** An array of objects, given as the code of their list. */
    static PickleCode objects(String list, boolean fortran, int... shape) {
        return header(dtype("O8", '|'), fortran, shape).text(list).text("tb");
    }

    private static PickleCode header(String dtype, boolean fortran, int... shape) {
        StringBuilder dims = new StringBuilder("(");
        for (int size : shape) {
            dims.append('I').append(size).append('\n');
        }
        return PickleCode.start()
                .text("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n")
                .text(dims + "t" + dtype + (fortran ? "I01\n" : "I00\n"));
    }

    /** All bytes of a buffer, wherever it stands. */
    static byte[] bytes(ByteBuffer data) {
        byte[] raw = new byte[data.capacity()];
        data.duplicate().clear().get(raw);
        return raw;
    }

    static NumpyArray read(PickleCode code) {
        return (NumpyArray) code.read();
    }

    static ByteBuffer buffer(int size, char order) {
        return ByteBuffer.allocate(size).order(order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }
}
