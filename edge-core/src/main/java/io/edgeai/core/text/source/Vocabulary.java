package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Tokens and their ids, as the text of a {@code tokenizer.json} lists them. Immutable and thread-safe. */
public final class Vocabulary {
    private final Map<String, Long> ids = new HashMap<>();
    private final Map<Long, String> tokens = new HashMap<>();

    private Vocabulary() {}

    /** @throws io.edgeai.core.error.ModelFormatException where it is no JSON */
    public static Vocabulary of(TokenizerSource source) {
        Vocabulary vocabulary = new Vocabulary();
        JsonNode root = JsonFiles.parse(source.json(), "tokenizer.json");
        JsonNode vocab = root.path("model").path("vocab");
        if (vocab.isArray()) {
            for (int i = 0; i < vocab.size(); i++) {
                vocabulary.add(vocab.path(i).path(0).asText(), i);
            }
        } else {
            vocab.properties()
                    .forEach(token ->
                            vocabulary.add(token.getKey(), token.getValue().asLong()));
        }
        root.path("added_tokens")
                .forEach(token -> vocabulary.add(
                        token.path("content").asText(), token.path("id").asLong()));
        return vocabulary;
    }

    private void add(String token, long id) {
        ids.put(token, id);
        tokens.put(id, token);
    }

    /** How many different tokens there are. */
    public int size() {
        return ids.size();
    }

    public OptionalLong id(String token) {
        Long id = ids.get(token);
        return id == null ? OptionalLong.empty() : OptionalLong.of(id);
    }

    public Optional<String> token(long id) {
        return Optional.ofNullable(tokens.get(id));
    }
}
