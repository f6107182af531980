package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Pools, normalization over neighbours, resizing, and moves between space, depth and batch. */
final class Windows {
    private static final long[] NO_DILATION = {1, 1};

    private Windows() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.AVERAGE_POOL_2D, Windows::average);
        all.put(Builtin.MAX_POOL_2D, Windows::maximum);
        all.put(Builtin.L2_POOL_2D, Windows::l2);
        all.put(Builtin.LOCAL_RESPONSE_NORMALIZATION, Windows::localResponse);
        all.put(Builtin.RESIZE_BILINEAR, op -> resize(op, "linear"));
        all.put(Builtin.RESIZE_NEAREST_NEIGHBOR, op -> resize(op, "nearest"));
        all.put(Builtin.DEPTH_TO_SPACE, Windows::depthToSpace);
        all.put(Builtin.SPACE_TO_DEPTH, Windows::spaceToDepth);
        all.put(Builtin.SPACE_TO_BATCH_ND, Windows::spaceToBatch);
        all.put(Builtin.BATCH_TO_SPACE_ND, Windows::batchToSpace);
    }

    private static Window window(Op op) {
        if (op.in(0).rank() != 4) {
            throw new Unmapped("pools " + op.in(0));
        }
        return Window.of(
                op,
                new long[] {op.node.option(4, 0), op.node.option(3, 0)},
                new long[] {op.node.option(2, 0), op.node.option(1, 0)},
                NO_DILATION);
    }

    private static void average(Op op) {
        OnnxNode node = window(op).apply(op.emit.add("AveragePool", op.real(0, Layout.FIRST)), op.in(0));
        op.out(0, Layout.FIRST, op.activate(node.output(0), op.node.byteOption(5, 0), 0));
    }

    private static void maximum(Op op) {
        int activation = op.node.byteOption(5, 0);
        Window window = window(op);
        boolean small = op.quantized() && Scope.element(op.in(0)).bits() == 8;
        String x = small ? op.raw(0, Layout.FIRST) : op.real(0, Layout.FIRST);
        OnnxNode node = window.apply(op.emit.add("MaxPool", x), op.in(0));
        if (small) {
            op.outRaw(0, Layout.FIRST, op.activateRaw(node.output(0), activation, 0));
        } else {
            op.out(0, Layout.FIRST, op.activate(node.output(0), activation, 0));
        }
    }

    private static void l2(Op op) {
        String x = op.real(0, Layout.FIRST);
        OnnxNode node = window(op).apply(op.emit.add("AveragePool", op.emit.op("Mul", x, x)), op.in(0));
        String root = op.emit.op("Sqrt", node.output(0));
        op.out(0, Layout.FIRST, op.activate(root, op.node.byteOption(5, 0), 0));
    }

    private static void localResponse(Op op) {
        int size = 2 * op.node.option(0, 0) + 1;
        OnnxNode node = op.emit
                .add("LRN", op.real(0, Layout.FIRST))
                .attribute("size", size)
                .attribute("bias", op.node.realOption(1, 0))
                .attribute("alpha", op.node.realOption(2, 0) * size)
                .attribute("beta", op.node.realOption(3, 0));
        op.out(0, Layout.FIRST, node.output(0));
    }

    private static void resize(Op op, String mode) {
        boolean bilinear = mode.equals("linear");
        boolean corners = op.node.flag(bilinear ? 2 : 0, false);
        boolean half = op.node.flag(bilinear ? 3 : 1, false);
        String x = op.real(0, Layout.FIRST);
        OnnxNode node = op.emit
                .add("Resize", x, "", "", sizes(op, x))
                .attribute("mode", mode)
                .attribute(
                        "coordinate_transformation_mode",
                        corners ? "align_corners" : half ? "half_pixel" : "asymmetric");
        if (!bilinear) {
            node.attribute("nearest_mode", corners || half ? "round_prefer_ceil" : "floor");
        }
        op.out(0, Layout.FIRST, node.output(0));
    }

    /** All four sizes: ONNX Runtime's layout optimizer does not know Resize with axes. */
    private static String sizes(Op op, String x) {
        long[] size = op.longs(1);
        if (size != null && size.length == 2 && op.dim(0, 0) >= 0 && op.dim(0, 3) >= 0) {
            return op.emit.longs(op.dim(0, 0), op.dim(0, 3), size[0], size[1]);
        }
        String kept = op.emit.op("Slice", op.emit.op("Shape", x), op.emit.longs(0), op.emit.longs(2));
        return op.emit.add("Concat", kept, op.vector(1)).attribute("axis", 0).output(0);
    }

    private static void depthToSpace(Op op) {
        if (wholes(op)) {
            long block = block(op);
            long depth = known(op, 3) / (block * block);
            String x = op.emit.reshape(op.raw(0), -1, known(op, 1), known(op, 2), block, block, depth);
            x = op.emit.transpose(x, 0, 1, 3, 2, 4, 5);
            op.outRaw(0, op.emit.reshape(x, -1, known(op, 1) * block, known(op, 2) * block, depth));
            return;
        }
        OnnxNode node = op.emit.add("DepthToSpace", op.real(0, Layout.FIRST)).attribute("blocksize", block(op));
        op.out(0, Layout.FIRST, node.output(0));
    }

    private static void spaceToDepth(Op op) {
        if (wholes(op)) {
            long block = block(op);
            long depth = known(op, 3);
            String x = op.emit.reshape(op.raw(0), -1, known(op, 1) / block, block, known(op, 2) / block, block, depth);
            x = op.emit.transpose(x, 0, 1, 3, 2, 4, 5);
            op.outRaw(0, op.emit.reshape(x, -1, known(op, 1) / block, known(op, 2) / block, depth * block * block));
            return;
        }
        OnnxNode node = op.emit.add("SpaceToDepth", op.real(0, Layout.FIRST)).attribute("blocksize", block(op));
        op.out(0, Layout.FIRST, node.output(0));
    }

    /** Whether it moves plain integers, for which ONNX Runtime has no kernels of these operators. */
    private static boolean wholes(Op op) {
        return !op.quantized() && op.element(0) != ElementType.FLOAT && op.element(0) != ElementType.DOUBLE;
    }

    private static long known(Op op, int axis) {
        long size = op.dim(0, axis);
        if (size < 0) {
            throw new Unmapped("moves blocks of a value whose size is unknown");
        }
        return size;
    }

    private static int block(Op op) {
        int block = op.node.option(0, 0);
        if (block < 1) {
            throw new Unmapped("has the block size " + block);
        }
        return block;
    }

    /** With batch and channels exchanged, moving space to the batch is moving space to depth. */
    private static void spaceToBatch(Op op) {
        long[] block = block(op, "block");
        long[] pads = op.fixedLongs(2, "padding");
        Movable move = Movable.usual(op, 0);
        String x = wide(op, move.in(0));
        if (Arrays.stream(pads).anyMatch(p -> p != 0)) {
            long[] around = new long[8];
            for (int i = 0; i < block.length; i++) {
                around[1 + i] = pads[2 * i];
                around[5 + i] = pads[2 * i + 1];
            }
            double zero = move.raw() && op.quantized() ? op.in(0).quantization().zeroPoint() : 0;
            x = op.emit.op("Pad", x, op.emit.longs(around), op.emit.scalar(move.type(0), zero));
        }
        if (square(block, move.type(0))) {
            x = op.emit.transpose(x, 3, 0, 1, 2);
            x = op.emit.add("SpaceToDepth", x).attribute("blocksize", block[0]).output(0);
            x = op.emit.transpose(x, 1, 2, 3, 0);
        } else {
            x = unequal(op, x, block, pads, true);
        }
        move.out(0, narrow(op, x));
    }

    private static void batchToSpace(Op op) {
        long[] block = block(op, "block");
        long[] crops = op.fixedLongs(2, "crops");
        Movable move = Movable.usual(op, 0);
        String x = wide(op, move.in(0));
        if (square(block, move.type(0))) {
            x = op.emit.transpose(x, 3, 0, 1, 2);
            x = op.emit.add("DepthToSpace", x).attribute("blocksize", block[0]).output(0);
            x = op.emit.transpose(x, 1, 2, 3, 0);
        } else {
            x = unequal(op, x, block, crops, false);
        }
        if (Arrays.stream(crops).anyMatch(c -> c != 0)) {
            long[] starts = new long[block.length];
            long[] ends = new long[block.length];
            long[] axes = new long[block.length];
            for (int i = 0; i < block.length; i++) {
                starts[i] = crops[2 * i];
                ends[i] = crops[2 * i + 1] == 0 ? Long.MAX_VALUE : -crops[2 * i + 1];
                axes[i] = i + 1L;
            }
            x = op.emit.op("Slice", x, op.emit.longs(starts), op.emit.longs(ends), op.emit.longs(axes));
        }
        move.out(0, narrow(op, x));
    }

    /** Whether ONNX Runtime moves such blocks of such elements itself. */
    private static boolean square(long[] block, ElementType type) {
        return block.length == 2
                && block[0] == block[1]
                && Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.INT8, ElementType.UINT8)
                        .contains(type);
    }

    private static long[] block(Op op, String what) {
        long[] block = op.fixedLongs(1, what);
        int inner = op.rank(0) - 2;
        long[] others = op.longs(2);
        if (block.length != inner || inner < 1 || inner > 2 || others == null || others.length != 2 * inner) {
            throw new Unmapped("has blocks of " + block.length + " dimensions in a value of rank " + (inner + 2));
        }
        return block;
    }

    private static String wide(Op op, String x) {
        return op.rank(0) == 3 ? op.emit.op("Unsqueeze", x, op.emit.longs(2)) : x;
    }

    private static String narrow(Op op, String x) {
        return op.rank(0) == 3 ? op.emit.op("Squeeze", x, op.emit.longs(2)) : x;
    }

    /** Blocks that are not square, by plain reshaping; sizes must be known. */
    private static String unequal(Op op, String x, long[] block, long[] edges, boolean toBatch) {
        long b0 = block[0];
        long b1 = block.length > 1 ? block[1] : 1;
        long height = known(op, 1);
        long width = block.length > 1 ? known(op, 2) : 1;
        long depth = known(op, -1);
        if (toBatch) {
            long h = height + edges[0] + edges[1];
            long w = block.length > 1 ? width + edges[2] + edges[3] : 1;
            x = op.emit.reshape(x, -1, h / b0, b0, w / b1, b1, depth);
            x = op.emit.transpose(x, 2, 4, 0, 1, 3, 5);
            return op.emit.reshape(x, -1, h / b0, w / b1, depth);
        }
        x = op.emit.reshape(x, b0, b1, -1, height, width, depth);
        x = op.emit.transpose(x, 2, 3, 0, 4, 1, 5);
        return op.emit.reshape(x, -1, height * b0, width * b1, depth);
    }
}
