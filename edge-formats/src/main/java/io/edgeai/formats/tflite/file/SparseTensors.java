package io.edgeai.formats.tflite.file;

import io.edgeai.formats.flatbuffer.FlatTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Unfolds sparse constants (schema.fbs, {@code SparsityParameters}): dimensions in traversal order, each dense or
 * compressed like rows of a CSR matrix, the last of them blocks of the first.
 */
final class SparseTensors {
    private static final long MOST_BYTES = 1L << 30;

    private final FlatTable params;
    private final ByteBuffer data;
    private final int[] order;
    private final int[] blocks;
    private final List<FlatTable> dims;
    private final int[] shape;
    private final int[] blockSizes;
    private final int width;
    private final ByteBuffer dense;
    private final int[] place;
    private long steps;

    private SparseTensors(FlatTable params, ByteBuffer data, int[] shape, int width, long elements) {
        this.params = params;
        this.data = data;
        this.shape = shape;
        this.width = width;
        this.order = params.ints(0);
        this.blocks = params.ints(1);
        this.dims = params.tables(2);
        boolean fits = order.length == dims.size() && order.length == shape.length + blocks.length;
        for (int each : order) {
            fits &= each >= 0 && each < order.length;
        }
        for (int each : blocks) {
            fits &= each >= 0 && each < shape.length;
        }
        if (!fits || elements * width > MOST_BYTES) {
            throw params.buffer().damaged("has a sparse constant whose parts do not fit each other");
        }
        this.blockSizes = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            blockSizes[order[i]] = Math.max(1, dims.get(i).intField(1, 1));
        }
        this.place = new int[order.length];
        this.steps = 64 + 16 * elements;
        this.dense = ByteBuffer.allocate((int) (elements * width)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer dense(FlatTable params, ByteBuffer data, int[] shape, TensorType type, long elements) {
        if (type.element() == null || type == TensorType.STRING || type == TensorType.INT4) {
            throw params.buffer().damaged("has a sparse constant of type (" + type + ")");
        }
        SparseTensors sparse =
                new SparseTensors(params, data, shape, type.element().bits() / 8, elements);
        sparse.walk(0, 0);
        return sparse.dense;
    }

    private void walk(int level, long at) {
        if (--steps < 0) {
            throw params.buffer().damaged("has a sparse constant that unfolds without end");
        }
        if (level == order.length) {
            put(at);
            return;
        }
        FlatTable dim = dims.get(level);
        if (dim.byteField(0, 0) == 0) {
            int size = dim.intField(1, 0);
            for (int i = 0; i < size; i++) {
                place[order[level]] = i;
                walk(level + 1, at * size + i);
            }
            return;
        }
        int[] segments = indices(dim, 2);
        int[] found = indices(dim, 4);
        if (at + 1 >= segments.length) {
            throw params.buffer().damaged("has a sparse constant with too few segments");
        }
        for (int i = Math.max(0, segments[(int) at]); i < segments[(int) at + 1]; i++) {
            if (i >= found.length) {
                throw params.buffer().damaged("has a sparse constant with too few indices");
            }
            place[order[level]] = found[i];
            walk(level + 1, i);
        }
    }

    private static int[] indices(FlatTable dim, int typeField) {
        FlatTable vector = dim.table(typeField + 1);
        if (vector == null) {
            return new int[0];
        }
        return switch (dim.byteField(typeField, 0)) {
            case 1 -> vector.ints(0);
            case 2 -> vector.unsigned(0, 2);
            case 3 -> vector.unsigned(0, 1);
            default -> new int[0];
        };
    }

    private void put(long at) {
        long flat = 0;
        for (int i = 0; i < shape.length; i++) {
            long index = place[i];
            for (int b = 0; b < blocks.length; b++) {
                if (blocks[b] == i) {
                    index = index * blockSizes[shape.length + b] + place[shape.length + b];
                }
            }
            if (index < 0 || index >= shape[i]) {
                throw params.buffer().damaged("has a sparse constant with an index outside its shape");
            }
            flat = flat * shape[i] + index;
        }
        if ((at + 1) * width > data.limit()) {
            throw params.buffer().damaged("has a sparse constant with too few values");
        }
        for (int i = 0; i < width; i++) {
            dense.put((int) (flat * width + i), data.get((int) (at * width + i)));
        }
    }
}
