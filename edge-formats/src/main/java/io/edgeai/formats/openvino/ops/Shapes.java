package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations that change shapes and types, move, join and cut. */
final class Shapes {
    private Shapes() {}

    static void register(Map<String, Mapping> all) {
        all.put("Reshape", Shapes::reshape);
        all.put(
                "Squeeze",
                op -> op.out(
                        op.has(1) ? op.emit.op("Squeeze", op.in(0), op.vector(1)) : op.emit.op("Squeeze", op.in(0))));
        all.put("Unsqueeze", op -> op.out(op.emit.op("Unsqueeze", op.in(0), op.vector(1))));
        all.put("Transpose", Shapes::transpose);
        all.put("Concat", Shapes::concat);
        all.put("Split", Shapes::split);
        all.put("VariadicSplit", Shapes::variadicSplit);
        all.put("StridedSlice", Shapes::stridedSlice);
        all.put("Slice", Shapes::slice);
        all.put("Pad", Shapes::pad);
        all.put("Tile", op -> op.out(op.emit.op("Tile", op.in(0), op.vector(1))));
        all.put("Broadcast", Shapes::broadcast);
        all.put("ShapeOf", Shapes::shapeOf);
        all.put(
                "Convert",
                op -> op.out(op.emit.cast(
                        op.in(0),
                        Precisions.element(op.text(
                                "destination_type", op.ir.outputs().get(0).precision())))));
        all.put("ConvertLike", op -> op.out(op.emit.cast(op.in(0), op.type(1))));
        all.put("DepthToSpace", Shapes::depthToSpace);
        all.put("SpaceToDepth", Shapes::spaceToDepth);
        all.put("SpaceToBatch", Shapes::spaceToBatch);
        all.put("BatchToSpace", Shapes::batchToSpace);
        all.put("ShuffleChannels", Shapes::shuffle);
        all.put("ReverseSequence", Shapes::reverseSequence);
        all.put("Roll", Shapes::roll);
        all.put("Range", Shapes::range);
        all.put("Eye", Shapes::eye);
        all.put("ReadValue", op -> op.out(op.in(0)));
    }

    private static void reshape(Layer op) {
        OnnxNode node = op.emit.add("Reshape", op.in(0), op.vector(1));
        if (!op.flag("special_zero", false)) {
            node.attribute("allowzero", 1);
        }
        op.out(node.output(0));
    }

    private static void transpose(Layer op) {
        long[] order = op.has(1) ? op.fixedLongs(1, "order") : new long[0];
        if (order.length == 0) {
            int rank = op.rank(0);
            order = LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        }
        op.out(op.emit.transpose(op.in(0), order));
    }

    private static void concat(Layer op) {
        String[] inputs = new String[op.inputs()];
        Arrays.setAll(inputs, op::in);
        op.out(op.emit
                .add("Concat", inputs)
                .attribute("axis", op.number("axis", 0))
                .output(0));
    }

    private static void split(Layer op) {
        int count = (int) op.number("num_splits", op.outputs());
        long axis = op.fixedLongs(1, "axis")[0];
        if (count < 1 || count > 100_000 || count < op.outputs()) {
            throw new Unmapped("splits into " + count + " parts");
        }
        OnnxNode node =
                op.emit.add("Split", count, op.in(0)).attribute("axis", axis).attribute("num_outputs", count);
        for (int i = 0; i < op.outputs(); i++) {
            op.out(i, node.output(i));
        }
    }

