package io.edgeai.optimize.batching;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Opens the first dimension of inputs and outputs, and the constants inside that hold the old batch of 1. */
final class BatchRewrites {
    private static final long RESHAPE_WITH_INPUT = 5;

    private final OnnxGraph graph;
    private final FreshNames names;
    private final List<String> changes = new ArrayList<>();

    BatchRewrites(OnnxGraph graph) {
        this.graph = graph;
        this.names = new FreshNames(graph);
    }

    List<String> changes() {
        return changes;
    }

    /** Opens the first dimension of the given inputs and of every output that follows them. */
    void apply(Set<String> batched) {
        Cleanup.plainReshapes(graph);
        Shapes before = ShapeInference.infer(graph);
        Set<String> following = following(batched);
        graph.inputs().replaceAll(input -> batched.contains(input.name()) ? opened(input) : input);
        graph.outputs().replaceAll(output -> following.contains(output.name()) ? opened(output) : output);
        graph.valueInfo().clear();
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (node.domain().isEmpty() && following.contains(node.input(0))) {
                switch (node.op()) {
                    case "Reshape" -> reshape(node, before);
                    case "Flatten" -> flatten(node, before);
                    default -> {}
                }
            }
        }
        broadcastStates(following, before);
    }

    private Set<String> following(Set<String> batched) {
        Set<String> following = new java.util.HashSet<>(batched);
        for (OnnxNode node : graph.topologicalOrder()) {
            if (node.reads().stream().anyMatch(following::contains)) {
                following.addAll(node.outputs());
            }
        }
        return following;
    }

    private static OnnxValue opened(OnnxValue value) {
        if (!(value.type() instanceof OnnxType.OfTensor tensor)
                || tensor.shape() == null
                || tensor.shape().isEmpty()) {
            return new OnnxValue(value.name(), value.type() instanceof OnnxType.OfTensor ? null : value.type());
        }
        List<Dim> dims = new ArrayList<>(tensor.shape());
        dims.set(0, Dim.symbolic(FreedModel.SYMBOL));
        return new OnnxValue(value.name(), new OnnxType.OfTensor(tensor.element(), dims), value.carried());
    }

    /**
     * A constant shape lets the batch vary: 0 where the batch is copied from the input, -1 where nothing else is computed. A
     * shape that joins the batch with what follows, such as [40,128] for [1,40,128], gets its -1 there.
     */
    private void reshape(OnnxNode node, Shapes before) {
        long[] target = graph.info().opset() < RESHAPE_WITH_INPUT || graph.constant(node.input(1)) == null
                ? null
                : before.constant(node.input(1)).orElse(null);
        if (target == null || target.length == 0) {
            return;
        }
        boolean first = firstIsBatch(node.input(0), before);
        int place = first ? 0 : Math.max(0, indexOfOne(target));
        if (target[place] == -1 || (target[place] == 0 && place == 0)) {
            return;
        }
        long[] freed = target.clone();
        if (Arrays.stream(target).noneMatch(size -> size == -1)) {
            freed[place] = -1;
        } else if (target[place] != 1) {
            return;
        } else if (first && node.intAttribute("allowzero", 0) == 0) {
            freed[place] = 0;
        } else {
            freed = withComputedFilled(node, target, place, before);
        }
        if (freed.length > 0) {
            constant(node, 1, freed, target);
        }
    }

    private static int indexOfOne(long[] target) {
        for (int i = 0; i < target.length; i++) {
            if (target[i] == 1) {
                return i;
            }
        }
        return -1;
    }

    private boolean firstIsBatch(String value, Shapes before) {
        List<Dim> dims = before.dims(value).orElse(List.of());
        return !dims.isEmpty() && dims.get(0).known() && dims.get(0).size() == 1;
    }

    /** Where -1 stood for something else, that gets its size and -1 stands for the batch. */
    private static long[] withComputedFilled(OnnxNode node, long[] target, int place, Shapes before) {
        List<Dim> dims = before.dims(node.output(0)).orElse(List.of());
        if (dims.size() != target.length || dims.stream().anyMatch(dim -> !dim.known())) {
            return new long[0];
        }
        long[] filled = dims.stream().mapToLong(Dim::size).toArray();
        filled[place] = -1;
        return filled;
    }

    /** Axis 0 would join the samples into one row. */
    private void flatten(OnnxNode node, Shapes before) {
        int rank = before.dims(node.input(0)).map(List::size).orElse(0);
        if (node.intAttribute("axis", 1) == 0 && rank > 0) {
            changes.add(node + ": axis 0 became 1");
            node.attribute("axis", 1);
        }
    }

    private void constant(OnnxNode node, int input, long[] freed, long[] was) {
        String name = names.of(node.input(input) + "_batch");
        graph.initializers().put(name, OnnxTensor.ofLongs(freed, freed.length));
        node.inputs().set(input, name);
        changes.add(node + ": shape " + Arrays.toString(was) + " became " + Arrays.toString(freed));
    }

    /**
     * Initial states of recurrent layers and constants joined with samples are stored for one sample: they are stretched to
     * the batch of the value beside them.
     */
    private void broadcastStates(Set<String> following, Shapes before) {
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (!node.domain().isEmpty() || !following.contains(node.input(0))) {
                continue;
            }
            switch (node.op()) {
                case "LSTM" -> {
                    stretch(node, 5, 1, following, before);
                    stretch(node, 6, 1, following, before);
                }
                case "GRU", "RNN" -> stretch(node, 5, 1, following, before);
                case "Concat" -> {
                    if (node.intAttribute("axis", 0) != 0) {
                        for (int i = 1; i < node.inputs().size(); i++) {
                            stretch(node, i, 0, following, before);
                        }
                    }
                }
                default -> {}
            }
        }
    }

    /** Replaces a constant input whose dimension at {@code axis} is 1 by itself, expanded to the batch of input 0. */
    private void stretch(OnnxNode node, int input, int axis, Set<String> following, Shapes before) {
        String value = node.input(input);
        OnnxTensor constant = value.isEmpty() || following.contains(value) ? null : graph.constant(value);
        if (constant == null
                || constant.rank() <= axis
                || constant.dim(axis) != 1
                || graph.info().opset() < 13) {
            return;
        }
        boolean recurrent = !node.op().equals("Concat");
        // X of a recurrent layer is [steps, batch, inputs], or [batch, steps, inputs] where layout is 1
        int batchAxis = recurrent && node.intAttribute("layout", 0) == 0 ? 1 : 0;
        if (recurrent && node.intAttribute("layout", 0) == 1) {
            return; // states are [batch, …] there; ONNX Runtime has no such kernel
        }
        if (before.dims(node.input(0)).map(List::size).orElse(0) <= batchAxis) {
            return;
        }
        String shape = names.of(value + "_of");
        String one = names.of(value + "_at");
        String to = names.of(value + "_to");
        String batch = names.of(value + "_n");
        graph.initializers().put(one, OnnxTensor.ofLongs(new long[] {batchAxis}, 1));
        List<OnnxNode> made = new ArrayList<>();
        made.add(new OnnxNode("Shape", "", List.of(node.input(0)), List.of(shape)));
        made.add(new OnnxNode("Gather", "", List.of(shape, one), List.of(batch)));
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < constant.rank(); i++) {
            if (i == axis) {
                parts.add(batch);
            } else {
                String size = names.of(value + "_d" + i);
                graph.initializers().put(size, OnnxTensor.ofLongs(new long[] {constant.dim(i)}, 1));
                parts.add(size);
            }
        }
        made.add(new OnnxNode("Concat", "", parts, List.of(to)).attribute("axis", 0));
        String stretched = names.of(value + "_batch");
        made.add(new OnnxNode("Expand", "", List.of(value, to), List.of(stretched)));
        node.inputs().set(input, stretched);
        graph.nodes().addAll(indexOf(node), made);
        changes.add(node + ": constant (" + value + ") is stretched to the batch");
    }

    private int indexOf(OnnxNode node) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (graph.nodes().get(i) == node) {
                return i;
            }
        }
        throw new IllegalStateException("not in the graph: " + node);
    }

    /** Whether an input is a tensor whose first dimension is fixed at 1. */
    static boolean fixedAtOne(OnnxValue input) {
        return input.type() instanceof OnnxType.OfTensor tensor
                && tensor.element() != ElementType.STRING
                && tensor.shape() != null
                && tensor.shape().size() > 1
                && tensor.shape().get(0).known()
                && tensor.shape().get(0).size() == 1;
    }
}
