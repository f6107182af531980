package io.edgeai.formats.huggingface;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.function.IntUnaryOperator;

/** Values that depend on how far apart two tokens are. */
final class Distances {
    /** A table of distances never has more than twice as many rows. */
    static final int FARTHEST = 1 << 16;

    private Distances() {}

    /** T5's buckets of {@code key − query}: near distances one each, farther ones in logarithmic steps. */
    static int bucket(int distance, int buckets, int farthest) {
        int half = buckets / 2;
        int exact = Math.max(1, half / 2);
        int away = Math.abs(distance);
        int place = away;
        if (away >= exact) {
            float steps = (float) Math.log((float) away / exact) / (float) Math.log((double) farthest / exact);
            place = Math.min(exact + (int) (steps * (half - exact)), half - 1);
        }
        return (distance > 0 ? half : 0) + place;
    }

    /**
     * A bias for the scores, [1, heads, sequence, sequence], from a stored table of [buckets, heads]. Beyond
     * {@code farthest} the value no longer changes, so a table over distances up to there is exact for any length.
     */
    static String bias(Net net, String ids, String name, int buckets, int heads, int farthest) {
        String stored = net.weights.tensor(name, buckets, heads);
        String rows = table(net, "distance buckets", farthest, d -> bucket(d, buckets, farthest));
        String apart = clipped(net, apart(net, ids, true), farthest);
        String moved = net.emit.op("Add", apart, net.emit.scalar(ElementType.INT64, farthest));
        String values = net.emit.transpose(net.rows(stored, net.rows(rows, moved)), 2, 0, 1);
        return net.emit.op("Unsqueeze", values, net.emit.longs(0));
    }

    /** A constant of one integer for each distance from −farthest to farthest. */
    static String table(Net net, String name, int farthest, IntUnaryOperator value) {
        long[] table = new long[2 * farthest + 1];
        for (int d = -farthest; d <= farthest; d++) {
            table[d + farthest] = value.applyAsInt(d);
        }
        return net.emit.constant(name, OnnxTensor.ofLongs(table, table.length));
    }

    /** Distances beyond a bound cut to it. */
    static String clipped(Net net, String apart, int farthest) {
        return net.emit.op(
                "Min",
                net.emit.op("Max", apart, net.emit.scalar(ElementType.INT64, -farthest)),
                net.emit.scalar(ElementType.INT64, farthest));
    }

    /** 0, 1, … for each token of a row: [sequence]. */
    static String places(Net net, String ids) {
        String length = net.emit.op("Squeeze", net.length(ids), net.emit.longs(0));
        return net.emit.op(
                "Range", net.emit.scalar(ElementType.INT64, 0), length, net.emit.scalar(ElementType.INT64, 1));
    }

    /** [sequence, sequence] of key − query, or of query − key. */
    static String apart(Net net, String ids, boolean keyMinusQuery) {
        String places = places(net, ids);
        String across = net.emit.op("Unsqueeze", places, net.emit.longs(0));
        String down = net.emit.op("Unsqueeze", places, net.emit.longs(1));
        return keyMinusQuery ? net.emit.op("Sub", across, down) : net.emit.op("Sub", down, across);
    }
}
