package io.edgeai.samples.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.pipeline.FillMask;
import io.edgeai.core.text.pipeline.Label;
import io.edgeai.core.text.pipeline.QuestionAnswering;
import io.edgeai.core.text.pipeline.SentenceEmbeddings;
import io.edgeai.core.text.pipeline.TextClassification;
import io.edgeai.core.text.pipeline.TextModel;
import io.edgeai.core.text.pipeline.TokenClassification;
import io.edgeai.core.text.pipeline.ZeroShotClassification;
import java.util.Arrays;
import java.util.List;

/**
 * What is asked of a text model, by the names Hugging Face gives tasks.
 *
 * @param name the task
 * @param labels what zero-shot classification chooses from
 * @param multiLabel whether several of them may hold
 * @param topK most answers to each item
 */
public record TextTask(String name, List<String> labels, boolean multiLabel, int topK) {
    /** All tasks. */
    public static final List<String> NAMES = List.of(
            "text-classification",
            "token-classification",
            "question-answering",
            "fill-mask",
            "feature-extraction",
            "zero-shot-classification");

    public TextTask {
        labels = List.copyOf(labels);
        if (!NAMES.contains(name)) {
            throw new InvalidInputException("--task (" + name + ") is unknown. Maybe one of " + NAMES
                    + ", or for images " + VisionTask.NAMES + ".");
        }
        if (topK < 1) {
            throw new InvalidInputException("--top-k (" + topK + ") must be at least 1. Maybe leave it out.");
        }
        if (name.equals("zero-shot-classification") == labels.isEmpty()) {
            throw new InvalidInputException(
                    "--labels (" + labels + ") belongs to --task zero-shot-classification, which"
                            + " needs it. Maybe: --task zero-shot-classification --labels sport,politics.");
        }
    }

    /** One answer for each item, in order: records and lists that are written as JSON. */
    public List<?> answers(TextModel model, List<JsonNode> items) {
        return switch (name) {
            case "text-classification" -> {
                List<List<Label>> all = new TextClassification(model).scores(texts(items));
                yield all.stream().map(this::first).toList();
            }
            case "token-classification" -> new TokenClassification(model).entities(texts(items));
            case "question-answering" -> {
                QuestionAnswering pipeline = new QuestionAnswering(model);
                yield items.stream()
                        .map(item -> pipeline.answers(field(item, "question"), field(item, "context"), topK))
                        .toList();
            }
            case "fill-mask" -> {
                FillMask pipeline = new FillMask(model).topK(topK);
                yield texts(items).stream().map(pipeline::fillAll).toList();
            }
            case "feature-extraction" -> Arrays.asList(new SentenceEmbeddings(model).embed(texts(items)));
            default -> {
                ZeroShotClassification pipeline = new ZeroShotClassification(model);
                yield texts(items).stream()
                        .map(text -> first(pipeline.classify(text, labels, multiLabel)))
                        .toList();
            }
        };
    }

    private List<Label> first(List<Label> ranked) {
        return ranked.subList(0, Math.min(topK, ranked.size()));
    }

    private List<String> texts(List<JsonNode> items) {
        for (int i = 0; i < items.size(); i++) {
            if (!items.get(i).isTextual()) {
                throw new InvalidInputException("Item " + i + " (" + items.get(i) + ") is no text, which --task " + name
                        + " takes. Maybe write [\"first text\", \"second text\"].");
            }
        }
        return items.stream().map(JsonNode::textValue).toList();
    }

    private static String field(JsonNode item, String key) {
        if (!item.path(key).isTextual()) {
            throw new InvalidInputException("Item (" + item + ") has no text (" + key
                    + "). Maybe write [{\"question\": \"…\", \"context\": \"…\"}].");
        }
        return item.path(key).textValue();
    }
}
