package io.edgeai.federated.secagg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers modulo 2¹⁶. */
final class HalfSum implements LaneSum {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final short[] sum;

    HalfSum(int numbers) {
        sum = new short[numbers];
    }

    @Override
    public void load(int[] values, int from, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = (short) values[from + i];
        }
    }

    @Override
    public void store(int[] values, int from, int length) {
        for (int i = 0; i < length; i++) {
            values[from + i] = sum[i] & 0xffff;
        }
    }

    @Override
    public void add(byte[] a, byte[] b, byte[] c, byte[] d) {
        add(sum, a, b, c, d);
    }

    @Override
    public void take(byte[] a, byte[] b, byte[] c, byte[] d) {
        take(sum, a, b, c, d);
    }

    private static void add(short[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (short) (sum[i] + (number(a, i) + number(b, i)) + (number(c, i) + number(d, i)));
        }
    }

    private static void take(short[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (short) (sum[i] - (number(a, i) + number(b, i)) - (number(c, i) + number(d, i)));
        }
    }

    private static short number(byte[] stream, int i) {
        return (short) SHORTS.get(stream, i * Short.BYTES);
    }
}
