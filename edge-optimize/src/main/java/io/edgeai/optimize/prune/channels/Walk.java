package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** One pass over a graph that ties indices together. An axis without labels keeps its size. */
final class Walk {
    final OnnxGraph graph;
    final Shapes shapes;
    final Labels labels = new Labels();
    final Map<String, int[] @Nullable []> axes = new LinkedHashMap<>();
    final Map<Integer, Fix> fixes = new HashMap<>();
    final List<Layer> layers = new ArrayList<>();
    final List<Macs> macs = new ArrayList<>();
    final Set<String> generated = new HashSet<>();
    final List<Split> splits = new ArrayList<>();
    private final Map<Split.Place, Integer> choices;
    private final Shapes sized;
    private final Set<String> constants = new HashSet<>();
    private final Map<String, String> frozen = new HashMap<>();
    private int at;

    Walk(OnnxGraph graph) {
        this(
                graph,
                ShapeInference.infer(graph, InputShapes.named(graph)),
                ShapeInference.infer(graph, InputShapes.declared().others(1)),
                Map.of());
    }

    private Walk(OnnxGraph graph, Shapes shapes, Shapes sized, Map<Split.Place, Integer> choices) {
        this.graph = graph;
        this.shapes = shapes;
        this.sized = sized;
        this.choices = choices;
        constants.addAll(graph.initializers().keySet());
    }

    /** A walk over the same graph that splits axes elsewhere. */
    Walk with(Map<Split.Place, Integer> other) {
        return new Walk(graph, shapes, sized, Map.copyOf(other));
    }

    /** Along which of the parts that a flat axis is split into its indices go; the outermost where nothing was chosen. */
    int split(int axis, List<Integer> widths, int[] flat) {
        Split.Place place = new Split.Place(at, axis);
        splits.add(new Split(place, widths, flat));
        return choices.getOrDefault(place, 0);
    }

    void run() {
        for (at = 0; at < graph.nodes().size(); at++) {
            OnnxNode node = graph.nodes().get(at);
            for (OnnxGraph nested : node.subgraphs()) {
                nested.outerReads().forEach(value -> pin(value, "a nested graph of " + node + " reads it"));
            }
            if (!node.inputs().isEmpty() && constants.containsAll(node.reads())) {
                constants.addAll(node.outputs());
            }
            Rules.apply(this, node);
        }
        graph.outputs().forEach(output -> pin(output.name(), "it is the model's output (" + output.name() + ")"));
    }

    /** Depends on stored constants only. */
    boolean constant(String value) {
        return constants.contains(value);
    }

    /** Number of axes, or -1 where unknown. */
    int rank(String value) {
        OnnxTensor tensor = graph.initializers().get(value);
        return tensor != null
                ? tensor.rank()
                : shapes.dims(value).map(List::size).orElse(-1);
    }

    /** Size of an axis, or -1 where it is not the same in every run. */
    long size(String value, int axis) {
        return dim(value, axis).size();
    }

    Dim dim(String value, int axis) {
        OnnxTensor tensor = graph.initializers().get(value);
        return tensor != null
                ? Dim.of(tensor.dim(axis))
                : shapes.dims(value).orElseThrow().get(axis);
    }

    private boolean source(String value) {
        return graph.initializers().containsKey(value) || generated.contains(value);
    }

    /**
     * The labels along an axis, one for each index, or for each index that an axis of unknown size repeats; those of a
     * stored constant are made when first asked for.
     */
    int @Nullable [] labels(String value, int axis) {
        int[] @Nullable [] own = axes.get(value);
        boolean source = source(value);
        if (own == null) {
            if (!source) {
                return null;
            }
            own = new int[rank(value)][];
            axes.put(value, own);
        }
        if (own[axis] == null && source) {
            own[axis] = labels.fresh(Math.toIntExact(size(value, axis)));
            pin(own[axis], frozen.get(value));
            pin(own[axis], frozen.get(value + "#" + axis));
        }
        return own[axis];
    }

    void put(String value, int axis, int @Nullable [] along) {
        if (along == null || value.isEmpty()) {
            return;
        }
        if (size(value, axis) != along.length && !repeats(value, axis, along.length)) {
            pin(along, "the size of an axis of (" + value + ") is not known");
            return;
        }
        int[] @Nullable [] own = axes.computeIfAbsent(value, name -> new int[rank(name)][]);
        own[axis] = along;
    }

    /** Whether an axis of unknown size repeats so many indices, as heads merged with a batch before them do. */
    private boolean repeats(String value, int axis, int count) {
        Dim dim = dim(value, axis);
        Extent extent = dim.known() ? null : Extent.of(dim);
        return extent != null && extent.number() == count;
    }

