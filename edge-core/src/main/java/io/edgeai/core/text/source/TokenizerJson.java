package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** A {@code tokenizer.json} in the making. Not thread-safe. */
final class TokenizerJson {
    private final String folder;
    private final ObjectNode root = JsonFiles.MAPPER.createObjectNode();
    private final Map<String, Integer> vocabulary;

    /** @param vocabulary id by token; added tokens with ids of their own are put into it */
    TokenizerJson(String folder, Map<String, Integer> vocabulary) {
        this.folder = folder;
        this.vocabulary = vocabulary;
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
    }

    ObjectNode part(String name, String type) {
        return root.putObject(name).put("type", type);
    }

    void noPart(String name) {
        root.putNull(name);
    }

    /** A token and its id, as post-processors take them. */
    ArrayNode tokenAndId(String token) {
        return JsonFiles.MAPPER.createArrayNode().add(token).add(id(token));
    }

    int id(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new ModelFormatException("The vocabulary in (" + folder + ") has no token (" + token
                    + ") that its settings name. Maybe its files come from different models.");
        }
        return id;
    }

    /** The model's {@code vocab}. */
    void vocabulary(ObjectNode model) {
        ObjectNode vocab = model.putObject("vocab");
        vocabulary.forEach(vocab::put);
    }

    /**
     * The tokens that are looked for in the text itself, in the order of their ids.
     *
     * @param special names of tokens with a part to play; what {@code added} says of them comes first
     * @param mask the one that swallows the space before it, or an empty text
     */
    void addedTokens(Collection<String> special, Collection<AddedToken> added, String mask) {
        Map<Integer, AddedToken> byId = new TreeMap<>();
        special.forEach(token -> byId.put(id(token), AddedToken.special(token, id(token), token.equals(mask))));
        added.forEach(token -> {
            if (token.special() || !special.contains(token.text())) {
                byId.put(id(token.text()), token);
            }
        });
        ArrayNode tokens = root.putArray("added_tokens");
        byId.forEach((id, token) -> tokens.addObject()
                .put("id", id)
                .put("content", token.text())
                .put("single_word", token.singleWord())
                .put("lstrip", token.takesLeft())
                .put("rstrip", token.takesRight())
                .put("normalized", token.normalized())
                .put("special", token.special()));
    }

    String text() {
        return root.toString();
    }
}
