package io.edgeai.core.train.gradient;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.stream.LongStream;

/**
 * Batch normalization by the batch's own mean and variance (Ioffe and Szegedy 2015) in nodes of the inference kind. The
 * training form of the operator is not used: ONNX Runtime lets it write into constants that layers may share.
 *
 * @param node now reads the centred value, mean 0 and the batch's variance
 * @param source the value it normalizes
 * @param mean batch mean, FLOAT [C]
 * @param variance unbiased batch variance, FLOAT [C]: what running variances collect
 */
public record BatchStatistics(OnnxNode node, String source, String mean, String variance) {
    /** Appends the nodes that compute the statistics and makes {@code node} use them; it must be appended after. */
    public static BatchStatistics rewrite(OnnxNode node, GraphEmitter out, Shapes shapes) {
        String x = node.input(0);
        int rank = shapes.dims(x).map(java.util.List::size).orElse(0);
        long channels =
                shapes.dims(node.input(1)).map(dims -> dims.get(0).size()).orElse(-1L);
        if (rank < 2 || channels < 1) {
            throw new UnsupportedOperatorException("Node (" + node + ") normalizes a value (" + x
                    + ") of unknown shape. Maybe freeze batch normalization.");
        }
        String size = out.size(x);
        String each = out.op("Reciprocal", out.batch(x));
        String mean = out.mul(total(x, rank, out), each);
        String centred = out.sub(x, mean);
        String variance = out.mul(total(out.mul(centred, centred), rank, out), each);
        String flat = out.reshape(variance, channels);
        String count = out.mul(size, 1f / channels);
        String others = out.op("Max", out.sub(count, out.scalar(1)), out.scalar(1));
        String unbiased = out.mul(flat, out.div(count, others));
        BatchStatistics statistics = new BatchStatistics(node, x, out.reshape(mean, channels), unbiased);
        node.inputs().set(0, centred);
        node.inputs().set(3, out.filled(0, (int) channels));
        node.inputs().set(4, flat);
        return statistics;
    }

    /** Sums over the batch of means over space, [1, C, 1...]. */
    private static String total(String value, int rank, GraphEmitter out) {
        return out.sum(rank == 2 ? value : out.op("GlobalAveragePool", value), true, 0);
    }

    static long[] allButChannels(int rank) {
        return LongStream.range(0, rank).filter(axis -> axis != 1).toArray();
    }
}
