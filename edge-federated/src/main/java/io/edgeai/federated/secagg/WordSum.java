package io.edgeai.federated.secagg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers modulo 2³². */
final class WordSum implements LaneSum {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] sum;

    WordSum(int numbers) {
        sum = new int[numbers];
    }

    @Override
    public void load(int[] values, int from, int length) {
        System.arraycopy(values, from, sum, 0, length);
    }

    @Override
    public void store(int[] values, int from, int length) {
        System.arraycopy(sum, 0, values, from, length);
    }

    @Override
    public void add(byte[] a, byte[] b, byte[] c, byte[] d) {
        add(sum, a, b, c, d);
    }

    @Override
    public void take(byte[] a, byte[] b, byte[] c, byte[] d) {
        take(sum, a, b, c, d);
    }

    private static void add(int[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += (number(a, i) + number(b, i)) + (number(c, i) + number(d, i));
        }
    }

    private static void take(int[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] -= (number(a, i) + number(b, i)) + (number(c, i) + number(d, i));
        }
    }

    private static int number(byte[] stream, int i) {
        return (int) INTS.get(stream, i * Integer.BYTES);
    }
}
