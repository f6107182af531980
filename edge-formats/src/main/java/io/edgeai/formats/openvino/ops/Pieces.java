package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations that cut images into patches, join columns into images and write into slices. */
final class Pieces {
    private static final int MOST_PATCHES = 1024;
    private static final long MOST_PLACES = 1 << 24;

    private Pieces() {}

    static void register(Map<String, Mapping> all) {
        all.put("ExtractImagePatches", Pieces::patches);
        all.put("Col2Im", Pieces::image);
        all.put("SliceScatter", Pieces::writeSlice);
    }

    /** Each place of the kernel is a slice with the strides; together they become channels. */
    private static void patches(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        long[] sizes = op.list("sizes");
        long[] strides = op.list("strides");
        long[] rates = op.list("rates");
        if (dims.length != 4
                || dims[2] < 1
                || dims[3] < 1
                || sizes.length != 2
                || strides.length != 2
                || rates.length != 2) {
            throw new Unmapped("cuts a map of unknown size");
        }
        if (sizes[0] * sizes[1] > MOST_PATCHES) {
            throw new Unmapped("cuts patches of " + sizes[0] + " by " + sizes[1]);
        }
        String mode = op.lower("auto_pad", "valid");
        long[] pads = new long[8];
        long[] out = new long[2];
        for (int i = 0; i < 2; i++) {
            long size = dims[i + 2];
            long reach = (sizes[i] - 1) * rates[i] + 1;
            if (mode.equals("valid")) {
                out[i] = (size - reach) / strides[i] + 1;
                if (size < reach) {
                    throw new Unmapped("cuts patches larger than the map");
                }
                continue;
            }
            if (!mode.equals("same_upper") && !mode.equals("same_lower")) {
                throw new Unmapped("pads by " + mode);
            }
            out[i] = (size + strides[i] - 1) / strides[i];
            long missing = Math.max(0, (out[i] - 1) * strides[i] + reach - size);
            pads[i + 2] = mode.equals("same_lower") ? (missing + 1) / 2 : missing / 2;
            pads[i + 6] = missing - pads[i + 2];
        }
        String x = Arrays.stream(pads).allMatch(p -> p == 0) ? op.in(0) : emit.op("Pad", op.in(0), emit.longs(pads));
        String[] parts = new String[(int) (sizes[0] * sizes[1])];
        for (int i = 0; i < parts.length; i++) {
            long top = i / sizes[1] * rates[0];
            long left = i % sizes[1] * rates[1];
            parts[i] = emit.op(
                    "Slice",
                    x,
                    emit.longs(top, left),
                    emit.longs(top + (out[0] - 1) * strides[0] + 1, left + (out[1] - 1) * strides[1] + 1),
                    emit.longs(2, 3),
                    emit.longs(strides));
        }
        op.out(emit.add("Concat", parts).attribute("axis", 1).output(0));
    }

    private static void image(Layer op) {
        Emitter emit = op.emit;
        boolean single = op.rank(0) == 2;
        String x = single ? emit.op("Unsqueeze", op.in(0), emit.longs(0)) : op.in(0);
        long[] begin = ones(op.list("pads_begin"), 0);
        long[] end = ones(op.list("pads_end"), 0);
        String image = emit.add("Col2Im", x, op.vector(1), op.vector(2))
                .attribute("dilations", ones(op.list("dilations"), 1))
                .attribute("strides", ones(op.list("strides"), 1))
                .attribute("pads", new long[] {begin[0], begin[1], end[0], end[1]})
                .output(0);
        op.out(single ? emit.op("Squeeze", image, emit.longs(0)) : image);
    }

    private static long[] ones(long[] given, long otherwise) {
        return given.length == 2 ? given : new long[] {otherwise, otherwise};
    }

    /** The places of the slice, counted through the whole tensor, are written to. */
    private static void writeSlice(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        long[] start = op.fixedLongs(2, "start");
        long[] stop = op.fixedLongs(3, "stop");
        long[] step = op.fixedLongs(4, "step");
        long[] axes = op.longs(5);
        if (!op.fixed(0) || (op.has(5) && axes == null)) {
            throw new Unmapped("writes into a slice of unknown size");
        }
        long[][] places = places(dims, start, stop, step, axes);
        long count = 1;
        for (long[] axis : places) {
            count *= axis.length;
        }
        if (count > MOST_PLACES) {
            throw new Unmapped("writes into a slice of " + count + " elements");
        }
        long[] flat = new long[(int) count];
        for (int i = 0; i < flat.length; i++) {
            int rest = i;
            long stride = 1;
            for (int axis = dims.length - 1; axis >= 0; axis--) {
                flat[i] += places[axis][rest % places[axis].length] * stride;
                rest /= places[axis].length;
                stride *= dims[axis];
            }
        }
        String written = emit.add(
                        "ScatterElements",
                        emit.reshape(op.in(0), -1),
                        emit.constant("places", OnnxTensor.ofLongs(flat, flat.length)),
                        emit.reshape(op.in(1), -1))
                .attribute("axis", 0)
                .output(0);
        op.out(emit.reshape(written, dims));
    }

    /** The indices along each axis. */
    private static long[][] places(long[] dims, long[] start, long[] stop, long[] step, long @Nullable [] axes) {
        long[][] places = new long[dims.length][];
        for (int axis = 0; axis < dims.length; axis++) {
            places[axis] = java.util.stream.LongStream.range(0, dims[axis]).toArray();
        }
        for (int i = 0; i < start.length; i++) {
            long axis = axes == null ? i : axes[i] < 0 ? axes[i] + dims.length : axes[i];
            if (axis < 0 || axis >= dims.length || step[i] == 0) {
                throw new Unmapped("slices axis " + axis + " of " + dims.length + " by steps of " + step[i]);
            }
            long size = dims[(int) axis];
            long first = start[i] < 0 ? start[i] + size : start[i];
            long last = stop[i] < 0 ? stop[i] + size : stop[i];
            boolean forward = step[i] > 0;
            first = Math.max(forward ? 0 : -1, Math.min(first, forward ? size : size - 1));
            last = Math.max(forward ? 0 : -1, Math.min(last, forward ? size : size - 1));
            long length = Math.max(0, (last - first + step[i] - Long.signum(step[i])) / step[i]);
            long from = first;
            long by = step[i];
            places[(int) axis] = java.util.stream.LongStream.range(0, length)
                    .map(n -> from + n * by)
                    .toArray();
        }
        return places;
    }
}
