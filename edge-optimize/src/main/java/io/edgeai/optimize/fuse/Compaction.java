package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes out of a graph what costs bytes in the file and says nothing to the engine: names of nodes, texts for readers,
 * types of intermediate values, attributes that repeat the operator's default, constants stored twice, long names.
 * Names of inputs, outputs and of the values to keep stay. What the graph computes does not change by a bit. Stateless.
 */
public final class Compaction implements GraphPass {
    private static final String FIRST = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String NEXT = FIRST + "0123456789";

    private final Set<String> keep;

    /** @param keep values whose names matter to somebody, for instance those that a report compares */
    public Compaction(Collection<String> keep) {
        this.keep = Set.copyOf(keep);
    }

    @Override
    public int apply(OnnxGraph graph) {
        int changed = shareConstants(graph);
        Cleanup.deadCode(graph);
        strip(graph);
        return changed + shortenNames(graph);
    }

    private static void strip(OnnxGraph graph) {
        graph.docString("").valueInfo().clear();
        for (OnnxNode node : graph.nodes()) {
            node.name("").docString("").metadata().clear();
            DefaultAttributes.drop(node);
            node.subgraphs().forEach(Compaction::strip);
        }
    }

    /** Equal constants become one; those with a name to keep stay. */
    static int shareConstants(OnnxGraph graph) {
        Set<String> fixed = fixed(graph);
        Map<List<Object>, String> first = new HashMap<>();
        Map<String, String> same = new HashMap<>();
        graph.initializers().forEach((name, tensor) -> {
            if (!fixed.contains(name)) {
                String known = first.putIfAbsent(content(tensor), name);
                if (known != null) {
                    same.put(name, known);
                }
            }
        });
        rename(graph, same);
        graph.initializers().keySet().removeAll(same.keySet());
        return same.size();
    }

    /** Names that others know: those of inputs, outputs and nested graphs. */
    private static Set<String> fixed(OnnxGraph graph) {
        Set<String> fixed = new HashSet<>(Cleanup.outputNames(graph));
        graph.inputs().forEach(input -> fixed.add(input.name()));
        graph.nodes().forEach(node -> node.subgraphs().forEach(nested -> fixed.addAll(nested.names())));
        return fixed;
    }

    private static List<Object> content(OnnxTensor tensor) {
        List<Object> dims = new ArrayList<>();
        for (long dim : tensor.dims()) {
            dims.add(dim);
        }
        Object values = tensor.type() == io.edgeai.core.model.ElementType.STRING
                ? tensor.strings().stream().map(java.nio.ByteBuffer::wrap).toList()
                : tensor.data();
        return List.of(tensor.type(), dims, values, tensor.carried());
    }

    private int shortenNames(OnnxGraph graph) {
        Map<String, Integer> uses = new HashMap<>();
        graph.initializers().keySet().forEach(name -> uses.merge(name, 1, Integer::sum));
        for (OnnxNode node : graph.nodes()) {
            node.inputs().forEach(name -> uses.merge(name, 1, Integer::sum));
            node.outputs().forEach(name -> uses.merge(name, 1, Integer::sum));
        }
        Set<String> fixed = fixed(graph);
        fixed.addAll(keep);
        Set<String> own = new HashSet<>(graph.initializers().keySet());
        graph.nodes().forEach(node -> own.addAll(node.outputs()));
        own.remove("");
        own.removeAll(fixed);
        fixed.addAll(uses.keySet().stream().filter(name -> !own.contains(name)).toList());
        uses.keySet().retainAll(own);
        Map<String, String> shorter = new HashMap<>();
        int[] next = {0};
        uses.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .forEach(entry -> {
                    String name = name(next[0]++);
                    while (fixed.contains(name)) {
                        name = name(next[0]++);
                    }
                    shorter.put(entry.getKey(), name);
                });
        rename(graph, shorter);
        Map<String, OnnxTensor> constants = new HashMap<>(graph.initializers());
        List<String> order = List.copyOf(graph.initializers().keySet());
        graph.initializers().clear();
        order.forEach(old -> graph.initializers()
                .put(shorter.getOrDefault(old, old), java.util.Objects.requireNonNull(constants.get(old))));
        return shorter.size();
    }

    /** a … Z, then aa, ab, …: the n-th name. */
    static String name(int n) {
        StringBuilder name = new StringBuilder().append(FIRST.charAt(n % FIRST.length()));
        for (int rest = n / FIRST.length(); rest > 0; rest = (rest - 1) / NEXT.length()) {
            name.append(NEXT.charAt((rest - 1) % NEXT.length()));
        }
        return name.toString();
    }

    /** All at once, so that a new name may be another value's old one. Names used in nested graphs are not among them. */
    private static void rename(OnnxGraph graph, Map<String, String> to) {
        for (OnnxNode node : graph.nodes()) {
            node.inputs().replaceAll(name -> to.getOrDefault(name, name));
            node.outputs().replaceAll(name -> to.getOrDefault(name, name));
        }
        graph.outputs()
                .replaceAll(output -> to.containsKey(output.name())
                        ? new OnnxValue(to.getOrDefault(output.name(), ""), output.type(), output.carried())
                        : output);
    }
}
