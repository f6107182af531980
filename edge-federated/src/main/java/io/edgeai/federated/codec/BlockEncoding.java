package io.edgeai.federated.codec;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Blocks of 64 values with one 16-bit scale each. Levels are whole multiples −m … m of the scale in 8, 4, 3 or 2 bits (m =
 * 127, 7, 3, 1), where the scale is the block's largest magnitude divided by m; or one bit, the sign, where it is the block's mean
 * magnitude. Levels are chosen at random so that the expectation is the value, or as the nearest.
 */
record BlockEncoding(int bits, boolean nearest) implements Encoding {
    private static final int BLOCK = 64;
    private static final float LARGEST = 65504;

    @Override
    public long bytes(int values) {
        long blocks = (values + BLOCK - 1L) / BLOCK;
        return 2 * blocks + ((long) values * bits + 7) / 8;
    }

    private int most() {
        return bits == 1 ? 1 : (1 << bits - 1) - 1;
    }

    @Override
    public void write(float[] values, ByteBuffer out, SplittableRandom random) {
        BitWriter writer = new BitWriter(out);
        for (int at = 0; at < values.length; at += BLOCK) {
            int end = Math.min(values.length, at + BLOCK);
            short scaleBits = HalfFloat.halfAbove(Math.min(LARGEST, scale(values, at, end)));
            float scale = HalfFloat.fromHalf(scaleBits);
            writer.align();
            out.putShort(scaleBits);
            for (int i = at; i < end; i++) {
                writer.put(code(values[i], scale, random), bits);
            }
        }
        writer.align();
    }

    private float scale(float[] values, int from, int to) {
        double total = 0;
        float largest = 0;
        for (int i = from; i < to; i++) {
            float size = Math.abs(values[i]);
            total += size;
            largest = Math.max(largest, size);
        }
        return bits == 1 ? (float) (total / (to - from)) : largest / most();
    }

    private int code(float value, float scale, SplittableRandom random) {
        if (bits == 1) {
            return value >= 0 ? 1 : 0;
        }
        double level = scale == 0 ? 0 : value / (double) scale;
        int whole = (int) Math.floor(nearest ? level + 0.5 : level + random.nextDouble());
        return Math.max(-most(), Math.min(most(), whole)) + most();
    }

    @Override
    public void addTo(double[] sum, double weight, ByteBuffer in) {
        BitReader reader = new BitReader(in);
        int offset = bits == 1 ? 0 : most();
        for (int at = 0; at < sum.length; at += BLOCK) {
            int end = Math.min(sum.length, at + BLOCK);
            reader.align();
            double scaled = weight * HalfFloat.fromHalf(in.getShort());
            for (int i = at; i < end; i++) {
                int code = reader.get(bits);
                sum[i] += scaled * (bits == 1 ? 2 * code - 1 : code - offset);
            }
        }
    }
}
