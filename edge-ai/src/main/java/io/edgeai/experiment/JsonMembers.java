package io.edgeai.experiment;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;

/** Members of JSON that clients send; what is no such member is refused by its name. */
final class JsonMembers {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int LONGEST_VERSION = 9;

    private JsonMembers() {}

    static byte[] bytes(Object answer) {
        try {
            return JSON.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("(" + answer.getClass() + ") cannot be written as JSON.", e);
        }
    }

    static JsonNode tree(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new InvalidInputException(
                    "The body is no JSON: " + e.getOriginalMessage() + ". Maybe a quote or comma is missing.", e);
        } catch (IOException e) {
            throw new InvalidInputException("The body cannot be read. Maybe send it as UTF-8.", e);
        }
    }

    static JsonNode object(JsonNode node, String what, Set<String> known) {
        if (!node.isObject()) {
            throw wrong(what, node, "an object with " + known.stream().sorted().toList());
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new InvalidInputException(
                        "Member (" + excerpt(name) + ") of (" + what + ") is unknown. Maybe one of "
                                + known.stream().sorted().toList() + ".");
            }
        }
        return node;
    }

    static JsonNode list(JsonNode node, String name) {
        JsonNode list = node.path(name);
        if (!list.isMissingNode() && !list.isArray()) {
            throw wrong(name, list, "a list");
        }
        return list;
    }

    static int version(JsonNode node) {
        String text = node.isTextual() || node.isIntegralNumber() ? node.asText() : "";
        if (text.length() > LONGEST_VERSION || !text.matches("[1-9][0-9]*")) {
            throw wrong("version", node, "the number of a version");
        }
        return Integer.parseInt(text);
    }

    static String text(JsonNode node, String name) {
        JsonNode text = node.path(name);
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw wrong(name, text, "a text");
        }
        return text.textValue();
    }

    static double number(JsonNode node, String name, double missing) {
        JsonNode number = node.path(name);
        if (!number.isMissingNode() && !number.isNumber()) {
            throw wrong(name, number, "a number");
        }
        return number.isMissingNode() ? missing : number.doubleValue();
    }

    static long count(JsonNode node, String name, long missing) {
        JsonNode number = node.path(name);
        if (!number.isMissingNode() && !number.canConvertToExactIntegral()
                || number.isNumber() && !number.canConvertToLong()) {
            throw wrong(name, number, "a whole number");
        }
        return number.isMissingNode() ? missing : number.longValue();
    }

    static InvalidInputException wrong(String name, JsonNode value, String wanted) {
        String shown = value.isMissingNode() ? "missing" : excerpt(value.toString());
        return new InvalidInputException("Member (" + name + ") is (" + shown + "). Maybe send " + wanted + ".");
    }

    static String excerpt(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
