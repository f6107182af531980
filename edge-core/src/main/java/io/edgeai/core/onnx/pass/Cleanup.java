package io.edgeai.core.onnx.pass;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Passes that only remove: constant nodes, nodes that pass their input on, and what nobody reads. Stateless. */
public final class Cleanup {
    private static final long IR_WITH_SEPARATE_INITIALIZERS = 4;

    private Cleanup() {}

    /**
     * Initializers that are also declared as inputs (the rule before IR version 4) become plain constants, so that a
     * caller can no longer override them.
     */
    public static int separateInitializers(OnnxGraph graph) {
        int before = graph.inputs().size();
        graph.inputs().removeIf(input -> graph.initializers().containsKey(input.name()));
        if (graph.info().irVersion() < IR_WITH_SEPARATE_INITIALIZERS) {
            graph.info().irVersion(IR_WITH_SEPARATE_INITIALIZERS);
        }
        return before - graph.inputs().size();
    }

    /** Constant nodes with a tensor value become initializers; those of a graph output stay. */
    public static int constantNodes(OnnxGraph graph) {
        Set<String> outputs = outputNames(graph);
        int changed = 0;
        for (Iterator<OnnxNode> nodes = graph.nodes().iterator(); nodes.hasNext(); ) {
            OnnxNode node = nodes.next();
            OnnxTensor value = node.op().equals("Constant") && node.domain().isEmpty() ? constant(node) : null;
            if (value != null && !outputs.contains(node.output(0))) {
                graph.initializers().put(node.output(0), value);
                nodes.remove();
                changed++;
            }
        }
        return changed;
    }

    /**
     * Reshapes to a constant without zeros lose {@code allowzero}, which exporters state everywhere and which then says
     * nothing: who changes the shape afterwards may write 0 for "as in the input".
     */
    public static int plainReshapes(OnnxGraph graph) {
        int changed = 0;
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor target = node.op().equals("Reshape") ? graph.constant(node.input(1)) : null;
            if (target != null
                    && target.type() == ElementType.INT64
                    && Arrays.stream(target.longs()).noneMatch(size -> size == 0)
                    && node.attributes().remove("allowzero") != null) {
                changed++;
            }
        }
        return changed;
    }

    private static @org.jspecify.annotations.Nullable OnnxTensor constant(OnnxNode node) {
        if (node.attributes().containsKey("value_int")) {
            return OnnxTensor.scalar(node.intAttribute("value_int", 0));
        }
        if (node.attributes().containsKey("value_float")) {
            return OnnxTensor.scalar(node.floatAttribute("value_float", 0));
        }
        long[] ints = node.intsAttribute("value_ints");
        if (ints != null) {
            return OnnxTensor.ofLongs(ints, ints.length);
        }
        return node.tensorAttribute("value");
    }

    /** Identity and inference-time Dropout are bypassed. */
    public static int passThrough(OnnxGraph graph) {
        int changed = 0;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (passesOn(graph, node) && bypass(graph, node)) {
                changed++;
            }
        }
        return changed;
    }

    private static boolean passesOn(OnnxGraph graph, OnnxNode node) {
        if (!node.domain().isEmpty()) {
            return false;
        }
        if (node.op().equals("Identity")) {
            return true;
        }
        boolean masked = !node.output(1).isEmpty()
                && (graph.consumers().containsKey(node.output(1))
                        || outputNames(graph).contains(node.output(1)));
        if (!node.op().equals("Dropout") || masked || node.intAttribute("is_test", 1) == 0) {
            return false;
        }
        OnnxTensor training = node.input(2).isEmpty() ? null : graph.constant(node.input(2));
        return node.input(2).isEmpty() || (training != null && training.data().get(0) == 0);
    }

    private static boolean bypass(OnnxGraph graph, OnnxNode node) {
        String in = node.input(0);
        String out = node.output(0);
        Set<String> outputs = outputNames(graph);
        if (!outputs.contains(out)) {
            graph.nodes().remove(node);
            graph.replaceUses(out, in);
            graph.valueInfo().remove(out);
            return true;
        }
        OnnxNode producer = graph.producers().get(in);
        if (producer == null || outputs.contains(in)) {
            return false;
        }
        graph.nodes().remove(node);
        producer.outputs().replaceAll(name -> name.equals(in) ? out : name);
        graph.replaceUses(in, out);
        graph.valueInfo().remove(in);
        return true;
    }

    /** Nodes and initializers that no output depends on are dropped. */
    public static int deadCode(OnnxGraph graph) {
        Map<String, OnnxNode> producers = graph.producers();
        Set<OnnxNode> live = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<String> read = new HashSet<>();
        Deque<String> todo = new ArrayDeque<>(outputNames(graph));
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (!read.add(name)) {
                continue;
            }
            OnnxNode node = producers.get(name);
            if (node != null && live.add(node)) {
                todo.addAll(node.inputs());
                node.subgraphs().forEach(nested -> todo.addAll(nested.outerReads()));
            }
        }
        int before = graph.nodes().size() + graph.initializers().size();
        graph.nodes().removeIf(node -> !live.contains(node));
        graph.initializers().keySet().removeIf(name -> !read.contains(name));
        graph.valueInfo().keySet().removeIf(name -> !read.contains(name));
        return before - graph.nodes().size() - graph.initializers().size();
    }

    /** Names of the graph's outputs. */
    public static Set<String> outputNames(OnnxGraph graph) {
        Set<String> names = new HashSet<>();
        for (OnnxValue output : graph.outputs()) {
            names.add(output.name());
        }
        return names;
    }
}
