package io.edgeai.core.train.layout;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.train.gradient.GraphEmitter;
import java.util.List;

/** A Conv of [N, C, H, W] whose weight is computed, on blocks of channels. */
final class BlockedConvolution {
    private static final List<String> KEPT =
            List.of("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides");

    private final BlockedGraph graph;
    private final OnnxNode conv;
    private final long[] weight;

    /** @param weight [M, C/group, height, width] */
    BlockedConvolution(BlockedGraph graph, OnnxNode conv, long[] weight) {
        this.graph = graph;
        this.conv = conv;
        this.weight = weight;
    }

    /** Whether its channels fill blocks: in one group, or one channel for each group. */
    boolean fits() {
        long group = conv.intAttribute("group", 1);
        return graph.divides(weight[0]) && (group == 1 ? graph.divides(weight[1]) : depthwise(group));
    }

    private boolean depthwise(long group) {
        return group == weight[0] && weight[1] == 1;
    }

    /** Appends the nodes that give the Conv's output. */
    void emit() {
        OnnxNode blocked = graph.node("Conv", graph.blocked(conv.input(0)), kernel());
        for (String key : KEPT) {
            if (conv.attributes().containsKey(key)) {
                blocked.attribute(key, conv.attributes().get(key));
            }
        }
        blocked.attribute("kernel_shape", new long[] {weight[2], weight[3]});
        if (!conv.input(2).isEmpty()) {
            blocked.inputs().add(conv.input(2));
        }
        OnnxNode plain = graph.plain(blocked.output(0), weight[0]);
        plain.outputs().set(0, conv.output(0));
    }

    /** The weight as [M/block, C/block, height, width, block of C, block of M], under its own dimensions. */
    private String kernel() {
        GraphEmitter out = graph.out();
        long block = graph.block();
        long many = weight[0] / block;
        String w = conv.input(1);
        if (conv.intAttribute("group", 1) != 1) {
            String split = out.reshape(w, many, block, weight[2] * weight[3]);
            return out.reshape(out.transpose(split, 0, 2, 1), weight);
        }
        String split = out.reshape(w, many, block, weight[1] / block, block, weight[2] * weight[3]);
        return out.reshape(out.transpose(split, 0, 2, 4, 3, 1), weight);
    }
}
