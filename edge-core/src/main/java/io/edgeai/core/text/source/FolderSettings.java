package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.ModelFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final List<AddedToken> added;

    private FolderSettings(Path folder) {
        this.tokenizer = JsonFiles.ifThere(folder.resolve("tokenizer_config.json"));
        this.config = JsonFiles.ifThere(folder.resolve("config.json"));
        this.sentences = JsonFiles.ifThere(folder.resolve("sentence_bert_config.json"));
        this.specialMap = JsonFiles.ifThere(folder.resolve("special_tokens_map.json"));
        this.added = added(folder);
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

    /** Tokens beside the vocabulary, in the order of their ids. */
    List<AddedToken> added() {
        return added;
    }

    /** Of {@code added_tokens.json}, and with more said of each, of {@code added_tokens_decoder}. */
    private List<AddedToken> added(Path folder) {
        Map<String, AddedToken> all = new LinkedHashMap<>();
        JsonFiles.ifThere(folder.resolve("added_tokens.json")).properties().forEach(token -> {
            if (!token.getValue().canConvertToInt() || token.getValue().asInt() < 0) {
                throw new ModelFormatException("added_tokens.json in (" + folder + ") gives (" + token.getKey()
                        + ") the id (" + token.getValue() + "), no whole number. Maybe fetch it again.");
            }
            all.put(
                    token.getKey(),
                    AddedToken.plain(token.getKey(), token.getValue().intValue()));
        });
        tokenizer.path("added_tokens_decoder").properties().forEach(token -> {
            AddedToken described;
            try {
                described = AddedToken.of(Integer.parseUnsignedInt(token.getKey()), token.getValue());
            } catch (NumberFormatException e) {
                throw new ModelFormatException(
                        "added_tokens_decoder in (" + folder + ") has the id (" + token.getKey()
                                + "), no whole number. Maybe fetch tokenizer_config.json again.",
                        e);
            }
            if (!described.text().isEmpty()) {
                all.put(described.text(), described);
            }
        });
        return all.values().stream()
                .sorted(Comparator.comparingInt(AddedToken::id))
                .toList();
    }

    /** Special tokens without a role of their own. */
    List<String> additional() {
        List<String> names = new ArrayList<>();
        for (JsonNode token : tokenizer.path("additional_special_tokens")) {
            names.add(token.isObject() ? token.path("content").asText("") : token.asText(""));
        }
        names.removeIf(String::isEmpty);
        return names;
    }

    /** How many {@code <extra_id_…>} T5's kin have behind their pieces. */
    int extraIds() {
        JsonNode stated = tokenizer.path("extra_ids");
        if (stated.canConvertToInt()) {
            return Math.max(0, Math.min(stated.intValue(), LARGEST));
        }
        long named = additional().stream()
                .filter(name -> name.startsWith("<extra_id_"))
                .count();
        return named == 0 ? 100 : (int) named;
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
