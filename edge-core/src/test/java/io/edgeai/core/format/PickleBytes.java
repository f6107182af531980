package io.edgeai.core.format;

import java.nio.charset.StandardCharsets;

/** Pieces of pickles as text of one character a byte, by the opcodes of CPython's pickletools. */
final class PickleBytes {
    static final String NONE = "N";
    static final String TRUE = "\u0088";
    static final String FALSE = "\u0089";

    private PickleBytes() {}

    /** A whole pickle of protocol 4. */
    static byte[] file(String value) {
        return Samples.latin("\u0080\4" + value + ".");
    }

    static String little(long value, int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i++) {
            text.append((char) (value >>> 8 * i & 0xff));
        }
        return text.toString();
    }

    static String text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return "X" + little(utf8.length, 4) + new String(utf8, StandardCharsets.ISO_8859_1);
    }

    static String bytes(String bytes) {
        return "B" + little(bytes.length(), 4) + bytes;
    }

    static String number(long value) {
        return "J" + little(value, 4);
    }

    static String tuple(String... items) {
        return "(" + String.join("", items) + "t";
    }

    static String list(String... items) {
        return "](" + String.join("", items) + "e";
    }

    /** Keys, which are texts, and values in turn. */
    static String dict(String... items) {
        StringBuilder pairs = new StringBuilder("}(");
        for (int i = 0; i < items.length; i += 2) {
            pairs.append(text(items[i])).append(items[i + 1]);
        }
        return pairs + "u";
    }

    static String global(String module, String name) {
        return "c" + module + "\n" + name + "\n";
    }

    static String called(String function, String arguments) {
        return function + arguments + "R";
    }

    /** An object whose attributes are given. */
    static String object(String module, String name, String... attributes) {
        return global(module, name) + ")\u0081" + dict(attributes) + "b";
    }

    static String dtype(String code) {
        return called(global("numpy", "dtype"), tuple(text(code), FALSE, TRUE))
                + tuple(number(3), text("<"), NONE, NONE, NONE, number(-1), number(-1), number(0)) + "b";
    }

    static String shape(long... dims) {
        String[] items = new String[dims.length];
        for (int i = 0; i < dims.length; i++) {
            items[i] = number(dims[i]);
        }
        return tuple(items);
    }

    /** An array as NumPy pickles it. */
    static String array(String code, String content, long... dims) {
        String made = called(
                global("numpy.core.multiarray", "_reconstruct"),
                tuple(global("numpy", "ndarray"), tuple(number(0)), bytes("b")));
        return made + tuple(number(1), shape(dims), dtype(code), FALSE, content) + "b";
    }

    /** An array as joblib writes it: its description, and its bytes behind the opcode that ends that. */
    static String joblib(String code, String content, long... dims) {
        return object(
                        "joblib.numpy_pickle",
                        "NumpyArrayWrapper",
                        "subclass",
                        global("numpy", "ndarray"),
                        "shape",
                        shape(dims),
                        "order",
                        text("C"),
                        "dtype",
                        dtype(code),
                        "numpy_array_alignment_bytes",
                        number(16))
                + "\3\u00ff\u00ff\u00ff" + content;
    }
}
