package io.edgeai.optimize.quantize;

import io.edgeai.optimize.calibration.ValueRange;

/**
 * Maps a real value to an unsigned byte: {@code q = clamp(round(x / scale) + zeroPoint, 0, 255)}, ties to even as ONNX
 * QuantizeLinear rounds.
 *
 * @param scale step between neighbouring levels, above 0
 * @param zeroPoint the level of 0.0, 0 to 255
 */
public record QuantParams(float scale, int zeroPoint) {
    private static final int LEVELS = 255;

    /** Covers a range and zero; a range of no width gets scale 1. */
    public static QuantParams asymmetric(ValueRange range) {
        double low = Math.min(0, range.low());
        double high = Math.max(0, range.high());
        float scale = (float) ((high - low) / LEVELS);
        if (!(scale >= Float.MIN_NORMAL)) {
            return new QuantParams(1, 0);
        }
        return new QuantParams(scale, (int) Math.max(0, Math.min(LEVELS, Math.rint(-low / scale))));
    }

    public int quantize(float value) {
        return (int) Math.max(0, Math.min(LEVELS, Math.rint(value / scale) + zeroPoint));
    }

    public float dequantize(int level) {
        return (level - zeroPoint) * scale;
    }
}
