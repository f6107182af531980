package io.edgeai.optimize.accelerator;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.quantize.ChannelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Gives weights their bytes where only the input of a weighted node has them: transposed convolutions and products that
 * ONNX Runtime's CPU kernels do not take as integers, but other engines do.
 */
final class WeightPairs {
    private WeightPairs() {}

    static void complete(OnnxGraph graph, Set<String> keepFloat, int top) {
        QdqGraph view = new QdqGraph(graph);
        FreshNames names = new FreshNames(graph);
        List<OnnxNode> emitted = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor weight = graph.initializers().get(node.input(1));
            if (QdqGraph.WEIGHTED.contains(node.op())
                    && node.domain().isEmpty()
                    && view.dequantized(node.input(0))
                    && weight != null
                    && weight.type() == ElementType.FLOAT
                    && weight.rank() >= 2
                    && !keepFloat.contains(node.output(0))) {
                emitted.add(pair(graph, node, weight, names, top));
            }
            emitted.add(node);
        }
        graph.nodes().clear();
        graph.nodes().addAll(emitted);
    }

    /** One scale for each output channel where a channel is one slice of the weights; else one for all. */
    private static OnnxNode pair(OnnxGraph graph, OnnxNode node, OnnxTensor weight, FreshNames names, int top) {
        boolean sliced =
                switch (node.op()) {
                    case "ConvTranspose" -> node.intAttribute("group", 1) == 1;
                    case "MatMul" -> weight.rank() == 2;
                    default -> true;
                };
        int axis = sliced ? (int) QdqGraph.channelAxis(node, weight.rank()) : ChannelWeights.PER_TENSOR;
        ChannelWeights bytes = ChannelWeights.of(weight, axis, top);
        String levels = names.of(node.input(1) + "_int8");
        String scale = names.of(levels + "_scale");
        String zero = names.of(levels + "_zero");
        String back = names.of(node.input(1) + "_dq");
        graph.initializers().put(levels, bytes.levelTensor());
        graph.initializers().put(scale, bytes.scaleTensor());
        graph.initializers().put(zero, bytes.zeroTensor());
        node.inputs().set(1, back);
        OnnxNode pair = new OnnxNode("DequantizeLinear", "", List.of(levels, scale, zero), List.of(back));
        return sliced ? pair.attribute("axis", axis) : pair;
    }
}
