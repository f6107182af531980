package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.util.regex.Pattern;

/** How this package reads and writes JSON: by stream, bounded, in UTF-8. */
final class Json {
    /** What the parser says of a source that it does not show. */
    private static final Pattern PARSERS_SOURCE =
            Pattern.compile(" \\(start marker at \\[Source: [^\\]]*]\\)| at \\[Source: [^\\]]*]");

    private static final int LONGEST_NAME = 10_000;
    private static final int LONGEST_NUMBER = 1000;

    private Json() {}

    static JsonFactory factory(ProtocolLimits limits) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depth())
                        .maxStringLength(limits.textLength())
                        .maxNameLength(LONGEST_NAME)
                        .maxNumberLength(LONGEST_NUMBER)
                        .build())
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    static InvalidInputException broken(JsonProcessingException e) {
        return new InvalidInputException(
                "The request is no JSON of this protocol: "
                        + PARSERS_SOURCE.matcher(e.getOriginalMessage()).replaceAll("")
                        + (e.getLocation() == null
                                ? ""
                                : " (line " + e.getLocation().getLineNr() + ", column "
                                        + e.getLocation().getColumnNr() + ")"),
                e);
    }

    static void requireStart(JsonParser json, JsonToken wanted, String what) throws IOException {
        if (json.currentToken() != wanted) {
            throw new InvalidInputException(what + " (" + json.currentToken() + ") must be a JSON "
                    + (wanted == JsonToken.START_ARRAY ? "array" : "object") + ".");
        }
    }

    static String text(JsonParser json, String what) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidInputException(what + " (" + json.currentToken() + ") must be a JSON string.");
        }
        return paired(json.getText(), what);
    }

    /** A text with half a surrogate pair is no Unicode, and could not be sent back. */
    static String paired(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(i + 1));
                if (!pair) {
                    throw new InvalidInputException(what + " holds half a surrogate pair at (" + i + ").");
                }
                i++;
            }
        }
        return text;
    }
}
