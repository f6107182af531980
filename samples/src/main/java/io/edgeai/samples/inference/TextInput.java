package io.edgeai.samples.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.TokenBatch;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.TextModel;
import io.edgeai.core.text.source.TokenizerSource;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.JsonTensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Files of texts for models that read tokens. Stateless and thread-safe. */
public final class TextInput {
    private static final String IDS = "input_ids";

    private TextInput() {}

    /** The items of a JSON list: texts or objects. */
    public static List<JsonNode> items(Path file) {
        byte[] bytes = DataFiles.readAll(file, DataLimits.DEFAULT);
        try {
            JsonNode json = JsonTensors.mapperForDocuments().readTree(new String(bytes, StandardCharsets.UTF_8));
            if (json == null || !json.isArray()) {
                throw new InvalidInputException(
                        "File (" + file + ") is no JSON list. Maybe write [\"first text\", \"second text\"].");
            }
            List<JsonNode> items = new ArrayList<>();
            json.forEach(items::add);
            return items;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "JSON file (" + file + ") is wrong in line ("
                            + e.getLocation().getLineNr() + "): " + e.getOriginalMessage()
                            + ". Maybe check it with a JSON tool.",
                    e);
        }
    }

    /** The texts of a model's one input file, where the model reads tokens and the file is a list of nothing but texts. */
    public static Optional<List<String>> texts(Signature signature, List<String> inputs) {
        boolean tokens =
                signature.inputs().stream().anyMatch(spec -> spec.name().equals(IDS));
        if (!tokens
                || inputs.size() != 1
                || inputs.get(0).startsWith(IDS + "=")
                || !inputs.get(0).toLowerCase(Locale.ROOT).endsWith(".json")) {
            return Optional.empty();
        }
        byte[] bytes = DataFiles.readAll(Path.of(inputs.get(0)), DataLimits.DEFAULT);
        String text = new String(bytes, StandardCharsets.UTF_8).stripLeading();
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        List<JsonNode> items = items(Path.of(inputs.get(0)));
        boolean all = !items.isEmpty() && items.stream().allMatch(JsonNode::isTextual);
        return all ? Optional.of(items.stream().map(JsonNode::textValue).toList()) : Optional.empty();
    }

    /** The tokens of texts as a model's inputs, side by side; longer ones are cut where the model's positions end. */
    public static InputBinding bind(ModelFile file, Signature signature, List<String> texts) {
        try (Tokenizer tokenizer = Tokenizers.open(source(file, file.metadata()))) {
            int most = tokenizer.maxTokens() > 0 ? tokenizer.maxTokens() : TextModel.DEFAULT_MAX_TOKENS;
            List<Encoding> encodings = tokenizer.encodeAll(texts).stream()
                    .map(encoding -> encoding.truncated(most))
                    .toList();
            long pad = tokenizer.special().pad().stream()
                    .flatMapToLong(token -> tokenizer.id(token).stream())
                    .findFirst()
                    .orElse(0);
            TokenBatch batch = TokenBatch.of(encodings, pad);
            Map<String, Tensor> all = new LinkedHashMap<>();
            all.put(IDS, batch.ids());
            all.put("attention_mask", batch.attentionMask());
            all.put("token_type_ids", batch.typeIds());
            all.keySet().removeIf(name -> signature.inputs().stream()
                    .noneMatch(spec -> spec.name().equals(name)));
            return InputBinding.of(signature, all);
        }
    }

    /** @throws InvalidInputException where a model brings no tokenizer */
    public static TokenizerSource source(ModelFile file, Map<String, String> metadata) {
        return TokenizerSource.of(metadata)
                .orElseThrow(() -> new InvalidInputException("Model (" + file.path() + ") brings no tokenizer, so it"
                        + " takes numbers of tokens only. Maybe put tokenizer.json into its folder and convert it"
                        + " again."));
    }
}
