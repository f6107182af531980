package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph whose run is a piece of training, and the state it keeps between runs. Parameters, statistics and what the
 * optimizer remembers are carried from run to run in the engine's memory; learning rate and the like are one small input
 * ({@link UpdateRule#scalars}), so that one session serves any schedule. The graph must not be changed.
 *
 * @param graph the graph to run
 * @param states what a session of it keeps
 */
public record TrainingGraph(OnnxGraph graph, List<StateTensor> states) {
    /** Output: parameters after the step. */
    public static final String THETA_NEXT = "theta_next";
    /** State of {@link #accumulate}: weighted sum of gradients since it was last cleared. */
    public static final String SUM = "update.sum";
    /** State of {@link #accumulate}: the weight of the next batch. */
    public static final String WEIGHT = "update.weight";
    /** Data of {@link #loop}: INT64 [examples used]. */
    public static final String ORDER = "loop.order";
    /** Data of {@link #loop}: INT64 [steps + 1], from 0. */
    public static final String BOUNDS = "loop.bounds";
    /** Data of {@link #loop}: FLOAT [steps, number of scalars]. */
    public static final String SCHEDULE = "loop.schedule";
    /** Output of {@link #loop}: the loss of each step, FLOAT [steps]. */
    public static final String LOSSES = "loop.losses";

    public TrainingGraph {
        states = List.copyOf(states);
    }

    /** Forward, backward and update in one run. Data: that of the gradient graph. */
    public static TrainingGraph step(GradientGraph gradient, UpdateRule rule) {
        OnnxGraph graph = gradient.graph().copy();
        graph.outputs().removeIf(output -> output.name().equals(GradientGraph.GRADIENT));
        List<StateTensor> states = new ArrayList<>(base(gradient));
        append(gradient.parameters(), rule, graph, GradientGraph.GRADIENT, states);
        return new TrainingGraph(graph, states);
    }

    /**
     * Many steps in one run, as the Loop operator: fastest for small nets on small sets, but nothing happens between
     * steps. Data: that of the gradient graph with all examples in its first dimension; {@link #ORDER}, the numbers of the
     * examples in the order they are used; {@link #BOUNDS}, where in it each batch begins and the last ends; {@link #SCHEDULE},
     * a row of {@link UpdateRule#scalars} for each step. Output: {@link #LOSSES}.
     */
    public static TrainingGraph loop(GradientGraph gradient, UpdateRule rule) {
        return LoopWriter.write(gradient, step(gradient, rule));
    }

    /** Forward and backward; parameters are held, the gradient is kept. Data: that of the gradient graph. */
    public static TrainingGraph gradientOnly(GradientGraph gradient) {
        int size = gradient.parameters().size();
        List<StateTensor> states = new ArrayList<>(base(gradient));
        states.add(StateTensor.held(GradientGraph.THETA, size));
        states.add(StateTensor.kept(GradientGraph.GRADIENT, size));
        return new TrainingGraph(gradient.graph().copy(), states);
    }

    /**
     * Forward and backward, the gradient times {@link #WEIGHT} added to {@link #SUM}. Data: that of the gradient graph,
     * and theta, so that it can be another session's view.
     */
    public static TrainingGraph accumulate(GradientGraph gradient) {
        int size = gradient.parameters().size();
        OnnxGraph graph = gradient.graph().copy();
        graph.outputs().removeIf(output -> output.name().equals(GradientGraph.GRADIENT));
        graph.inputs().add(OnnxValue.tensor(WEIGHT, ElementType.FLOAT, 1));
        graph.inputs().add(OnnxValue.tensor(SUM, ElementType.FLOAT, size));
        String weighted = "update.weighted";
        String next = SUM + "_next";
        graph.add("Mul", weighted, List.of(GradientGraph.GRADIENT, WEIGHT), List.of(weighted));
        graph.add("Add", next, List.of(SUM, weighted), List.of(next));
        graph.outputs().add(OnnxValue.tensor(next, ElementType.FLOAT, size));
        List<StateTensor> states = new ArrayList<>(base(gradient));
        states.add(StateTensor.held(WEIGHT, 1));
        states.add(StateTensor.carried(SUM, next, size));
        return new TrainingGraph(graph, states);
    }

    /** The update alone. Data: {@link GradientGraph#GRADIENT}. */
    public static TrainingGraph update(ParameterLayout parameters, UpdateRule rule) {
        OnnxGraph graph = OnnxGraph.create("update", 17);
        graph.inputs().add(OnnxValue.tensor(GradientGraph.GRADIENT, ElementType.FLOAT, parameters.size()));
        graph.inputs().add(OnnxValue.tensor(GradientGraph.THETA, ElementType.FLOAT, parameters.size()));
        List<StateTensor> states = new ArrayList<>();
        append(parameters, rule, graph, GradientGraph.GRADIENT, states);
        return new TrainingGraph(graph, states);
    }

    /** Opens a session of it. */
    public StatefulSession open(InferenceRuntime runtime, SessionOptions options) {
        return runtime.openStateful(OnnxWriter.toBytes(graph), states, options);
    }

    /** Loss and statistics. */
    private static List<StateTensor> base(GradientGraph gradient) {
        List<StateTensor> states = new ArrayList<>();
        states.add(StateTensor.kept(GradientGraph.LOSS));
        if (gradient.statistics().size() > 0) {
            states.add(StateTensor.carried(
                    GradientGraph.STATISTICS,
                    GradientGraph.STATISTICS_NEXT,
                    gradient.statistics().size()));
        }
        return states;
    }

    private static void append(
            ParameterLayout parameters, UpdateRule rule, OnnxGraph graph, String gradient, List<StateTensor> states) {
        int size = parameters.size();
        if (size == 0) {
            throw new InvalidInputException(
                    "Graph (" + graph.name() + ") has no parameters to train. Maybe all of them are frozen.");
        }
        UpdateWriter.append(rule, graph, GradientGraph.THETA, gradient, THETA_NEXT, decaying(parameters, rule));
        states.add(StateTensor.carried(GradientGraph.THETA, THETA_NEXT, size));
        for (String slot : rule.optimizer().slots()) {
            states.add(StateTensor.carried(UpdateWriter.slotInput(slot), UpdateWriter.slotOutput(slot), size));
        }
        states.add(StateTensor.held(UpdateWriter.SCALARS, rule.scalarNames().size()));
        if (rule.hasAnchor()) {
            states.add(StateTensor.held(UpdateWriter.ANCHOR, size));
        }
        if (rule.hasControl()) {
            states.add(StateTensor.held(UpdateWriter.CONTROL, size));
        }
    }

    private static boolean[] decaying(ParameterLayout parameters, UpdateRule rule) {
        boolean[] decaying = new boolean[parameters.size()];
        for (ParameterLayout.Slot slot : parameters.slots()) {
            Arrays.fill(decaying, slot.offset(), slot.end(), rule.decays(slot.name(), slot.dims()));
        }
        return decaying;
    }
}