    private static void variadicSplit(Layer op) {
        long axis = op.fixedLongs(1, "axis")[0];
        long[] lengths = op.longs(2);
        String sizes;
        if (lengths == null) {
            sizes = op.vector(2);
        } else {
            if (Arrays.stream(lengths).anyMatch(l -> l < 0)) {
                long size = op.dims(0)[op.axis(axis, op.rank(0))];
                long rest = size - Arrays.stream(lengths).filter(l -> l > 0).sum();
                if (size < 0 || rest < 0) {
                    throw new Unmapped("leaves a part's size to a dimension that is unknown");
                }
                lengths = Arrays.stream(lengths).map(l -> l < 0 ? rest : l).toArray();
            }
            sizes = op.emit.longs(lengths);
        }
        OnnxNode node = op.emit.add("Split", op.outputs(), op.in(0), sizes).attribute("axis", axis);
        for (int i = 0; i < op.outputs(); i++) {
            op.out(i, node.output(i));
        }
    }

    private static boolean mask(long[] mask, int spec) {
        return spec < mask.length && mask[spec] != 0;
    }

    /** A begin or end is ignored where its mask is 1, as in TensorFlow. */
    private static void stridedSlice(Layer op) {
        long[] beginMask = op.list("begin_mask");
        long[] endMask = op.list("end_mask");
        long[] newAxis = op.list("new_axis_mask");
        long[] shrink = op.list("shrink_axis_mask");
        long[] ellipsis = op.list("ellipsis_mask");
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        long[] strides = op.has(3) ? op.longs(3) : null;
        if (op.has(3) && strides == null) {
            throw new Unmapped("computes its strides");
        }
        int specs = begin != null ? begin.length : end != null ? end.length : (int) Math.max(0, op.dims(1)[0]);
        int rank = op.rank(0);
        int added = 0;
        for (int i = 0; i < specs; i++) {
            added += mask(newAxis, i) ? 1 : 0;
        }
        List<Long> axes = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        List<Long> dropped = new ArrayList<>();
        List<Long> fresh = new ArrayList<>();
        int axis = 0;
        int out = 0;
        for (int i = 0; i < specs; i++) {
            if (mask(ellipsis, i)) {
                int skipped = rank - (specs - added - 1);
                axis += skipped;
                out += skipped;
            } else if (mask(newAxis, i)) {
                fresh.add((long) out++);
            } else {
                if (axis >= rank) {
                    throw new Unmapped("slices " + specs + " dimensions of a value of rank " + rank);
                }
                boolean drop = mask(shrink, i);
                long step = strides == null || drop ? 1 : strides[i];
                boolean open = mask(beginMask, i) && !drop;
                boolean openEnd = mask(endMask, i);
                axes.add((long) axis);
                steps.add(step);
                from.add(open ? op.emit.longs(step > 0 ? 0 : Long.MAX_VALUE) : pick(op, 1, begin, i));
                if (drop) {
                    dropped.add((long) axis);
                    to.add(after(op, begin, i));
                } else {
                    to.add(
                            openEnd
                                    ? op.emit.longs(step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE + 1)
                                    : pick(op, 2, end, i));
                    out++;
                }
                axis++;
            }
        }
        String x = op.in(0);
        if (!axes.isEmpty()) {
            x = op.emit.op(
                    "Slice",
                    x,
                    joined(op, from),
                    joined(op, to),
                    op.emit.longs(longs(axes)),
                    op.emit.longs(longs(steps)));
        }
        x = dropped.isEmpty() ? x : op.emit.op("Squeeze", x, op.emit.longs(longs(dropped)));
        x = fresh.isEmpty() ? x : op.emit.op("Unsqueeze", x, op.emit.longs(longs(fresh)));
        op.out(x);
    }

    private static String pick(Layer op, int input, long @org.jspecify.annotations.Nullable [] known, int spec) {
        return known != null ? op.emit.longs(known[spec]) : op.emit.op("Gather", op.vector(input), op.emit.longs(spec));
    }

    private static String after(Layer op, long @org.jspecify.annotations.Nullable [] begin, int spec) {
        if (begin != null) {
            return op.emit.longs(begin[spec] == -1 ? Long.MAX_VALUE : begin[spec] + 1);
        }
        String from = op.emit.op("Gather", op.vector(1), op.emit.longs(spec));
        return op.emit.op(
                "Where",
                op.emit.op("Equal", from, op.emit.longs(-1)),
                op.emit.longs(Integer.MAX_VALUE),
                op.emit.op("Add", from, op.emit.longs(1)));
    }

