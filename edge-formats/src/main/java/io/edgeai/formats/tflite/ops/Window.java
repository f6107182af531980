package io.edgeai.formats.tflite.ops;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.Arrays;

/**
 * A sliding window over the inner dimensions: how far it reaches, steps, is spread, and whether the edges are filled so
 * that the output has one element for each step (SAME) or not at all (VALID).
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Window(long[] kernel, long[] strides, long[] dilations, boolean same) {
    /** Sets the attributes of Conv and the pools; explicit pads where the input's size is known. */
    OnnxNode apply(OnnxNode node, TfliteTensor input) {
        node.attribute("kernel_shape", kernel).attribute("strides", strides);
        boolean spread = false;
        for (long dilation : dilations) {
            spread |= dilation > 1;
        }
        if (spread) {
            node.attribute("dilations", dilations);
        }
        if (!same) {
            return node;
        }
        long[] pads = new long[2 * kernel.length];
        boolean any = false;
        for (int i = 0; i < kernel.length; i++) {
            long size = input.dims()[i + 1];
            if (size < 0) {
                return open(node);
            }
            long total = total(size, i);
            pads[i] = total / 2;
            pads[i + kernel.length] = total - total / 2;
            any |= total > 0;
        }
        return any ? node.attribute("pads", pads) : node;
    }

    /** Where a size is known only when it runs; windows shorter than a step would get negative pads there. */
    private OnnxNode open(OnnxNode node) {
        boolean points = true;
        boolean gaps = false;
        for (int i = 0; i < kernel.length; i++) {
            points &= reach(i) == 1;
            gaps |= reach(i) < strides[i];
        }
        if (gaps && !points) {
            throw new Unmapped("slides " + Arrays.toString(kernel) + " in steps of " + Arrays.toString(strides)
                    + " over sizes that are not known");
        }
        return points ? node : node.attribute("auto_pad", "SAME_UPPER");
    }

    private long reach(int i) {
        return (kernel[i] - 1) * dilations[i] + 1;
    }

    private long total(long size, int i) {
        long outputs = (size + strides[i] - 1) / strides[i];
        return Math.max(0, (outputs - 1) * strides[i] + reach(i) - size);
    }

    static Window of(Op op, long[] kernel, long[] strides, long[] dilations) {
        for (int i = 0; i < kernel.length; i++) {
            if (kernel[i] <= 0 || strides[i] <= 0 || dilations[i] <= 0) {
                throw new Unmapped("has a window without size or step");
            }
        }
        return new Window(kernel, strides, dilations, op.node.byteOption(0, 0) == 0);
    }
}
