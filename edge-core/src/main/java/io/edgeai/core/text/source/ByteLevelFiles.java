package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * {@code vocab.json} and {@code merges.txt}, the byte-level pairs of GPT-2 and RoBERTa, to a {@code tokenizer.json}.
 * Stateless.
 */
final class ByteLevelFiles {
    private static final Set<String> LIKE_ROBERTA = Set.of("Roberta", "Longformer", "Bart");
    private static final Set<String> ROBERTA_MODELS = Set.of("roberta", "longformer", "bart");
    private static final SpecialTokens ROBERTA_TOKENS = new SpecialTokens(Map.of(
            "unk", "<unk>", "sep", "</s>", "pad", "<pad>", "cls", "<s>", "mask", "<mask>", "bos", "<s>", "eos",
            "</s>"));
    private static final SpecialTokens GPT2_TOKENS =
            new SpecialTokens(Map.of("unk", "<|endoftext|>", "bos", "<|endoftext|>", "eos", "<|endoftext|>"));

    private ByteLevelFiles() {}

    static TokenizerSource read(Path folder, FolderSettings settings) {
        Map<String, Integer> vocabulary = vocabulary(folder.resolve("vocab.json"));
        boolean roberta = roberta(folder, settings, vocabulary);
        SpecialTokens special = settings.special().or(roberta ? ROBERTA_TOKENS : GPT2_TOKENS);
        settings.added().forEach(added -> vocabulary.putIfAbsent(added.text(), added.id()));
        boolean prefixSpace = settings.flag("add_prefix_space", false);
        TokenizerJson json = new TokenizerJson(folder.toString(), vocabulary);
        json.addedTokens(
                special.byRole().values().stream()
                        .filter(vocabulary::containsKey)
                        .toList(),
                settings.added(),
                special.byRole().getOrDefault("mask", ""));
        json.noPart("normalizer");
        byteLevel(json.part("pre_tokenizer", "ByteLevel"), prefixSpace);
        if (roberta) {
            ObjectNode ends = json.part("post_processor", "RobertaProcessing");
            ends.set("sep", json.tokenAndId(special.role("sep").orElseThrow()));
            ends.set("cls", json.tokenAndId(special.role("cls").orElseThrow()));
            ends.put("trim_offsets", true).put("add_prefix_space", prefixSpace);
        } else {
            byteLevel(json.part("post_processor", "ByteLevel"), prefixSpace);
        }
        byteLevel(json.part("decoder", "ByteLevel"), prefixSpace);
        ObjectNode model = json.part("model", "BPE")
                .putNull("dropout")
                .putNull("unk_token")
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "")
                .put("fuse_unk", false);
        json.vocabulary(model);
        merges(folder.resolve("merges.txt"), model.putArray("merges"));
        return new TokenizerSource(json.text(), special, settings.maxTokens());
    }

    private static void byteLevel(ObjectNode part, boolean prefixSpace) {
        part.put("add_prefix_space", prefixSpace).put("trim_offsets", true).put("use_regex", true);
    }

    /** Whether texts stand between {@code <s>} and {@code </s>}. */
    private static boolean roberta(Path folder, FolderSettings settings, Map<String, Integer> vocabulary) {
        String kind = settings.tokenizerClass();
        if (LIKE_ROBERTA.contains(kind)) {
            return true;
        }
        if (kind.equals("GPT2")) {
            return false;
        }
        if (!kind.isEmpty() && !kind.equals("PreTrained")) {
            throw new ModelFormatException(
                    "Folder (" + folder + ") has the vocab.json of a tokenizer (" + kind
                            + "Tokenizer) without a mapping. Maybe save it with a fast tokenizer, which writes tokenizer.json.");
        }
        return ROBERTA_MODELS.contains(settings.modelType())
                || settings.modelType().isEmpty() && vocabulary.containsKey("<s>") && vocabulary.containsKey("</s>");
    }

    private static Map<String, Integer> vocabulary(Path file) {
        JsonNode json = JsonFiles.parse(JsonFiles.text(file), file.toString());
        Map<String, Integer> ids = new LinkedHashMap<>();
        json.properties().forEach(token -> {
            if (!token.getValue().canConvertToInt()) {
                throw new ModelFormatException("File (" + file + ") gives token (" + token.getKey() + ") the id ("
                        + token.getValue() + "), no whole number. Maybe fetch it again.");
            }
            ids.put(token.getKey(), token.getValue().intValue());
        });
        return ids;
    }

    private static void merges(Path file, ArrayNode merges) {
        int number = 0;
        for (String line : JsonFiles.text(file).split("\r?\n")) {
            number++;
            if (line.isEmpty() || number == 1 && line.startsWith("#version")) {
                continue;
            }
            int space = line.indexOf(' ');
            if (space <= 0 || space == line.length() - 1 || space != line.lastIndexOf(' ')) {
                throw new ModelFormatException("Line " + number + " of (" + file + ") is (" + line
                        + "), no pair of tokens. Maybe fetch it again.");
            }
            merges.addArray().add(line.substring(0, space)).add(line.substring(space + 1));
        }
    }
}
