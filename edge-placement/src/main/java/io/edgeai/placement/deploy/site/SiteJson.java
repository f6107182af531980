package io.edgeai.placement.deploy.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;

/** Reads small JSON documents whose every complaint names the document and the field. */
public final class SiteJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SiteJson() {}

    /** @throws InvalidInputException where the text is no JSON object */
    public static JsonNode object(String what, String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException("The " + what + " is no JSON: " + e.getOriginalMessage() + ".", e);
        }
        throw new InvalidInputException("The " + what + " is no JSON object.");
    }

    /** @throws InvalidInputException where the field is missing or no text */
    public static String text(String what, JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new InvalidInputException("Field (" + field + ") of the " + what + " must be a text.");
        }
        return value.textValue();
    }

    /** @throws InvalidInputException where the field is no whole number from 0 to {@code most} */
    public static long whole(String what, JsonNode json, String field, long most) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 0
                || value.longValue() > most) {
            throw new InvalidInputException(
                    "Field (" + field + ") of the " + what + " must be a whole number from 0 to " + most + ".");
        }
        return value.longValue();
    }
}
