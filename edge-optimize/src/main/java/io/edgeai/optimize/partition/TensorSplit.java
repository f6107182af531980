package io.edgeai.optimize.partition;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deals one layer's weights out to several workers (tensor parallelism as in Megatron-LM: columns are joined by Concat,
 * rows by Sum). Gemm and MatMul go by outputs or inputs, Conv by output channels, grouped Conv by whole groups. Results
 * differ from the whole layer's by the order of summation only. Stateless and thread-safe.
 */
public final class TensorSplit {
    private TensorSplit() {}

    /**
     * Splits the layer that computes {@code output}.
     *
     * @param graph the network; left as it is
     * @param shards how many parts, 2 to 1,024; sizes differ by one at most
     * @throws InvalidInputException where no node computes {@code output}, or there is less to deal out than shards
     * @throws UnsupportedOperatorException where the layer is no Gemm, MatMul or Conv with constant weights, or Conv is
     *     asked to be split by inputs
     */
    public static ShardedNetwork of(OnnxGraph graph, String output, int shards, ShardAxis axis) {
        if (shards < 2 || shards > 1024) {
            throw new InvalidInputException("shards (" + shards + ") must be 2 to 1024.");
        }
        OnnxGraph whole = graph.copy();
        OnnxNode layer = whole.producers().get(output);
        if (layer == null) {
            throw new InvalidInputException("No node of network (" + graph.name() + ") computes (" + output
                    + "). Maybe name the output of a Gemm, MatMul or Conv.");
        }
        Shapes shapes = ShapeInference.infer(graph);
        LayerShards parts = new LayerShards(whole, layer, shapes, shards, axis);
        List<List<OnnxNode>> made = parts.make();
        NodeChain chain = new NodeChain(whole);
        Set<OnnxNode> before = ancestors(whole, layer.input(0));
        Set<OnnxNode> inShards = identitySet();
        made.forEach(inShards::addAll);
        Set<OnnxNode> after = identitySet();
        for (int i = 0; i < chain.size(); i++) {
            OnnxNode node = chain.node(i);
            if (!before.contains(node) && !inShards.contains(node)) {
                after.add(node);
            }
        }
        Map<String, OnnxValue> types = types(whole);
        List<OnnxGraph> graphs = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            graphs.add(chain.part(made.get(i), Set.of(), types, graph.name() + "_shard" + i));
        }
        return new ShardedNetwork(
                whole,
                before.isEmpty() ? null : chain.part(before, Set.of(), types, graph.name() + "_before"),
                graphs,
                chain.part(after, chain.fixedOutputs(), types, graph.name() + "_after"),
                axis);
    }

    private static Set<OnnxNode> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static Set<OnnxNode> ancestors(OnnxGraph graph, String value) {
        Set<OnnxNode> found = identitySet();
        Set<String> wanted = new HashSet<>(Set.of(value));
        List<OnnxNode> order = new ArrayList<>(graph.topologicalOrder());
        Collections.reverse(order);
        for (OnnxNode node : order) {
            if (node.outputs().stream().anyMatch(wanted::contains)) {
                found.add(node);
                wanted.addAll(node.reads());
            }
        }
        return found;
    }

    private static Map<String, OnnxValue> types(OnnxGraph graph) {
        Shapes shapes = ShapeInference.infer(graph);
        Map<String, OnnxValue> types = new HashMap<>();
        for (String value : shapes.values()) {
            OnnxType type = shapes.type(value).orElse(null);
            if (type != null) {
                types.put(value, new OnnxValue(value, type));
            }
        }
        return types;
    }

    /** Elements {@code from} to {@code to} along one axis. */
    static OnnxTensor slice(OnnxTensor tensor, int axis, long from, long to) {
        long[] dims = tensor.dims();
        int outer = 1;
        for (int i = 0; i < axis; i++) {
            outer = Math.toIntExact(outer * dims[i]);
        }
        int row = Math.toIntExact(tensor.sizeBytes() / Math.max(1, outer * dims[axis]));
        java.nio.ByteBuffer data = tensor.data();
        byte[] bytes = new byte[Math.toIntExact(outer * (to - from) * row)];
        for (int i = 0; i < outer; i++) {
            data.position(Math.toIntExact((i * dims[axis] + from) * row));
            data.get(bytes, Math.toIntExact(i * (to - from) * row), Math.toIntExact((to - from) * row));
        }
        dims[axis] = to - from;
        return OnnxTensor.ofRaw(tensor.type(), java.nio.ByteBuffer.wrap(bytes), dims);
    }
}
