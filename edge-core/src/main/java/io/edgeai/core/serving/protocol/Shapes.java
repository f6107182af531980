package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.util.Arrays;

/** Shapes as callers send them: checked before anything is allocated for them. */
final class Shapes {
    private Shapes() {}

    /** Reads the array at the parser's current token. */
    static long[] read(JsonParser json, int mostDimensions) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidInputException(
                    "Shape (" + json.currentToken() + ") must be a JSON array of whole numbers.");
        }
        long[] shape = new long[mostDimensions];
        int rank = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token != JsonToken.VALUE_NUMBER_INT
                    || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    || json.getLongValue() < 0) {
                throw new InvalidInputException("Dimension (" + Excerpt.of(String.valueOf(json.getText()))
                        + ") of a shape must be a whole number from 0 to 2^63-1.");
            }
            if (rank == mostDimensions) {
                throw new InvalidInputException("A shape has more than (" + mostDimensions + ") dimensions.");
            }
            shape[rank++] = json.getLongValue();
        }
        return Arrays.copyOf(shape, rank);
    }

    /** Elements of a shape of dimensions from 0 on, 1 for a scalar. */
    static long elements(String input, long[] shape) {
        long product = 1;
        for (long dimension : shape) {
            long high = Math.multiplyHigh(product, dimension);
            product *= dimension;
            if (high != 0 || product < 0) {
                throw new InvalidInputException(
                        "Shape " + Arrays.toString(shape) + " of input (" + input + ") has more than 2^63-1 elements.");
            }
        }
        return product;
    }
}