    private static String joined(Layer op, List<String> parts) {
        return parts.size() == 1
                ? parts.get(0)
                : op.emit
                        .add("Concat", parts.toArray(String[]::new))
                        .attribute("axis", 0)
                        .output(0);
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static void slice(Layer op) {
        String steps = op.vector(3);
        op.out(
                op.has(4)
                        ? op.emit.op("Slice", op.in(0), op.vector(1), op.vector(2), op.vector(4), steps)
                        : op.emit.op(
                                "Slice",
                                op.in(0),
                                op.vector(1),
                                op.vector(2),
                                op.emit.longs(LongStream.range(0, known(op, 1)).toArray()),
                                steps));
    }

    private static long known(Layer op, int input) {
        long size = op.dims(input).length == 0 ? 1 : op.dims(input)[0];
        if (size < 0) {
            throw new Unmapped("slices an unknown number of axes");
        }
        return size;
    }

    private static void pad(Layer op) {
        String mode = op.lower("pad_mode", "constant");
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        String pads = op.emit
                .add("Concat", op.vector(1), op.vector(2))
                .attribute("axis", 0)
                .output(0);
        if (begin != null && end != null) {
            pads = op.emit.longs(
                    LongStream.concat(Arrays.stream(begin), Arrays.stream(end)).toArray());
        }
        if (mode.equals("symmetric")) {
            symmetric(op, begin, end);
            return;
        }
        OnnxNode node = mode.equals("constant") && op.has(3)
                ? op.emit.add("Pad", op.in(0), pads, op.in(3))
                : op.emit.add("Pad", op.in(0), pads);
        op.out(node.attribute("mode", mode).output(0));
    }

    /** Mirrors with the edge repeated, which ONNX has no mode for: by indices along each axis. */
    private static void symmetric(
            Layer op,
            long @org.jspecify.annotations.Nullable [] begin,
            long @org.jspecify.annotations.Nullable [] end) {
        if (begin == null || end == null) {
            throw new Unmapped("computes its padding");
        }
        String x = op.in(0);
        for (int i = 0; i < begin.length; i++) {
            if (begin[i] == 0 && end[i] == 0) {
                continue;
            }
            long size = op.dims(0)[i];
            if (size < 0 || size > 1 << 24 || begin[i] < 0 || end[i] < 0 || begin[i] > size || end[i] > size) {
                throw new Unmapped("mirrors (" + begin[i] + "," + end[i] + ") of a dimension of (" + size + ")");
            }
            long before = begin[i];
            long[] places = LongStream.range(-before, size + end[i])
                    .map(at -> at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at)
                    .toArray();
            x = op.emit
                    .add("Gather", x, op.emit.longs(places))
                    .attribute("axis", i)
                    .output(0);
        }
        op.out(x);
    }

    private static void broadcast(Layer op) {
        String mode = op.lower("mode", "numpy");
        String x = op.in(0);
        if (mode.equals("explicit")) {
            long[] axes = op.fixedLongs(2, "axes");
            int rank = op.outDims(0).length;
            List<Long> missing = new ArrayList<>();
            for (long i = 0; i < rank; i++) {
                long at = i;
                if (Arrays.stream(axes).noneMatch(a -> a == at)) {
                    missing.add(i);
                }
            }
            x = missing.isEmpty() ? x : op.emit.op("Unsqueeze", x, op.emit.longs(longs(missing)));
        } else if (!mode.equals("numpy") && !mode.equals("bidirectional")) {
            throw new Unmapped("broadcasts by the mode " + mode);
        }
        op.out(op.emit.op("Expand", x, op.vector(1)));
    }

    private static void shapeOf(Layer op) {
        String dims = op.emit.op("Shape", op.in(0));
        ElementType type = op.outType(0);
        op.out(type == ElementType.INT64 ? dims : op.emit.cast(dims, type));
    }

    private static void depthToSpace(Layer op) {
        boolean blocks = op.lower("mode", "blocks_first").equals("blocks_first");
        op.out(op.emit
                .add("DepthToSpace", op.in(0))
                .attribute("blocksize", op.number("block_size", 1))
                .attribute("mode", blocks ? "DCR" : "CRD")
                .output(0));
    }

    private static void spaceToDepth(Layer op) {
        long block = op.number("block_size", 1);
        if (op.lower("mode", "blocks_first").equals("blocks_first")) {
            op.out(op.emit
                    .add("SpaceToDepth", op.in(0))
                    .attribute("blocksize", block)
                    .output(0));
            return;
        }
        long[] dims = op.dims(0);
        if (dims.length != 4 || dims[1] < 0 || dims[2] < 0 || dims[3] < 0) {
            throw new Unmapped("moves blocks of a value whose size is unknown");
        }
        String x = op.emit.reshape(op.in(0), -1, dims[1], dims[2] / block, block, dims[3] / block, block);
        x = op.emit.transpose(x, 0, 1, 3, 5, 2, 4);
        op.out(op.emit.reshape(x, -1, dims[1] * block * block, dims[2] / block, dims[3] / block));
    }

    private static void spaceToBatch(Layer op) {
        long[] block = op.fixedLongs(1, "block shape");
        long[] begin = op.fixedLongs(2, "padding");
        long[] end = op.fixedLongs(3, "padding");
        long[] dims = op.dims(0).clone();
        String x = op.emit.op(
                "Pad",
                op.in(0),
                op.emit.longs(LongStream.concat(Arrays.stream(begin), Arrays.stream(end))
                        .toArray()));
        int rank = dims.length;
        requireFixed(dims, block, rank);
        long[] wide = new long[2 * rank - 1];
        long[] order = new long[2 * rank - 1];
        long[] flat = new long[rank];
        wide[0] = -1;
        flat[0] = -1;
        order[rank - 1] = 0;
        for (int i = 1; i < rank; i++) {
            long size = dims[i] + begin[i] + end[i];
            wide[2 * i - 1] = size / block[i];
            wide[2 * i] = block[i];
            order[i - 1] = 2L * i;
            order[rank - 1 + i] = 2L * i - 1;
            flat[i] = size / block[i];
        }
        x = op.emit.transpose(op.emit.reshape(x, wide), order);
        op.out(op.emit.reshape(x, flat));
    }

    private static void batchToSpace(Layer op) {
        long[] block = op.fixedLongs(1, "block shape");
        long[] begin = op.fixedLongs(2, "crops");
        long[] end = op.fixedLongs(3, "crops");
        long[] dims = op.dims(0);
        int rank = dims.length;
        requireFixed(dims, block, rank);
        long[] wide = new long[2 * rank - 1];
        long[] order = new long[2 * rank - 1];
        long[] flat = new long[rank];
        flat[0] = -1;
        wide[rank - 1] = -1;
        order[0] = rank - 1L;
        for (int i = 1; i < rank; i++) {
            wide[i - 1] = block[i];
            wide[rank - 1 + i] = dims[i];
            order[2 * i - 1] = rank - 1L + i;
            order[2 * i] = i - 1L;
            flat[i] = dims[i] * block[i];
        }
        String x = op.emit.reshape(op.emit.transpose(op.emit.reshape(op.in(0), wide), order), flat);
        long[] starts = new long[rank];
        long[] ends = new long[rank];
        for (int i = 0; i < rank; i++) {
            starts[i] = begin[i];
            ends[i] = end[i] == 0 ? Long.MAX_VALUE : -end[i];
        }
        op.out(op.emit.op("Slice", x, op.emit.longs(starts), op.emit.longs(ends)));
    }

    private static void requireFixed(long[] dims, long[] block, int rank) {
        if (block.length != rank || rank < 2 || Arrays.stream(dims).skip(1).anyMatch(d -> d < 0)) {
            throw new Unmapped("moves blocks of a value whose size is unknown");
        }
    }

    private static void shuffle(Layer op) {
        int rank = op.rank(0);
        int axis = op.axis(op.number("axis", 1), rank);
        long group = op.number("group", 1);
        long[] dims = op.dims(0).clone();
        if (dims[axis] < 0 || Arrays.stream(dims).filter(d -> d < 0).count() > 1) {
            throw new Unmapped("shuffles a value whose size is unknown");
        }
        long[] wide = new long[rank + 1];
        long[] order = new long[rank + 1];
        for (int i = 0; i <= rank; i++) {
            wide[i] = i < axis ? dims[i] : i == axis ? group : i == axis + 1 ? dims[axis] / group : dims[i - 1];
            order[i] = i == axis ? axis + 1 : i == axis + 1 ? axis : i;
        }
        op.out(op.emit.reshape(op.emit.transpose(op.emit.reshape(op.in(0), wide), order), dims));
    }

    private static void reverseSequence(Layer op) {
        long batch = op.number("batch_axis", 0);
        long time = op.number("seq_axis", 1);
        if (Math.min(batch, time) != 0 || Math.max(batch, time) != 1) {
            throw new Unmapped("reverses axis " + time + " of batches along axis " + batch);
        }
        op.out(op.emit
                .add("ReverseSequence", op.in(0), op.as64(1))
                .attribute("batch_axis", batch)
                .attribute("time_axis", time)
                .output(0));
    }

    private static void roll(Layer op) {
        long[] shifts = op.fixedLongs(1, "shift");
        long[] axes = op.fixedLongs(2, "axes");
        String x = op.in(0);
        for (int i = 0; i < axes.length; i++) {
            int axis = op.axis(axes[i], op.rank(0));
            long size = op.dims(0)[axis];
            if (size <= 0) {
                throw new Unmapped("rolls a dimension of unknown size");
            }
            long cut = Math.floorMod(-shifts[shifts.length == 1 ? 0 : i], size);
            if (cut == 0) {
                continue;
            }
            String at = op.emit.longs(axis);
            String tail = op.emit.op("Slice", x, op.emit.longs(cut), op.emit.longs(Long.MAX_VALUE), at);
            String head = op.emit.op("Slice", x, op.emit.longs(0), op.emit.longs(cut), at);
            x = op.emit.add("Concat", tail, head).attribute("axis", axis).output(0);
        }
        op.out(x);
    }

    private static void range(Layer op) {
        ElementType type = op.outType(0);
        String[] ends = new String[3];
        for (int i = 0; i < 3; i++) {
            String value = op.rank(i) == 0 ? op.in(i) : op.emit.op("Squeeze", op.in(i));
            ends[i] = op.type(i) == type ? value : op.emit.cast(value, type);
        }
        op.out(op.emit.op("Range", ends));
    }

    private static void eye(Layer op) {
        long rows = op.fixedLongs(0, "rows")[0];
        long columns = op.fixedLongs(1, "columns")[0];
        long diagonal = op.fixedLongs(2, "diagonal")[0];
        if (op.has(3) || rows < 0 || columns < 0 || rows * columns > 1 << 24) {
            throw new Unmapped("makes a batch of unit matrices");
        }
        byte[] ones = new byte[(int) (rows * columns)];
        for (long r = 0; r < rows; r++) {
            long c = r + diagonal;
            if (c >= 0 && c < columns) {
                ones[(int) (r * columns + c)] = 1;
            }
        }
        String unit =
                op.emit.constant("unit", io.edgeai.core.onnx.OnnxTensor.ofBytes(ElementType.BOOL, ones, rows, columns));
        op.out(op.emit.cast(unit, op.outType(0)));
    }
}
