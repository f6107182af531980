package io.edgeai.optimize.transformer;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.optimize.prune.channels.SameShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Residual sums followed by layer normalization, in one node or spelled out as ReduceMean, Sub, Pow, …, become
 * {@code com.microsoft.SkipLayerNormalization}: one pass over memory instead of two or seven. The sum stays available to
 * other readers, so that pre-normalized transformers are covered too.
 */
final class NormalizationFusion {
    private final OnnxGraph graph;
    private final SameShape sameShape;
    private GraphView view;

    NormalizationFusion(OnnxGraph graph, GraphView view) {
        this.graph = graph;
        this.view = view;
        this.sameShape = new SameShape(graph, ShapeInference.infer(graph));
    }

    /** Returns how many sums were fused. */
    int apply() {
        int fused = 0;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            Norm norm = node.op().equals("LayerNormalization") ? single(node) : spelledOut(node);
            if (norm != null && fuse(node, norm)) {
                view = view.again();
                fused++;
            }
        }
        return fused;
    }

    /** {@code scale·(x − mean)/sqrt(var + epsilon) + bias} over the last axis. */
    private record Norm(String x, String scale, String bias, float epsilon) {}

    private @Nullable Norm single(OnnxNode node) {
        long axis = node.intAttribute("axis", -1);
        boolean last = axis == -1 || axis == view.rank(node.input(0)) - 1;
        boolean plain = node.domain().isEmpty()
                && last
                && node.intAttribute("stash_type", 1) == 1
                && node.output(1).isEmpty()
                && node.output(2).isEmpty();
        return plain
                ? new Norm(node.input(0), node.input(1), node.input(2), node.floatAttribute("epsilon", 1e-5f))
                : null;
    }

    /** Reads backwards from the Add of the bias. */
    private @Nullable Norm spelledOut(OnnxNode add) {
        if (!add.op().equals("Add") || !add.domain().isEmpty()) {
            return null;
        }
        for (int side = 0; side < 2; side++) {
            OnnxNode mul = view.producer(add.input(side), "Mul");
            String bias = add.input(1 - side);
            if (mul == null || !view.readOnce(mul.output(0)) || !vector(bias)) {
                continue;
            }
            for (int factor = 0; factor < 2; factor++) {
                OnnxNode div = view.producer(mul.input(factor), "Div");
                String scale = mul.input(1 - factor);
                if (div != null && vector(scale) && view.readOnce(div.output(0))) {
                    Norm norm = normalized(div, scale, bias);
                    if (norm != null) {
                        return norm;
                    }
                }
            }
        }
        return null;
    }

    private @Nullable Norm normalized(OnnxNode div, String scale, String bias) {
        OnnxNode sub = view.producer(div.input(0), "Sub");
        OnnxNode root = view.producer(div.input(1), "Sqrt");
        OnnxNode stable = root == null ? null : view.producer(root.input(0), "Add");
        if (sub == null || stable == null) {
            return null;
        }
        Float epsilon = view.scalar(stable.input(1));
        OnnxNode variance = view.producer(stable.input(epsilon == null ? 1 : 0), "ReduceMean");
        epsilon = epsilon == null ? view.scalar(stable.input(0)) : epsilon;
        if (epsilon == null || variance == null || !overLastAxis(variance)) {
            return null;
        }
        String centred = squared(variance.input(0));
        OnnxNode centre = centred == null ? null : view.producer(centred, "Sub");
        String x = sub.input(0);
        if (centre == null || !centre.input(0).equals(x) || !isMean(sub.input(1), x) || !isMean(centre.input(1), x)) {
            return null;
        }
        return new Norm(x, scale, bias, epsilon);
    }

    private @Nullable String squared(String value) {
        OnnxNode pow = view.producer(value, "Pow");
        if (pow != null) {
            Float exponent = view.scalar(pow.input(1));
            return exponent != null && exponent == 2 ? pow.input(0) : null;
        }
        OnnxNode mul = view.producer(value, "Mul");
        return mul != null && mul.input(0).equals(mul.input(1)) ? mul.input(0) : null;
    }

    private boolean isMean(String value, String of) {
        OnnxNode mean = view.producer(value, "ReduceMean");
        return mean != null && mean.input(0).equals(of) && overLastAxis(mean);
    }

    private boolean overLastAxis(OnnxNode mean) {
        long[] axes = mean.intsAttribute("axes");
        axes = axes == null ? view.integers(mean.input(1)) : axes;
        return axes != null
                && axes.length == 1
                && (axes[0] == -1 || axes[0] == view.rank(mean.input(0)) - 1)
                && mean.intAttribute("keepdims", 1) == 1;
    }

    private boolean vector(String name) {
        OnnxTensor constant = graph.initializers().get(name);
        return constant != null && constant.type() == ElementType.FLOAT && constant.rank() == 1;
    }

    private boolean fuse(OnnxNode node, Norm norm) {
        OnnxNode sum = view.producer(norm.x(), "Add");
        long width = view.fromEnd(norm.x(), 1);
        if (sum == null
                || width < 1
                || !vectorOf(norm.scale(), width)
                || !(norm.bias().isEmpty() || vectorOf(norm.bias(), width))
                || !rows(sum.input(0), width)
                || !rows(sum.input(1), width)
                || view.isOutput(norm.x())) {
            return false;
        }
        if (!sameRows(sum.input(0), sum.input(1))) {
            return false;
        }
        boolean firstIsWhole = whole(sum.input(0), norm.x());
        if (!firstIsWhole && !whole(sum.input(1), norm.x())) {
            return false;
        }
        List<String> inputs = new ArrayList<>(firstIsWhole ? sum.inputs() : List.of(sum.input(1), sum.input(0)));
        inputs.addAll(norm.bias().isEmpty() ? List.of(norm.scale()) : List.of(norm.scale(), norm.bias()));
        OnnxNode skip = new OnnxNode("SkipLayerNormalization", "", inputs, List.of(node.output(0), "", "", norm.x()))
                .domain(TransformerFusion.DOMAIN)
                .attribute("epsilon", norm.epsilon());
        graph.nodes().set(graph.nodes().indexOf(sum), skip);
        graph.nodes().remove(node);
        return true;
    }

    private boolean vectorOf(String name, long width) {
        return vector(name) && view.fromEnd(name, 1) == width;
    }

    private boolean rows(String value, long width) {
        return view.rank(value) == 3 && view.fromEnd(value, 1) == width;
    }

    /** A residual and what was computed from it have as many rows; of others that must be known. */
    private boolean sameRows(String one, String other) {
        boolean certain = true;
        for (int place = 2; place <= 3; place++) {
            long here = size(one, place);
            long there = size(other, place);
            certain &= here == 1 || there == 1 || (here > 1 && there > 1) || sameShape.fromEnd(one, other, place);
        }
        return certain || dependsOn(one, other) || dependsOn(other, one);
    }

    /** A dimension as the engine or the library infers it, 1 for the last; -1 where neither does. */
    private long size(String value, int place) {
        long engine = view.fromEnd(value, place);
        return engine >= 0 ? engine : sameShape.size(value, place);
    }

    private boolean dependsOn(String value, String on) {
        Map<String, OnnxNode> producers = graph.producers();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (next.equals(on)) {
                return true;
            }
            OnnxNode producer = producers.get(next);
            if (producer != null && seen.add(next)) {
                producer.inputs().forEach(open::push);
            }
        }
        return false;
    }

    /** Whether an operand has the shape of the sum: no dimension of 1 where the sum has another. */
    private boolean whole(String operand, String sum) {
        for (int place = 2; place <= 3; place++) {
            if (size(operand, place) == 1 && size(sum, place) != 1) {
                return false;
            }
        }
        return true;
    }
}
