package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;

/**
 * Weights as signed bytes, symmetric around zero, with one scale for each slice along an axis:
 * {@code w ≈ scale[c]·q}, |q| at most {@code top}. The error is at most half a scale.
 */
public final class ChannelWeights {
    /** Largest level of full 8-bit weights. */
    public static final int FULL = 127;
    /** Largest level of 7-bit weights, whose products in pairs fit 16 bits: for processors without VNNI. */
    public static final int REDUCED = 63;

    private final byte[] levels;
    private final float[] scales;
    private final long[] dims;
    private final int axis;

    private ChannelWeights(byte[] levels, float[] scales, long[] dims, int axis) {
        this.levels = levels;
        this.scales = scales;
        this.dims = dims;
        this.axis = axis;
    }

    /**
     * Quantizes along an axis.
     *
     * @param atLeast smallest scale allowed for each slice, or an empty array
     */
    static ChannelWeights of(OnnxTensor weight, int axis, int top, float... atLeast) {
        float[] values = weight.floats();
        int channels = Math.toIntExact(weight.dim(axis));
        int inner = 1;
        for (int i = axis + 1; i < weight.rank(); i++) {
            inner *= Math.toIntExact(weight.dim(i));
        }
        float[] scales = new float[channels];
        for (int i = 0; i < values.length; i++) {
            int c = i / inner % channels;
            scales[c] = Math.max(scales[c], Math.abs(values[i]));
        }
        for (int c = 0; c < channels; c++) {
            float scale = Math.max(scales[c] / top, c < atLeast.length ? atLeast[c] : 0);
            scales[c] = scale >= Float.MIN_NORMAL ? scale : 1;
        }
        byte[] levels = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            double level = Math.rint(values[i] / scales[i / inner % channels]);
            levels[i] = (byte) Math.max(-top, Math.min(top, level));
        }
        return new ChannelWeights(levels, scales, weight.dims(), axis);
    }

    float[] scales() {
        return scales.clone();
    }

    int channels() {
        return scales.length;
    }

    byte[] levels() {
        return levels.clone();
    }

    OnnxTensor levelTensor() {
        return OnnxTensor.ofBytes(ElementType.INT8, levels, dims);
    }

    OnnxTensor scaleTensor() {
        return OnnxTensor.ofFloats(scales, scales.length);
    }

    /** Scales with a dimension of 1 for every other axis, so that they broadcast against the weights. */
    OnnxTensor broadcastScales() {
        long[] shape = new long[dims.length];
        java.util.Arrays.fill(shape, 1);
        shape[axis] = scales.length;
        return OnnxTensor.ofFloats(scales, shape);
    }

    OnnxTensor zeroTensor() {
        return OnnxTensor.ofBytes(ElementType.INT8, new byte[scales.length], scales.length);
    }
}
