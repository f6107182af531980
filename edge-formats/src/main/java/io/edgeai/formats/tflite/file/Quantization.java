package io.edgeai.formats.tflite.file;

/**
 * How integers stand for real numbers: {@code real = scale * (q - zeroPoint)}.
 *
 * @param scales one scale, or one for each index of {@code axis}; empty where the tensor is not quantized
 * @param zeroPoints as many as scales
 * @param axis the dimension that scales run along
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Quantization(float[] scales, long[] zeroPoints, int axis) {
    static final Quantization NONE = new Quantization(new float[0], new long[0], 0);

    public boolean present() {
        return scales.length > 0;
    }

    public boolean perChannel() {
        return scales.length > 1;
    }

    public float scale() {
        return scales[0];
    }

    public long zeroPoint() {
        return zeroPoints[0];
    }
}
