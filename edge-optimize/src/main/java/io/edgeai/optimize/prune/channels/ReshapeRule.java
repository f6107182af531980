package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reshape and Flatten: axes are matched in blocks of equal products. A channel merged with the positions after it
 * becomes a block of features; an axis that is split into heads is removed head by head.
 */
final class ReshapeRule {
    private final Walk walk;
    private final OnnxNode node;
    private final String in;
    private final String out;
    private final List<Dim> from;
    private final List<Dim> to;

    private ReshapeRule(Walk walk, OnnxNode node) {
        this.walk = walk;
        this.node = node;
        this.in = node.input(0);
        this.out = node.output(0);
        this.from = dims(in);
        this.to = dims(out);
        name();
    }

    /** Gives axes of unknown size a name where both sides must have the same size. */
    private void name() {
        long[] shape = node.op().equals("Reshape") ? walk.ints(node, "shape", 1) : null;
        for (int axis = 0; axis < from.size(); axis++) {
            if (!from.get(axis).known() && from.get(axis).symbol().isEmpty()) {
                from.set(axis, Dim.symbolic("axis " + axis));
            }
            if (shape != null && axis < shape.length && shape[axis] == 0) {
                to.set(axis, from.get(axis));
            }
        }
        List<Dim> openFrom = from.stream().filter(dim -> !dim.known()).toList();
        List<Integer> openTo = IntStream.range(0, to.size())
                .filter(axis -> !to.get(axis).known())
                .boxed()
                .toList();
        if (openFrom.size() == 1 && openTo.size() == 1 && known(from) == known(to)) {
            to.set(openTo.get(0), openFrom.get(0));
        }
    }

    private static long known(List<Dim> dims) {
        return dims.stream().filter(Dim::known).mapToLong(Dim::size).reduce(1, (a, b) -> a * b);
    }

    private List<Dim> dims(String value) {
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < walk.rank(value); axis++) {
            dims.add(walk.dim(value, axis));
        }
        return dims;
    }

    static void flatten(Walk walk, OnnxNode node) {
        new ReshapeRule(walk, node).match();
    }

    static void reshape(Walk walk, OnnxNode node) {
        ReshapeRule rule = new ReshapeRule(walk, node);
        long[] target = rule.target();
        if (target == null || node.intAttribute("allowzero", 0) != 0) {
            walk.pin(rule.in, node + " computes its shape in each run");
            return;
        }
        rule.match();
        int input = node.attributes().containsKey("shape") ? -1 : 1;
        walk.fix((fixed, place) -> {
            int[] @Nullable [] own = walk.axes.get(rule.out);
            long[] shrunk = target.clone();
            boolean shrinks = false;
            for (int axis = 0; own != null && axis < shrunk.length; axis++) {
                if (own[axis] != null) {
                    shrunk[axis] = place.survivors().count(own[axis]);
                    shrinks |= shrunk[axis] != own[axis].length;
                }
            }
            if (shrinks) {
                place.put(fixed, input, "shape", shrunk);
            }
        });
    }

    /** The shape in numbers, with 0 for a size that is copied and -1 for one that follows; null where that is not enough. */
    private long @Nullable [] target() {
        long[] target = new long[to.size()];
        boolean free = true;
        for (int axis = 0; axis < target.length; axis++) {
            Dim dim = to.get(axis);
            if (dim.known()) {
                target[axis] = dim.size();
            } else if (axis < from.size() && same(from.get(axis), dim)) {
                target[axis] = 0;
            } else if (free) {
                target[axis] = -1;
                free = false;
            } else {
                return null;
            }
        }
        return target;
    }

    private static boolean same(Dim a, Dim b) {
        return a.equals(b) && (a.known() || !a.symbol().isEmpty());
    }

    private void match() {
        int left = 0;
        while (left < Math.min(from.size(), to.size()) && same(from.get(left), to.get(left))) {
            walk.put(out, left, walk.labels(in, left));
            left++;
        }
        int right = 0;
        while (from.size() - right > left
                && to.size() - right > left
                && same(from.get(from.size() - 1 - right), to.get(to.size() - 1 - right))) {
            right++;
            walk.put(out, to.size() - right, walk.labels(in, from.size() - right));
        }
        int endFrom = from.size() - right;
        int endTo = to.size() - right;
        boolean known = from.subList(left, endFrom).stream().allMatch(Dim::known)
                && to.subList(left, endTo).stream().allMatch(Dim::known);
        if (!known) {
            for (int axis = left; axis < endFrom; axis++) {
                walk.pin(in, axis, node + " merges it with an axis of unknown size");
            }
            return;
        }
        blocks(left, endFrom, left, endTo);
    }

    private void blocks(int firstFrom, int endFrom, int firstTo, int endTo) {
        int i = firstFrom;
        int j = firstTo;
        while (i < endFrom || j < endTo) {
            int startFrom = i;
            int startTo = j;
            long a = 1;
            long b = 1;
            do {
                if (i < endFrom && (a <= b || j >= endTo)) {
                    a *= from.get(i++).size();
                } else if (j < endTo) {
                    b *= to.get(j++).size();
                } else {
                    break;
                }
            } while (a != b);
            if (a == b) {
                block(startFrom, i, startTo, j, a);
            }
        }
    }

    private void block(int firstFrom, int endFrom, int firstTo, int endTo, long size) {
        int[] flat = null;
        int inner = 1;
        for (int axis = endFrom - 1; axis >= firstFrom; axis--) {
            int width = (int) from.get(axis).size();
            int[] along = width == 1 ? null : walk.labels(in, axis);
            if (along != null && flat != null) {
                walk.pin(along, node + " merges two axes of channels");
            } else if (along != null) {
                flat = new int[(int) size];
                for (int i = 0; i < flat.length; i++) {
                    flat[i] = along[i / inner % width];
                }
            }
            inner *= width;
        }
        if (flat != null) {
            spread(flat, firstTo, endTo);
        }
    }

    /** Puts the labels of a flat block on one of the axes it is split into. */
    private void spread(int[] flat, int first, int end) {
        int chosen = -1;
        int inner = 1;
        int chosenInner = 1;
        boolean lossless = false;
        for (int axis = end - 1; axis >= first; axis--) {
            int width = (int) to.get(axis).size();
            if (width > 1) {
                boolean periodic = periodic(flat, width, inner);
                if (periodic || !lossless) {
                    chosen = axis;
                    chosenInner = inner;
                    lossless |= periodic;
                }
            }
            inner *= width;
        }
        if (chosen < 0) {
            walk.pin(flat, node + " reshapes it away");
            return;
        }
        int width = (int) to.get(chosen).size();
        int[] along = new int[width];
        for (int i = flat.length - 1; i >= 0; i--) {
            along[i / chosenInner % width] = flat[i];
        }
        for (int i = 0; i < flat.length; i++) {
            walk.labels.join(flat[i], along[i / chosenInner % width]);
        }
        walk.put(out, chosen, along);
    }

    /** Whether the label at every place follows from the index along one axis alone. */
    private boolean periodic(int[] flat, int width, int inner) {
        int[] seen = new int[width];
        boolean[] known = new boolean[width];
        for (int i = 0; i < flat.length; i++) {
            int at = i / inner % width;
            int root = walk.labels.find(flat[i]);
            if (known[at] && seen[at] != root) {
                return false;
            }
            known[at] = true;
            seen[at] = root;
        }
        return true;
    }
}
