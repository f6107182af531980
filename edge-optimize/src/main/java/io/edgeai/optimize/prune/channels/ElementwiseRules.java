package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;

/** Operators that treat every channel for itself, and those that mix what lies along an axis. */
final class ElementwiseRules {
    private ElementwiseRules() {}

    static void unary(Walk walk, OnnxNode node) {
        for (int axis = 0; axis < walk.rank(node.input(0)); axis++) {
            int[] along = walk.labels(node.input(0), axis);
            for (String output : node.outputs()) {
                walk.put(output, axis, along);
            }
        }
    }

    static void broadcast(Walk walk, OnnxNode node) {
        for (int axis = 0; axis < walk.rank(node.output(0)); axis++) {
            tie(walk, node, axis);
        }
    }

    /** Ties one axis of all inputs, aligned from the last; what has size 1 is spread and ties nothing. */
    static void tie(Walk walk, OnnxNode node, int axis) {
        String out = node.output(0);
        int rank = walk.rank(out);
        List<int[]> tied = new ArrayList<>();
        boolean free = true;
        for (String input : node.inputs()) {
            int own = input.isEmpty() ? -1 : axis - rank + walk.rank(input);
            if (own < 0 || (walk.size(input, own) == 1 && walk.size(out, axis) != 1)) {
                continue;
            }
            int[] along = walk.labels(input, own);
            free &= along != null;
            if (along != null) {
                tied.add(along);
            }
        }
        for (int[] along : tied) {
            if (free) {
                walk.join(tied.get(0), along, "");
            } else {
                walk.pin(along, node + " joins it with a value whose size is fixed");
            }
        }
        walk.put(out, axis, free && !tied.isEmpty() ? tied.get(0) : null);
    }

    /** Normalizations with one number for each channel of axis 1. */
    static void perChannel(Walk walk, OnnxNode node) {
        unary(walk, new OnnxNode(node.op(), "", node.inputs(), List.of(node.output(0))));
        boolean old = node.intAttribute("spatial", 1) == 0;
        if (walk.rank(node.input(0)) < 2 || old) {
            walk.opaque(node, node + " normalizes each feature for itself");
            return;
        }
        for (int axis = 2; node.op().equals("InstanceNormalization") && axis < walk.rank(node.input(0)); axis++) {
            walk.pin(node.input(0), axis, node + " normalizes over it");
        }
        int[] channels = walk.labels(node.input(0), 1);
        for (int i = 1; i < node.inputs().size(); i++) {
            walk.join(channels, walk.labels(node.input(i), 0), node + " normalizes a value whose size is fixed");
        }
        for (int i = 1; i < node.outputs().size(); i++) {
            if (!node.output(i).isEmpty() && walk.rank(node.output(i)) == 1) {
                walk.put(node.output(i), 0, channels);
            }
        }
    }

    static void layerNormalization(Walk walk, OnnxNode node) {
        int rank = walk.rank(node.input(0));
        int first = axis(node.intAttribute("axis", -1), rank);
        String why = node + " normalizes over its channels";
        for (int axis = 0; axis < rank; axis++) {
            if (axis < first) {
                walk.put(node.output(0), axis, walk.labels(node.input(0), axis));
            } else {
                walk.pin(node.input(0), axis, why);
            }
        }
        for (int i = 1; i < node.inputs().size(); i++) {
            walk.pin(node.input(i), why);
        }
    }

    static void softmax(Walk walk, OnnxNode node) {
        int rank = walk.rank(node.input(0));
        boolean one = walk.graph.info().opset() >= 13;
        int first = axis(node.intAttribute("axis", one ? -1 : 1), rank);
        for (int axis = 0; axis < rank; axis++) {
            if (axis == first || (!one && axis > first)) {
                walk.pin(node.input(0), axis, node + " normalizes over its channels");
            } else {
                walk.put(node.output(0), axis, walk.labels(node.input(0), axis));
            }
        }
    }

    static void pool(Walk walk, OnnxNode node) {
        if (!node.output(1).isEmpty() && walk.graph.consumers().containsKey(node.output(1))) {
            walk.opaque(node, node + " gives positions within all channels");
            return;
        }
        for (int axis = 0; axis < walk.rank(node.input(0)); axis++) {
            if (axis < 2) {
                walk.put(node.output(0), axis, walk.labels(node.input(0), axis));
            } else {
                walk.pin(node.input(0), axis, node + " slides over it");
            }
        }
    }

    static void reduce(Walk walk, OnnxNode node) {
        String x = node.input(0);
        int rank = walk.rank(x);
        long[] axes = walk.ints(node, "axes", 1);
        if (axes == null && Walk.given(node, "axes", 1)) {
            walk.opaque(node, node + " chooses its axes in each run");
            return;
        }
        boolean[] reduced = new boolean[rank];
        boolean all = axes == null && node.intAttribute("noop_with_empty_axes", 0) == 0;
        for (int i = 0; i < rank; i++) {
            reduced[i] = all;
        }
        if (axes != null) {
            for (long each : axes) {
                reduced[axis(each, rank)] = true;
            }
        }
        boolean keep = node.intAttribute("keepdims", 1) == 1;
        int out = 0;
        for (int i = 0; i < rank; i++) {
            if (reduced[i]) {
                walk.pin(x, i, node + " sums up its channels");
                out += keep ? 1 : 0;
            } else {
                walk.put(node.output(0), out++, walk.labels(x, i));
            }
        }
    }

    static int axis(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }
}
