package io.edgeai.core.onnx.opset;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Raises models of operator sets 7 to 16 to one of 13 to 17, nested graphs included, by the changes the ONNX changelog
 * lists. Stateless and thread-safe.
 */
public final class OpsetUpgrade {
    /** The operator set models are raised to by default: the first with per-channel QuantizeLinear. */
    public static final long TARGET = 13;

    /** The highest operator set models can be raised to: the first with LayerNormalization. */
    public static final long NEWEST = 17;

    private static final long OLDEST = 7;
    private static final long LAST_OF_IR_7 = 14;

    private OpsetUpgrade() {}

    /** Why a model cannot be raised to {@link #TARGET}, if so. */
    public static Optional<String> obstacle(OnnxGraph graph) {
        return obstacle(graph, TARGET);
    }

    /** Why a model cannot be raised to the given set, if so. */
    public static Optional<String> obstacle(OnnxGraph graph, long target) {
        long version = graph.info().opset();
        if (version >= target) {
            return Optional.empty();
        }
        if (version < OLDEST) {
            return Optional.of("operator set (" + version + ") is older than " + OLDEST);
        }
        if (!graph.info().functions().isEmpty()) {
            return Optional.of("the model defines (" + graph.info().functions().size() + ") functions of its own");
        }
        return obstacleIn(graph, version, target);
    }

    private static Optional<String> obstacleIn(OnnxGraph graph, long version, long target) {
        for (OnnxNode node : graph.nodes()) {
            Optional<String> here = node.domain().isEmpty() || node.domain().equals("ai.onnx")
                    ? Conversions.obstacle(graph, node, version, target)
                    : Optional.empty();
            for (OnnxGraph nested : node.subgraphs()) {
                here = here.or(() -> obstacleIn(nested, version, target));
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
        return raised(graph, TARGET);
    }

    /**
     * A copy at the given operator set, or at its own where that is higher.
     *
     * @param target 13 to {@link #NEWEST}
     * @throws UnsupportedOperatorException where {@link #obstacle(OnnxGraph, long)} names one
     */
    public static OnnxGraph raised(OnnxGraph graph, long target) {
        if (target < TARGET || target > NEWEST) {
            throw new InvalidInputException("target (" + target + ") must be " + TARGET + " to " + NEWEST + ".");
        }
        Optional<String> obstacle = obstacle(graph, target);
        if (obstacle.isPresent()) {
            throw new UnsupportedOperatorException("Model (" + graph.name() + ") cannot be raised to operator set "
                    + target + ": " + obstacle.get() + ". Maybe export it anew.");
        }
        OnnxGraph copy = graph.copy();
        long version = copy.info().opset();
        if (version >= target) {
            return copy;
        }
        convert(copy, version, target, new FreshNames(copy));
        copy.info().opsets().remove("ai.onnx");
        copy.info().opsets().put("", target);
        copy.info()
                .irVersion(Math.max(target > LAST_OF_IR_7 ? 8 : 7, copy.info().irVersion()));
        return copy;
    }

    private static void convert(OnnxGraph graph, long version, long target, FreshNames names) {
        List<OnnxNode> converted = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            node.subgraphs().forEach(nested -> convert(nested, version, target, names));
            if (node.domain().isEmpty() || node.domain().equals("ai.onnx")) {
                converted.addAll(new Conversions(graph, version, target, names).convert(node));
            } else {
                converted.add(node);
            }
        }
        graph.nodes().clear();
        graph.nodes().addAll(converted);
    }
}
