package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What SentencePiece does to a text before it is cut, and what makes a text of pieces again: characters by the model's
 * map, spaces dropped or kept, a space before the text, words by their spaces. Immutable.
 */
final class SentencePieceText {
    /** Stands for a space within pieces. */
    private static final String SPACE = "\u2581";

    private final SentencePieceModel model;
    private final FolderSettings settings;

    SentencePieceText(SentencePieceModel model, FolderSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    void write(TokenizerJson json, SentencePieceFamily family) {
        ArrayNode normalizers = json.part("normalizer", "Sequence").putArray("normalizers");
        first(family, normalizers);
        if (!model.characterMap().isEmpty()) {
            type(normalizers, "Precompiled").put("precompiled_charsmap", model.characterMap());
        }
        if (model.trims()) {
            replaceAll(normalizers, " {2,}", " ");
            replaceAll(normalizers, "^ +|[ " + SPACE + "]+$", "");
        } else if (everyPart()) {
            type(normalizers, "Prepend").put("prepend", SPACE);
        }
        words(json, family);
        decoder(json);
    }

    /** Whether each part of a text between special tokens begins with a space, or only the text's first. */
    private boolean everyPart() {
        return prefix() && settings.flag("legacy", true);
    }

    private boolean prefix() {
        return settings.flag("add_prefix_space", model.prefix());
    }

    private void first(SentencePieceFamily family, ArrayNode normalizers) {
        if (family == SentencePieceFamily.ALBERT) {
            replace(normalizers, "``", "\"");
            replace(normalizers, "''", "\"");
            if (!settings.flag("keep_accents", false)) {
                type(normalizers, "NFKD");
                type(normalizers, "StripAccents");
            }
        }
        if (family == SentencePieceFamily.ALBERT && settings.flag("do_lower_case", true)
                || family == SentencePieceFamily.DEBERTA && settings.flag("do_lower_case", false)) {
            type(normalizers, "Lowercase");
        }
    }

    private void words(TokenizerJson json, SentencePieceFamily family) {
        ArrayNode steps = json.part("pre_tokenizer", "Sequence").putArray("pretokenizers");
        if (family == SentencePieceFamily.DEBERTA && settings.flag("split_by_punct", false)) {
            type(steps, "Punctuation").put("behavior", "Isolated");
        }
        boolean byPrepending = !model.trims() && everyPart();
        space(type(steps, "Metaspace"), byPrepending ? "never" : scheme())
                .put("split", model.splitsAtSpaces() && (model.trims() || !model.spacesOnly()));
    }

    private String scheme() {
        if (!prefix()) {
            return "never";
        }
        return everyPart() ? "always" : "first";
    }

    private void decoder(TokenizerJson json) {
        if (!model.byteFallback()) {
            space(json.part("decoder", "Metaspace"), scheme()).put("split", true);
            return;
        }
        ArrayNode steps = json.part("decoder", "Sequence").putArray("decoders");
        replace(steps, SPACE, " ");
        type(steps, "ByteFallback");
        type(steps, "Fuse");
        if (prefix()) {
            type(steps, "Strip").put("content", " ").put("start", 1).put("stop", 0);
        }
    }

    private static ObjectNode space(ObjectNode part, String scheme) {
        return part.put("replacement", SPACE).put("prepend_scheme", scheme);
    }

    private static void replace(ArrayNode steps, String from, String to) {
        ObjectNode replace = type(steps, "Replace");
        replace.putObject("pattern").put("String", from);
        replace.put("content", to);
    }

    private static void replaceAll(ArrayNode steps, String pattern, String to) {
        ObjectNode replace = type(steps, "Replace");
        replace.putObject("pattern").put("Regex", pattern);
        replace.put("content", to);
    }

    private static ObjectNode type(ArrayNode steps, String type) {
        return steps.addObject().put("type", type);
    }
}
