package io.edgeai.federated.secagg;

/** Numbers modulo 2⁸. */
final class ByteSum implements LaneSum {
    private final byte[] sum;

    ByteSum(int numbers) {
        sum = new byte[numbers];
    }

    @Override
    public void load(int[] values, int from, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = (byte) values[from + i];
        }
    }

    @Override
    public void store(int[] values, int from, int length) {
        for (int i = 0; i < length; i++) {
            values[from + i] = sum[i] & 0xff;
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

    private static void add(byte[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (byte) (sum[i] + (a[i] + b[i]) + (c[i] + d[i]));
        }
    }

    private static void take(byte[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (byte) (sum[i] - (a[i] + b[i]) - (c[i] + d[i]));
        }
    }
}
