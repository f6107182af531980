package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * NumPy's type strings and the element types they are.
 *
 * @param element what the array holds
 * @param itemBytes bytes of one item in the file
 * @param order byte order in the file
 * @param wide for strings: whether an item is UTF-32 ({@code U}) rather than bytes ({@code S})
 */
record NpyType(ElementType element, int itemBytes, ByteOrder order, boolean wide) {
    private static final Map<String, ElementType> NUMBERS = Map.ofEntries(
            Map.entry("b1", ElementType.BOOL),
            Map.entry("i1", ElementType.INT8),
            Map.entry("i2", ElementType.INT16),
            Map.entry("i4", ElementType.INT32),
            Map.entry("i8", ElementType.INT64),
            Map.entry("u1", ElementType.UINT8),
            Map.entry("u2", ElementType.UINT16),
            Map.entry("u4", ElementType.UINT32),
            Map.entry("u8", ElementType.UINT64),
            Map.entry("f2", ElementType.FLOAT16),
            Map.entry("f4", ElementType.FLOAT),
            Map.entry("f8", ElementType.DOUBLE),
            Map.entry("c8", ElementType.COMPLEX64),
            Map.entry("c16", ElementType.COMPLEX128));
    private static final int MAX_STRING = 1 << 20;

    static NpyType parse(String descr, String what) {
        if (descr.length() < 2) {
            throw unknown(descr, what);
        }
        String order = descr.substring(0, 1);
        String code = "<>|=".contains(order) ? descr.substring(1) : descr;
        ByteOrder bytes = order.equals(">")
                ? ByteOrder.BIG_ENDIAN
                : order.equals("=") ? ByteOrder.nativeOrder() : ByteOrder.LITTLE_ENDIAN;
        ElementType number = NUMBERS.get(code);
        if (number != null) {
            return new NpyType(number, number.bits() / 8, bytes, false);
        }
        char kind = code.charAt(0);
        if (kind == 'O') {
            throw new InvalidInputException("NumPy array (" + what + ") holds pickled Python objects, which are never"
                    + " read here. Maybe save it as numbers or strings: numpy.save(..., allow_pickle=False).");
        }
        if (kind == 'U' || kind == 'S') {
            int length = length(code.substring(1), descr, what);
            return new NpyType(ElementType.STRING, kind == 'U' ? length * 4 : length, bytes, kind == 'U');
        }
        throw unknown(descr, what);
    }

    private static int length(String digits, String descr, String what) {
        try {
            int length = Integer.parseInt(digits);
            if (length >= 0 && length <= MAX_STRING) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw (InvalidInputException) unknown(descr, what).initCause(e);
        }
        throw unknown(descr, what);
    }

    /** NumPy's little-endian name of a number type, or null where it has none. */
    static @Nullable String descr(ElementType type) {
        for (Map.Entry<String, ElementType> entry : NUMBERS.entrySet()) {
            if (entry.getValue() == type) {
                return (type.bits() == 8 ? "|" : "<") + entry.getKey();
            }
        }
        return null;
    }

    /** Bytes that are reversed together where the byte order differs: the parts of a complex number are two. */
    int swapBytes() {
        return switch (element) {
            case COMPLEX64 -> 4;
            case COMPLEX128 -> 8;
            default -> wide ? 4 : itemBytes;
        };
    }

    private static InvalidInputException unknown(String descr, String what) {
        return new InvalidInputException("NumPy array (" + what + ") has type (" + descr
                + "), which no tensor holds. Maybe convert it with .astype('float32').");
    }
}
