package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Arrays;
import java.util.Map;

/** Fourier transforms along several axes, one after the other. Complex numbers are pairs in the last dimension. */
final class Fourier {
    private Fourier() {}

    static void register(Map<String, Mapping> all) {
        all.put("DFT", op -> op.out(complex(op, op.in(0), axes(op, op.rank(0) - 1), sizes(op), false)));
        all.put("IDFT", op -> op.out(complex(op, op.in(0), axes(op, op.rank(0) - 1), sizes(op), true)));
        all.put("RDFT", Fourier::real);
        all.put("IRDFT", Fourier::inverseReal);
        all.put("STFT", Fourier::frames);
    }

    /** Axes counted from the front, of so many that transforms may name. */
    private static long[] axes(Layer op, int rank) {
        long[] axes = op.fixedLongs(1, "axes").clone();
        for (int i = 0; i < axes.length; i++) {
            axes[i] = op.axis(axes[i], rank);
        }
        if (axes.length == 0) {
            throw new Unmapped("transforms along no axis");
        }
        return axes;
    }

    /** Stated lengths, -1 where the data's own counts. */
    private static long[] sizes(Layer op) {
        if (op.has(2)) {
            return op.fixedLongs(2, "signal_size");
        }
        long[] own = new long[op.fixedLongs(1, "axes").length];
        Arrays.fill(own, -1);
        return own;
    }

    private static String complex(Layer op, String x, long[] axes, long[] sizes, boolean inverse) {
        for (int i = 0; i < axes.length; i++) {
            x = along(op.emit, x, axes[i], sizes[i], inverse, false);
        }
        return x;
    }

    /** The last axis first, which halves it; then the others, as of complex numbers. */
    private static void real(Layer op) {
        long[] axes = axes(op, op.rank(0));
        long[] sizes = sizes(op);
        int last = axes.length - 1;
        String x = op.emit.op("Unsqueeze", op.in(0), op.emit.longs(-1));
        x = along(op.emit, x, axes[last], sizes[last], false, true);
        op.out(complex(op, x, Arrays.copyOf(axes, last), Arrays.copyOf(sizes, last), false));
    }

    private static String along(Emitter emit, String x, long axis, long size, boolean inverse, boolean half) {
        String at = emit.scalar(ElementType.INT64, Math.toIntExact(axis));
        OnnxNode node = size < 0
                ? emit.add("DFT", x, "", at)
                : emit.add("DFT", x, emit.scalar(ElementType.INT64, Math.toIntExact(size)), at);
        return node.attribute("inverse", inverse ? 1 : 0)
                .attribute("onesided", half ? 1 : 0)
                .output(0);
    }

    /** Back to real numbers: the half of the last axis that was left out mirrors the other. */
    private static void inverseReal(Layer op) {
        Emitter emit = op.emit;
        int rank = op.rank(0) - 1;
        long[] axes = axes(op, rank);
        long[] sizes = sizes(op);
        int last = axes.length - 1;
        int axis = (int) axes[last];
        long given = op.dims(0)[axis];
        long size = sizes[last] < 0 ? 2 * (given - 1) : sizes[last];
        if (given < 1 || size < 1 || size > 1 << 24) {
            throw new Unmapped("transforms back to a size that is unknown");
        }
        String x = complex(op, op.in(0), Arrays.copyOf(axes, last), Arrays.copyOf(sizes, last), true);
        long half = size / 2 + 1;
        if (given < half) {
            long[] pads = new long[2 * rank + 2];
            pads[rank + 1 + axis] = half - given;
            x = emit.op("Pad", x, emit.longs(pads));
        }
        long[] places = new long[(int) size];
        float[] signs = new float[2 * (int) size];
        for (int i = 0; i < size; i++) {
            boolean mirrored = i >= half;
            places[i] = mirrored ? size - i : i;
            signs[2 * i] = 1;
            signs[2 * i + 1] = mirrored ? -1 : 1;
        }
        long[] shape = new long[rank + 1 - axis];
        Arrays.fill(shape, 1);
        shape[0] = size;
        shape[shape.length - 1] = 2;
        String whole = emit.add("Gather", x, emit.constant("mirror", OnnxTensor.ofLongs(places, size)))
                .attribute("axis", axis)
                .output(0);
        String turned = emit.op("Mul", whole, emit.constant("signs", OnnxTensor.ofFloats(signs, shape)));
        String back = along(emit, turned, axis, size, true, false);
        op.out(emit.add("Gather", back, emit.whole(0)).attribute("axis", -1).output(0));
    }

    /** Transforms of pieces of a signal under a window, which stands in the middle of its piece. */
    private static void frames(Layer op) {
        Emitter emit = op.emit;
        long size = op.fixedLongs(2, "frame size")[0];
        long step = op.fixedLongs(3, "frame step")[0];
        long window = op.rank(1) == 1 ? op.dims(1)[0] : -1;
        int rank = op.rank(0);
        if (window < 1 || window > size || step < 1 || rank < 1 || rank > 2) {
            throw new Unmapped("cuts frames of " + size + " by a window of " + window);
        }
        long before = (size - window) / 2;
        String shape = window == size ? op.in(1) : emit.op("Pad", op.in(1), emit.longs(before, size - window - before));
        String signal = emit.op("Unsqueeze", op.in(0), rank == 1 ? emit.longs(0, 2) : emit.longs(2));
        String found = emit.add("STFT", signal, emit.whole(step), shape, emit.whole(size))
                .attribute("onesided", 1)
                .output(0);
        String ordered = op.flag("transpose_frames", false) ? emit.transpose(found, 0, 2, 1, 3) : found;
        op.out(rank == 1 ? emit.op("Squeeze", ordered, emit.longs(0)) : ordered);
    }
}
