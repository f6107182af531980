package io.edgeai.federated.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Every value by itself, in 4 or 2 bytes. */
enum PlainEncoding implements Encoding {
    F32,
    F16,
    BF16;

    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

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
        if (this == F32) {
            addFloats(sum, weight, in.array(), in.arrayOffset() + in.position());
            in.position(in.position() + 4 * sum.length);
            return;
        }
        for (int i = 0; i < sum.length; i++) {
            short bits = in.getShort();
            sum[i] += weight * (this == F16 ? HalfFloat.fromHalf(bits) : HalfFloat.fromBrain(bits));
        }
    }

    /** Straight from the bytes: that they are copied to floats first costs as much again. */
    private static void addFloats(double[] sum, double weight, byte[] bytes, int from) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * (float) FLOATS.get(bytes, from + Float.BYTES * i);
        }
    }
}
