package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.emit.Emitter;

/** Boxes by their edges: four values of one shape, whose last axis has the size 1. */
record Corners(String left, String top, String right, String bottom) {
    /** Boxes whose last axis holds left, top, right and bottom. */
    static Corners of(Emitter emit, String boxes) {
        OnnxNode parts = emit.add("Split", 4, boxes).attribute("axis", -1).attribute("num_outputs", 4);
        return new Corners(parts.output(0), parts.output(1), parts.output(2), parts.output(3));
    }

    String joined(Emitter emit) {
        return emit.add("Concat", left, top, right, bottom)
                .attribute("axis", -1)
                .output(0);
    }

    String width(Emitter emit, float pixel) {
        return plus(emit, emit.op("Sub", right, left), pixel);
    }

    String height(Emitter emit, float pixel) {
        return plus(emit, emit.op("Sub", bottom, top), pixel);
    }

    /** Edges brought between 0 and two bounds. */
    Corners within(Emitter emit, String width, String height) {
        return new Corners(
                clipped(emit, left, width),
                clipped(emit, top, height),
                clipped(emit, right, width),
                clipped(emit, bottom, height));
    }

    /** No edge below 0. */
    Corners positive(Emitter emit) {
        String zero = emit.scalar(0f);
        return new Corners(
                emit.op("Max", left, zero),
                emit.op("Max", top, zero),
                emit.op("Max", right, zero),
                emit.op("Max", bottom, zero));
    }

    /**
     * Centers moved by shares of the size, sizes multiplied by exponentials.
     *
     * @param change of both centers, then of the logarithms of both sizes
     * @param pixel what counts as the size of an empty box: 1 where edges name pixels, else 0
     * @param back what right and bottom edges lose at last
     * @param most greatest logarithm of a size
     */
    Corners refined(Emitter emit, Corners change, float pixel, float back, float most) {
        String[] across = refined(emit, left, width(emit, pixel), change.left(), change.right(), back, most);
        String[] down = refined(emit, top, height(emit, pixel), change.top(), change.bottom(), back, most);
        return new Corners(across[0], down[0], across[1], down[1]);
    }

    private static String[] refined(
            Emitter emit, String from, String size, String move, String growth, float back, float most) {
        String half = emit.scalar(.5f);
        String center = emit.op("Add", emit.op("Mul", move, size), emit.op("Add", from, emit.op("Mul", size, half)));
        String log = Float.isInfinite(most) ? growth : emit.op("Min", growth, emit.scalar(most));
        String reach = emit.op("Mul", emit.op("Mul", emit.op("Exp", log), size), half);
        return new String[] {emit.op("Sub", center, reach), plus(emit, emit.op("Add", center, reach), -back)};
    }

    private static String plus(Emitter emit, String value, float added) {
        return added == 0 ? value : emit.op("Add", value, emit.scalar(added));
    }

    private static String clipped(Emitter emit, String value, String most) {
        return emit.op("Max", emit.op("Min", value, most), emit.scalar(0f));
    }
}
