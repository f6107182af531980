package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that move, add or ask for axes. */
final class LayoutRules {
    private LayoutRules() {}

    static void transpose(Walk walk, OnnxNode node) {
        int rank = walk.rank(node.input(0));
        long[] order = node.intsAttribute("perm");
        for (int axis = 0; axis < rank; axis++) {
            int from = order == null ? rank - 1 - axis : (int) order[axis];
            walk.put(node.output(0), axis, walk.labels(node.input(0), from));
        }
    }

    static void squeeze(Walk walk, OnnxNode node) {
        String x = node.input(0);
        int rank = walk.rank(x);
        long[] axes = walk.ints(node, "axes", 1);
        if (axes == null) {
            walk.opaque(node, node + " drops every axis of size 1");
            return;
        }
        boolean[] gone = marked(axes, rank);
        int out = 0;
        for (int axis = 0; axis < rank; axis++) {
            if (gone[axis]) {
                walk.pin(x, axis, node + " drops it");
            } else {
                walk.put(node.output(0), out++, walk.labels(x, axis));
            }
        }
    }

    static void unsqueeze(Walk walk, OnnxNode node) {
        int rank = walk.rank(node.output(0));
        long[] axes = walk.ints(node, "axes", 1);
        if (axes == null) {
            walk.opaque(node, node + " chooses its axes in each run");
            return;
        }
        boolean[] added = marked(axes, rank);
        int from = 0;
        for (int axis = 0; axis < rank; axis++) {
            if (!added[axis]) {
                walk.put(node.output(0), axis, walk.labels(node.input(0), from++));
            }
        }
    }

    private static boolean[] marked(long[] axes, int rank) {
        boolean[] marked = new boolean[rank];
        for (long axis : axes) {
            marked[ElementwiseRules.axis(axis, rank)] = true;
        }
        return marked;
    }

    /** Axes that keep their size pass; sizes given in numbers are corrected. */
    static void resize(Walk walk, OnnxNode node) {
        String x = node.input(0);
        String y = node.output(0);
        long[] sizes = node.input(3).isEmpty() ? null : walk.ints(node, "", 3);
        boolean limited = node.attributes().containsKey("axes");
        if ((!node.input(3).isEmpty() && sizes == null) || limited) {
            walk.opaque(node, node + " chooses its size in each run");
            return;
        }
        int[][] along = new int[walk.rank(x)][];
        for (int axis = 0; axis < along.length; axis++) {
            boolean same = axis < 2 && walk.size(x, axis) >= 0 && walk.size(x, axis) == walk.size(y, axis);
            if (same) {
                along[axis] = walk.labels(x, axis);
                walk.put(y, axis, along[axis]);
            } else {
                walk.pin(x, axis, node + " resizes it");
            }
        }
        if (sizes != null) {
            walk.fix((fixed, place) -> place.put(fixed, 3, "sizes", counted(sizes, along, place.survivors())));
        }
    }

    private static long[] counted(long[] sizes, int[] @Nullable [] along, Survivors survivors) {
        long[] counted = sizes.clone();
        for (int axis = 0; axis < counted.length; axis++) {
            if (along[axis] != null) {
                counted[axis] = survivors.count(along[axis]);
            }
        }
        return counted;
    }

    /** A target of 1 leaves an axis as it is. */
    static void expand(Walk walk, OnnxNode node) {
        String x = node.input(0);
        String y = node.output(0);
        long[] target = walk.ints(node, "", 1);
        int lead = walk.rank(y) - walk.rank(x);
        int[][] along = new int[walk.rank(y)][];
        for (int axis = 0; axis < walk.rank(x); axis++) {
            int out = axis + lead;
            boolean same = walk.size(x, axis) >= 0 && walk.size(x, axis) == walk.size(y, out);
            if (same && target != null && target.length <= along.length) {
                along[out] = walk.labels(x, axis);
                walk.put(y, out, along[out]);
            } else {
                walk.pin(x, axis, node + " spreads it");
            }
        }
        if (target != null && target.length <= along.length) {
            walk.fix((fixed, place) -> {
                long[] free = target.clone();
                int skip = along.length - free.length;
                for (int i = 0; i < free.length; i++) {
                    free[i] = along[i + skip] == null ? free[i] : 1;
                }
                place.put(fixed, 1, "shape", free);
            });
        }
    }

    static void tile(Walk walk, OnnxNode node) {
        String x = node.input(0);
        long[] repeats = walk.ints(node, "", 1);
        for (int axis = 0; axis < walk.rank(x); axis++) {
            if (repeats != null && repeats.length == walk.rank(x) && repeats[axis] == 1) {
                walk.put(node.output(0), axis, walk.labels(x, axis));
            } else {
                walk.pin(x, axis, node + " repeats it");
            }
        }
    }

    /** The size of an axis may be asked for only where nobody looks at it afterwards. */
    static void shape(Walk walk, OnnxNode node) {
        String x = node.input(0);
        int rank = walk.rank(x);
        boolean plain =
                !node.attributes().containsKey("start") && !node.attributes().containsKey("end");
        boolean[] read = new boolean[rank];
        boolean known = plain
                && walk.graph.outputs().stream().noneMatch(out -> out.name().equals(node.output(0)));
        List<OnnxNode> readers = walk.graph.consumers().getOrDefault(node.output(0), List.of());
        for (OnnxNode reader : readers) {
            long[] picked = reader.op().equals("Gather") && reader.domain().isEmpty() ? walk.ints(reader, "", 1) : null;
            known &= picked != null;
            if (picked != null) {
                for (long axis : picked) {
                    read[ElementwiseRules.axis(axis, rank)] = true;
                }
            }
        }
        for (int axis = 0; axis < rank; axis++) {
            if (!known || read[axis]) {
                walk.pin(x, axis, node + " asks for its size");
            }
        }
    }

    /** A constant that is generated instead of stored: its shape is what is pruned. */
    static void constantOfShape(Walk walk, OnnxNode node) {
        OnnxTensor shape = walk.graph.initializers().get(node.input(0));
        String y = node.output(0);
        if (shape == null || shape.longs().length == 0) {
            return;
        }
        walk.generated.add(y);
        walk.fix((fixed, place) -> {
            long[] sizes = shape.longs();
            int[] @Nullable [] own = walk.axes.get(y);
            for (int axis = 0; own != null && axis < sizes.length; axis++) {
                sizes[axis] =
                        own[axis] == null ? sizes[axis] : place.survivors().count(own[axis]);
            }
            place.put(fixed, 0, "shape", sizes);
        });
    }
}
