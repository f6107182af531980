package io.edgeai.optimize.accelerator;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets nodes that move bytes (MaxPool, Reshape, Pad, …) move floats instead, between a DequantizeLinear and a
 * QuantizeLinear of the same scale: the form in which other engines expect them and fuse them again. Values are unchanged,
 * since moving keeps every level and rounding a level gives itself.
 */
final class ByteMoves {
    private ByteMoves() {}

    static void toFloat(OnnxGraph graph) {
        FreshNames names = new FreshNames(graph);
        Map<String, OnnxNode> quantizer = new HashMap<>();
        List<OnnxNode> emitted = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            if (QdqGraph.quantizes(node)) {
                quantizer.put(node.output(0), node);
                emitted.add(node);
                continue;
            }
            OnnxNode from = QdqGraph.dequantizes(node) ? null : quantizer.get(node.input(0));
            if (from == null) {
                emitted.add(node);
                continue;
            }
            String scale = from.input(1);
            String zero = from.input(2);
            String unpacked = names.of(node.input(0) + "_float");
            emitted.add(new OnnxNode("DequantizeLinear", "", List.of(node.input(0), scale, zero), List.of(unpacked)));
            node.inputs().set(0, unpacked);
            if (node.op().equals("Pad")) {
                node.inputs().set(2, ""); // zero, as the zero point stood for
            }
            emitted.add(node);
            for (int i = 0; i < node.outputs().size(); i++) {
                String levels = node.output(i);
                if (levels.isEmpty()) {
                    continue;
                }
                String moved = names.of(levels + "_float");
                node.outputs().set(i, moved);
                OnnxNode again = new OnnxNode("QuantizeLinear", "", List.of(moved, scale, zero), List.of(levels));
                quantizer.put(levels, again);
                emitted.add(again);
            }
        }
        graph.nodes().clear();
        graph.nodes().addAll(emitted);
    }
}
