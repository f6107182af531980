package io.edgeai.core.onnx.shape;

import java.util.SplittableRandom;

/** One operator in a graph of random shapes and attributes. */
@FunctionalInterface
interface OperatorCase {
    void build(Graphs graph, SplittableRandom random);

    /** Dimensions from {@code least} to {@code most}. */
    static long[] shape(SplittableRandom random, int rank, int least, int most) {
        return random.longs(rank, least, most + 1L).toArray();
    }
}
