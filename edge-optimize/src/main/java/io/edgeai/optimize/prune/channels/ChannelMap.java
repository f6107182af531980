package io.edgeai.optimize.prune.channels;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a graph, which of them are tied together, and the graph without some of them. Ties are found index by
 * index over every axis of every value (the dependency graph of Fang et al., <i>DepGraph</i>, 2023, read off the
 * operators' definitions), so that concatenations, splits, residual sums, padded shortcuts, shuffles, heads and shared
 * weights need no rules of their own. A removed channel leaves the answer as if its slices of all stored weights were
 * zero. Immutable and thread-safe.
 */
public final class ChannelMap {
    private final OnnxGraph graph;
    private final Walk walk;
    private final int[] unitOfRoot;
    private final List<ChannelGroup> groups;
    private final List<PinnedChannels> pinned;
    private final Map<List<Integer>, Integer> axisNumbers = new LinkedHashMap<>();
    private final int units;
    private final Branches branches;
    private final Set<ChannelGroup> whole = new LinkedHashSet<>();

    private ChannelMap(OnnxGraph graph, Walk walk) {
        this.graph = graph;
        this.walk = walk;
        Map<Integer, Integer> numbers = new TreeMap<>();
        walk.axes.forEach((value, axes) -> {
            for (int[] along : axes) {
                for (int label : along == null ? new int[0] : along) {
                    if (walk.labels.pinned(label) == null) {
                        numbers.putIfAbsent(walk.labels.find(label), numbers.size());
                    }
                }
            }
        });
        this.units = numbers.size();
        this.unitOfRoot = new int[numbers.isEmpty() ? 0 : 1 + ((TreeMap<Integer, Integer>) numbers).lastKey()];
        Arrays.fill(unitOfRoot, -1);
        numbers.forEach((root, number) -> unitOfRoot[root] = number);
        this.branches = new Branches(graph, walk.shapes);
        this.groups = grouped();
        this.pinned = pins();
        for (ChannelGroup group : groups) {
            if (removable(group)) {
                whole.add(group);
            }
        }
    }

    /**
     * Reads a graph's channels. Constants should be initializers: see {@link Cleanup#constantNodes}. The graph is copied.
     *
     * @throws InvalidInputException where nodes wait for each other in a circle
     */
    public static ChannelMap of(OnnxGraph graph) {
        OnnxGraph copy = graph.copy();
        List<OnnxNode> order = copy.topologicalOrder();
        copy.nodes().clear();
        copy.nodes().addAll(order);
        return new ChannelMap(copy, Split.walked(copy));
    }

    /** The graph the map is of, its nodes in topological order; must not be changed. */
    public OnnxGraph graph() {
        return graph;
    }

    /** Channels that can go, in graph order. */
    public List<ChannelGroup> groups() {
        return groups;
    }

    /** Channels made by layers with weights that must stay, in graph order. */
    public List<PinnedChannels> pinned() {
        return pinned;
    }

    /** Layers with stored weights, in graph order. */
    public List<Layer> layers() {
        return walk.layers;
    }

    /** Units number from 0 to this. */
    public int units() {
        return units;
    }

    /** The unit of each index along an axis, -1 where it stays; empty where the axis has no channels. */
    public int[] units(String value, int axis) {
        int[] @Nullable [] own = walk.axes.get(value);
        int[] along = own == null || axis < 0 ? null : own[axis];
        return along == null ? new int[0] : Arrays.stream(along).map(this::unit).toArray();
    }

    /**
     * Whether all of a group's channels may go: they are the inside of a branch that ends in a sum with a value of the
     * same shape, which is then left without the branch.
     */
    public boolean droppable(ChannelGroup group) {
        return whole.contains(group);
    }

    private boolean removable(ChannelGroup group) {
        Set<Integer> own = new LinkedHashSet<>(group.units());
        boolean alone = !group.residual()
                && axisNumbers.keySet().stream()
                        .filter(along -> along.stream().anyMatch(own::contains))
                        .allMatch(own::containsAll);
        BitSet removed = set(group.units());
        return alone && !empty(survivors(removed)).isEmpty() && complete(cut(removed, true));
    }

    /** Layers that are left without input and whose results may become constants. */
    private List<Layer> empty(Survivors survivors) {
        return walk.layers.stream()
                .filter(layer -> layer.mixes() && branches.collapses(layer.output()))
                .filter(layer -> {
                    int[] @Nullable [] own = walk.axes.get(layer.weight());
                    int[] along = own == null ? null : own[layer.weightIn()];
                    return along != null && survivors.count(along) == 0;
                })
                .toList();
    }

    /** Whether no constant was emptied; models may have empty ones of their own. */
    private boolean complete(OnnxGraph cut) {
        return cut.initializers().entrySet().stream().allMatch(entry -> {
            OnnxTensor before = graph.initializers().get(entry.getKey());
            return entry.getValue().elements() > 0 || (before != null && before.elements() == 0);
        });
    }

    /** Widths of all axes, to try removals on. */
    public Widths widths() {
        int[] counts = new int[axisNumbers.size()];
        List<List<Integer>> ofUnit = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            ofUnit.add(new ArrayList<>());
        }
        axisNumbers.forEach((along, axis) -> {
            counts[axis] = along.size();
            along.stream().filter(unit -> unit >= 0).forEach(unit -> ofUnit.get(unit)
                    .add(axis));
        });
        List<Widths.Term> terms =
                walk.macs.stream().map(macs -> macs.term(this::axisOf)).toList();
        int[][] axesOfUnit = ofUnit.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        Set<Integer> mayGo = new LinkedHashSet<>();
        whole.forEach(group -> mayGo.addAll(group.units()));
        boolean[] mayBeEmpty = new boolean[counts.length];
        axisNumbers.forEach((along, axis) -> mayBeEmpty[axis] = mayGo.containsAll(along));
        List<Widths.Term> parameters = graph.initializers().entrySet().stream()
                .map(constant ->
                        walk.elements(constant.getKey(), constant.getValue()).term(this::axisOf))
                .toList();
        return new Widths(counts, mayBeEmpty, axesOfUnit, terms, parameters);
    }

    /** Multiply-accumulate operations of a run of batch 1 without the given units; unknown sizes count as 1. */
    public long macs(BitSet removed) {
        Widths widths = widths();
        removed.stream().forEach(widths::remove);
        return Math.round(widths.macs(1));
    }

    /** Whether every axis keeps at least one index, save those inside branches that may go whole. */
    public boolean viable(BitSet removed) {
        Widths widths = widths();
        removed.stream().forEach(widths::remove);
        return widths.viable();
    }

    /** The number of an axis with channels that can go; -1 for others. */
    private int axisOf(int[] along) {
        List<Integer> numbered = numbered(along);
        return numbered.stream().anyMatch(unit -> unit >= 0) ? axisNumbers.getOrDefault(numbered, -1) : -1;
    }

    private List<Integer> numbered(int[] along) {
        return Arrays.stream(along).mapToObj(this::unit).toList();
    }

    /**
     * The graph without units: weights, attributes and shape constants are cut, nothing else is changed. Of a branch
     * that has nothing left, the last layer's bias stays in the sum.
     *
     * @throws InvalidInputException where an axis would be left without an index
     */
    public OnnxGraph without(BitSet removed) {
        return without(removed, true);
    }

    /**
     * As {@link #without(BitSet)}.
     *
     * @param exact whether the bias of a branch that has nothing left stays; else the sum goes too, which is faster, and
     *     layers after it should be solved anew
     */
    public OnnxGraph without(BitSet removed, boolean exact) {
        if (!viable(removed)) {
            throw emptied(removed);
        }
        OnnxGraph result = cut(removed, exact);
        if (!complete(result)) {
            throw emptied(removed);
        }
        int problems = ShapeInference.infer(result).problems().size();
        if (problems > ShapeInference.infer(graph).problems().size()) {
            throw new InvalidInputException("Removing (" + removed.cardinality() + ") channels of graph ("
                    + graph.name() + ") contradicts its shapes: "
                    + ShapeInference.infer(result).problems().get(0)
                    + ". Maybe report the model: its channels were misread.");
        }
        return result;
    }

    private InvalidInputException emptied(BitSet removed) {
        return new InvalidInputException("Removing (" + removed.cardinality() + ") of " + units
                + " channels leaves an axis empty. Maybe keep at least one channel of each group.");
    }

    private OnnxGraph cut(BitSet removed, boolean exact) {
        Survivors survivors = survivors(removed);
        OnnxGraph result = graph.copy();
        FreshNames names = new FreshNames(result);
        walk.axes.forEach((value, axes) -> {
            OnnxTensor tensor = result.initializers().get(value);
            if (tensor != null) {
                result.initializers().put(value, Cut.of(tensor, axes, survivors));
            }
        });
        Fix.Place place = new Fix.Place(result, survivors, names);
        walk.fixes.forEach((at, fix) -> fix.apply(result.nodes().get(at), place));
        result.valueInfo().clear();
        Branches.collapse(result, empty(survivors), walk.shapes, exact);
        return result;
    }

    private int unit(int label) {
        int root = walk.labels.find(label);
        return root < unitOfRoot.length ? unitOfRoot[root] : -1;
    }

    private Survivors survivors(BitSet removed) {
        return new Survivors(label -> {
            int unit = unit(label);
            return unit < 0 || !removed.get(unit);
        });
    }

    /** Units of one group have indices on the same axes. */
    private List<ChannelGroup> grouped() {
        List<Map<Integer, Integer>> places = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            places.add(new LinkedHashMap<>());
        }
        List<String> valueOfAxis = new ArrayList<>();
        walk.axes.forEach((value, axes) -> {
            for (int[] along : axes) {
                if (along != null) {
                    int axis = valueOfAxis.size();
                    valueOfAxis.add(value);
                    axisNumbers.putIfAbsent(numbered(along), axisNumbers.size());
                    for (int label : along) {
                        int unit = unit(label);
                        if (unit >= 0) {
                            places.get(unit).merge(axis, 1, Integer::sum);
                        }
                    }
                }
            }
        });
        Set<String> computed = new LinkedHashSet<>();
        graph.nodes().forEach(node -> computed.addAll(node.outputs()));
        Set<String> sums = sums();
        Map<Map<Integer, Integer>, List<Integer>> alike = new LinkedHashMap<>();
        for (int unit = 0; unit < units; unit++) {
            alike.computeIfAbsent(places.get(unit), key -> new ArrayList<>()).add(unit);
        }
        List<ChannelGroup> found = new ArrayList<>();
        alike.forEach((axes, members) -> {
            Set<String> values = new LinkedHashSet<>();
            axes.keySet().forEach(axis -> values.add(valueOfAxis.get(axis)));
            int first = axes.keySet().stream()
                    .filter(axis -> computed.contains(valueOfAxis.get(axis)))
                    .findFirst()
                    .orElse(-1);
            if (first >= 0 && values.stream().anyMatch(this::trained)) {
                found.add(new ChannelGroup(
                        valueOfAxis.get(first),
                        members,
                        axes.getOrDefault(first, 1),
                        values.stream().anyMatch(sums::contains),
                        List.copyOf(values)));
            }
        });
        return List.copyOf(found);
    }

    private boolean trained(String value) {
        OnnxTensor tensor = graph.initializers().get(value);
        return walk.generated.contains(value) || (tensor != null && tensor.type() == ElementType.FLOAT);
    }

    /** Values that are sums of two computed values. */
    private Set<String> sums() {
        Set<String> sums = new LinkedHashSet<>();
        for (OnnxNode node : graph.nodes()) {
            long computed = node.inputs().stream()
                    .filter(input -> !walk.constant(input))
                    .count();
            if ((node.op().equals("Add") || node.op().equals("Sum")) && computed > 1) {
                sums.add(node.output(0));
            }
        }
        return sums;
    }

    private List<PinnedChannels> pins() {
        Map<String, PinnedChannels> found = new LinkedHashMap<>();
        for (Layer layer : walk.layers) {
            int[] @Nullable [] own = walk.axes.get(layer.weight());
            int[] along = own == null ? null : own[layer.weightOut()];
            if (along == null) {
                continue;
            }
            List<String> reasons = Arrays.stream(along)
                    .mapToObj(walk.labels::pinned)
                    .filter(reason -> reason != null)
                    .toList();
            if (!reasons.isEmpty()) {
                found.putIfAbsent(layer.output(), new PinnedChannels(layer.output(), reasons.size(), reasons.get(0)));
            }
        }
        return List.copyOf(found.values());
    }

    /** The units of several groups, as a set. */
    public static BitSet set(Collection<Integer> units) {
        BitSet set = new BitSet();
        units.forEach(set::set);
        return set;
    }
}
