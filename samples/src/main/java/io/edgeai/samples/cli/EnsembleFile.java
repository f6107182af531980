package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.JsonTensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Models wired to one, as a file says it with the words of Triton's ensembles. What no step gives, callers give.
 *
 * @param steps in any order
 * @param outputs tensors that callers get
 */
record EnsembleFile(List<Step> steps, List<String> outputs) {
    /**
     * One model in it.
     *
     * @param inputs of the model, and which tensor of the ensemble each takes; the others take those of their own names
     * @param outputs of the model, and which tensor each becomes; all under their own names where none is given
     */
    record Step(String model, Map<String, String> inputs, Map<String, String> outputs) {
        Step {
            inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
            outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }
    }

    EnsembleFile {
        steps = List.copyOf(steps);
        outputs = List.copyOf(outputs);
    }

    /** @throws InvalidInputException where the file is no such thing */
    static EnsembleFile read(Path file) {
        JsonNode tree = JsonTensors.tree(file, DataLimits.DEFAULT);
        requireKeys(file, tree, Set.of("steps", "outputs"));
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : list(file, tree, "steps")) {
            requireKeys(file, step, Set.of("model", "input_map", "output_map"));
            steps.add(new Step(
                    text(file, "model", step.path("model")),
                    map(file, step, "input_map"),
                    map(file, step, "output_map")));
        }
        List<String> outputs = new ArrayList<>();
        list(file, tree, "outputs").forEach(name -> outputs.add(text(file, "outputs", name)));
        return new EnsembleFile(steps, outputs);
    }

    /** Names of its models. */
    Set<String> models() {
        Set<String> models = new TreeSet<>();
        steps.forEach(step -> models.add(step.model()));
        return models;
    }

    /**
     * The graph over these sessions; closing it closes none.
     *
     * @param session of a model
     * @throws InvalidInputException naming all that does not fit
     */
    ModelGraph graph(Function<String, InferenceSession> session) {
        ModelGraph.Builder graph = ModelGraph.builder().closesSessions(false);
        Map<String, TensorSpec> taken = new LinkedHashMap<>();
        Set<String> given = new TreeSet<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            InferenceSession model = session.apply(step.model());
            model.signature().inputs().forEach(input -> {
                String tensor = step.inputs().getOrDefault(input.name(), input.name());
                taken.putIfAbsent(tensor, new TensorSpec(tensor, input.type(), input.shape()));
            });
            model.signature().outputs().stream()
                    .map(TensorSpec::name)
                    .filter(name -> step.outputs().isEmpty() || step.outputs().containsKey(name))
                    .forEach(name -> given.add(step.outputs().getOrDefault(name, name)));
            graph.step(i + 1 + " " + step.model(), model, wiring -> {
                step.inputs().forEach(wiring::input);
                step.outputs().forEach(wiring::output);
            });
        }
        taken.values().stream().filter(spec -> !given.contains(spec.name())).forEach(graph::input);
        outputs.forEach(graph::output);
        return graph.build();
    }

    private static void requireKeys(Path file, JsonNode node, Set<String> known) {
        if (!node.isObject()) {
            throw wrong(file, "(" + node.getNodeType() + ") is no object with " + new TreeSet<>(known));
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw wrong(file, "(" + name + ") is none of " + new TreeSet<>(known));
            }
        });
    }

    private static JsonNode list(Path file, JsonNode node, String name) {
        JsonNode list = node.path(name);
        if (!list.isArray() || list.isEmpty()) {
            throw wrong(file, "(" + name + ") is no list with something in it");
        }
        return list;
    }

    private static Map<String, String> map(Path file, JsonNode node, String name) {
        Map<String, String> map = new LinkedHashMap<>();
        JsonNode given = node.path(name);
        if (!given.isMissingNode() && !given.isObject()) {
            throw wrong(file, "(" + name + ") is no object of names");
        }
        given.properties().forEach(field -> map.put(field.getKey(), text(file, name, field.getValue())));
        return map;
    }

    private static String text(Path file, String name, JsonNode node) {
        if (!node.isTextual() || node.textValue().isEmpty()) {
            throw wrong(file, "(" + name + ") is missing a name");
        }
        return node.textValue();
    }

    private static InvalidInputException wrong(Path file, String what) {
        return new InvalidInputException("Ensemble file (" + file + ") is wrong: " + what
                + ". Maybe write {\"steps\":[{\"model\":\"M\",\"input_map\":{\"x\":\"T\"},\"output_map\":{\"y\":\"U\"}}],"
                + "\"outputs\":[\"U\"]}.");
    }
}
