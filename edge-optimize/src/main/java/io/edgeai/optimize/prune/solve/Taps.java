package io.edgeai.optimize.prune.solve;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A graph that answers with inner values; what they do not need is not computed. Close frees the engine's memory. */
final class Taps implements AutoCloseable {
    private final @Nullable InferenceSession session;

    Taps(InferenceRuntime runtime, OnnxGraph graph, Collection<String> values) {
        Set<String> inputs = graph.inputs().stream().map(OnnxValue::name).collect(Collectors.toSet());
        Set<String> wanted = new LinkedHashSet<>(values);
        wanted.removeAll(inputs);
        OnnxGraph copy = graph.copy();
        Map<String, OnnxValue> declared = new HashMap<>();
        copy.outputs().forEach(output -> declared.put(output.name(), output));
        copy.outputs().clear();
        wanted.forEach(name -> copy.outputs().add(declared.getOrDefault(name, new OnnxValue(name, null))));
        this.session = wanted.isEmpty()
                ? null
                : runtime.open(
                        OnnxWriter.toBytes(copy), SessionOptions.defaults().slots(1));
    }

    /** The values of one run, inputs of the graph included. */
    Map<String, Tensor> run(Map<String, Tensor> feed) {
        Map<String, Tensor> found = new HashMap<>(feed);
        if (session != null) {
            found.putAll(session.run(feed));
        }
        return found;
    }

    static Tensor get(Map<String, Tensor> values, String name) {
        Tensor tensor = values.get(name);
        if (tensor == null) {
            throw new InvalidInputException("Value (" + name + ") was not computed. Maybe it is a constant.");
        }
        return tensor;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
