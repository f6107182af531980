package io.edgeai.optimize.audit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an engine fused in a quantized graph.
 *
 * @param ops one row for each operator of which a node is meant to compute on bytes, and for Conv, Gemm and MatMul
 * @param unfused nodes that compute in float although they, or others of their operator, are meant to compute on bytes
 * @param engineOps how many nodes of each operator the engine runs
 */
public record FusedShare(List<FusedOps> ops, List<UnfusedNode> unfused, Map<String, Integer> engineOps) {
    public FusedShare {
        ops = List.copyOf(ops);
        unfused = List.copyOf(unfused);
        engineOps = java.util.Collections.unmodifiableMap(new TreeMap<>(engineOps));
    }

    /** Fused nodes over nodes meant to be, 0 to 1, of one operator; 1 where none is meant to be. */
    public double share(String op) {
        return ops.stream()
                .filter(row -> row.op().equals(op) && row.meant() > 0)
                .mapToDouble(row -> (double) row.fused() / row.meant())
                .findFirst()
                .orElse(1);
    }

    /** A table of the operators and a line for each node that stayed float. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%-20s %6s %6s %6s%n", "operator", "nodes", "meant", "fused"));
        for (FusedOps row : ops) {
            text.append(
                    String.format(Locale.ROOT, "%-20s %6d %6d %6d%n", row.op(), row.nodes(), row.meant(), row.fused()));
        }
        for (UnfusedNode node : unfused) {
            text.append(String.format(
                    Locale.ROOT, "%s (%s) -> %s: %s%n", node.op(), node.output(), node.becomes(), node.reason()));
        }
        return text.toString();
    }
}
