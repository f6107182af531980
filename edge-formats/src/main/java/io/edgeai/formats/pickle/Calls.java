package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the calls of a pickle stand for. The few of numpy, joblib and the builtins become values; all others records. */
final class Calls {
    private Calls() {}

    static Object call(Object callable, List<Object> args) {
        if (!(callable instanceof PyGlobal global)) {
            return new PyObject(new PyGlobal("", String.valueOf(callable)), args);
        }
        return switch (global.name()) {
            case "_reconstruct" -> numpy(global) ? new NumpyArray() : record(global, args);
            case "_frombuffer" -> numpy(global) ? fromBuffer(args) : record(global, args);
            case "scalar" -> numpy(global) ? scalar(args) : record(global, args);
            case "dtype" -> global.module().equals("numpy") ? dtype(args) : record(global, args);
            case "_reconstructor" ->
                copyreg(global) && args.size() > 0 && args.get(0) instanceof PyGlobal type
                        ? make(type, args.size() == 3 && args.get(2) != PyNone.NONE ? List.of(args.get(2)) : List.of())
                        : record(global, args);
            case "__newobj__" ->
                copyreg(global) && args.size() > 0 && args.get(0) instanceof PyGlobal type
                        ? make(type, args.subList(1, args.size()))
                        : record(global, args);
            case "encode" ->
                global.module().equals("_codecs") && args.size() > 0 && args.get(0) instanceof String text
                        ? text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)
                        : record(global, args);
            case "bytearray", "bytes" -> builtin(global) ? raw(global, args) : record(global, args);
            case "set", "frozenset" -> builtin(global) ? set(global, args) : record(global, args);
            case "OrderedDict" -> global.module().equals("collections") ? ordered(args) : record(global, args);
            case "defaultdict" -> global.module().equals("collections") ? new PyDict() : record(global, args);
            default -> record(global, args);
        };
    }

    /** What {@code cls.__new__} would make. */
    static Object make(Object type, List<Object> args) {
        if (type instanceof PyGlobal global) {
            if (global.name().equals("ndarray") && global.module().equals("numpy")) {
                return new NumpyArray();
            }
            if (global.name().equals("OrderedDict") && global.module().equals("collections")) {
                return new PyDict();
            }
            return record(global, args);
        }
        return new PyObject(new PyGlobal("", String.valueOf(type)), new ArrayList<>(args));
    }

    private static PyObject record(PyGlobal global, List<Object> args) {
        return new PyObject(global, new ArrayList<>(args));
    }

    private static boolean numpy(PyGlobal global) {
        return global.module().startsWith("numpy.");
    }

    private static boolean copyreg(PyGlobal global) {
        return global.module().equals("copyreg") || global.module().equals("copy_reg");
    }

    private static boolean builtin(PyGlobal global) {
        return global.module().equals("builtins") || global.module().equals("__builtin__");
    }

    private static Object dtype(List<Object> args) {
        if (args.isEmpty()) {
            throw new ModelFormatException("Pickle makes a numpy dtype of nothing.");
        }
        Object first = args.get(0);
        if (first instanceof String name) {
            return new DtypeRef(NumpyDtype.named(name));
        }
        if (first instanceof DtypeRef other) {
            return other;
        }
        return new PyObject(new PyGlobal("numpy", "dtype"), args);
    }

    private static Object scalar(List<Object> args) {
        if (args.size() == 2 && args.get(0) instanceof DtypeRef type) {
            if (type.value().objects()) {
                return args.get(1);
            }
            if ("cVM m".indexOf(type.value().kind()) < 0
                    && (type.value().kind() != 'f' || type.value().size() <= 8)) {
                return NumpyArray.of(type.value(), new int[0], false, NumpyArray.bytes(args.get(1)), List.of())
                        .values()
                        .get(0);
            }
        }
        return new PyObject(new PyGlobal("numpy", "scalar"), args);
    }

    private static Object fromBuffer(List<Object> args) {
        if (args.size() < 3 || !(args.get(1) instanceof DtypeRef type)) {
            throw new ModelFormatException("Pickle makes an array of (" + args + "), not of bytes, type and shape.");
        }
        ByteBuffer bytes = NumpyArray.bytes(args.get(0));
        boolean fortran = args.size() > 3 && "F".equals(args.get(3));
        return NumpyArray.of(type.value(), NumpyArray.shape(args.get(2)), fortran, bytes, List.of());
    }

    /** Bytes of nothing, of bytes, or, as Python 2 and old 3 write byte arrays, of text in Latin-1. */
    private static Object raw(PyGlobal global, List<Object> args) {
        if (args.isEmpty()) {
            return new byte[0];
        }
        if (args.size() == 1 && args.get(0) instanceof byte[] raw) {
            return raw;
        }
        return args.size() == 2
                        && args.get(0) instanceof String text
                        && (args.get(1).equals("latin-1") || args.get(1).equals("latin1"))
                ? text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)
                : record(global, args);
    }

    private static Object set(PyGlobal global, List<Object> args) {
        PySet set = new PySet();
        if (args.size() == 1 && args.get(0) instanceof List<?> items) {
            set.addAll(items);
        } else if (!args.isEmpty()) {
            return record(global, args);
        }
        return set;
    }

    private static Object ordered(List<Object> args) {
        PyDict dict = new PyDict();
        if (args.size() == 1 && args.get(0) instanceof List<?> pairs) {
            for (Object pair : pairs) {
                List<?> two =
                        pair instanceof PyTuple tuple ? tuple.items() : pair instanceof List<?> list ? list : List.of();
                if (two.size() != 2) {
                    throw new ModelFormatException("Pickle makes an OrderedDict of (" + pair + "), not of pairs.");
                }
                dict.put(two.get(0), two.get(1));
            }
        }
        return dict;
    }
}
