package io.edgeai.samples.data;

import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * Single elements of a tensor of any type, for people and text files. Numbers are written with the digits that give
 * the same number back.
 */
public final class Cells {
    private final IntFunction<Object> element;

    private Cells(IntFunction<Object> element) {
        this.element = element;
    }

    /** @throws InvalidInputException for element types that have no text form here: complex and below one byte */
    public static Cells of(Tensor tensor) {
        if (tensor.type() == io.edgeai.core.model.ElementType.STRING) {
            String[] strings = tensor.strings();
            return new Cells(i -> strings[i]);
        }
        ByteBuffer data = tensor.buffer();
        return new Cells(
                switch (tensor.type()) {
                    case FLOAT -> i -> data.getFloat(i * 4);
                    case DOUBLE -> i -> data.getDouble(i * 8);
                    case FLOAT16 -> i -> Halves.toFloat(data.getShort(i * 2));
                    case BFLOAT16 -> i -> Halves.bfloatToFloat(data.getShort(i * 2));
                    case INT8 -> i -> (long) data.get(i);
                    case UINT8 -> i -> (long) Byte.toUnsignedInt(data.get(i));
                    case INT16 -> i -> (long) data.getShort(i * 2);
                    case UINT16 -> i -> (long) Short.toUnsignedInt(data.getShort(i * 2));
                    case INT32 -> i -> (long) data.getInt(i * 4);
                    case UINT32 -> i -> Integer.toUnsignedLong(data.getInt(i * 4));
                    case INT64 -> i -> data.getLong(i * 8);
                    case UINT64 -> i -> new java.math.BigInteger(Long.toUnsignedString(data.getLong(i * 8)));
                    case BOOL -> i -> data.get(i) != 0;
                    default ->
                        throw new InvalidInputException(
                                "Elements of type (" + tensor.type() + ") have no text form. Maybe write .npz.");
                });
    }

    /** The element at a row-major position: a Float, Double, Long, BigInteger, Boolean or String. */
    public Object at(int index) {
        return element.apply(index);
    }

    public String text(int index) {
        Object value = at(index);
        if (value instanceof Float f) {
            return plain(Float.toString(f));
        }
        return value instanceof Double d ? plain(Double.toString(d)) : value.toString();
    }

    private static String plain(String number) {
        return number.endsWith(".0") ? number.substring(0, number.length() - 2) : number;
    }

    void writeTo(JsonGenerator json, int index) throws IOException {
        Object value = at(index);
        if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
            json.writeNull();
        } else {
            json.writeObject(value);
        }
    }
}
