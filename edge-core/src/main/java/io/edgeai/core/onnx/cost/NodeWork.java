package io.edgeai.core.onnx.cost;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.cost.Work.Kind;
import java.util.Set;

/** Says which kinds of work a node is, from its operator and sizes. */
final class NodeWork {
    private static final int BLOCK = 16;
    private static final long NODE_CACHE = 4_000_000;
    private static final Set<String> CURVED = Set.of(
            "Sigmoid",
            "Tanh",
            "Erf",
            "Gelu",
            "Exp",
            "Softmax",
            "LogSoftmax",
            "Sqrt",
            "Softplus",
            "Elu",
            "Selu",
            "Mish",
            "Reciprocal",
            "Log",
            "HardSwish",
            "BiasGelu",
            "FastGelu",
            "QuickGelu");
    private static final Set<String> NORMALISING = Set.of(
            "LayerNormalization",
            "SkipLayerNormalization",
            "SimplifiedLayerNormalization",
            "RMSNormalization",
            "InstanceNormalization",
            "GroupNormalization",
            "LpNormalization",
            "MeanVarianceNormalization",
            "Sin",
            "Cos",
            "Tan",
            "Atan",
            "Asin",
            "Acos");
    /** Local response normalisation raises every element to a power: this much more than a normalising layer. */
    private static final double LOCAL_RESPONSE = 3.5;

    private static final double GROUP_LAUNCH = 0.5;
    private static final int FEW_ROWS = 4;

    private final Sizes sizes;
    private final Set<String> constants;
    private final Merged merged;

    NodeWork(Sizes sizes, Set<String> constants, Merged merged) {
        this.sizes = sizes;
        this.constants = constants;
        this.merged = merged;
    }

    /** @param cost of the node without nested graphs */
    Work of(OnnxNode node, NodeCost cost) {
        if (merged.merged(node)) {
            return Work.NONE;
        }
        Work launch = Work.of(Kind.LAUNCHED, 1);
        if (node.op().startsWith("TreeEnsemble")) {
            return launch.and(Kind.COMPARED, cost.flops());
        }
        long moved = moved(node, cost);
        launch = launch.and(moved > NODE_CACHE ? Kind.FAR_MOVED : Kind.MOVED, moved);
        return launch.plus(computed(node, cost));
    }

    private Work computed(OnnxNode node, NodeCost cost) {
        long elements = sizes.elements(node.output(0));
        if (merged.layerNorm(node)) {
            return Work.of(Kind.NORMALISED, elements);
        }
        return switch (node.op()) {
            case "Conv", "FusedConv", "ConvTranspose", "DeformConv" -> convolution(node, cost);
            case "RNN", "GRU", "LSTM", "DynamicQuantizeLSTM" -> recurrent(node);
            case "LRN" -> Work.of(Kind.NORMALISED, LOCAL_RESPONSE * elements);
            case "Pow" -> power(node, elements);
            default -> {
                if (cost.macs() > 0) {
                    yield product(node, cost);
                }
                yield CURVED.contains(node.op())
                        ? curved(elements)
                        : NORMALISING.contains(node.op()) ? Work.of(Kind.NORMALISED, elements) : Work.NONE;
            }
        };
    }

    private static Work curved(long elements) {
        return Work.of(Kind.CURVED, elements);
    }

    /** Squares and cubes are products; other powers go number by number. */
    private Work power(OnnxNode node, long elements) {
        return constants.contains(node.input(1)) && sizes.elements(node.input(1)) == 1
                ? Work.NONE
                : Work.of(Kind.NORMALISED, elements);
    }

    /** What nodes read and write without weights. */
    private long moved(OnnxNode node, NodeCost cost) {
        long bytes = cost.bytesWritten();
        if (node.op().startsWith("Gather") || cost.bytesRead() == 0) {
            return Sizes.plus(bytes, cost.bytesRead());
        }
        for (String input : node.inputs()) {
            bytes = Sizes.plus(bytes, constants.contains(input) ? 0 : sizes.bytes(input));
        }
        return bytes;
    }

    /**
     * Packed convolutions work on blocks of channels; others copy their input to a matrix first, and multiply one
     * group after the other.
     */
    private Work convolution(OnnxNode node, NodeCost cost) {
        Work read = Work.of(Kind.WEIGHTS, sizes.bytes(node.input(1)));
        if (merged.integer(node)) {
            return read.and(Kind.INTEGER, cost.macs());
        }
        long group = Math.max(1, node.intAttribute("group", 1));
        long in = sizes.dim(node.input(0), 1);
        long out = sizes.dim(node.output(0), 1);
        if (packed(node, group, in, out)) {
            return read.and(Kind.DENSE, cost.macs() * padding(out) * (in < BLOCK ? 1 : padding(in)));
        }
        long positions = cost.macs() / Math.max(1, sizes.elements(node.input(1)));
        if (group == 1 && positions < FEW_ROWS) {
            return read.times(Math.max(1, positions));
        }
        double matrix = 4.0 * cost.macs() / Math.max(1, out / group);
        double several = group > 1 ? group * GROUP_LAUNCH : 0;
        return read.and(group > 1 ? Kind.THIN : Kind.DENSE, cost.macs())
                .and(matrix > NODE_CACHE ? Kind.FAR_MOVED : Kind.MOVED, 2 * matrix)
                .and(Kind.LAUNCHED, several);
    }

    private boolean packed(OnnxNode node, long group, long in, long out) {
        return node.op().endsWith("Conv")
                && constants.contains(node.input(1))
                && sizes.dims(node.input(0)).size() == 4
                && (group == 1
                        || (group == in ? in % (BLOCK / 2) == 0 : in / group % BLOCK == 0 && out / group % BLOCK == 0));
    }

    private static double padding(long channels) {
        return channels == 0 ? 1 : (double) ((channels + BLOCK - 1) / BLOCK * BLOCK) / channels;
    }

    /** A product of several rows is dense; that of one row reads each weight for one multiplication. */
    private Work product(OnnxNode node, NodeCost cost) {
        boolean integer = node.op().contains("Integer") || node.op().startsWith("Q") || merged.integer(node);
        long weights = 0;
        long each = 0;
        for (String input : node.inputs()) {
            if (constants.contains(input)) {
                weights = Sizes.plus(weights, sizes.bytes(input));
                each = Math.max(each, sizes.elements(input));
            }
        }
        Work work = Work.of(Kind.WEIGHTS, weights);
        return each > 0 && cost.macs() <= each ? work : work.and(integer ? Kind.INTEGER : Kind.DENSE, cost.macs());
    }

    /** Inputs of all steps are one dense product; recurrent weights are read at each step. */
    private Work recurrent(OnnxNode node) {
        double steps = sizes.dim(node.input(0), 0);
        double samples = sizes.dim(node.input(0), 1);
        double directions = sizes.dim(node.input(1), 0);
        return Work.of(Kind.STEPS, steps * directions)
                .and(Kind.WEIGHTS, steps * sizes.bytes(node.input(2)) + sizes.bytes(node.input(1)))
                .and(Kind.DENSE, steps * samples > 1 ? steps * samples * sizes.elements(node.input(1)) : 0)
                .and(Kind.DENSE, samples > 1 ? steps * samples * sizes.elements(node.input(2)) : 0)
                .and(Kind.CURVED, directions * sizes.elements(node.output(0)));
    }
}
