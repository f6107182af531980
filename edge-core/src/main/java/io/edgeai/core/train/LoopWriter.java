package io.edgeai.core.train;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts a step graph into the body of a Loop whose carried values are the step's state. */
final class LoopWriter {
    /** Before each name of the body, so that none is also a name outside. */
    private static final String INSIDE = "body.";
    /** Before each name of what the body adds to the step. */
    private static final String TURN = "turn.";

    private LoopWriter() {}

    static TrainingGraph write(GradientGraph gradient, TrainingGraph step) {
        Map<String, OnnxValue> inputs = step.graph().inputs().stream()
                .collect(Collectors.toMap(OnnxValue::name, value -> value, (a, b) -> a, LinkedHashMap::new));
        List<StateTensor> carried =
                step.states().stream().filter(LoopWriter::isCarried).toList();
        List<StateTensor> states = new ArrayList<>(carried);
        step.states().stream()
                .filter(state -> state.input().equals(UpdateWriter.ANCHOR)
                        || state.input().equals(UpdateWriter.CONTROL))
                .forEach(states::add);

        OnnxGraph graph = new OnnxGraph("loop", step.graph().info().copy());
        graph.initializers().put("loop.first", OnnxTensor.scalar(0L));
        graph.inputs().add(OnnxValue.tensor(TrainingGraph.ORDER, ElementType.INT64, -1));
        graph.inputs().add(OnnxValue.tensor(TrainingGraph.BOUNDS, ElementType.INT64, -1));
        long scalars = scalars(step);
        graph.inputs().add(OnnxValue.tensor(TrainingGraph.SCHEDULE, ElementType.FLOAT, -1, scalars));
        graph.inputs().addAll(gradient.data());
        states.forEach(state -> graph.inputs().add(find(inputs, state)));

        OnnxGraph body = body(gradient, step, carried, inputs);
        graph.add("Shape", "loop.shape", List.of(TrainingGraph.SCHEDULE), List.of("loop.shape"));
        graph.add("Gather", "loop.steps", List.of("loop.shape", "loop.first"), List.of("loop.steps"));
        List<String> fed = new ArrayList<>(List.of("loop.steps", ""));
        carried.forEach(state -> fed.add(state.input()));
        List<String> given = new ArrayList<>();
        carried.forEach(state -> given.add(state.output()));
        given.add(TrainingGraph.LOSSES);
        graph.add("Loop", "loop", fed, given).attribute("body", new OnnxAttribute.OfGraph(body));
        carried.forEach(
                state -> graph.outputs().add(OnnxValue.tensor(state.output(), ElementType.FLOAT, state.elements())));
        graph.outputs().add(OnnxValue.tensor(TrainingGraph.LOSSES, ElementType.FLOAT, -1));
        return new TrainingGraph(graph, states);
    }

    private static OnnxGraph body(
            GradientGraph gradient, TrainingGraph step, List<StateTensor> carried, Map<String, OnnxValue> inputs) {
        OnnxGraph inner = step.graph().copy();
        prefix(inner, Set.of(UpdateWriter.ANCHOR, UpdateWriter.CONTROL));
        OnnxGraph body = new OnnxGraph("step", inner.info());
        body.inputs().add(OnnxValue.tensor(TURN + "index", ElementType.INT64));
        body.inputs().add(OnnxValue.tensor(TURN + "go", ElementType.BOOL));
        carried.forEach(state -> body.inputs().add(renamed(find(inputs, state))));
        body.initializers().putAll(inner.initializers());
        body.initializers().put(TURN + "one", OnnxTensor.ofLongs(new long[] {1}, 1));
        body.initializers().put(TURN + "flat", OnnxTensor.ofLongs(new long[] {-1}, 1));
        node(body, "Reshape", TURN + "place", TURN + "index", TURN + "flat");
        node(body, "Add", TURN + "after", TURN + "place", TURN + "one");
        node(body, "Gather", TURN + "from", TrainingGraph.BOUNDS, TURN + "place");
        node(body, "Gather", TURN + "to", TrainingGraph.BOUNDS, TURN + "after");
        node(body, "Slice", TURN + "examples", TrainingGraph.ORDER, TURN + "from", TURN + "to");
        node(body, "Gather", INSIDE + UpdateWriter.SCALARS, TrainingGraph.SCHEDULE, TURN + "index");
        for (OnnxValue value : gradient.data()) {
            node(body, "Gather", INSIDE + value.name(), value.name(), TURN + "examples");
        }
        body.nodes().addAll(inner.nodes());
        node(body, "Identity", TURN + "on", TURN + "go");
        body.outputs().add(OnnxValue.tensor(TURN + "on", ElementType.BOOL));
        for (StateTensor state : carried) {
            body.outputs().add(OnnxValue.tensor(INSIDE + state.output(), ElementType.FLOAT, state.elements()));
        }
        body.outputs().add(OnnxValue.tensor(INSIDE + GradientGraph.LOSS, ElementType.FLOAT));
        return body;
    }

    private static void node(OnnxGraph body, String op, String output, String... inputs) {
        body.add(op, output + ".node", List.of(inputs), List.of(output));
    }

    private static boolean isCarried(StateTensor state) {
        return !state.input().isEmpty() && !state.output().isEmpty();
    }

    private static OnnxValue renamed(OnnxValue value) {
        return new OnnxValue(INSIDE + value.name(), value.type(), value.carried());
    }

    private static OnnxValue find(Map<String, OnnxValue> inputs, StateTensor state) {
        OnnxValue input = inputs.get(state.input());
        if (input == null) {
            throw new IllegalStateException("The step has no input (" + state.input() + ").");
        }
        return input;
    }

    private static long scalars(TrainingGraph step) {
        return step.states().stream()
                .filter(state -> state.input().equals(UpdateWriter.SCALARS))
                .mapToLong(StateTensor::elements)
                .sum();
    }

    /** Renames all values but those that shall be read from outside, in nested graphs too. */
    private static void prefix(OnnxGraph graph, Set<String> outside) {
        Map<String, OnnxTensor> constants = new LinkedHashMap<>();
        graph.initializers().forEach((name, tensor) -> constants.put(INSIDE + name, tensor));
        graph.initializers().clear();
        graph.initializers().putAll(constants);
        graph.inputs().replaceAll(LoopWriter::renamed);
        graph.outputs().replaceAll(LoopWriter::renamed);
        graph.valueInfo().clear();
        for (OnnxNode node : graph.nodes()) {
            node.inputs().replaceAll(name -> name.isEmpty() || outside.contains(name) ? name : INSIDE + name);
            node.outputs().replaceAll(name -> name.isEmpty() ? name : INSIDE + name);
            node.subgraphs().forEach(nested -> prefix(nested, outside));
        }
    }
}
