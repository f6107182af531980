package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;

/**
 * Weights as signed bytes, symmetric around zero, with one scale for each slice along an axis, or one for all:
 * {@code w ≈ scale[c]·q}, |q| at most {@code top}. Rounded to nearest the error is at most half a scale. Immutable.
 */
public final class ChannelWeights {
    /** Largest level of full 8-bit weights. */
    public static final int FULL = 127;
    /** Largest level of 7-bit weights, whose products in pairs fit 16 bits: for processors without VNNI. */
    public static final int REDUCED = 63;

    /** In place of an axis: one scale for all. */
    public static final int PER_TENSOR = -1;

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
     * Quantizes along an axis, to nearest.
     *
     * @param axis the axis of output channels, or {@link #PER_TENSOR}
     * @param atLeast smallest scale allowed for each slice (for one scale: the largest of them), or an empty array
     */
    public static ChannelWeights of(OnnxTensor weight, int axis, int top, float... atLeast) {
        float[] values = weight.floats();
        int channels = axis == PER_TENSOR ? 1 : Math.toIntExact(weight.dim(axis));
        int inner = inner(weight.dims(), axis);
        float[] scales = new float[channels];
        for (int i = 0; i < values.length; i++) {
            int c = i / inner % channels;
            scales[c] = Math.max(scales[c], Math.abs(values[i]));
        }
        for (int c = 0; c < channels; c++) {
            float scale = Math.max(scales[c] / top, c < atLeast.length ? atLeast[c] : 0);
            for (int other = 1; axis == PER_TENSOR && other < atLeast.length; other++) {
                scale = Math.max(scale, atLeast[other]);
            }
            scales[c] = scale >= Float.MIN_NORMAL ? scale : 1;
        }
        byte[] levels = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            double level = Math.rint(values[i] / scales[i / inner % channels]);
            levels[i] = (byte) Math.max(-top, Math.min(top, level));
        }
        return new ChannelWeights(levels, scales, weight.dims(), axis);
    }

    /**
     * Levels chosen elsewhere, for instance by a rounding that looks at the layer's output.
     *
     * @param levels row-major, as many as {@code dims} multiply to
     * @param scales one for each slice along the axis, or one for all
     */
    public static ChannelWeights ofLevels(byte[] levels, float[] scales, long[] dims, int axis) {
        return new ChannelWeights(levels.clone(), scales.clone(), dims.clone(), axis);
    }

    /**
     * Levels of weights on given steps, where both are then stretched channel by channel, as folding a normalization does:
     * the levels stay, or change their sign.
     *
     * @param weight rounded on the scales
     * @param result the same weights stretched
     * @param scales one for each slice along the axis, or one for all
     */
    static ChannelWeights stretched(OnnxTensor weight, OnnxTensor result, float[] scales, int axis, int top) {
        float[] before = weight.floats();
        float[] after = result.floats();
        int inner = inner(weight.dims(), axis);
        int channels = scales.length;
        float[] largest = new float[channels];
        float[] factor = new float[channels];
        java.util.Arrays.fill(factor, 1);
        for (int i = 0; i < before.length; i++) {
            int c = i / inner % channels;
            if (Math.abs(before[i]) > largest[c]) {
                largest[c] = Math.abs(before[i]);
                factor[c] = after[i] / before[i];
            }
        }
        byte[] levels = new byte[before.length];
        float[] steps = new float[channels];
        for (int c = 0; c < channels; c++) {
            float step = scales[c] * Math.abs(factor[c]);
            steps[c] = step >= Float.MIN_NORMAL ? step : 1;
        }
        for (int i = 0; i < before.length; i++) {
            int c = i / inner % channels;
            double level = Math.max(-top, Math.min(top, Math.rint(before[i] / scales[c])));
            levels[i] = (byte) (factor[c] == 0 ? 0 : Math.signum(factor[c]) * level);
        }
        return new ChannelWeights(levels, steps, weight.dims(), axis);
    }

    /** The same with wider steps where these are narrower than some; levels are rounded anew. */
    ChannelWeights atLeast(float... least) {
        byte[] coarse = levels.clone();
        float[] wide = scales.clone();
        int inner = inner(dims, axis);
        for (int c = 0; c < least.length; c++) {
            int own = Math.min(c, wide.length - 1);
            wide[own] = Math.max(wide[own], least[c]);
        }
        for (int i = 0; i < coarse.length; i++) {
            int c = i / inner % wide.length;
            coarse[i] = (byte) Math.rint((double) levels[i] * scales[c] / wide[c]);
        }
        return new ChannelWeights(coarse, wide, dims, axis);
    }

    private static int inner(long[] dims, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            inner *= Math.toIntExact(dims[i]);
        }
        return inner;
    }

    /** A copy of the scales. */
    public float[] scales() {
        return scales.clone();
    }

    /** The scale of an output channel. */
    float scale(int channel) {
        return scales.length == 1 ? scales[0] : scales[channel];
    }

    /** What the levels stand for. */
    public OnnxTensor dequantized() {
        float[] values = new float[levels.length];
        int inner = inner(dims, axis);
        for (int i = 0; i < values.length; i++) {
            values[i] = levels[i] * scales[i / inner % scales.length];
        }
        return OnnxTensor.ofFloats(values, dims);
    }

    int channels() {
        return scales.length;
    }

    byte[] levels() {
        return levels.clone();
    }

    /** The levels, in the shape of the weights. */
    public OnnxTensor levelTensor() {
        return OnnxTensor.ofBytes(ElementType.INT8, levels, dims);
    }

    /** The scales: a scalar where there is one for all. */
    public OnnxTensor scaleTensor() {
        return axis == PER_TENSOR ? OnnxTensor.ofFloats(scales) : OnnxTensor.ofFloats(scales, scales.length);
    }

    /** Scales with a dimension of 1 for every other axis, so that they broadcast against the weights. */
    OnnxTensor broadcastScales() {
        long[] shape = new long[dims.length];
        java.util.Arrays.fill(shape, 1);
        if (axis != PER_TENSOR) {
            shape[axis] = scales.length;
        }
        return OnnxTensor.ofFloats(scales, shape);
    }

    /** Zero points in the shape of the scales. */
    public OnnxTensor zeroTensor() {
        return axis == PER_TENSOR
                ? OnnxTensor.ofBytes(ElementType.INT8, new byte[1])
                : OnnxTensor.ofBytes(ElementType.INT8, new byte[scales.length], scales.length);
    }
}
