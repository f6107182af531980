package io.edgeai.federated.codec;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.SplittableRandom;

/** Every value by itself, in 4 or 2 bytes. */
enum PlainEncoding implements Encoding {
    F32,
    F16,
    BF16;

    private static final int CHUNK = 4096;

    @Override
    public long bytes(int values) {
        return (this == F32 ? 4L : 2L) * values;
    }

    @Override
    public void write(float[] values, ByteBuffer out, SplittableRandom random) {
        if (this == F32) {
            out.asFloatBuffer().put(values);
            out.position(out.position() + 4 * values.length);
            return;
        }
        for (float value : values) {
            out.putShort(this == F16 ? HalfFloat.half(value) : HalfFloat.brain(value));
        }
    }

    @Override
    public void addTo(double[] sum, double weight, ByteBuffer in) {
        float[] chunk = new float[Math.min(CHUNK, sum.length)];
        FloatBuffer floats = in.asFloatBuffer();
        ShortBuffer shorts = in.asShortBuffer();
        for (int at = 0; at < sum.length; at += chunk.length) {
            int length = Math.min(chunk.length, sum.length - at);
            if (this == F32) {
                floats.get(chunk, 0, length);
            } else {
                for (int i = 0; i < length; i++) {
                    short bits = shorts.get();
                    chunk[i] = this == F16 ? HalfFloat.fromHalf(bits) : HalfFloat.fromBrain(bits);
                }
            }
            add(sum, at, chunk, length, weight);
        }
        in.position(in.position() + (int) bytes(sum.length));
    }

    private static void add(double[] sum, int at, float[] chunk, int length, double weight) {
        for (int i = 0; i < length; i++) {
            sum[at + i] += weight * chunk[i];
        }
    }
}
