package io.edgeai.core.train;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
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
        long scalars = dims(inputs.get(UpdateWriter.SCALARS)).get(0).size();
        graph.inputs().add(OnnxValue.tensor(TrainingGraph.SCHEDULE, ElementType.FLOAT, -1, scalars));
        graph.inputs().addAll(gradient.data());
        states.forEach(state -> graph.inputs().add(inputs.get(state.input())));

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
        body.inputs().add(OnnxValue.tensor(INSIDE + "index", ElementType.INT64));
        body.inputs().add(OnnxValue.tensor(INSIDE + "go", ElementType.BOOL));
        carried.forEach(state -> body.inputs().add(renamed(inputs.get(state.input()))));
        body.initializers().putAll(inner.initializers());
        body.initializers().put(INSIDE + "one", OnnxTensor.ofLongs(new long[] {1}, 1));
        body.initializers().put(INSIDE + "flat", OnnxTensor.ofLongs(new long[] {-1}, 1));
        node(body, "Reshape", "place", INSIDE + "index", INSIDE + "flat");
        node(body, "Add", "after", INSIDE + "place", INSIDE + "one");
        node(body, "Gather", "from", TrainingGraph.BOUNDS, INSIDE + "place");
        node(body, "Gather", "to", TrainingGraph.BOUNDS, INSIDE + "after");
        node(body, "Slice", "examples", TrainingGraph.ORDER, INSIDE + "from", INSIDE + "to");
        node(body, "Gather", UpdateWriter.SCALARS, TrainingGraph.SCHEDULE, INSIDE + "index");
        for (OnnxValue value : gradient.data()) {
            node(body, "Gather", value.name(), value.name(), INSIDE + "examples");
        }
        body.nodes().addAll(inner.nodes());
        node(body, "Identity", "on", INSIDE + "go");
        body.outputs().add(OnnxValue.tensor(INSIDE + "on", ElementType.BOOL));
        for (StateTensor state : carried) {
            body.outputs().add(OnnxValue.tensor(INSIDE + state.output(), ElementType.FLOAT, state.elements()));
        }
        body.outputs().add(OnnxValue.tensor(INSIDE + GradientGraph.LOSS, ElementType.FLOAT));
        return body;
    }

    private static void node(OnnxGraph body, String op, String output, String... inputs) {
        body.add(op, INSIDE + output + ".node", List.of(inputs), List.of(INSIDE + output));
    }

    private static boolean isCarried(StateTensor state) {
        return !state.input().isEmpty() && !state.output().isEmpty();
    }

    private static OnnxValue renamed(OnnxValue value) {
        return new OnnxValue(INSIDE + value.name(), value.type(), value.carried());
    }

    private static List<Dim> dims(OnnxValue value) {
        return value.type() instanceof OnnxType.OfTensor tensor && tensor.shape() != null ? tensor.shape() : List.of();
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
