package io.edgeai.core.text.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names of a model's classes, in the order of its scores. Stateless. */
final class Labels {
    private static final String KEY = "huggingface.id2label";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Labels() {}

    /** From a graph's metadata; empty where it names none. */
    static List<String> of(Map<String, String> metadata) {
        String text = metadata.get(KEY);
        if (text == null) {
            return List.of();
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(
                    "Metadata (" + KEY + ") is no readable JSON. Maybe import the model again.", e);
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            JsonNode label = json.path(Integer.toString(i));
            if (!label.isTextual()) {
                throw new ModelFormatException("Metadata (" + KEY + ") names " + json.size() + " labels but none for ("
                        + i + "). Maybe give the labels: TextModel.builder().labels(…).");
            }
            labels.add(label.textValue());
        }
        return labels;
    }

    /** @throws InvalidInputException where there are none */
    static void require(List<String> labels, String task) {
        if (labels.isEmpty()) {
            throw new InvalidInputException("The model has no labels (huggingface.id2label), which " + task
                    + " needs. Maybe give them: TextModel.builder().labels(…).");
        }
    }

    /** @throws InvalidInputException where a graph gives another number of scores than there are labels */
    static void requireFit(List<String> labels, int scores) {
        if (labels.size() != scores) {
            throw new InvalidInputException("The graph gives (" + scores + ") scores but there are " + labels.size()
                    + " labels " + labels + ". Maybe the labels are another model's.");
        }
    }
}
