package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --method} selects among a model's outputs: an output by its name, all of them, or what the model's own
 * library calls a method. Stateless and thread-safe.
 */
public final class Methods {
    private static final String ALL = "all";
    private static final String PREDICT = "predict";
    private static final Map<String, List<String>> OUTPUTS = Map.of(
            PREDICT,
            List.of("predict", "prediction", "label", "output_label", "variable"),
            "predict_proba",
            List.of("predict_proba", "probabilities", "output_probability"),
            "decision_function",
            List.of("decision_function", "scores"),
            "transform",
            List.of("transform", "transformed", "variable"),
            "margin",
            List.of("margin"),
            "output_margin",
            List.of("margin"));

    private Methods() {}

    /**
     * The outputs of a method.
     *
     * @param method an output's name, a method's name, {@code all}, or null: all outputs of ONNX models, and
     *     {@code predict} of others that have it
     * @throws InvalidInputException naming the methods there are
     */
    public static Map<String, Tensor> select(Map<String, Tensor> outputs, @Nullable String method, ModelFormat format) {
        if (method == null) {
            String predict = format == ModelFormat.ONNX ? null : output(outputs.keySet(), PREDICT);
            return predict == null ? outputs : only(outputs, predict);
        }
        if (method.equals(ALL)) {
            return outputs;
        }
        String name = output(outputs.keySet(), method);
        if (name == null) {
            throw new InvalidInputException(
                    "The model has no method or output (" + method + "). Maybe one of " + of(outputs.keySet()) + ".");
        }
        return only(outputs, name);
    }

    /** All that {@link #select} accepts for a model with these outputs, sorted. */
    public static List<String> of(Set<String> outputs) {
        Set<String> names = new TreeSet<>(outputs);
        names.add(ALL);
        OUTPUTS.keySet().stream()
                .filter(method -> output(outputs, method) != null)
                .forEach(names::add);
        return new ArrayList<>(names);
    }

    private static @Nullable String output(Set<String> outputs, String method) {
        if (outputs.contains(method)) {
            return method;
        }
        return OUTPUTS.getOrDefault(method, List.of()).stream()
                .filter(outputs::contains)
                .findFirst()
                .orElse(null);
    }

    private static Map<String, Tensor> only(Map<String, Tensor> outputs, String name) {
        Map<String, Tensor> selected = new LinkedHashMap<>();
        Tensor tensor = outputs.get(name);
        if (tensor != null) {
            selected.put(name, tensor);
        }
        return selected;
    }
}
