package io.edgeai.formats.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.text.source.TokenizerSource;
import io.edgeai.formats.spi.ImportedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lets a folder's tokenizer and labels travel with its graph, in the graph's metadata. Stateless. */
final class TextFiles {
    private static final String LABELS = "huggingface.id2label";
    private static final String PROBLEM = "huggingface.problem_type";

    private TextFiles() {}

    /** The model with what the folder says of texts; a tokenizer that cannot travel is a note, not a failure. */
    static ImportedModel attached(Path folder, ImportedModel model) {
        Map<String, String> metadata = model.graph().info().metadata();
        settings(folder, metadata);
        if (!TokenizerSource.isIn(folder) || TokenizerSource.of(metadata).isPresent()) {
            return model;
        }
        List<String> notes = new ArrayList<>(model.notes());
        notes.add(tokenizer(folder, metadata));
        return new ImportedModel(model.graph(), model.source(), model.producer(), notes, model.report());
    }

    private static void settings(Path folder, Map<String, String> metadata) {
        Path file = folder.resolve("config.json");
        if (!Files.isRegularFile(file)) {
            return;
        }
        JsonNode config = Config.json(file);
        if (config.path("id2label").isObject()) {
            metadata.putIfAbsent(LABELS, config.path("id2label").toString());
        }
        if (config.path("problem_type").isTextual()) {
            metadata.putIfAbsent(PROBLEM, config.path("problem_type").textValue());
        }
    }

    private static String tokenizer(Path folder, Map<String, String> metadata) {
        try {
            TokenizerSource source = TokenizerSource.read(folder);
            return source.writeTo(metadata)
                    ? "its tokenizer travels in the metadata"
                    : "its tokenizer has more than " + TokenizerSource.MOST_METADATA_BYTES
                            + " bytes and does not travel in the metadata; open it from the folder";
        } catch (ModelFormatException e) {
            return "without its tokenizer: " + e.getMessage();
        }
    }
}
