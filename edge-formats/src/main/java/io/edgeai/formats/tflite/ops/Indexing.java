package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.Map;
import java.util.Set;

/** Operators that pick, place, choose, count and sort elements. */
final class Indexing {
    private static final int MOST_GRID = 1 << 22;
    private static final Set<ElementType> TOP_TYPES =
            Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.INT64, ElementType.INT32);
    private static final Set<ElementType> UNIQUE_TYPES =
            Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.INT64, ElementType.INT8);

    private Indexing() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.GATHER, Indexing::gather);
        all.put(Builtin.GATHER_ND, Indexing::gatherNd);
        all.put(Builtin.SCATTER_ND, Indexing::scatterNd);
        all.put(Builtin.EMBEDDING_LOOKUP, Indexing::embedding);
        all.put(Builtin.ONE_HOT, Indexing::oneHot);
        all.put(Builtin.TOPK_V2, Indexing::topK);
        all.put(Builtin.SELECT, Indexing::select);
        all.put(Builtin.SELECT_V2, Indexing::select);
        all.put(Builtin.WHERE, Indexing::where);
        all.put(Builtin.UNIQUE, Indexing::unique);
        all.put(Builtin.BUCKETIZE, Indexing::bucketize);
        all.put(Builtin.SPARSE_TO_DENSE, Indexing::sparseToDense);
        all.put(Builtin.DYNAMIC_UPDATE_SLICE, Indexing::updateSlice);
        all.put(Builtin.MATRIX_DIAG, Indexing::matrixDiag);
        all.put(Builtin.MATRIX_SET_DIAG, Indexing::matrixSetDiag);
        all.put(Builtin.SEGMENT_SUM, Indexing::segmentSum);
        all.put(Builtin.UNSORTED_SEGMENT_SUM, op -> segments(op, "add", 0));
        all.put(Builtin.UNSORTED_SEGMENT_PROD, op -> segments(op, "mul", 1));
        all.put(Builtin.UNSORTED_SEGMENT_MAX, op -> segments(op, "max", lowest(op.element(0))));
        all.put(Builtin.UNSORTED_SEGMENT_MIN, op -> segments(op, "min", highest(op.element(0))));
    }

    private static String wideIndices(Op op, int input) {
        ElementType type = op.element(input);
        return type == ElementType.INT32 || type == ElementType.INT64
                ? op.raw(input)
                : op.emit.cast(op.raw(input), ElementType.INT32);
    }

    private static void gather(Op op) {
        Movable move = Movable.any(op, 0);
        int rank = op.rank(0);
        int axis = op.axis(op.node.option(0, 0), rank);
        int batch = op.node.option(1, 0);
        batch = batch < 0 ? batch + op.rank(1) : batch;
        if (batch == 0) {
            OnnxNode node =
                    op.emit.add("Gather", move.in(0), wideIndices(op, 1)).attribute("axis", axis);
            move.out(0, node.output(0));
            return;
        }
        if (axis < batch) {
            throw new Unmapped("gathers along axis " + axis + " with " + batch + " batch dimensions");
        }
        String x = move.in(0);
        if (axis > batch) { // bring the axis to the front of what is no batch, and back behind
            long[] forward = new long[rank];
            int at = batch;
            for (int i = 0; i < batch; i++) {
                forward[i] = i;
            }
            forward[at++] = axis;
            for (int i = batch; i < rank; i++) {
                if (i != axis) {
                    forward[at++] = i;
                }
            }
            x = op.emit.transpose(x, forward);
        }
        String indices = op.emit.op("Unsqueeze", op.shape(1), op.emit.longs(-1));
        String found = op.emit
                .add("GatherND", x, indices)
                .attribute("batch_dims", batch)
                .output(0);
        if (axis > batch) {
            int picked = op.rank(1) - batch;
            int middle = axis - batch;
            long[] back = new long[rank - 1 + picked];
            for (int i = 0; i < back.length; i++) {
                back[i] =
                        i < batch ? i : i < batch + middle ? i + picked : i < batch + middle + picked ? i - middle : i;
            }
            found = op.emit.transpose(found, back);
        }
        move.out(0, found);
    }

    private static void gatherNd(Op op) {
        Movable move = Movable.any(op, 0);
        move.out(0, op.emit.op("GatherND", move.in(0), op.shape(1)));
    }

    private static void scatterNd(Op op) {
        String zeros = op.emit.op("Expand", op.emit.scalar(op.element(1), 0), op.vector(2));
        OnnxNode node = op.emit.add("ScatterND", zeros, op.shape(0), op.raw(1)).attribute("reduction", "add");
        op.outRaw(0, node.output(0));
    }

    private static void embedding(Op op) {
        TfliteTensor table = op.in(1);
        if (table.quantized() && !op.outTensor(0).quantized()) {
            if (table.quantization().perChannel()) {
                String rows = op.emit.op("Gather", op.real(1), wideIndices(op, 0));
                op.out(0, rows);
                return;
            }
            String rows = op.emit.op("Gather", op.raw(1), wideIndices(op, 0));
            op.out(0, op.scope.dequantize(rows, table.quantization(), Scope.element(table), 0));
            return;
        }
        op.outRaw(0, op.emit.op("Gather", op.raw(1), wideIndices(op, 0)));
    }

    private static void oneHot(Op op) {
        ElementType type = op.element(2);
        ElementType work = type == ElementType.FLOAT ? type : ElementType.INT64;
        String on = op.emit.reshape(op.raw(2), 1);
        String off = op.emit.reshape(op.raw(3), 1);
        if (work != type) {
            on = op.emit.cast(on, work);
            off = op.emit.cast(off, work);
        }
        String values = op.emit.add("Concat", off, on).attribute("axis", 0).output(0);
        // A negative index gives a row of nothing here; in ONNX it would count from the end.
        String indices = op.shape(0);
        String depth = op.emit.reshape(op.shape(1), 1);
        String beyond = op.emit.op("Squeeze", depth);
        indices =
                op.emit.op("Where", op.emit.op("Less", indices, op.emit.scalar(ElementType.INT64, 0)), beyond, indices);
        int axis = op.node.option(0, 0);
        String hot = op.emit
                .add("OneHot", indices, depth, values)
                .attribute("axis", axis)
                .output(0);
        op.outRaw(0, work == type ? hot : op.emit.cast(hot, type));
    }

    private static void topK(Op op) {
        Movable move = Movable.numbers(op, TOP_TYPES, 0);
        OnnxNode node = op.emit.add("TopK", 2, move.in(0), op.emit.reshape(op.shape(1), 1));
        move.out(0, node.output(0));
        ElementType type = op.outElement(1);
        op.outRaw(1, type == ElementType.INT64 ? node.output(1) : op.emit.cast(node.output(1), type));
    }

    private static void select(Op op) {
        Movable move = Movable.any(op, 1, 2);
        String condition = op.raw(0);
        int rank = Math.max(op.in(1).rank(), op.in(2).rank());
        if (Builtin.SELECT.is(op.node.code()) && op.in(0).rank() == 1 && rank > 1) {
            long[] dims = new long[rank];
            java.util.Arrays.fill(dims, 1);
            dims[0] = -1;
            condition = op.emit.reshape(condition, dims);
        }
        if (move.wide() || !kernel(move.type(1))) {
            op.outRaw(0, chosen(op, condition, op.raw(1), op.raw(2), op.element(1)));
            return;
        }
        move.out(0, op.emit.op("Where", condition, move.in(1), move.in(2)));
    }

    /** One or the other; through 32 bits where ONNX Runtime cannot choose among elements of the type. */
    private static String chosen(Op op, String condition, String yes, String no, ElementType type) {
        if (kernel(type)) {
            return op.emit.op("Where", condition, yes, no);
        }
        String wide = op.emit.op(
                "Where", condition, op.emit.cast(yes, ElementType.INT32), op.emit.cast(no, ElementType.INT32));
        return op.emit.cast(wide, type);
    }

    private static boolean kernel(ElementType type) {
        return switch (type) {
            case BOOL, INT8, INT16, UINT16 -> false;
            default -> true;
        };
    }

    private static void where(Op op) {
        String x = op.raw(0);
        if (op.element(0) != ElementType.BOOL) {
            x = op.emit.cast(x, ElementType.BOOL);
        }
        String places = op.emit.transpose(op.emit.op("NonZero", x), 1, 0);
        op.outRaw(0, op.outElement(0) == ElementType.INT64 ? places : op.emit.cast(places, op.outElement(0)));
    }

    private static void unique(Op op) {
        ElementType type = op.element(0);
        boolean direct = UNIQUE_TYPES.contains(type);
        String x = direct ? op.raw(0) : op.emit.cast(op.raw(0), ElementType.INT64);
        OnnxNode node = op.emit.add("Unique", 3, x).attribute("sorted", 0);
        op.outRaw(0, direct ? node.output(0) : op.emit.cast(node.output(0), type));
        ElementType places = op.outElement(1);
        op.outRaw(1, places == ElementType.INT64 ? node.output(2) : op.emit.cast(node.output(2), places));
    }

    private static void bucketize(Op op) {
        float[] bounds =
                op.node.options() == null ? new float[0] : op.node.options().floats(0);
        if (bounds.length == 0) {
            throw new Unmapped("has no bounds");
        }
        String x = op.element(0) == ElementType.FLOAT ? op.raw(0) : op.emit.cast(op.raw(0), ElementType.FLOAT);
        String above = op.emit.op(
                "GreaterOrEqual",
                op.emit.op("Unsqueeze", x, op.emit.longs(-1)),
                op.emit.constant("bounds", OnnxTensor.ofFloats(bounds, bounds.length)));
        String count = op.emit
                .add("ReduceSum", op.emit.cast(above, ElementType.INT32), op.emit.longs(-1))
                .attribute("keepdims", 0)
                .output(0);
        op.outRaw(0, count);
    }

    private static void sparseToDense(Op op) {
        String dense = op.emit.op("Expand", op.raw(3), op.vector(1));
        int rank = op.outTensor(0).rank();
        String indices = op.emit.reshape(op.shape(0), -1, Math.max(1, rank));
        String values = op.raw(2);
        if (op.in(2).rank() == 0) {
            String count = op.emit.op("Slice", op.emit.op("Shape", indices), op.emit.longs(0), op.emit.longs(1));
            values = op.emit.op("Expand", values, count);
        }
        op.outRaw(0, op.emit.op("ScatterND", dense, indices, values));
    }

    private static void updateSlice(Op op) {
        Movable move = Movable.usual(op, 0, 1);
        TfliteTensor update = op.in(1);
        if (!update.fixed() || update.rank() == 0) {
            throw new Unmapped("writes a piece of unknown size");
        }
        long count = 1;
        for (long dim : update.dims()) {
            count *= dim;
        }
        int rank = update.rank();
        if (count * rank > MOST_GRID) {
            throw new Unmapped("writes a piece of " + count + " elements");
        }
        long[] grid = new long[(int) count * rank];
        for (int i = 0; i < count; i++) {
            long rest = i;
            for (int d = rank - 1; d >= 0; d--) {
                grid[i * rank + d] = rest % update.dims()[d];
                rest /= update.dims()[d];
            }
        }
        String zero = op.emit.scalar(ElementType.INT64, 0);
        String x = move.in(0);
        String room = op.emit.op("Sub", op.emit.op("Shape", x), op.emit.longs(update.dims()));
        String start = op.emit.op("Min", op.emit.op("Max", op.vector(2), zero), room);
        String places = op.emit.op("Add", op.emit.constant("grid", OnnxTensor.ofLongs(grid, count, rank)), start);
        move.out(0, op.emit.op("ScatterND", x, places, op.emit.reshape(move.in(1), count)));
    }

    private static OnnxTensor eye(long rows, long columns) {
        byte[] ones = new byte[Math.toIntExact(rows * columns)];
        for (int i = 0; i < Math.min(rows, columns); i++) {
            ones[(int) (i * columns + i)] = 1;
        }
        return OnnxTensor.ofBytes(ElementType.BOOL, ones, rows, columns);
    }

    private static String diagonal(Op op, long rows, long columns) {
        if (rows < 0 || columns < 0 || rows * columns > MOST_GRID) {
            throw new Unmapped("has a matrix of (" + rows + "," + columns + ")");
        }
        return op.emit.constant("diagonal", eye(rows, columns));
    }

    private static void matrixDiag(Op op) {
        long size = op.dim(0, -1);
        String values = op.emit.op("Unsqueeze", op.raw(0), op.emit.longs(-1));
        ElementType type = op.element(0);
        op.outRaw(0, chosen(op, diagonal(op, size, size), values, op.emit.scalar(type, 0), type));
    }

    private static void matrixSetDiag(Op op) {
        long rows = op.dim(0, -2);
        long columns = op.dim(0, -1);
        // The diagonal has as many elements as the shorter side; it stretches along the longer one.
        String values = op.emit.op("Unsqueeze", op.raw(1), op.emit.longs(rows <= columns ? -1 : -2));
        op.outRaw(0, chosen(op, diagonal(op, rows, columns), values, op.raw(0), op.element(0)));
    }

    private static void segmentSum(Op op) {
        String last =
                op.emit.add("ReduceMax", op.shape(1)).attribute("keepdims", 1).output(0);
        segments(op, "add", 0, op.emit.op("Add", op.emit.reshape(last, 1), op.emit.longs(1)));
    }

    private static void segments(Op op, String reduction, double start) {
        segments(op, reduction, start, op.emit.reshape(op.shape(2), 1));
    }

    private static void segments(Op op, String reduction, double start, String count) {
        int fixed = op.rank(1);
        String inner = op.emit.op(
                "Slice", op.emit.op("Shape", op.raw(0)), op.emit.longs(fixed), op.emit.longs(Integer.MAX_VALUE));
        String dims = op.emit.add("Concat", count, inner).attribute("axis", 0).output(0);
        String empty = op.emit.op("Expand", op.emit.scalar(op.element(0), start), dims);
        String ids = op.shape(1);
        long[] known = op.longs(1);
        boolean strays = known == null || java.util.Arrays.stream(known).anyMatch(id -> id < 0);
        if (strays) { // negative numbers, which belong nowhere, are collected in one more row
            String more = op.emit
                    .add("Concat", op.emit.longs(1), inner)
                    .attribute("axis", 0)
                    .output(0);
            String row = op.emit.op("Expand", op.emit.scalar(op.element(0), start), more);
            empty = op.emit.add("Concat", empty, row).attribute("axis", 0).output(0);
            String stray = op.emit.op("Less", ids, op.emit.scalar(ElementType.INT64, 0));
            ids = op.emit.op("Where", stray, count, ids);
        }
        String places = op.emit.op("Unsqueeze", ids, op.emit.longs(-1));
        String sums = op.emit
                .add("ScatterND", empty, places, op.raw(0))
                .attribute("reduction", reduction)
                .output(0);
        op.outRaw(0, strays ? op.emit.op("Slice", sums, op.emit.longs(0), count, op.emit.longs(0)) : sums);
    }

    private static double lowest(ElementType type) {
        return type == ElementType.INT32
                ? Integer.MIN_VALUE
                : type == ElementType.INT64 ? Long.MIN_VALUE : -Float.MAX_VALUE;
    }

    private static double highest(ElementType type) {
        return type == ElementType.INT32
                ? Integer.MAX_VALUE
                : type == ElementType.INT64 ? Long.MAX_VALUE : Float.MAX_VALUE;
    }
}
