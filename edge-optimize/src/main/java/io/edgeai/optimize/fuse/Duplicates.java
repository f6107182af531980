package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes that compute what an earlier node has computed from the same values give way to it. Stateless. */
public final class Duplicates implements GraphPass {
    private static final Set<String> NEVER_EQUAL = Set.of(
            "RandomNormal",
            "RandomUniform",
            "RandomNormalLike",
            "RandomUniformLike",
            "Multinomial",
            "Bernoulli",
            "Dropout");

    @Override
    public int apply(OnnxGraph graph) {
        Set<String> outputs = Cleanup.outputNames(graph);
        Map<List<Object>, OnnxNode> first = new HashMap<>();
        int changed = 0;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            boolean visible = node.outputs().stream().anyMatch(outputs::contains);
            if (NEVER_EQUAL.contains(node.op()) || !node.subgraphs().isEmpty()) {
                continue;
            }
            List<Object> key = List.of(
                    node.domain(),
                    node.op(),
                    node.overload(),
                    List.copyOf(node.inputs()),
                    Map.copyOf(node.attributes()),
                    node.outputs().stream().map(String::isEmpty).toList());
            OnnxNode known = visible ? first.get(key) : first.putIfAbsent(key, node);
            if (known == null || visible) {
                continue;
            }
            for (int i = 0; i < node.outputs().size(); i++) {
                if (!node.output(i).isEmpty()) {
                    graph.replaceUses(node.output(i), known.output(i));
                    graph.valueInfo().remove(node.output(i));
                }
            }
            graph.nodes().remove(node);
            changed++;
        }
        return changed;
    }
}
