package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;

/**
 * The best detections of each image, out of scores of all boxes and classes.
 *
 * @param score of each [images, count]
 * @param place in the scores, 64-bit [images, count]
 * @param present whether there is one [images, count]
 * @param count most detections of an image
 */
record Winners(String score, String place, String present, long count) {
    /** The score of what is no detection. */
    static final float NONE = Float.NEGATIVE_INFINITY;

    /** @param scores [images, all], {@link #NONE} where nothing is detected; of equal ones the first wins */
    static Winners of(Emitter emit, String scores, long all, long most) {
        long count = most < 0 ? all : Math.min(most, all);
        OnnxNode top = emit.add("TopK", 2, scores, emit.longs(count)).attribute("axis", 1);
        String present = emit.op("Greater", top.output(0), emit.scalar(NONE));
        return new Winners(top.output(0), top.output(1), present, count);
    }

    /** In the order of a key [images, count] of 64 bits, least first; of equal ones as before. */
    Winners sorted(Emitter emit, String key) {
        String last = emit.op("Where", present, key, emit.whole(Long.MAX_VALUE / 2));
        OnnxNode order = emit.add("TopK", 2, last, emit.longs(count))
                .attribute("axis", 1)
                .attribute("largest", 0);
        return new Winners(
                reordered(emit, score, order.output(1)),
                reordered(emit, place, order.output(1)),
                reordered(emit, present, order.output(1)),
                count);
    }

    /** By a group [images, count] of 64 bits, within it by falling score. */
    Winners grouped(Emitter emit, String group) {
        return sorted(emit, groupKey(emit, group));
    }

    /** What {@link #grouped} sorts by, while these are still in the order of their scores. */
    String groupKey(Emitter emit, String group) {
        return emit.op("Add", emit.op("Mul", group, emit.whole(count)), ranks(emit));
    }

    /** From 0 on along the second axis. */
    String ranks(Emitter emit) {
        long[] ranks = java.util.stream.LongStream.range(0, count).toArray();
        return emit.constant("ranks", OnnxTensor.ofLongs(ranks, 1, count));
    }

    /** How many each image has. */
    String found(Emitter emit) {
        return emit.add("ReduceSum", emit.cast(present, ElementType.INT64), emit.longs(1))
                .attribute("keepdims", 0)
                .output(0);
    }

    /** What a place is a multiple of. */
    String quotient(Emitter emit, long divisor) {
        return emit.op("Div", place, emit.whole(divisor));
    }

    String remainder(Emitter emit, long divisor) {
        return emit.op("Mod", place, emit.whole(divisor));
    }

    /** Numbers of the images [images, 1], of 64 bits. */
    String images(Emitter emit) {
        String count = emit.op("Slice", emit.op("Shape", place), emit.longs(0), emit.longs(1));
        String numbers = emit.op("Range", emit.whole(0), emit.op("Squeeze", count), emit.whole(1));
        return emit.op("Unsqueeze", numbers, emit.longs(1));
    }

    private static String reordered(Emitter emit, String value, String order) {
        return emit.add("GatherElements", value, order).attribute("axis", 1).output(0);
    }
}
