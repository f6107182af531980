package io.edgeai.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A JSON object with the path to it, so that every complaint says where. */
final class JsonView {
    private final JsonNode node;
    private final String path;

    private JsonView(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    static JsonView object(JsonNode node, String path) {
        if (!node.isObject()) {
            throw wrong(path, "must be an object, not " + kind(node), "");
        }
        return new JsonView(node, path);
    }

    /** Refuses fields that are none of these. */
    JsonView only(String... known) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!List.of(known).contains(name)) {
                throw wrong(path + "." + name, "is not known", " Maybe one of " + List.of(known) + "?");
            }
        }
        return this;
    }

    boolean has(String name) {
        return node.has(name);
    }

    String text(String name) {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw wrong(path + "." + name, "must be a string, not " + kind(value), "");
        }
        return value.textValue();
    }

    String text(String name, String missing) {
        return has(name) ? text(name) : missing;
    }

    double number(String name) {
        return number(required(name), path + "." + name);
    }

    double number(String name, double missing) {
        return has(name) ? number(name) : missing;
    }

    long whole(String name) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(path + "." + name, "must be a whole number, not " + kind(value), "");
        }
        return value.longValue();
    }

    long whole(String name, long missing) {
        return has(name) ? whole(name) : missing;
    }

    int count(String name, int missing, int most) {
        long value = whole(name, missing);
        if (value < Integer.MIN_VALUE || value > most) {
            throw wrong(path + "." + name, "(" + value + ") must be at most " + most, "");
        }
        return (int) value;
    }

    boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        if (!node.get(name).isBoolean()) {
            throw wrong(path + "." + name, "must be true or false, not " + kind(node.get(name)), "");
        }
        return node.get(name).booleanValue();
    }

    JsonView object(String name) {
        return object(required(name), path + "." + name);
    }

    /** The object of a field that might as well hold something simpler, as {@code or} says. */
    JsonView object(String name, String or) {
        JsonNode value = required(name);
        if (!value.isObject()) {
            throw wrong(path + "." + name, "must be " + or + ", not " + kind(value), "");
        }
        return object(name);
    }

    boolean isNumber(String name) {
        return required(name).isNumber();
    }

    boolean isList(String name) {
        return required(name).isArray();
    }

    List<Double> numberList(String name) {
        List<Double> all = new ArrayList<>();
        for (JsonNode element : array(name)) {
            all.add(number(element, path + "." + name + "[" + all.size() + "]"));
        }
        return all;
    }

    <T> List<T> objects(String name, Function<JsonView, T> read) {
        List<T> all = new ArrayList<>();
        int i = 0;
        for (JsonNode element : array(name)) {
            JsonView view = object(element, path + "." + name + "[" + i++ + "]");
            all.add(view.located(() -> read.apply(view)));
        }
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isTextual()) {
                throw wrong(path + "." + name + "[" + all.size() + "]", "must be a string, not " + kind(element), "");
            }
            all.add(element.textValue());
        }
        return all;
    }

    /** A map of names to numbers; empty where the field is missing. */
    Map<String, Double> numbers(String name) {
        Map<String, Double> all = new TreeMap<>();
        if (has(name)) {
            all.putAll(object(name).numbers());
        }
        return all;
    }

    /** A map of names to objects; empty where the field is missing. */
    Map<String, Map<String, Double>> tables(String name) {
        Map<String, Map<String, Double>> all = new TreeMap<>();
        if (has(name)) {
            JsonView map = object(name);
            map.node.fieldNames().forEachRemaining(key -> all.put(key, map.numbers(key)));
        }
        return all;
    }

    /** A map of names to numbers by size; a plain number is that of size 1. */
    Map<String, Map<Integer, Double>> bySize(String name) {
        Map<String, Map<Integer, Double>> all = new TreeMap<>();
        if (!has(name)) {
            return all;
        }
        JsonView map = object(name);
        map.node.fieldNames().forEachRemaining(key -> {
            Map<Integer, Double> sizes = new TreeMap<>();
            if (map.isNumber(key)) {
                sizes.put(1, map.number(key));
            } else {
                JsonView table = map.object(key, "a number or an object");
                table.numbers().forEach((size, value) -> sizes.put(table.size(size), value));
            }
            all.put(key, sizes);
        });
        return all;
    }

    private Map<String, Double> numbers() {
        Map<String, Double> all = new TreeMap<>();
        node.properties()
                .forEach(field -> all.put(field.getKey(), number(field.getValue(), path + "." + field.getKey())));
        return all;
    }

    private int size(String text) {
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw wrong(path + "." + text, "is not known", " Maybe a size of batches such as 8?");
        }
        return Integer.parseInt(text);
    }

    /** Adds the path to what a value's own check complains about. */
    <T> T located(Supplier<T> read) {
        try {
            return read.get();
        } catch (LocatedException e) {
            throw e;
        } catch (InvalidInputException e) {
            throw new LocatedException(new InvalidInputException("JSON at " + path + ": " + e.getMessage(), e));
        }
    }

    private JsonNode required(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw wrong(path + "." + name, "is missing", "");
        }
        return value;
    }

    private Iterable<JsonNode> array(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(path + "." + name, "must be an array, not " + kind(value), "");
        }
        return value;
    }

    private static double number(JsonNode value, String path) {
        if (!value.isNumber()) {
            throw wrong(path, "must be a number, not " + kind(value), "");
        }
        return value.doubleValue();
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().toString().toLowerCase(Locale.ROOT);
    }

    private static LocatedException wrong(String path, String what, String maybe) {
        return new LocatedException(new InvalidInputException("JSON at " + path + " " + what + "." + maybe));
    }

    /** Carries a complaint that already says where, up to the reader that unwraps it. */
    static final class LocatedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final InvalidInputException complaint;

        private LocatedException(InvalidInputException complaint) {
            super(complaint);
            this.complaint = complaint;
        }

        InvalidInputException complaint() {
            return complaint;
        }
    }
}
