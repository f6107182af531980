package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Set;

/** What the files beside a vocabulary say about it. Immutable. */
final class FolderSettings {
    /** Positions of these begin behind the padding token's id. */
    private static final Set<String> OFFSET_POSITIONS = Set.of("roberta", "xlm-roberta", "camembert", "mpnet");

    /** What is larger says "no limit", as tokenizer_config.json does with 10^30. */
    private static final int LARGEST = 1_000_000;

    private final JsonNode tokenizer;
    private final JsonNode config;
    private final JsonNode sentences;
    private final JsonNode specialMap;
    private final JsonNode added;

    private FolderSettings(Path folder) {
        this.tokenizer = JsonFiles.ifThere(folder.resolve("tokenizer_config.json"));
        this.config = JsonFiles.ifThere(folder.resolve("config.json"));
        this.sentences = JsonFiles.ifThere(folder.resolve("sentence_bert_config.json"));
        this.specialMap = JsonFiles.ifThere(folder.resolve("special_tokens_map.json"));
        this.added = JsonFiles.ifThere(folder.resolve("added_tokens.json"));
    }

    static FolderSettings read(Path folder) {
        return new FolderSettings(folder);
    }

    SpecialTokens special() {
        return SpecialTokens.of(tokenizer).or(SpecialTokens.of(specialMap));
    }

    /** A setting of the tokenizer. */
    JsonNode setting(String key) {
        return tokenizer.path(key);
    }

    boolean flag(String key, boolean otherwise) {
        return tokenizer.path(key).asBoolean(otherwise);
    }

    /** Tokens beside the vocabulary, id by token. */
    JsonNode added() {
        return added;
    }

    /** The tokenizer's class without its ending, e.g. {@code Bert}; empty where not stated. */
    String tokenizerClass() {
        return tokenizer.path("tokenizer_class").asText("").replaceFirst("Tokenizer(Fast)?$", "");
    }

    String modelType() {
        return config.path("model_type").asText("");
    }

    /** The least of all limits stated; 0 where none is. */
    int maxTokens() {
        int positions = config.path("max_position_embeddings")
                .asInt(config.path("n_positions").asInt(0));
        if (positions > 0 && OFFSET_POSITIONS.contains(modelType())) {
            positions -= config.path("pad_token_id").asInt(1) + 1;
        }
        int least = Integer.MAX_VALUE;
        for (double limit : new double[] {
            positions,
            tokenizer.path("model_max_length").asDouble(0),
            sentences.path("max_seq_length").asDouble(0)
        }) {
            if (limit >= 1 && limit <= LARGEST) {
                least = Math.min(least, (int) limit);
            }
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }
}
