package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request, an input or a requested output: texts, numbers and booleans by name. Immutable.
 *
 * @param values {@link String}, {@link Long}, {@link Double} or {@link Boolean} each, in the order given
 */
public record Parameters(Map<String, Object> values) {
    public static final Parameters NONE = new Parameters(Map.of());

    public Parameters {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** @throws InvalidInputException where it is there and no boolean */
    public boolean flag(String name, boolean otherwise) {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, value, "true or false");
    }

    /**
     * A whole number, or {@code otherwise} where it is not given.
     *
     * @throws InvalidInputException where it is there and no whole number from 0 on
     */
    public long count(String name, long otherwise) {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Long count && count >= 0) {
            return count;
        }
        throw wrong(name, value, "a whole number, 0 or more");
    }

    /**
     * A text; a whole number is its digits.
     *
     * @throws InvalidInputException where it is there and neither
     */
    public Optional<String> text(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof String || value instanceof Long) {
            return Optional.ofNullable(value).map(Object::toString);
        }
        throw wrong(name, value, "a text");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    private static InvalidInputException wrong(String name, Object value, String wanted) {
        return new InvalidInputException(
                "Parameter (" + name + ") is (" + Excerpt.of(value.toString()) + "), not " + wanted + ".");
    }

    /** Reads an object, or null for none, at the parser's current token. */
    static Parameters read(JsonParser json, int most) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new InvalidInputException("Parameters (" + json.currentToken() + ") must be a JSON object.");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (values.size() == most) {
                throw new InvalidInputException("There are more than (" + most + ") parameters in one place.");
            }
            if (values.put(name, value(json, name)) != null) {
                throw new InvalidInputException("Parameter (" + Excerpt.of(name) + ") is given twice.");
            }
        }
        return new Parameters(values);
    }

    private static Object value(JsonParser json, String name) throws IOException {
        return switch (json.nextToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_NUMBER_INT -> {
                if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new InvalidInputException("Parameter (" + Excerpt.of(name) + ") is beyond 64 bits.");
                }
                yield json.getLongValue();
            }
            default ->
                throw new InvalidInputException(
                        "Parameter (" + Excerpt.of(name) + ") must be a string, a number or a boolean.");
        };
    }
}
