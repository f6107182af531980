package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.TextModel;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.inference.TextInput;
import io.edgeai.samples.inference.TextTask;
import io.edgeai.samples.inference.VisionTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code run} for models that read texts, some of which models that take images have too. */
final class TextOptions {
    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "What to answer about texts: text-classification, token-classification, question-answering,"
                    + " fill-mask, feature-extraction or zero-shot-classification; about image files:"
                    + " image-classification or object-detection. Answers are JSON.")
    private @Nullable String task;

    @Option(
            names = "--labels",
            paramLabel = "A,B",
            split = ",",
            description = "For zero-shot-classification: what to choose from. For images: a file, one name a line.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--multi-label", description = "For zero-shot-classification: several labels may hold.")
    private boolean multiLabel;

    @Option(names = "--top-k", paramLabel = "N", description = "Most answers to each text (default: 5).")
    private int topK = 5;

    /** What is asked of images; null where nothing is. */
    @Nullable
    VisionTask vision() {
        return task != null && VisionTask.NAMES.contains(task) ? new VisionTask(task, topK) : null;
    }

    /** The file of labels of an image task; null where there is none. */
    @Nullable
    Path labelFile() {
        if (labels.size() > 1) {
            throw new InvalidInputException("--labels (" + labels
                    + ") of an image task is one file. Maybe write the names into it, one a line.");
        }
        return labels.isEmpty() ? null : Path.of(labels.get(0));
    }

    /** What is asked of texts; null where nothing is. */
    @Nullable
    TextTask task() {
        String name = task;
        if (name == null) {
            if (!labels.isEmpty() || multiLabel) {
                throw new InvalidInputException(
                        "--labels (" + labels + ") needs a task. Maybe add --task zero-shot-classification.");
            }
            return null;
        }
        return new TextTask(name, labels, multiLabel, topK);
    }

    /** Answers to the items of one JSON file; written to the output where there is one. */
    static List<?> run(TextTask task, Path path, List<String> inputs, @Nullable Path output, EngineOptions engine) {
        checkOutput(output);
        if (inputs.size() != 1) {
            throw new InvalidInputException(
                    "--task takes one JSON file, not (" + inputs + "). Maybe put all texts into one list.");
        }
        List<JsonNode> items = TextInput.items(Path.of(inputs.get(0)));
        ModelFile file = ModelFile.of(path);
        Map<String, String> metadata = file.metadata();
        List<?> answers;
        try (Tokenizer tokenizer = Tokenizers.open(TextInput.source(file, metadata));
                InferenceSession session = engine.open(file, 1)) {
            answers = task.answers(TextModel.of(session, tokenizer, metadata), items);
        }
        return answers;
    }

    static void checkOutput(@Nullable Path output) {
        if (output != null && !output.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            throw new InvalidInputException("Answers of a task are JSON, not (" + output + "). Maybe -o answers.json.");
        }
    }

    static void write(List<?> answers, Path output) {
        DataFiles.write(output, out -> JsonTensors.mapperForDocuments()
                .writerWithDefaultPrettyPrinter()
                .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .writeValue(out, answers));
    }
}
