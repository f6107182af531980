package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins a Transpose with the one whose result it reads, drops those that change nothing, and lets those before Relu,
 * Clip, Sigmoid and the like pass behind them where another Transpose waits. Stateless.
 */
public final class Transpositions implements GraphPass {
    private static final java.util.Set<String> ELEMENTWISE =
            java.util.Set.of("Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Elu", "Clip");

    @Override
    public int apply(OnnxGraph graph) {
        int total = 0;
        int changed;
        do {
            changed = 0;
            for (OnnxNode node : List.copyOf(graph.nodes())) {
                if (graph.nodes().contains(node)) {
                    changed += joined(graph, node) || behind(graph, node) || idle(graph, node) ? 1 : 0;
                }
            }
            total += changed;
        } while (changed > 0);
        return total;
    }

    private static boolean joined(OnnxGraph graph, OnnxNode second) {
        OnnxNode first = graph.producers().get(second.input(0));
        long[] inner = first == null ? null : order(first);
        long[] outer = order(second);
        if (first == null || inner == null || outer == null || inner.length != outer.length) {
            return false;
        }
        long[] both = new long[inner.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = inner[(int) outer[i]];
        }
        second.inputs().set(0, first.input(0));
        second.attribute("perm", both);
        if (readers(graph, first.output(0)) == 0) {
            graph.nodes().remove(first);
            graph.valueInfo().remove(first.output(0));
        }
        return true;
    }

    /** Transpose → f → Transpose becomes f → Transpose → Transpose. */
    private static boolean behind(OnnxGraph graph, OnnxNode function) {
        OnnxNode first = graph.producers().get(function.input(0));
        List<OnnxNode> after = graph.consumers().getOrDefault(function.output(0), List.of());
        if (!ELEMENTWISE.contains(function.op())
                || !function.domain().isEmpty()
                || first == null
                || order(first) == null
                || readers(graph, first.output(0)) != 1
                || readers(graph, function.output(0)) != 1
                || after.isEmpty()
                || order(after.get(0)) == null) {
            return false;
        }
        String between = first.output(0);
        String result = function.output(0);
        function.inputs().set(0, first.input(0));
        function.outputs().set(0, between);
        first.inputs().set(0, between);
        first.outputs().set(0, result);
        graph.valueInfo().remove(between);
        graph.nodes().remove(first);
        graph.nodes().add(graph.nodes().indexOf(function) + 1, first);
        return true;
    }

    private static boolean idle(OnnxGraph graph, OnnxNode node) {
        long[] order = order(node);
        for (int i = 0; order != null && i < order.length; i++) {
            if (order[i] != i) {
                return false;
            }
        }
        if (order == null || Cleanup.outputNames(graph).contains(node.output(0))) {
            return false;
        }
        graph.nodes().remove(node);
        graph.replaceUses(node.output(0), node.input(0));
        graph.valueInfo().remove(node.output(0));
        return true;
    }

    /** Nodes that read a value, and one more where it is an output of the graph. */
    private static int readers(OnnxGraph graph, String value) {
        Map<String, List<OnnxNode>> consumers = graph.consumers();
        return consumers.getOrDefault(value, List.of()).size()
                + (Cleanup.outputNames(graph).contains(value) ? 1 : 0);
    }

    private static long @Nullable [] order(OnnxNode node) {
        return node.op().equals("Transpose") && node.domain().isEmpty() ? node.intsAttribute("perm") : null;
    }
}
