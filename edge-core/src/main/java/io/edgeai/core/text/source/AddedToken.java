package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A token that is looked for in the text itself, before anything else is done with it.
 *
 * @param id where its file puts it; the vocabulary's id comes first
 * @param singleWord whether it is no part of a longer word
 * @param takesLeft whether it takes spaces before it along
 * @param takesRight whether it takes spaces behind it along
 * @param normalized whether it is looked for in the normalized text
 * @param special whether it has a part to play, and is left out of decoded texts
 */
record AddedToken(
        String text,
        int id,
        boolean singleWord,
        boolean takesLeft,
        boolean takesRight,
        boolean normalized,
        boolean special) {

    static AddedToken plain(String text, int id) {
        return new AddedToken(text, id, false, false, false, false, false);
    }

    static AddedToken special(String text, int id, boolean takesLeft) {
        return new AddedToken(text, id, false, takesLeft, false, false, true);
    }

    /** As an entry of {@code added_tokens_decoder} describes it. */
    static AddedToken of(int id, JsonNode entry) {
        return new AddedToken(
                entry.path("content").asText(""),
                id,
                entry.path("single_word").asBoolean(false),
                entry.path("lstrip").asBoolean(false),
                entry.path("rstrip").asBoolean(false),
                entry.path("normalized").asBoolean(false),
                entry.path("special").asBoolean(false));
    }
}
