package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Safetensors, and folders of a Hugging Face model: its configuration, its weights, and which tokenizer it has. */
final class HuggingFaceInspection {
    private static final int LONGEST_NOTE = 200;
    private static final int MOST_LISTED = 60;
    private static final int MOST_LABELS = 50;

    private static final Set<String> NOTES = Set.of(
            "model_type",
            "_name_or_path",
            "transformers_version",
            "torch_dtype",
            "dtype",
            "vocab_size",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "max_position_embeddings",
            "hidden_act",
            "problem_type",
            "quant_method");

    private static final List<String> TOKENIZERS = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "spiece.model",
            "sentencepiece.bpe.model",
            "spm.model",
            "tokenizer.model",
            "preprocessor_config.json");

    private HuggingFaceInspection() {}

    static void inspect(Path model, Findings findings) {
        findings.noSignature("The file holds weights without a graph; what goes in and comes out follows from the"
                + " architecture when the folder is converted (edge-formats).");
        if (!Files.isDirectory(model)) {
            safetensors(List.of(model), findings);
            return;
        }
        config(model.resolve("config.json"), findings);
        findings.note(
                "tokenizer",
                String.join(
                        ",",
                        TOKENIZERS.stream()
                                .filter(name -> Files.isRegularFile(model.resolve(name)))
                                .toList()));
        List<Path> children = FolderKind.children(model);
        List<Path> weights = named(children, ".safetensors");
        if (!weights.isEmpty()) {
            safetensors(weights, findings);
            return;
        }
        for (Path archive : named(children, ".bin")) {
            if (ModelFormatDetector.detected(archive).variant().equals("weights")) {
                TorchInspection.inspect(archive, findings);
            }
        }
    }

    private static List<Path> named(List<Path> children, String end) {
        return children.stream().filter(file -> file.toString().endsWith(end)).toList();
    }

    private static void safetensors(List<Path> files, Findings findings) {
        TreeMap<String, Integer> types = new TreeMap<>();
        List<String> listed = new ArrayList<>();
        long parameters = 0;
        long bytes = 0;
        long tensors = 0;
        for (Path path : files) {
            try (FileView file = FileView.open(path)) {
                if (!SafetensorsHeader.looksLikeOne(file)) {
                    throw new ModelFormatException(
                            "Weights (" + path + ") are not safetensors. Maybe fetch them again.");
                }
                SafetensorsHeader header = SafetensorsHeader.read(file);
                parameters += header.parameters();
                bytes += header.dataBytes();
                tensors += header.tensors();
                header.metadata().forEach(findings::note);
                header.types().forEach((type, n) -> types.merge(type, n, Integer::sum));
                header.listed().stream()
                        .limit(MOST_LISTED - (long) listed.size())
                        .forEach(listed::add);
            }
        }
        findings.weights(parameters, bytes);
        types.forEach((type, n) -> findings.note("tensors of " + type, n.toString()));
        findings.note("tensors", Long.toString(tensors));
        findings.longNote(
                "weights",
                String.join(", ", listed)
                        + (tensors > listed.size() ? " and " + (tensors - listed.size()) + " more" : ""));
    }

    /** Notes at any depth: models of several parts describe each in an object of its own. */
    private static void config(Path path, Findings findings) {
        try (FileView file = FileView.open(path);
                JsonParser json = JsonText.parser(file.stream(0))) {
            List<String> labels = new ArrayList<>();
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    continue;
                }
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (key.equals("architectures") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.VALUE_STRING) {
                        findings.note(key, JsonText.text(json, LONGEST_NOTE));
                    }
                } else if (key.equals("id2label") && value == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        json.nextToken();
                        labels.add(labels.size() < MOST_LABELS ? JsonText.text(json, LONGEST_NOTE) : "");
                    }
                } else if (value.isScalarValue()
                        && value != JsonToken.VALUE_NULL
                        && NOTES.contains(key)
                        && json.getTextLength() < LONGEST_NOTE
                        && !findings.metadata.containsKey(key)) {
                    findings.note(key, json.getText());
                }
            }
            List<String> shown = labels.subList(0, Math.min(MOST_LABELS, labels.size()));
            int more = labels.size() - shown.size();
            findings.note("labels", String.join(",", shown) + (more > 0 ? " and " + more + " more" : ""));
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + path + ") is JSON that is damaged or cut off (" + e.getMessage() + "). Maybe fetch it"
                            + " again.",
                    e);
        }
    }
}
