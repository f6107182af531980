package io.edgeai.optimize.audit;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets the engine rewrite a graph with QuantizeLinear and DequantizeLinear nodes, without running it, and counts which
 * nodes became integer kernels. Nodes are followed by marks in their names. Stateless and thread-safe.
 */
public final class FusionAudit {
    private static final String MARK = "edgeai-audit-";
    private static final String BLOCKED = "_nchwc";
    private static final Set<String> ALWAYS_LISTED = Set.of("Conv", "Gemm", "MatMul");
    /** They move values or ask for their shape: whether they do so in bytes is no matter of kernels. */
    private static final Set<String> MOVES = Set.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "Cast",
            "DepthToSpace",
            "Expand",
            "Flatten",
            "Gather",
            "Identity",
            "Pad",
            "Reshape",
            "Shape",
            "Slice",
            "SpaceToDepth",
            "Split",
            "Squeeze",
            "Tile",
            "Transpose",
            "Unsqueeze");

    private final InferenceRuntime runtime;

    public FusionAudit(InferenceRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * What the engine makes of a quantized graph; the graph is left as it is.
     *
     * @throws UnsupportedOperatorException where the engine does not tell how it rewrites graphs
     */
    public FusedShare of(OnnxGraph quantized) {
        OnnxGraph marked = quantized.copy();
        for (int i = 0; i < marked.nodes().size(); i++) {
            marked.nodes().get(i).name(MARK + i + ".");
        }
        SessionOptions options = SessionOptions.defaults().slots(1);
        if (!(runtime instanceof ProfilingRuntime telling)) {
            throw new UnsupportedOperatorException("Engine (" + runtime.name()
                    + ") does not tell how it rewrites graphs. Maybe audit with ONNX Runtime.");
        }
        List<OnnxNode> after = OnnxReader.read(telling.rewritten(OnnxWriter.toBytes(marked), options))
                .nodes();
        Map<String, Integer> engineOps = new TreeMap<>();
        after.forEach(node -> engineOps.merge(node.op(), 1, Integer::sum));
        Map<Integer, OnnxNode> heirs = heirs(after);
        for (int i = 0; i < quantized.nodes().size(); i++) {
            OnnxNode byValue = heirs.containsKey(i)
                    ? null
                    : byValue(after, quantized.nodes().get(i).output(0));
            if (byValue != null) {
                heirs.put(i, byValue);
            }
        }
        return counted(new QdqPattern(quantized), quantized.nodes(), heirs, engineOps);
    }

    /** Nodes that ONNX Runtime makes for its blocked layout are named after the value they compute. */
    private static @Nullable OnnxNode byValue(List<OnnxNode> after, String value) {
        for (OnnxNode node : after) {
            if (node.output(0).equals(value) || node.name().equals(value + BLOCKED)) {
                return node;
            }
        }
        return null;
    }

    /** The engine's node for each mark, the last one where there are several. */
    private static Map<Integer, OnnxNode> heirs(List<OnnxNode> after) {
        Map<Integer, OnnxNode> heirs = new HashMap<>();
        for (OnnxNode node : after) {
            int at = node.name().indexOf(MARK);
            int end = node.name().indexOf('.', at + MARK.length());
            if (at >= 0 && end > 0) {
                int index = Integer.parseInt(node.name().substring(at + MARK.length(), end));
                OnnxNode known = heirs.get(index);
                if (known == null || !integer(known)) {
                    heirs.put(index, node);
                }
            }
        }
        return heirs;
    }

    private static FusedShare counted(
            QdqPattern pattern, List<OnnxNode> nodes, Map<Integer, OnnxNode> heirs, Map<String, Integer> engineOps) {
        Map<String, int[]> counts = new TreeMap<>();
        List<UnfusedNode> unfused = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            OnnxNode node = nodes.get(i);
            if (!node.domain().isEmpty() || MOVES.contains(node.op())) {
                continue;
            }
            boolean meant = pattern.readsBytes(node);
            OnnxNode heir = heirs.get(i);
            boolean fused = meant && heir != null && integer(heir);
            int[] count = counts.computeIfAbsent(node.op(), op -> new int[3]);
            count[0]++;
            count[1] += meant ? 1 : 0;
            count[2] += fused ? 1 : 0;
            if (!fused && (meant || ALWAYS_LISTED.contains(node.op()))) {
                unfused.add(new UnfusedNode(node.output(0), node.op(), name(heir), pattern.obstacle(node)));
            }
        }
        List<FusedOps> ops = new ArrayList<>();
        counts.forEach((op, count) -> {
            if (count[1] > 0 || ALWAYS_LISTED.contains(op)) {
                ops.add(new FusedOps(op, count[0], count[1], count[2]));
            }
        });
        return new FusedShare(ops, unfused, engineOps);
    }

    /** Whether a node of the rewritten graph computes on integers. */
    private static boolean integer(OnnxNode node) {
        return node.op().startsWith("QLinear")
                || node.op().startsWith("QGemm")
                || node.op().startsWith("QAttention")
                || node.op().contains("Integer");
    }

    private static String name(@Nullable OnnxNode heir) {
        return heir == null ? "" : heir.op();
    }
}
