package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Bags of rows of a table, added up: packed in a matrix, or one after the other with offsets or segment numbers. */
final class Embeddings {
    private Embeddings() {}

    static void register(Map<String, Mapping> all) {
        all.put("EmbeddingBagPackedSum", Embeddings::packed);
        all.put("EmbeddingBagPacked", Embeddings::packed);
        all.put("EmbeddingBagOffsetsSum", Embeddings::offsets);
        all.put("EmbeddingBagOffsets", Embeddings::offsets);
        all.put("EmbeddingSegmentsSum", Embeddings::segments);
    }

    /** Whether bags are averaged. */
    private static boolean mean(Layer op) {
        String reduction = op.lower("reduction", "sum");
        if (!reduction.equals("sum") && !reduction.equals("mean")) {
            throw new Unmapped("reduces by " + reduction);
        }
        return reduction.equals("mean");
    }

    private static String rows(Layer op, int weights) {
        String rows =
                op.emit.add("Gather", op.in(0), op.as64(1)).attribute("axis", 0).output(0);
        if (!op.has(weights)) {
            return rows;
        }
        int from = op.rank(1);
        int to = from + op.rank(0) - 1;
        String wide = to == from
                ? op.in(weights)
                : op.emit.op(
                        "Unsqueeze",
                        op.in(weights),
                        op.emit.longs(LongStream.range(from, to).toArray()));
        return op.emit.op("Mul", rows, wide);
    }

    private static void packed(Layer op) {
        op.out(op.emit
                .add(mean(op) ? "ReduceMean" : "ReduceSum", rows(op, 2), op.emit.longs(1))
                .attribute("keepdims", 0)
                .output(0));
    }

    /** Bag of an index: how many offsets are at most its place, less one. */
    private static void offsets(Layer op) {
        String places = range(op, length(op, 1));
        String begun = op.emit.op(
                "LessOrEqual",
                op.emit.op("Unsqueeze", op.as64(2), op.emit.longs(1)),
                op.emit.op("Unsqueeze", places, op.emit.longs(0)));
        String bag = op.emit.op(
                "Sub",
                op.emit
                        .add("ReduceSum", op.emit.cast(begun, ElementType.INT64), op.emit.longs(0))
                        .attribute("keepdims", 0)
                        .output(0),
                op.emit.scalar(ElementType.INT64, 1));
        scatter(op, bag, length(op, 2), 3, 4, mean(op));
    }

    private static void segments(Layer op) {
        scatter(op, op.as64(2), op.emit.reshape(op.as64(3), 1), 4, 5, false);
    }

    private static void scatter(Layer op, String bag, String bags, int defaultIndex, int weights, boolean mean) {
        if (op.outType(0) != ElementType.FLOAT
                || op.rank(0) < 1
                || Arrays.stream(op.dims(0)).skip(1).anyMatch(d -> d < 0)) {
            throw new Unmapped("adds rows of another type or of unknown size");
        }
        String tail = op.emit.longs(Arrays.stream(op.dims(0)).skip(1).toArray());
        String shape = op.emit.add("Concat", bags, tail).attribute("axis", 0).output(0);
        String at = op.emit.op("Unsqueeze", bag, op.emit.longs(1));
        String sums = sum(op, shape, at, rows(op, weights));
        String ones = op.emit.op("Expand", op.emit.scalar(1f), length(op, 1));
        String counts = sum(op, bags, at, ones);
        int rank = op.rank(0);
        String wide = rank == 1
                ? counts
                : op.emit.op(
                        "Unsqueeze",
                        counts,
                        op.emit.longs(LongStream.range(1, rank).toArray()));
        if (mean) {
            sums = op.emit.op("Div", sums, op.emit.op("Max", wide, op.emit.scalar(1f)));
        }
        if (!op.has(defaultIndex)) {
            op.out(sums);
            return;
        }
        // A default below 0 means none: the row then read is multiplied away.
        String index = op.emit.reshape(op.as64(defaultIndex), 1);
        String zero = op.emit.scalar(ElementType.INT64, 0);
        String row = op.emit
                .add("Gather", op.in(0), op.emit.op("Max", index, zero))
                .attribute("axis", 0)
                .output(0);
        String none = op.emit.op("Less", index, zero);
        String fill = op.emit.op(
                "Where",
                rank == 1
                        ? none
                        : op.emit.op(
                                "Unsqueeze",
                                none,
                                op.emit.longs(LongStream.range(1, rank).toArray())),
                op.emit.scalar(0f),
                row);
        op.out(op.emit.op("Where", op.emit.op("Equal", wide, op.emit.scalar(0f)), fill, sums));
    }

    private static String sum(Layer op, String shape, String at, String values) {
        String zeros = op.emit.op("Expand", op.emit.scalar(0f), shape);
        OnnxNode node = op.emit.add("ScatterND", zeros, at, values).attribute("reduction", "add");
        return node.output(0);
    }

    private static String length(Layer op, int input) {
        return op.emit.op("Shape", op.in(input));
    }

    private static String range(Layer op, String length) {
        return op.emit.op(
                "Range",
                op.emit.scalar(ElementType.INT64, 0),
                op.emit.op("Squeeze", length),
                op.emit.scalar(ElementType.INT64, 1));
    }
}
