package io.edgeai.optimize.quantize;

import io.edgeai.optimize.calibration.ValueRange;

/**
 * Maps a real value to a byte: {@code q = clamp(round(x / scale) + zeroPoint, low, high)}, ties to even as ONNX
 * QuantizeLinear rounds.
 *
 * @param scale step between neighbouring levels, above 0
 * @param zeroPoint the level of 0.0
 * @param type which levels there are: 0 to 255 or −128 to 127
 */
public record QuantParams(float scale, int zeroPoint, ActivationType type) {
    private static final int LEVELS = 255;
    private static final float LEVELS_ABOVE = 127;

    /** Unsigned levels. */
    public QuantParams(float scale, int zeroPoint) {
        this(scale, zeroPoint, ActivationType.U8);
    }

    /** Unsigned levels that cover a range and zero; a range of no width gets scale 1. */
    public static QuantParams asymmetric(ValueRange range) {
        return asymmetric(range, ActivationType.U8);
    }

    /** Levels that cover a range and zero; a range of no width gets scale 1. */
    public static QuantParams asymmetric(ValueRange range, ActivationType type) {
        double low = Math.min(0, range.low());
        double high = Math.max(0, range.high());
        float scale = (float) ((high - low) / LEVELS);
        if (!(scale >= Float.MIN_NORMAL)) {
            return new QuantParams(1, type.low(), type);
        }
        int zero = type.low() + (int) Math.max(0, Math.min(LEVELS, Math.rint(-low / scale)));
        return new QuantParams(scale, zero, type);
    }

    /** Levels around zero that cover a range: 0.0 is level 0 of signed bytes and 128 of unsigned ones. */
    public static QuantParams symmetric(ValueRange range, ActivationType type) {
        float scale = Math.max(Math.abs(range.low()), Math.abs(range.high())) / LEVELS_ABOVE;
        int middle = type.low() + (LEVELS + 1) / 2;
        return new QuantParams(scale >= Float.MIN_NORMAL ? scale : 1, middle, type);
    }

    public int quantize(float value) {
        return (int) Math.max(type.low(), Math.min(type.high(), Math.rint(value / scale) + zeroPoint));
    }

    public float dequantize(int level) {
        return (level - zeroPoint) * scale;
    }
}
