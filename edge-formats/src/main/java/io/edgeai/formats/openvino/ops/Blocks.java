package io.edgeai.formats.openvino.ops;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations that move blocks between space, depth and batch, and shuffle channels. */
final class Blocks {
    private Blocks() {}

    static void register(Map<String, Mapping> all) {
        all.put("DepthToSpace", Blocks::depthToSpace);
        all.put("SpaceToDepth", Blocks::spaceToDepth);
        all.put("SpaceToBatch", Blocks::spaceToBatch);
        all.put("BatchToSpace", Blocks::batchToSpace);
        all.put("ShuffleChannels", Blocks::shuffle);
    }

    private static void depthToSpace(Layer op) {
        boolean blocks = op.lower("mode", "blocks_first").equals("blocks_first");
        long block = op.number("block_size", 1);
        if (op.rank(0) == 4) {
            op.out(op.emit
                    .add("DepthToSpace", op.in(0))
                    .attribute("blocksize", block)
                    .attribute("mode", blocks ? "DCR" : "CRD")
                    .output(0));
            return;
        }
        long[] dims = sizes(op);
        int inner = dims.length - 2;
        long channels = dims[1] / power(block, inner);
        long[] wide = new long[2 * inner + 2];
        long[] order = new long[2 * inner + 2];
        long[] flat = new long[inner + 2];
        wide[0] = -1;
        flat[0] = -1;
        wide[blocks ? inner + 1 : 1] = channels;
        order[1] = blocks ? inner + 1L : 1;
        flat[1] = channels;
        for (int i = 0; i < inner; i++) {
            int at = blocks ? 1 + i : 2 + i;
            wide[at] = block;
            wide[inner + 2 + i] = dims[i + 2];
            order[2 + 2 * i] = inner + 2L + i;
            order[3 + 2 * i] = at;
            flat[i + 2] = dims[i + 2] * block;
        }
        op.out(op.emit.reshape(op.emit.transpose(op.emit.reshape(op.in(0), wide), order), flat));
    }

    private static void spaceToDepth(Layer op) {
        boolean blocks = op.lower("mode", "blocks_first").equals("blocks_first");
        long block = op.number("block_size", 1);
        if (blocks && op.rank(0) == 4) {
            op.out(op.emit
                    .add("SpaceToDepth", op.in(0))
                    .attribute("blocksize", block)
                    .output(0));
            return;
        }
        long[] dims = sizes(op);
        int inner = dims.length - 2;
        long[] wide = new long[2 * inner + 2];
        long[] order = new long[2 * inner + 2];
        long[] flat = new long[inner + 2];
        wide[0] = -1;
        flat[0] = -1;
        wide[1] = dims[1];
        order[blocks ? inner + 1 : 1] = 1;
        flat[1] = dims[1] * power(block, inner);
        for (int i = 0; i < inner; i++) {
            wide[2 + 2 * i] = dims[i + 2] / block;
            wide[3 + 2 * i] = block;
            order[blocks ? 1 + i : 2 + i] = 3 + 2L * i;
            order[inner + 2 + i] = 2 + 2L * i;
            flat[i + 2] = dims[i + 2] / block;
        }
        op.out(op.emit.reshape(op.emit.transpose(op.emit.reshape(op.in(0), wide), order), flat));
    }

    private static long[] sizes(Layer op) {
        long[] dims = op.dims(0);
        if (dims.length < 3 || Arrays.stream(dims).skip(1).anyMatch(d -> d < 0)) {
            throw new Unmapped("moves blocks of a value whose size is unknown");
        }
        return dims;
    }

    private static long power(long base, int exponent) {
        long product = 1;
        for (int i = 0; i < exponent; i++) {
            product = Math.multiplyExact(product, base);
        }
        return product;
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
}
