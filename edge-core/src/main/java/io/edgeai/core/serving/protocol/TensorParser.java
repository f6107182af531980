package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Fills one tensor from a JSON array, flat or nested as the shape says. Numbers go from the text straight into the
 * tensor's memory. A number that its type cannot hold is refused, never wrapped; floats are rounded to nearest.
 */
final class TensorParser {
    private static final long HIGHEST_UNSIGNED_INT = 0xFFFF_FFFFL;

    @FunctionalInterface
    private interface Element {
        /** Stores the parser's current token as the element at an index. */
        void store(int index) throws IOException;
    }

    private final JsonParser json;
    private final String input;
    private final ElementType type;
    private final long[] shape;
    private int stored;

    private TensorParser(JsonParser json, String input, ElementType type, long[] shape) {
        this.json = json;
        this.input = input;
        this.type = type;
        this.shape = shape;
    }

    /**
     * Reads the array at the parser's current token.
     *
     * @param textBytes length of the text that the array is part of
     */
    static Tensor read(JsonParser json, String input, ElementType type, long[] shape, int textBytes)
            throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidInputException(
                    "Data of input (" + input + ") is no JSON array. Maybe put the values in brackets.");
        }
        long elements = Shapes.elements(input, shape);
        if (elements > (textBytes + 1L) / 2) {
            throw new InvalidInputException("Input (" + input + ") of shape " + Arrays.toString(shape) + " has more"
                    + " elements (" + elements + ") than its text has room for. Maybe the shape is wrong.");
        }
        return new TensorParser(json, input, type, shape).read((int) elements);
    }

    private Tensor read(int elements) throws IOException {
        if (type == ElementType.STRING) {
            String[] texts = new String[elements];
            fill(elements, index -> texts[index] = text());
            return Tensor.of(texts, shape);
        }
        Tensor tensor = Tensor.allocate(type, shape);
        fill(elements, numbers(tensor.buffer()));
        return tensor;
    }

    private Element numbers(ByteBuffer out) {
        return switch (type) {
            case BOOL -> i -> out.put(i, truth());
            case INT8 -> i -> out.put(i, (byte) whole(Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> i -> out.put(i, (byte) whole(0, 0xFF));
            case INT16 -> i -> out.putShort(2 * i, (short) whole(Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> i -> out.putShort(2 * i, (short) whole(0, 0xFFFF));
            case INT32 -> i -> out.putInt(4 * i, (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 -> i -> out.putInt(4 * i, (int) whole(0, HIGHEST_UNSIGNED_INT));
            case INT64 -> i -> out.putLong(8 * i, whole(Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> i -> out.putLong(8 * i, unsigned());
            case FLOAT16 -> i -> out.putShort(2 * i, half());
            case BFLOAT16 -> i -> out.putShort(2 * i, brain());
            case FLOAT -> i -> out.putFloat(4 * i, single());
            case DOUBLE -> i -> out.putDouble(8 * i, real());
            default -> throw new InvalidInputException("Input (" + input + ") cannot hold (" + type + ").");
        };
    }

    private void fill(int elements, Element element) throws IOException {
        JsonToken first = json.nextToken();
        if (first == JsonToken.START_ARRAY && shape.length > 1) {
            nested(0, first, element);
        } else {
            row(elements, first, element);
        }
    }

    /** One dimension of nested data; the parser stands on the first token inside its bracket. */
    private void nested(int dimension, JsonToken first, Element element) throws IOException {
        if (dimension == shape.length - 1) {
            row((int) shape[dimension], first, element);
            return;
        }
        JsonToken token = first;
        for (long i = 0; i < shape[dimension]; i++) {
            if (token != JsonToken.START_ARRAY) {
                throw unlike("(" + token + ") where dimension " + (dimension + 1) + " should begin");
            }
            nested(dimension + 1, json.nextToken(), element);
            token = json.nextToken();
        }
        if (token != JsonToken.END_ARRAY) {
            throw unlike("more than (" + shape[dimension] + ") entries in dimension " + dimension);
        }
    }

    private void row(int count, JsonToken first, Element element) throws IOException {
        JsonToken token = first;
        for (int i = 0; i < count; i++) {
            if (token == JsonToken.END_ARRAY) {
                throw unlike("only (" + stored + ") elements where a bracket closes");
            }
            element.store(stored++);
            token = json.nextToken();
        }
        if (token != JsonToken.END_ARRAY) {
            throw unlike("more than (" + stored + ") elements where a bracket should close");
        }
    }

    private InvalidInputException unlike(String found) {
        return new InvalidInputException("Data of input (" + input + ") does not fit its shape "
                + Arrays.toString(shape) + ": it has " + found + ". Maybe give the elements flat, in row-major order.");
    }

    private byte truth() throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return (byte) (token == JsonToken.VALUE_TRUE ? 1 : 0);
        }
        return (byte) whole(0, 1);
    }

    private long whole(long lowest, long highest) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getNumberType() == NumberType.BIG_INTEGER) {
            throw wrong();
        }
        long value = json.getLongValue();
        if (value < lowest || value > highest) {
            throw wrong();
        }
        return value;
    }

    private long unsigned() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getNumberType() == NumberType.BIG_INTEGER) {
            BigInteger value = json.getBigIntegerValue();
            if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
                throw wrong();
            }
            return value.longValue();
        }
        return whole(0, Long.MAX_VALUE);
    }

    private float single() throws IOException {
        if (!json.currentToken().isNumeric()) {
            return (float) special();
        }
        float value = json.getFloatValue();
        if (Float.isInfinite(value) && !json.isNaN()) {
            throw wrong();
        }
        return value;
    }

    private double real() throws IOException {
        if (!json.currentToken().isNumeric()) {
            return special();
        }
        double value = json.getDoubleValue();
        if (Double.isInfinite(value) && !json.isNaN()) {
            throw wrong();
        }
        return value;
    }

    private short half() throws IOException {
        double value = real();
        short bits = NarrowFloats.half(value);
        return kept(bits, value, NarrowFloats.ofHalf(bits));
    }

    private short brain() throws IOException {
        double value = real();
        short bits = NarrowFloats.brain(value);
        return kept(bits, value, NarrowFloats.ofBrain(bits));
    }

    private short kept(short bits, double value, float narrowed) throws IOException {
        if (Float.isInfinite(narrowed) && !Double.isInfinite(value)) {
            throw wrong();
        }
        return bits;
    }

    /** JSON has no word for these; the texts are those of protocol buffers' JSON. */
    private double special() throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong();
        }
        return switch (json.getText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw wrong();
        };
    }

    private String text() throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong();
        }
        return Json.paired(json.getText(), "Element " + (stored - 1) + " of input (" + input + ")");
    }

    private InvalidInputException wrong() throws IOException {
        boolean scalar = json.currentToken().isScalarValue();
        return new InvalidInputException("Element " + (stored - 1) + " of input (" + input + ") is ("
                + (scalar ? Excerpt.of(json.getText()) : "a bracket or brace") + "), which is no "
                + Datatypes.name(type)
                + (json.currentToken() == JsonToken.VALUE_NULL
                        ? ". Maybe write \"NaN\" for a number that is missing, \"\" for a text."
                        : ". Maybe the datatype is wrong."));
    }
}
