package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tokens that a tokenizer gives a part to play. Immutable and thread-safe.
 *
 * @param byRole token by role; roles are {@code unk}, {@code pad}, {@code cls}, {@code sep}, {@code mask}, {@code bos},
 *     {@code eos}
 */
public record SpecialTokens(Map<String, String> byRole) {
    /** In the order in which Hugging Face gives ids to those that a vocabulary lacks. */
    private static final List<String> ROLES = List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

    /** What tokens are usually called, for tokenizers that do not say. */
    private static final Map<String, List<String>> USUAL = Map.of(
            "unk", List.of("[UNK]", "<unk>"),
            "pad", List.of("[PAD]", "<pad>"),
            "cls", List.of("[CLS]", "<s>"),
            "sep", List.of("[SEP]", "</s>"),
            "mask", List.of("[MASK]", "<mask>"));

    public SpecialTokens {
        byRole = Map.copyOf(byRole);
    }

    /** The token that stands for a word to be guessed. */
    public Optional<String> mask() {
        return role("mask");
    }

    /** The token that fills short rows of a batch. */
    public Optional<String> pad() {
        return role("pad");
    }

    /** The token of a role, e.g. {@code "cls"}. */
    public Optional<String> role(String role) {
        return Optional.ofNullable(byRole.get(role));
    }

    /** Different tokens, in the order in which those that a vocabulary lacks get their ids. */
    List<String> inOrder() {
        return ROLES.stream()
                .map(byRole::get)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** These, and where they are silent the others. */
    SpecialTokens or(SpecialTokens others) {
        Map<String, String> all = new TreeMap<>(others.byRole);
        all.putAll(byRole);
        return new SpecialTokens(all);
    }

    /** From {@code tokenizer_config.json} or {@code special_tokens_map.json}: texts, or objects with a content. */
    static SpecialTokens of(JsonNode settings) {
        Map<String, String> found = new TreeMap<>();
        for (String role : ROLES) {
            JsonNode value = settings.path(role + "_token");
            JsonNode text = value.isObject() ? value.path("content") : value;
            if (text.isTextual()) {
                found.put(role, text.textValue());
            }
        }
        return new SpecialTokens(found);
    }

    /** The usual names that are among a tokenizer's added tokens. */
    static SpecialTokens usual(JsonNode tokenizer) {
        List<String> added = tokenizer.path("added_tokens").findValuesAsText("content");
        Map<String, String> found = new TreeMap<>();
        USUAL.forEach((role, names) ->
                names.stream().filter(added::contains).findFirst().ifPresent(name -> found.put(role, name)));
        return new SpecialTokens(found);
    }

    String json() {
        ObjectNode json = JsonFiles.MAPPER.createObjectNode();
        new TreeMap<>(byRole).forEach((role, token) -> json.put(role + "_token", token));
        return json.toString();
    }
}
