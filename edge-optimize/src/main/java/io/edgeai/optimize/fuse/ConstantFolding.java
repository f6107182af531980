package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes what depends on constants only, by running just that part of the graph on the engine that will run the rest.
 * Random operators, nested graphs, sequences and quantization nodes are left alone, and so are constants above 64 MiB
 * that the file generates instead of storing.
 */
public final class ConstantFolding implements GraphPass {
    private static final long LARGEST_BYTES = 64L << 20;
    private static final Set<String> LEFT_ALONE = Set.of(
            "RandomNormal",
            "RandomUniform",
            "RandomNormalLike",
            "RandomUniformLike",
            "Multinomial",
            "Bernoulli",
            "Dropout",
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "SequenceConstruct",
            "SequenceEmpty",
            "SplitToSequence",
            "Optional",
            "Constant");

    private final InferenceRuntime runtime;

    public ConstantFolding(InferenceRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public int apply(OnnxGraph graph) {
        Set<String> known = new HashSet<>(graph.initializers().keySet());
        graph.inputs().forEach(input -> known.remove(input.name()));
        Set<String> stored = Set.copyOf(known);
        List<OnnxNode> folded = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            if (foldable(graph, node, known, stored)) {
                folded.add(node);
                known.addAll(node.outputs());
            }
        }
        if (folded.isEmpty()) {
            return 0;
        }
        Set<String> computed = new LinkedHashSet<>();
        folded.forEach(node -> computed.addAll(node.outputs()));
        Map<String, Tensor> values = run(graph, folded, boundary(graph, folded, computed));
        values.forEach((name, tensor) -> graph.initializers().put(name, constant(tensor)));
        graph.nodes().removeAll(folded);
        return folded.size();
    }

    private static boolean foldable(OnnxGraph graph, OnnxNode node, Set<String> known, Set<String> stored) {
        if (!node.domain().isEmpty()
                || LEFT_ALONE.contains(node.op())
                || !node.subgraphs().isEmpty()
                || !node.inputs().stream().allMatch(input -> input.isEmpty() || known.contains(input))) {
            return false;
        }
        return generated(graph, node, stored) <= LARGEST_BYTES;
    }

    /** Bytes of what a node of few numbers makes much of; 0 where it does not, or its numbers are computed themselves. */
    private static double generated(OnnxGraph graph, OnnxNode node, Set<String> stored) {
        int sizes = node.op().equals("ConstantOfShape") ? 0 : 1;
        OnnxTensor shape = stored.contains(node.input(sizes)) ? graph.constant(node.input(sizes)) : null;
        if (shape == null || !List.of("ConstantOfShape", "Expand", "Tile").contains(node.op())) {
            return 0;
        }
        double times = 1;
        for (long dim : shape.longs()) {
            times *= dim;
        }
        OnnxTensor from = sizes == 0 ? null : graph.constant(node.input(0));
        double each = from == null
                ? 4
                : node.op().equals("Tile") ? from.sizeBytes() : from.type().bytes(1);
        double bytes = times * each;
        return from != null && bytes <= 2.0 * from.sizeBytes() ? 0 : bytes;
    }

    /** Computed values that the rest of the graph reads. */
    private static Set<String> boundary(OnnxGraph graph, List<OnnxNode> folded, Set<String> computed) {
        Set<String> read = new LinkedHashSet<>(Cleanup.outputNames(graph));
        Set<OnnxNode> inside = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        inside.addAll(folded);
        for (OnnxNode node : graph.nodes()) {
            if (!inside.contains(node)) {
                read.addAll(node.inputs());
                node.subgraphs().forEach(nested -> read.addAll(nested.outerReads()));
            }
        }
        read.retainAll(computed);
        return read;
    }

    private Map<String, Tensor> run(OnnxGraph graph, List<OnnxNode> folded, Set<String> wanted) {
        if (wanted.isEmpty()) {
            return Map.of();
        }
        OnnxGraph part = new OnnxGraph("constants", graph.info());
        for (OnnxNode node : folded) {
            part.nodes().add(node);
            for (String input : node.inputs()) {
                OnnxTensor constant = graph.initializers().get(input);
                if (constant != null) {
                    part.initializers().put(input, constant);
                }
            }
        }
        wanted.forEach(name -> part.outputs().add(new OnnxValue(name, null)));
        SessionOptions options = SessionOptions.defaults().slots(1).optimize(false);
        try (InferenceSession session = runtime.open(OnnxWriter.toBytes(part), options)) {
            return session.run(Map.of());
        }
    }

    private static OnnxTensor constant(Tensor tensor) {
        if (tensor.type() == ElementType.STRING) {
            List<byte[]> utf8 = new ArrayList<>();
            for (String text : tensor.strings()) {
                utf8.add(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            return OnnxTensor.ofStrings(utf8, tensor.shape());
        }
        return OnnxTensor.ofRaw(tensor.type(), ByteBuffer.wrap(tensor.bytes()), tensor.shape());
    }
}
