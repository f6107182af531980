package io.edgeai.federated.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Typed reads of one JSON object; errors name the field by its path. Knows which fields were asked for. */
final class Fields {
    private final JsonNode node;
    private final String path;
    private final Set<String> known = new TreeSet<>();

    Fields(JsonNode node, String path) {
        if (!node.isObject()) {
            throw new InvalidInputException("Field " + (path.isEmpty() ? "(the document)" : path) + " (" + brief(node)
                    + ") must be a JSON object.");
        }
        this.node = node;
        this.path = path;
    }

    boolean has(String name) {
        known.add(name);
        return node.has(name);
    }

    @Nullable
    JsonNode find(String name) {
        known.add(name);
        return node.get(name);
    }

    Fields object(String name) {
        return new Fields(required(name), path(name));
    }

    String text(String name) {
        JsonNode value = required(name);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw bad(name, value, "must be a text");
        }
        return value.asText();
    }

    /** A path, resolved against a folder. */
    Path path(String name, Path base) {
        String text = text(name);
        try {
            return base.resolve(text);
        } catch (InvalidPathException e) {
            throw new InvalidInputException(
                    "Field " + path(name) + " (" + brief(required(name)) + ") is no path: " + e.getReason() + ".", e);
        }
    }

    /** One of the allowed words; the first where the field is absent. */
    String word(String name, String... allowed) {
        JsonNode value = find(name);
        if (value == null) {
            return allowed[0];
        }
        List<String> words = Arrays.asList(allowed);
        if (!value.isTextual() || !words.contains(value.asText())) {
            throw bad(name, value, "must be one of " + words);
        }
        return value.asText();
    }

    int integer(String name, int otherwise, int least, int most) {
        JsonNode value = find(name);
        return value == null ? otherwise : integer(name, value, least, most);
    }

    private int integer(String name, JsonNode value, int least, int most) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw bad(name, value, "must be an integer " + least + " to " + most);
        }
        return value.asInt();
    }

    long wide(String name, long otherwise) {
        JsonNode value = find(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad(name, value, "must be a 64-bit integer");
        }
        return value.asLong();
    }

    double number(String name, double otherwise, double least, double most) {
        JsonNode value = find(name);
        if (value == null) {
            return otherwise;
        }
        double number = value.asDouble(Double.NaN);
        if (!value.isNumber() || !(number >= least && number <= most)) {
            throw bad(name, value, "must be a number " + least + " to " + most);
        }
        return number;
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = find(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw bad(name, value, "must be true or false");
        }
        return value.asBoolean();
    }

    int[] integers(String name, int atMost, int least, int most) {
        JsonNode value = required(name);
        if (!value.isArray() || value.isEmpty() || value.size() > atMost) {
            throw bad(name, value, "must be a list of 1 to " + atMost + " integers");
        }
        int[] numbers = new int[value.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = integer(name + "[" + i + "]", value.get(i), least, most);
        }
        return numbers;
    }

    /** A list of 1 to {@code most} finite numbers. */
    double[] numbers(String name, int most) {
        JsonNode value = required(name);
        if (!value.isArray() || value.isEmpty() || value.size() > most) {
            throw bad(name, value, "must be a list of 1 to " + most + " numbers");
        }
        double[] numbers = new double[value.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = value.get(i).asDouble(Double.NaN);
            if (!value.get(i).isNumber() || !Double.isFinite(numbers[i])) {
                throw bad(name + "[" + i + "]", value.get(i), "must be a number");
            }
        }
        return numbers;
    }

    /** A list of {@code least} to {@code most} texts; empty where there is an integer instead. */
    List<String> names(String name, int least, int most) {
        JsonNode value = required(name);
        if (value.isInt()) {
            return List.of();
        }
        if (!value.isArray() || value.size() < least || value.size() > most) {
            throw bad(name, value, "must be an integer, or a list of " + least + " to " + most + " names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode each : value) {
            if (!each.isTextual()) {
                throw bad(name + "[" + names.size() + "]", each, "must be a text");
            }
            names.add(each.asText());
        }
        return names;
    }

    /** Refuses fields nobody asked for. */
    void finish() {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new InvalidInputException("Field (" + path(name) + ") is unknown here. Maybe it is one of "
                        + known + ", misspelt or in another place.");
            }
        }
    }

    InvalidInputException bad(String name, JsonNode value, String rule) {
        return new InvalidInputException("Field " + path(name) + " (" + brief(value) + ") " + rule + ".");
    }

    private JsonNode required(String name) {
        JsonNode value = find(name);
        if (value == null) {
            throw new InvalidInputException("Field (" + path(name) + ") is missing.");
        }
        return value;
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