    /** The labels along an axis of known size; one that repeats them stays, since {@code node} takes some of its places. */
    int @Nullable [] counted(OnnxNode node, String value, int axis) {
        int[] along = labels(value, axis);
        if (along != null && size(value, axis) < 0) {
            pin(along, node + " takes places of an axis of unknown size");
            return null;
        }
        return along;
    }

    /** Ties two axes index by index; where one has no labels the other must stay as it is. */
    void join(int @Nullable [] a, int @Nullable [] b, String why) {
        if (a == null || b == null || a.length != b.length) {
            pin(a, why);
            pin(b, why);
            return;
        }
        for (int i = 0; i < a.length; i++) {
            labels.join(a[i], b[i]);
        }
    }

    void pin(int @Nullable [] along, @Nullable String why) {
        if (along != null && why != null) {
            for (int label : along) {
                labels.pin(label, why);
            }
        }
    }

    /** All axes of a value stay. */
    void pin(String value, String why) {
        frozen.putIfAbsent(value, why);
        int[] @Nullable [] own = axes.get(value);
        if (own != null) {
            for (int[] along : own) {
                pin(along, why);
            }
        }
    }

    /** One axis of a value stays. */
    void pin(String value, int axis, String why) {
        frozen.putIfAbsent(value + "#" + axis, why);
        int[] @Nullable [] own = axes.get(value);
        if (own != null) {
            pin(own[axis], why);
        }
    }

    /** Nothing is known of what a node does with channels. */
    void opaque(OnnxNode node, String why) {
        for (String input : node.inputs()) {
            if (!input.isEmpty()) {
                pin(input, why);
            }
        }
    }

    void fix(Fix fix) {
        fixes.put(at, fix);
    }

    /** Whole numbers given as attribute or as constant input; null where they are absent or computed in each run. */
    long @Nullable [] ints(OnnxNode node, String attribute, int input) {
        long[] values = node.intsAttribute(attribute);
        if (values != null) {
            return values;
        }
        String name = node.input(input);
        OnnxTensor tensor = graph.initializers().get(name);
        return tensor != null ? tensor.longs() : shapes.constant(name).orElse(null);
    }

    /** Whether a node has whole numbers, constant or not. */
    static boolean given(OnnxNode node, String attribute, int input) {
        return node.attributes().containsKey(attribute) || !node.input(input).isEmpty();
    }

    void layer(OnnxNode node, int inputAxis, int weightIn, int weightOut, String bias) {
        if (graph.initializers().containsKey(node.input(1))) {
            boolean mixes = weightIn >= 0;
            layers.add(new Layer(
                    at,
                    node,
                    node.input(0),
                    mixes ? inputAxis : -1,
                    node.input(1),
                    weightIn,
                    weightOut,
                    graph.initializers().containsKey(bias) ? bias : ""));
        }
    }

    /** Counts a node's multiplications: the product of the sizes of the axes given. */
    void macs(List<Along> product) {
        macs.add(new Macs(product));
    }

    /** A constant's elements, as the product of its axes. */
    Macs elements(String name, OnnxTensor tensor) {
        List<Along> product = new ArrayList<>();
        for (int axis = 0; axis < tensor.rank(); axis++) {
            product.add(along(name, axis));
        }
        return new Macs(product);
    }

    /** An axis of a value for counting; an unknown size counts as 1. */
    Along along(String value, int axis) {
        int[] @Nullable [] own = axes.get(value);
        OnnxTensor tensor = graph.initializers().get(value);
        long size = tensor != null
                ? tensor.dim(axis)
                : sized.dims(value).map(dims -> dims.get(axis).size()).orElse(-1L);
        return new Along(own == null ? null : own[axis], Math.max(1, size));
    }

    /** Labels and size of an axis. */
    static final class Along {
        private final int @Nullable [] labels;
        private final long size;

        Along(int @Nullable [] labels, long size) {
            this.labels = labels;
            this.size = size;
        }
    }

    /** Multiplications of one node, or elements of a constant. */
    record Macs(List<Along> product) {
        Widths.Term term(ToIntFunction<int[]> axisOf) {
            double fixed = 1;
            List<Integer> axes = new ArrayList<>();
            for (Along along : product) {
                int axis = along.labels == null ? -1 : axisOf.applyAsInt(along.labels);
                if (axis < 0) {
                    fixed *= along.size;
                } else {
                    axes.add(axis);
                }
            }
            return new Widths.Term(fixed, axes);
        }
    }
}
