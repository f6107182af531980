package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code vocab.txt}, one token a line, as BERT and its relatives use it, to a {@code tokenizer.json}. Stateless. */
final class WordPieceFiles {
    private static final Set<String> LIKE_BERT =
            Set.of("", "Bert", "DistilBert", "Electra", "MobileBert", "ConvBert", "PreTrained");
    private static final String MPNET = "MPNet";
    private static final SpecialTokens BERT_TOKENS =
            new SpecialTokens(Map.of("unk", "[UNK]", "sep", "[SEP]", "pad", "[PAD]", "cls", "[CLS]", "mask", "[MASK]"));
    private static final SpecialTokens MPNET_TOKENS =
            new SpecialTokens(Map.of("unk", "[UNK]", "sep", "</s>", "pad", "<pad>", "cls", "<s>", "mask", "<mask>"));

    private WordPieceFiles() {}

    static TokenizerSource read(Path folder, FolderSettings settings) {
        String kind = settings.tokenizerClass();
        boolean mpnet =
                kind.equals(MPNET) || kind.isEmpty() && settings.modelType().equals("mpnet");
        if (!mpnet && !LIKE_BERT.contains(kind)) {
            throw new ModelFormatException(
                    "Folder (" + folder + ") has a vocab.txt of a tokenizer (" + kind
                            + "Tokenizer) without a mapping. Maybe save it with a fast tokenizer, which writes tokenizer.json.");
        }
        Map<String, Integer> vocabulary = vocabulary(JsonFiles.text(folder.resolve("vocab.txt")));
        SpecialTokens special = settings.special().or(mpnet ? MPNET_TOKENS : BERT_TOKENS);
        settings.added().forEach(added -> vocabulary.putIfAbsent(added.text(), added.id()));
        TokenizerJson json = new TokenizerJson(folder.toString(), vocabulary);
        json.addedTokens(
                special.byRole().values().stream()
                        .filter(vocabulary::containsKey)
                        .toList(),
                settings.added(),
                mpnet ? special.byRole().getOrDefault("mask", "") : "");
        normalizer(json, settings);
        json.part("pre_tokenizer", "BertPreTokenizer");
        String cls = special.role("cls").orElseThrow();
        String sep = special.role("sep").orElseThrow();
        if (mpnet) {
            TextEnds.write(
                    json,
                    List.of(cls, TextEnds.FIRST, sep),
                    List.of(cls, TextEnds.FIRST, sep, sep, TextEnds.SECOND, sep),
                    false);
        } else {
            ObjectNode ends = json.part("post_processor", "BertProcessing");
            ends.set("sep", json.tokenAndId(sep));
            ends.set("cls", json.tokenAndId(cls));
        }
        json.part("decoder", "WordPiece")
                .put("prefix", "##")
                .put("cleanup", settings.flag("clean_up_tokenization_spaces", true));
        String unknown = special.role("unk").orElseThrow();
        json.id(unknown);
        ObjectNode model = json.part("model", "WordPiece")
                .put("unk_token", unknown)
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        json.vocabulary(model);
        return new TokenizerSource(json.text(), special, settings.maxTokens());
    }

    private static void normalizer(TokenizerJson json, FolderSettings settings) {
        ObjectNode normalizer = json.part("normalizer", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", settings.flag("tokenize_chinese_chars", true));
        JsonNode strip = settings.setting("strip_accents");
        if (strip.isBoolean()) {
            normalizer.put("strip_accents", strip.booleanValue());
        } else {
            normalizer.putNull("strip_accents");
        }
        normalizer.put("lowercase", settings.flag("do_lower_case", true));
    }

    /** Ids are line numbers from 0; of equal lines the last one counts, as in the original. */
    private static Map<String, Integer> vocabulary(String text) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        String[] lines = text.split("\r?\n", -1);
        int count = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
        for (int i = 0; i < count; i++) {
            ids.put(lines[i], i);
        }
        return ids;
    }
}
