package io.edgeai.core.ensemble;

import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a step hangs in its graph: which tensor of the graph each of its inputs takes and each of its outputs becomes, as
 * {@code input_map} and {@code output_map} of Triton's ensembles. A session's inputs that are not named take the tensors of
 * their own names; its outputs keep their names where none is named, otherwise those not named are dropped. Not
 * thread-safe.
 */
public final class Wiring {
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private final Map<String, TensorSpec> specs = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    Wiring() {}

    /** The step's input takes the graph's tensor. */
    public Wiring input(String own, String tensor) {
        if (inputs.put(own, tensor) != null) {
            problems.add("its input (" + own + ") is wired twice");
        }
        return this;
    }

    /** The step's input takes the graph's tensor of that name. */
    public Wiring input(String name) {
        return input(name, name);
    }

    /** The step's output becomes the graph's tensor. */
    public Wiring output(String own, String tensor) {
        if (outputs.put(own, tensor) != null) {
            problems.add("its output (" + own + ") is wired twice");
        }
        return this;
    }

    /** The step's output becomes the graph's tensor of that name. */
    public Wiring output(String name) {
        return output(name, name);
    }

    /** An output of a function, under its own name, with its type and shape. */
    public Wiring output(TensorSpec spec) {
        specs.put(spec.name(), spec);
        return output(spec.name());
    }

    Map<String, String> inputs() {
        return inputs;
    }

    Map<String, String> outputs() {
        return outputs;
    }

    Map<String, TensorSpec> specs() {
        return specs;
    }

    List<String> problems() {
        return problems;
    }
}
