package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * All that is needed to open a tokenizer: read from a Hugging Face folder, or from the metadata of a graph that was made
 * of one. Immutable and thread-safe.
 *
 * @param json the text of a {@code tokenizer.json}
 * @param special tokens with a part to play
 * @param maxTokens most tokens of one text that the model takes, special ones included; 0 where not known
 */
public record TokenizerSource(String json, SpecialTokens special, int maxTokens) {
    /** Most bytes (UTF-8) of a tokenizer in a graph's metadata: 32 MiB. */
    public static final int MOST_METADATA_BYTES = 32 << 20;

    private static final String TOKENIZER = "huggingface.tokenizer";
    private static final String SPECIAL = "huggingface.special_tokens";
    private static final String MAX_TOKENS = "huggingface.max_tokens";

    public TokenizerSource {
        if (maxTokens < 0) {
            throw new InvalidInputException("maxTokens (" + maxTokens + ") must not be negative. Maybe 0, not known.");
        }
    }

    /**
     * Reads a folder's {@code tokenizer.json}; where there is none, writes it from {@code vocab.txt} (WordPiece),
     * {@code vocab.json} and {@code merges.txt} (byte-level BPE) or a SentencePiece file ({@code spiece.model},
     * {@code sentencepiece.bpe.model}, {@code spm.model}, {@code tokenizer.model}; unigrams or pairs).
     *
     * @throws ModelFormatException where the folder holds no tokenizer, one without a mapping, or a damaged one
     */
    public static TokenizerSource read(Path folder) {
        FolderSettings settings = FolderSettings.read(folder);
        SpecialTokens stated = settings.special();
        Path whole = folder.resolve("tokenizer.json");
        if (Files.isRegularFile(whole)) {
            String json = JsonFiles.text(whole);
            JsonNode tokenizer = JsonFiles.parse(json, whole.toString());
            if (!tokenizer.path("model").isObject()) {
                throw new ModelFormatException(
                        "File (" + whole + ") has no model, so it is no tokenizer. Maybe fetch it again.");
            }
            return new TokenizerSource(json, stated.or(SpecialTokens.usual(tokenizer)), settings.maxTokens());
        }
        Optional<Path> pieces = SentencePieceFiles.in(folder);
        if (pieces.isPresent() && SentencePieceFamily.hasTokenizer(settings.tokenizerClass())) {
            return SentencePieceFiles.read(folder, pieces.get(), settings);
        }
        if (Files.isRegularFile(folder.resolve("vocab.txt"))) {
            return WordPieceFiles.read(folder, settings);
        }
        if (Files.isRegularFile(folder.resolve("vocab.json")) && Files.isRegularFile(folder.resolve("merges.txt"))) {
            return ByteLevelFiles.read(folder, settings);
        }
        if (pieces.isPresent()) {
            return SentencePieceFiles.read(folder, pieces.get(), settings);
        }
        throw new ModelFormatException("Folder (" + folder + ") holds no tokenizer: neither tokenizer.json, nor"
                + " vocab.txt, nor vocab.json with merges.txt, nor a SentencePiece file ("
                + String.join(", ", SentencePieceFiles.NAMES) + "). Maybe fetch those files of the model too.");
    }

    /** Whether a folder holds any file of a tokenizer, readable or not. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve("tokenizer.json"))
                || Files.isRegularFile(folder.resolve("vocab.txt"))
                || Files.isRegularFile(folder.resolve("vocab.json"))
                || SentencePieceFiles.in(folder).isPresent();
    }

    /** The tokenizer in a graph's metadata; empty where it has none. */
    public static Optional<TokenizerSource> of(Map<String, String> metadata) {
        String json = metadata.get(TOKENIZER);
        if (json == null) {
            return Optional.empty();
        }
        JsonNode special = JsonFiles.parse(metadata.getOrDefault(SPECIAL, "{}"), SPECIAL);
        String most = metadata.getOrDefault(MAX_TOKENS, "0");
        try {
            return Optional.of(new TokenizerSource(json, SpecialTokens.of(special), Integer.parseInt(most)));
        } catch (NumberFormatException e) {
            throw new ModelFormatException(
                    "Metadata (" + MAX_TOKENS + ") is (" + most
                            + "), no number of tokens. Maybe import the model again.",
                    e);
        }
    }

    /**
     * Puts the tokenizer into a graph's metadata, unless it is larger than {@link #MOST_METADATA_BYTES}.
     *
     * @return whether it was put there
     */
    public boolean writeTo(Map<String, String> metadata) {
        if (json.getBytes(StandardCharsets.UTF_8).length > MOST_METADATA_BYTES) {
            return false;
        }
        metadata.put(TOKENIZER, json);
        metadata.put(SPECIAL, special.json());
        metadata.put(MAX_TOKENS, Integer.toString(maxTokens));
        return true;
    }
}
