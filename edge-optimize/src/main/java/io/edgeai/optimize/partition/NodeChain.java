package io.edgeai.optimize.partition;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of a graph in an order in which they can run, cut between any two. Nodes that compute constants belong to no
 * side: whoever reads them has them. Nodes that no output depends on are left out. Position p lies before the p-th node.
 * Not thread-safe.
 */
final class NodeChain {
    private static final Set<String> RANDOM = Set.of(
            "RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial", "Bernoulli");

    private final OnnxGraph graph;
    private final List<OnnxNode> order;
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Set<String> varying = new LinkedHashSet<>();
    private final Set<OnnxNode> constants;
    private final List<Set<String>> crossing = new ArrayList<>();

    NodeChain(OnnxGraph graph) {
        this.graph = graph;
        this.order = graph.topologicalOrder();
        this.constants = constants(graph, order);
        graph.feeds().forEach(feed -> varying.add(feed.name()));
        Set<OnnxNode> needed = needed(graph, order);
        for (OnnxNode node : order) {
            if (!constants.contains(node) && needed.contains(node)) {
                nodes.add(node);
                varying.addAll(node.outputs());
            }
        }
        varying.remove("");
        findCrossing();
    }

    /** Nodes that an output depends on. */
    private static Set<OnnxNode> needed(OnnxGraph graph, List<OnnxNode> order) {
        Set<OnnxNode> needed = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        for (int i = order.size() - 1; i >= 0; i--) {
            OnnxNode node = order.get(i);
            if (node.outputs().stream().anyMatch(read::contains)) {
                needed.add(node);
                read.addAll(node.reads());
            }
        }
        return needed;
    }

    private static Set<OnnxNode> constants(OnnxGraph graph, List<OnnxNode> order) {
        Set<OnnxNode> found = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        Set<String> varying = new HashSet<>();
        graph.feeds().forEach(feed -> varying.add(feed.name()));
        for (OnnxNode node : order) {
            if (random(node) || node.reads().stream().anyMatch(varying::contains)) {
                varying.addAll(node.outputs());
            } else {
                found.add(node);
            }
        }
        return found;
    }

    private static boolean random(OnnxNode node) {
        return RANDOM.contains(node.op())
                || node.subgraphs().stream()
                        .flatMap(nested -> nested.nodes().stream())
                        .anyMatch(NodeChain::random);
    }

    private void findCrossing() {
        Map<String, Integer> born = new HashMap<>();
        graph.feeds().forEach(feed -> born.put(feed.name(), -1));
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).outputs()) {
                born.put(output, i);
            }
        }
        Map<String, Integer> last = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String read : nodes.get(i).reads()) {
                last.put(read, i);
            }
        }
        for (int i = 0; i <= nodes.size(); i++) {
            crossing.add(new LinkedHashSet<>());
        }
        born.forEach((value, from) -> {
            int to = last.getOrDefault(value, -1);
            for (int position = Math.max(1, from + 1); position <= to; position++) {
                crossing.get(position).add(value);
            }
        });
    }

    OnnxGraph graph() {
        return graph;
    }

    int size() {
        return nodes.size();
    }

    OnnxNode node(int index) {
        return nodes.get(index);
    }

    /** Values made before a position and read after it; before the first node those are none. */
    Set<String> crossing(int position) {
        return crossing.get(position);
    }

    /** Values that nodes of the chain make or callers feed. */
    Set<String> varying() {
        return varying;
    }

    /** The nodes from one position to another as a graph of its own. */
    OnnxGraph part(int from, int to, Map<String, OnnxValue> types, String name) {
        return part(nodes.subList(from, to), to == nodes.size() ? fixedOutputs() : Set.of(), types, name);
    }

    /** Outputs of the graph that are the same for every input. */
    Set<String> fixedOutputs() {
        Set<String> fixed = new LinkedHashSet<>();
        graph.outputs().stream()
                .map(OnnxValue::name)
                .filter(value -> !varying.contains(value))
                .forEach(fixed::add);
        return fixed;
    }

    /**
     * Nodes as a graph of its own: its inputs are what they read of others, its outputs what others or the caller read of
     * them. Outputs of the whole graph that are constant come with {@code fixed}.
     */
    OnnxGraph part(Collection<OnnxNode> chosen, Set<String> fixed, Map<String, OnnxValue> types, String name) {
        Set<OnnxNode> mine = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        mine.addAll(chosen);
        Set<String> made = new LinkedHashSet<>();
        Set<String> read = new LinkedHashSet<>();
        for (OnnxNode node : order) {
            if (mine.contains(node)) {
                made.addAll(node.outputs());
                read.addAll(node.reads());
            }
        }
        read.addAll(fixed);
        Set<String> outside = new HashSet<>();
        for (OnnxNode node : nodes) {
            if (!mine.contains(node)) {
                outside.addAll(node.reads());
            }
        }
        graph.outputs().forEach(output -> outside.add(output.name()));
        outside.removeIf(value -> !varying.contains(value));
        outside.addAll(fixed);
        addConstants(mine, made, read);
        made.addAll(fixed);
        return assembled(mine, made, read, outside, types, name);
    }

    /** Adds the constant nodes that are read, and those that they read. */
    private void addConstants(Set<OnnxNode> mine, Set<String> made, Set<String> read) {
        for (int i = order.size() - 1; i >= 0; i--) {
            OnnxNode node = order.get(i);
            if (constants.contains(node) && node.outputs().stream().anyMatch(read::contains)) {
                mine.add(node);
                made.addAll(node.outputs());
                read.addAll(node.reads());
            }
        }
    }

    private OnnxGraph assembled(
            Set<OnnxNode> mine,
            Set<String> made,
            Set<String> read,
            Set<String> outside,
            Map<String, OnnxValue> types,
            String name) {
        OnnxGraph part = graph.copy();
        List<OnnxNode> kept = new ArrayList<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (mine.contains(graph.nodes().get(i))) {
                kept.add(part.nodes().get(i));
            }
        }
        part.nodes().clear();
        part.nodes().addAll(kept);
        part.initializers().keySet().removeIf(value -> !read.contains(value));
        part.valueInfo().clear();
        Map<String, OnnxValue> inputs = new HashMap<>();
        graph.inputs().forEach(input -> inputs.put(input.name(), input));
        part.inputs().removeIf(input -> !read.contains(input.name()));
        for (String value : varying) {
            if (read.contains(value) && !made.contains(value) && !inputs.containsKey(value)) {
                part.inputs().add(typed(value, types));
            }
        }
        Map<String, OnnxValue> outputs = new HashMap<>();
        graph.outputs().forEach(output -> outputs.put(output.name(), output));
        part.outputs().clear();
        for (String value : made) {
            if (outside.contains(value)) {
                part.outputs().add(outputs.getOrDefault(value, typed(value, types)));
            }
        }
        return part.name(name);
    }

    private static OnnxValue typed(String value, Map<String, OnnxValue> types) {
        return types.getOrDefault(value, new OnnxValue(value, null));
    }
}
