package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
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
}
