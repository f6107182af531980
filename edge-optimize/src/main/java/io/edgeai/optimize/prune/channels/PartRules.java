package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators that put channels side by side or take some of them. */
final class PartRules {
    private PartRules() {}

    static void concat(Walk walk, OnnxNode node) {
        String out = node.output(0);
        int rank = walk.rank(out);
        int joined = ElementwiseRules.axis(node.intAttribute("axis", 1), rank);
        for (int axis = 0; axis < rank; axis++) {
            if (axis != joined) {
                ElementwiseRules.tie(walk, node, axis);
            }
        }
        int[] all = new int[0];
        boolean some = false;
        for (String input : node.inputs()) {
            int[] part = walk.counted(node, input, joined);
            long size = walk.size(input, joined);
            some |= part != null;
            if (size < 0) {
                all = null;
                break;
            }
            if (part == null) {
                part = walk.labels.fresh((int) size);
                walk.pin(part, "the size of (" + input + ") is fixed");
            }
            int start = all.length;
            all = Arrays.copyOf(all, start + part.length);
            System.arraycopy(part, 0, all, start, part.length);
        }
        if (all == null) {
            node.inputs().forEach(input -> walk.pin(input, joined, node + " joins parts of unknown size"));
        } else if (some) {
            walk.put(out, joined, all);
        }
    }

    static void split(Walk walk, OnnxNode node) {
        String x = node.input(0);
        int rank = walk.rank(x);
        int cut = ElementwiseRules.axis(node.intAttribute("axis", 0), rank);
        int[] along = walk.counted(node, x, cut);
        boolean computed = !node.input(1).isEmpty() && walk.ints(node, "split", 1) == null;
        int parts = node.outputs().size();
        int[][] labels = new int[parts][];
        int at = 0;
        for (int i = 0; i < parts; i++) {
            String part = node.output(i);
            if (part.isEmpty() || computed || walk.rank(part) != rank || walk.size(part, cut) < 0) {
                walk.opaque(node, node + " has parts of unknown size");
                return;
            }
            for (int axis = 0; axis < rank; axis++) {
                if (axis != cut) {
                    walk.put(part, axis, walk.labels(x, axis));
                }
            }
            int size = (int) walk.size(part, cut);
            if (along != null) {
                labels[i] = Arrays.copyOfRange(along, at, at + size);
                walk.put(part, cut, labels[i]);
            }
            at += size;
        }
        if (along != null) {
            int input = walk.graph.info().opset() < 13 ? -1 : 1;
            walk.fix((fixed, place) -> {
                fixed.attributes().remove("num_outputs");
                place.put(
                        fixed,
                        input,
                        "split",
                        Arrays.stream(labels)
                                .mapToLong(place.survivors()::count)
                                .toArray());
            });
        }
    }

    static void slice(Walk walk, OnnxNode node) {
        String x = node.input(0);
        int rank = walk.rank(x);
        long[] starts = walk.ints(node, "starts", 1);
        long[] ends = walk.ints(node, "ends", 2);
        long[] axes = walk.ints(node, "axes", 3);
        long[] steps = walk.ints(node, "steps", 4);
        boolean constant = starts != null
                && ends != null
                && (axes != null || !Walk.given(node, "axes", 3))
                && (steps != null || !Walk.given(node, "steps", 4));
        boolean[] cut = new boolean[rank];
        for (int i = 0; axes == null && starts != null && i < starts.length; i++) {
            cut[i] = true;
        }
        for (int i = 0; axes != null && i < axes.length; i++) {
            cut[ElementwiseRules.axis(axes[i], rank)] = true;
        }
        if (axes == null && Walk.given(node, "axes", 3)) {
            Arrays.fill(cut, true);
        }
        int[][] along = new int[rank][];
        for (int axis = 0; axis < rank; axis++) {
            if (!cut[axis]) {
                walk.put(node.output(0), axis, walk.labels(x, axis));
            } else if (!constant) {
                walk.pin(x, axis, node + " cuts it where each run says");
            } else {
                along[axis] = walk.counted(node, x, axis);
            }
        }
        if (starts != null && ends != null && constant) {
            cut(walk, node, along, starts, ends, axes, steps);
        }
    }

