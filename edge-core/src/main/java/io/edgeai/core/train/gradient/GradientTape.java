package io.edgeai.core.train.gradient;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation: walks a graph from a scalar back to chosen values and appends the nodes that compute the
 * derivative of the scalar by each (Griewank and Walther, Evaluating Derivatives, 2008, chapter 3). Nothing is emitted
 * for nodes that no chosen value reaches. Not thread-safe.
 */
public final class GradientTape {
    private final GraphEmitter emitter;
    private final Shapes shapes;
    private final Map<OnnxNode, String> ofBatch;
    private final Map<String, List<String>> parts = new HashMap<>();
    private final Map<String, String> sums = new HashMap<>();
    private final List<KernelGradient> kernels = new ArrayList<>();
    private Set<String> reached = Set.of();

    /**
     * @param shapes of the graph as it is now
     * @param ofBatch normalizations by the batch's own statistics and the values they normalize, as
     *     {@link BatchStatistics} rewrote them
     */
    public GradientTape(GraphEmitter emitter, Shapes shapes, Map<OnnxNode, String> ofBatch) {
        this.emitter = emitter;
        this.shapes = shapes;
        this.ofBatch = new HashMap<>(ofBatch);
    }

    /** Values that depend on one of {@code roots}, the roots included; whole numbers and comparisons do not count. */
    public static Set<String> reached(OnnxGraph graph, Set<String> roots) {
        return reached(graph, roots, Map.of());
    }

    private static Set<String> reached(OnnxGraph graph, Set<String> roots, Map<OnnxNode, String> ofBatch) {
        Set<String> reached = new HashSet<>(roots);
        for (OnnxNode node : graph.topologicalOrder()) {
            String source = ofBatch.get(node);
            boolean depends =
                    node.reads().stream().anyMatch(reached::contains) || (source != null && reached.contains(source));
            if (depends && !GradientRules.stops(node)) {
                reached.addAll(node.outputs());
            }
        }
        reached.remove("");
        return reached;
    }

    /**
     * Appends the derivatives of a scalar.
     *
     * @return the name of each root's derivative, in the order of the roots
     * @throws UnsupportedOperatorException where an operator between a root and the scalar has no rule
     * @throws InvalidInputException where the scalar does not depend on a root
     */
    public Map<String, String> gradients(String scalar, Set<String> roots) {
        reached = reached(emitter.graph(), roots, ofBatch);
        List<OnnxNode> order = new ArrayList<>(emitter.graph().topologicalOrder());
        give(scalar, emitter.scalar(1));
        for (int i = order.size() - 1; i >= 0; i--) {
            OnnxNode node = order.get(i);
            if (node.outputs().stream().anyMatch(parts::containsKey)) {
                visit(node);
            }
        }
        Map<String, String> gradients = new LinkedHashMap<>();
        for (String root : roots) {
            String gradient = gradientOf(root);
            if (gradient == null) {
                throw new InvalidInputException(
                        "The loss does not depend on parameter (" + root + "). Maybe exclude it with trainable(...).");
            }
            gradients.put(root, gradient);
        }
        return gradients;
    }

    private void visit(OnnxNode node) {
        GradientRule rule = GradientRules.of(node);
        if (rule == null) {
            throw new UnsupportedOperatorException("Operator (" + node.op() + ") of node (" + node
                    + ") has no gradient. Maybe freeze what lies before it with trainable(...).");
        }
        for (int i = 1; i < node.outputs().size(); i++) {
            if (!node.op().equals("Split") && parts.containsKey(node.output(i))) {
                throw new UnsupportedOperatorException("Output (" + node.output(i) + ") of node (" + node
                        + ") has no gradient, only its first output has. Maybe freeze what lies before it with"
                        + " trainable(...).");
            }
        }
        rule.emit(new NodeGradient(this, node));
    }

    /** Where the nodes appended so far derive convolutions by their kernels. */
    public List<KernelGradient> kernels() {
        return List.copyOf(kernels);
    }

    void mark(KernelGradient kernel) {
        kernels.add(kernel);
    }

    GraphEmitter emitter() {
        return emitter;
    }

    Shapes shapes() {
        return shapes;
    }

    boolean ofBatch(OnnxNode node) {
        return ofBatch.containsKey(node);
    }

    /** The value whose gradient a node's input asks for. */
    String source(OnnxNode node, int input) {
        String normalized = input == 0 ? ofBatch.get(node) : null;
        return normalized == null ? node.input(input) : normalized;
    }

    boolean needs(String value) {
        return reached.contains(value);
    }

    void give(String value, String gradient) {
        if (sums.containsKey(value)) {
            throw new IllegalStateException("gradient of (" + value + ") comes after its sum was taken");
        }
        parts.computeIfAbsent(value, k -> new ArrayList<>()).add(gradient);
    }

    @Nullable
    String gradientOf(String value) {
        List<String> given = parts.get(value);
        if (given == null) {
            return null;
        }
        String sum = sums.get(value);
        if (sum == null) {
            sum = given.get(0);
            for (String next : given.subList(1, given.size())) {
                sum = emitter.add(sum, next);
            }
            sums.put(value, sum);
        }
        return sum;
    }
}
