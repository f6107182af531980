package io.edgeai.core.train.optimizer;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.Set;

/**
 * Appends an {@link UpdateRule} to a graph, as operators on whole vectors. It reads the inputs {@link #SCALARS} (FLOAT
 * [number of scalars]), {@link #ANCHOR} and {@link #CONTROL} where the rule has them, and one for each slot; it gives
 * the new parameters and for each slot {@code <slot>_next}.
 */
public final class UpdateWriter {
    private static final String PREFIX = "update.";
    /** Input: the numbers of {@link UpdateRule#scalars}. */
    public static final String SCALARS = PREFIX + "scalars";
    /** Input: the vector that FedProx pulls to. */
    public static final String ANCHOR = PREFIX + "anchor";
    /** Input: what is added to each gradient. */
    public static final String CONTROL = PREFIX + "control";

    private static final String NEXT = "_next";

    private final UpdateRule rule;
    private final OnnxGraph graph;
    private final long size;
    private int made;

    private UpdateWriter(UpdateRule rule, OnnxGraph graph, long size) {
        this.rule = rule;
        this.graph = graph;
        this.size = size;
    }

    /** The input of a slot. */
    public static String slotInput(String slot) {
        return PREFIX + slot;
    }

    /** The output of a slot. */
    public static String slotOutput(String slot) {
        return slotInput(slot) + NEXT;
    }

    /**
     * Appends.
     *
     * @param rule what to append
     * @param graph changed: gains inputs, nodes and outputs
     * @param theta name of the parameters, FLOAT [size]
     * @param gradient name of their gradient, FLOAT [size]
     * @param thetaNext name to give the new parameters
     * @param decaying for each parameter whether weight decay acts on it
     * @throws InvalidInputException where the graph has names that begin as those made here
     */
    public static void append(
            UpdateRule rule, OnnxGraph graph, String theta, String gradient, String thetaNext, boolean[] decaying) {
        Set<String> names = graph.names();
        if (names.contains(thetaNext) || names.stream().anyMatch(name -> name.startsWith(PREFIX))) {
            throw new InvalidInputException("Graph (" + graph.name() + ") already has values named (" + thetaNext
                    + ") or beginning (" + PREFIX + "). Maybe an update was appended before.");
        }
        UpdateWriter writer = new UpdateWriter(rule, graph, decaying.length);
        writer.scalars();
        String change = writer.terms(theta, gradient, decaying);
        String from = writer.shrunk(theta, decaying);
        if (rule.optimizer() instanceof Adam) {
            writer.adam(from, change, thetaNext);
        } else if (rule.optimizer() instanceof Sgd sgd) {
            writer.sgd(sgd, from, change, thetaNext);
        }
        graph.outputs().add(writer.vector(thetaNext));
        rule.optimizer().slots().forEach(slot -> graph.outputs().add(writer.vector(slotOutput(slot))));
    }

    private void scalars() {
        List<String> names = rule.scalarNames();
        graph.inputs().add(OnnxValue.tensor(SCALARS, ElementType.FLOAT, names.size()));
        graph.add(
                "Split",
                PREFIX + "split",
                List.of(SCALARS),
                names.stream().map(this::scalar).toList());
    }

    private String terms(String theta, String gradient, boolean[] decaying) {
        String sum = gradient;
        if (rule.clipNorm() > 0) {
            sum = op("Mul", sum, clipping(gradient));
        }
        if (rule.hasControl()) {
            graph.inputs().add(vector(CONTROL));
            sum = op("Add", sum, CONTROL);
        }
        if (rule.hasAnchor()) {
            graph.inputs().add(vector(ANCHOR));
            sum = op("Add", sum, op("Mul", op("Sub", theta, ANCHOR), scalar("proximal")));
        }
        if (rule.weightDecay() > 0 && !rule.optimizer().decoupledDecay()) {
            sum = op("Add", sum, op("Mul", theta, amount("weight_decay", decaying)));
        }
        return sum;
    }

    /** min(1, limit / (norm + 1e-6)). */
    private String clipping(String gradient) {
        String norm = PREFIX + "norm";
        graph.add("ReduceL2", norm, List.of(gradient), List.of(norm)).attribute("keepdims", 1);
        String quotient = op("Div", scalar("clip_norm"), op("Add", norm, constant("tiny", 1e-6f)));
        return op("Min", quotient, constant("one", 1));
    }

    private String shrunk(String theta, boolean[] decaying) {
        return rule.weightDecay() > 0 && rule.optimizer().decoupledDecay()
                ? op("Sub", theta, op("Mul", theta, amount("shrink", decaying)))
                : theta;
    }

    /** A scalar where all parameters decay, else a vector that is zero where they do not. */
    private String amount(String name, boolean[] decaying) {
        float[] mask = new float[decaying.length];
        boolean all = true;
        for (int i = 0; i < mask.length; i++) {
            mask[i] = decaying[i] ? 1 : 0;
            all &= decaying[i];
        }
        if (all) {
            return scalar(name);
        }
        String constant = PREFIX + "decaying";
        graph.initializers().put(constant, OnnxTensor.ofFloats(mask, mask.length));
        return op("Mul", constant, scalar(name));
    }

    private void sgd(Sgd sgd, String theta, String gradient, String thetaNext) {
        String step = gradient;
        if (sgd.momentum() > 0) {
            String next = slotOutput(Sgd.VELOCITY);
            named("Add", next, op("Mul", slot(Sgd.VELOCITY), scalar("momentum")), gradient);
            step = sgd.nesterov() ? op("Add", gradient, op("Mul", next, scalar("momentum"))) : next;
        }
        named("Sub", thetaNext, theta, op("Mul", step, scalar("learning_rate")));
    }

    private void adam(String theta, String gradient, String thetaNext) {
        String first = slotOutput(Adam.FIRST);
        named("Add", first, op("Mul", slot(Adam.FIRST), scalar("beta1")), op("Mul", gradient, scalar("new1")));
        String second = slotOutput(Adam.SECOND);
        String squared = op("Mul", op("Mul", gradient, gradient), scalar("new2"));
        named("Add", second, op("Mul", slot(Adam.SECOND), scalar("beta2")), squared);
        String ratio = op("Div", first, op("Add", op("Sqrt", second), scalar("epsilon")));
        named("Sub", thetaNext, theta, op("Mul", ratio, scalar("step_size")));
    }

    private String slot(String name) {
        String input = slotInput(name);
        graph.inputs().add(vector(input));
        return input;
    }

    private String scalar(String name) {
        return PREFIX + "scalar." + name;
    }

    private String constant(String name, float value) {
        String full = PREFIX + name;
        graph.initializers().put(full, OnnxTensor.ofFloats(new float[] {value}, 1));
        return full;
    }

    private String op(String type, String... inputs) {
        String output = PREFIX + "v" + made++;
        named(type, output, inputs);
        return output;
    }

    private void named(String type, String output, String... inputs) {
        graph.add(type, output, List.of(inputs), List.of(output));
    }

    private OnnxValue vector(String name) {
        return OnnxValue.tensor(name, ElementType.FLOAT, size);
    }
}
