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
                if (own[axis] != null && target[axis] > 0) {
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
        blocks(Factor.of(from, left, endFrom), Factor.of(to, left, endTo));
    }

    /** The shortest blocks that hold equally many elements on both sides, in each run. */
    private void blocks(List<Factor> before, List<Factor> after) {
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            int end = before.size();
            int endAfter = after.size();
            boolean found = false;
            for (int axes = 1; axes <= before.size() - i + after.size() - j && !found; axes++) {
                int own = Factor.boundary(before.subList(i, before.size()), after.subList(j, after.size()), axes);
                if (own >= 0) {
                    found = true;
                    end = i + own;
                    endAfter = j + axes - own;
                }
            }
            List<Factor> block = before.subList(i, end);
            List<Factor> parts = after.subList(j, endAfter);
            if (found && Factor.known(block) && Factor.known(parts)) {
                block(block, parts);
            } else {
                block.stream()
                        .filter(factor -> !factor.open())
                        .forEach(factor ->
                                walk.pin(in, factor.axis(), node + " merges it with an axis of unknown size"));
            }
            i = end;
            j = endAfter;
        }
    }

    private void block(List<Factor> block, List<Factor> parts) {
        int size = block.stream().mapToInt(Factor::width).reduce(1, Math::multiplyExact);
        int[] flat = null;
        int inner = 1;
        for (int k = block.size() - 1; k >= 0; k--) {
            int width = block.get(k).width();
            int[] along = walk.labels(in, block.get(k).axis());
            if (width == 1) {
                walk.pin(along, node + " reshapes it away");
                along = null;
            }
            if (along != null && flat != null) {
                walk.pin(along, node + " merges two axes of channels");
            } else if (along != null) {
                flat = new int[size];
                for (int i = 0; i < flat.length; i++) {
                    flat[i] = along[i / inner % width];
                }
            }
            inner *= width;
        }
        if (flat != null) {
            spread(flat, parts);
        }
    }

    /** Puts the labels of a flat block on one of the axes it is split into: one that tells them all apart, if there is. */
    private void spread(int[] flat, List<Factor> axes) {
        List<Part> parts = new ArrayList<>();
        int inner = 1;
        for (int k = axes.size() - 1; k >= 0; k--) {
            int width = axes.get(k).width();
            if (width > 1) {
                parts.add(0, new Part(axes.get(k).axis(), width, inner));
            }
            inner *= width;
        }
        if (parts.isEmpty()) {
            walk.pin(flat, node + " reshapes it away");
            return;
        }
        Part chosen = parts.stream()
                .filter(part -> periodic(flat, part.width, part.inner))
                .findFirst()
                .orElseGet(() -> parts.get(walk.split(
                        parts.get(0).axis, parts.stream().map(Part::width).toList(), flat)));
        int[] along = new int[chosen.width];
        for (int i = flat.length - 1; i >= 0; i--) {
            along[i / chosen.inner % chosen.width] = flat[i];
        }
        for (int i = 0; i < flat.length; i++) {
            walk.labels.join(flat[i], along[i / chosen.inner % chosen.width]);
        }
        walk.put(out, chosen.axis, along);
    }

    /** An axis that a block is split into, and how many elements lie between its indices. */
    private record Part(int axis, int width, int inner) {}

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
