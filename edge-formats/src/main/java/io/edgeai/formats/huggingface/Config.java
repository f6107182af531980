package io.edgeai.formats.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON file of settings. What is absent has the value its model class gives it; what is of the wrong kind or out of
 * range is collected, and the value of the class is used to go on.
 */
final class Config {
    private static final long MOST_BYTES = 32_000_000;

    private final JsonNode json;
    private final Problems problems;

    Config(JsonNode json, Problems problems) {
        this.json = json;
        this.problems = problems;
    }

    static Config read(Path file, Problems problems) {
        JsonNode json = json(file);
        if (!json.isObject()) {
            throw new ModelFormatException("File (" + file + ") is no JSON object. Maybe fetch it again.");
        }
        return new Config(json, problems);
    }

    static JsonNode json(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ModelFormatException("File (" + file + ") has more than " + MOST_BYTES
                        + " bytes, too many for settings. Maybe it is another file.");
            }
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new ModelFormatException(
                    "File (" + file + ") is no readable JSON: " + e.getMessage() + ". Maybe fetch it again.", e);
        }
    }

    boolean has(String key) {
        return !json.path(key).isMissingNode() && !json.path(key).isNull();
    }

    JsonNode node(String key) {
        return json.path(key);
    }

    /** A count of at least one. */
    int size(String key, int otherwise) {
        return size(key, otherwise, 1, 1 << 28);
    }

    int size(String key, int otherwise, int least, int most) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
            problems.unsupported(key + " is (" + brief(value) + "), no whole number from " + least + " to " + most);
            return otherwise;
        }
        return value.intValue();
    }

    /** How many layers; bounded, so that a wild number does not unfold into a wild graph. */
    int layers(String key, int otherwise) {
        return size(key, otherwise, 1, 512);
    }

    float positive(String key, double otherwise) {
        if (!has(key)) {
            return (float) otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isNumber() || !(value.floatValue() >= 0) || Float.isInfinite(value.floatValue())) {
            problems.unsupported(key + " is (" + brief(value) + "), no positive number");
            return (float) otherwise;
        }
        return value.floatValue();
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isBoolean()) {
            problems.unsupported(key + " is (" + brief(value) + "), neither true nor false");
            return otherwise;
        }
        return value.booleanValue();
    }

    String text(String key, String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isTextual()) {
            problems.unsupported(key + " is (" + brief(value) + "), no text");
            return otherwise;
        }
        return value.textValue();
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        json.path(key).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** Refuses any value but the given one, which is also what absence means. */
    void only(String key, String value) {
        String found = has(key) ? json.path(key).asText() : value;
        if (!found.equals(value)) {
            problems.unsupported(key + " is (" + brief(json.path(key)) + "); only " + value + " has a mapping");
        }
    }

    /** Refuses a switch that is on. */
    void off(String key) {
        if (flag(key, false)) {
            problems.unsupported(key + " is on, which has no mapping");
        }
    }

    /** Width of one head. */
    int headWidth(int width, int heads) {
        if (width % heads != 0) {
            problems.unsupported("width (" + width + ") is no multiple of the number of heads (" + heads + ")");
        }
        return Math.max(1, width / heads);
    }

    /** Number of classes: of labels where they are named, else as stated, else two. */
    int labels() {
        int named = json.path("id2label").size();
        return named > 0 ? named : size("num_labels", 2);
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