    /** A range of channels: its ends move with what is removed before them. */
    private static void cut(
            Walk walk,
            OnnxNode node,
            int[] @Nullable [] along,
            long[] starts,
            long[] ends,
            long @Nullable [] axes,
            long @Nullable [] steps) {
        boolean any = false;
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : ElementwiseRules.axis(axes[i], along.length);
            int[] labels = along[axis];
            if (labels == null) {
                continue;
            }
            if (steps != null && steps[i] != 1) {
                walk.pin(labels, node + " takes some of its channels by steps");
                along[axis] = null;
                continue;
            }
            int start = clamp(starts[i], labels.length);
            int end = Math.max(start, clamp(ends[i], labels.length));
            walk.put(node.output(0), axis, Arrays.copyOfRange(labels, start, end));
            any = true;
        }
        if (!any) {
            return;
        }
        int first = node.attributes().containsKey("starts") ? -1 : 1;
        walk.fix((fixed, place) -> {
            long[] from = starts.clone();
            long[] to = ends.clone();
            for (int i = 0; i < from.length; i++) {
                int axis = axes == null ? i : ElementwiseRules.axis(axes[i], along.length);
                int[] labels = along[axis];
                if (labels != null) {
                    int start = clamp(starts[i], labels.length);
                    int end = Math.max(start, clamp(ends[i], labels.length));
                    from[i] = place.survivors().count(Arrays.copyOf(labels, start));
                    to[i] = place.survivors().count(Arrays.copyOf(labels, end));
                }
            }
            place.put(fixed, first, "starts", from);
            place.put(fixed, first < 0 ? first : 2, "ends", to);
        });
    }

    private static int clamp(long at, int size) {
        return (int) Math.max(0, Math.min(size, at < 0 ? at + size : at));
    }

    /** Padding with a constant adds channels of its own. */
    static void pad(Walk walk, OnnxNode node) {
        String x = node.input(0);
        String y = node.output(0);
        int rank = walk.rank(x);
        String attribute = node.attributes().containsKey("paddings") ? "paddings" : "pads";
        long[] pads = walk.ints(node, attribute, 1);
        if (pads == null || pads.length != 2 * rank || !node.input(3).isEmpty()) {
            walk.opaque(node, node + " pads as each run says");
            return;
        }
        boolean constant = node.stringAttribute("mode", "constant").equals("constant");
        int[][] before = new int[rank][];
        int[][] after = new int[rank][];
        boolean any = false;
        for (int axis = 0; axis < rank; axis++) {
            int[] along = walk.labels(x, axis);
            long left = pads[axis];
            long right = pads[axis + rank];
            if (along == null || (left == 0 && right == 0)) {
                walk.put(y, axis, along);
            } else if (!constant || left < 0 || right < 0) {
                walk.pin(along, node + " pads with values taken from it");
            } else if (walk.counted(node, x, axis) != null) {
                before[axis] = walk.labels.fresh((int) left);
                after[axis] = walk.labels.fresh((int) right);
                walk.put(y, axis, joined(before[axis], along, after[axis]));
                any = true;
            }
        }
        if (any) {
            int input = node.attributes().containsKey(attribute) ? -1 : 1;
            walk.fix((fixed, place) -> {
                long[] corrected = pads.clone();
                for (int axis = 0; axis < rank; axis++) {
                    if (before[axis] != null) {
                        corrected[axis] = place.survivors().count(before[axis]);
                        corrected[axis + rank] = place.survivors().count(after[axis]);
                    }
                }
                place.put(fixed, input, attribute, corrected);
            });
        }
    }

    private static int[] joined(int[] a, int[] b, int[] c) {
        int[] all = Arrays.copyOf(a, a.length + b.length + c.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        System.arraycopy(c, 0, all, a.length + b.length, c.length);
        return all;
    }

    /** Picks along one axis; the others pass on both sides of the picks' own axes. */
    static void gather(Walk walk, OnnxNode node) {
        String x = node.input(0);
        String y = node.output(0);
        int rank = walk.rank(x);
        int axis = ElementwiseRules.axis(node.intAttribute("axis", 0), rank);
        int picks = walk.rank(node.input(1));
        for (int i = 0; i < rank; i++) {
            if (i != axis) {
                walk.put(y, i < axis ? i : i - 1 + picks, walk.labels(x, i));
            }
        }
        OnnxTensor indices = walk.graph.initializers().get(node.input(1));
        int[] along = indices != null && picks == 1 ? walk.counted(node, x, axis) : null;
        if (along == null || indices == null) {
            walk.pin(x, axis, node + " picks from it");
            return;
        }
        long[] picked = indices.longs();
        int[] labels = new int[picked.length];
        for (int i = 0; i < picked.length; i++) {
            labels[i] = along[ElementwiseRules.axis(picked[i], along.length)];
        }
        walk.put(y, axis, labels);
        walk.fix((fixed, place) -> {
            int[] kept = place.survivors().positions(labels);
            long[] moved = new long[kept.length];
            for (int i = 0; i < kept.length; i++) {
                int old = ElementwiseRules.axis(picked[kept[i]], along.length);
                moved[i] = place.survivors().count(Arrays.copyOf(along, old));
            }
            place.put(fixed, 1, "indices", moved);
        });
    }
}
