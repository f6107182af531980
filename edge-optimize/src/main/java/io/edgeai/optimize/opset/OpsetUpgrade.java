package io.edgeai.optimize.opset;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.fuse.FreshNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Raises models of operator sets 7 to 12 to 13, nested graphs included, by the changes the ONNX changelog lists.
 * Stateless and thread-safe.
 */
public final class OpsetUpgrade {
    /** The operator set models are raised to: the first with per-channel QuantizeLinear. */
    public static final long TARGET = 13;

    private static final long OLDEST = 7;
    private static final long IR_OF_TARGET = 7;

    private OpsetUpgrade() {}

    /** Why a model cannot be raised, if so. */
    public static Optional<String> obstacle(OnnxGraph graph) {
        long version = graph.info().opset();
        if (version >= TARGET) {
            return Optional.empty();
        }
        if (version < OLDEST) {
            return Optional.of("operator set (" + version + ") is older than " + OLDEST);
        }
        if (!graph.info().functions().isEmpty()) {
            return Optional.of("the model defines (" + graph.info().functions().size() + ") functions of its own");
        }
        return obstacleIn(graph, version);
    }

    private static Optional<String> obstacleIn(OnnxGraph graph, long version) {
        for (OnnxNode node : graph.nodes()) {
            Optional<String> here = node.domain().isEmpty() || node.domain().equals("ai.onnx")
                    ? Conversions.obstacle(graph, node, version)
                    : Optional.empty();
            for (OnnxGraph nested : node.subgraphs()) {
                here = here.or(() -> obstacleIn(nested, version));
            }
            if (here.isPresent()) {
                return here;
            }
        }
        return Optional.empty();
    }

    /**
     * A copy at operator set 13, or at its own where that is higher.
     *
     * @throws UnsupportedOperatorException where {@link #obstacle} names one
     */
    public static OnnxGraph raised(OnnxGraph graph) {
        Optional<String> obstacle = obstacle(graph);
        if (obstacle.isPresent()) {
            throw new UnsupportedOperatorException("Model (" + graph.name() + ") cannot be raised to operator set "
                    + TARGET + ": " + obstacle.get() + ". Maybe export it anew.");
        }
        OnnxGraph copy = graph.copy();
        long version = copy.info().opset();
        if (version >= TARGET) {
            return copy;
        }
        convert(copy, version, new FreshNames(copy));
        copy.info().opsets().remove("ai.onnx");
        copy.info().opsets().put("", TARGET);
        copy.info().irVersion(Math.max(IR_OF_TARGET, copy.info().irVersion()));
        return copy;
    }

    private static void convert(OnnxGraph graph, long version, FreshNames names) {
        List<OnnxNode> converted = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            node.subgraphs().forEach(nested -> convert(nested, version, names));
            if (node.domain().isEmpty() || node.domain().equals("ai.onnx")) {
                converted.addAll(new Conversions(graph, version, names).convert(node));
            } else {
                converted.add(node);
            }
        }
        graph.nodes().clear();
        graph.nodes().addAll(converted);
    }
}
