package io.edgeai.federated.codec;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Only the values of largest magnitude: their number, the gaps between their places as variable-length numbers of 7 bits a
 * byte, and themselves in 8-bit blocks.
 */
record TopEncoding(double share) implements Encoding {
    private static final BlockEncoding VALUES = new BlockEncoding(8, false);
    private static final int GAP_BYTES = 5;

    private int kept(int values) {
        return Math.max(1, (int) Math.round(share * values));
    }

    @Override
    public long bytes(int values) {
        return 4 + (long) GAP_BYTES * kept(values) + VALUES.bytes(kept(values));
    }

    @Override
    public void write(float[] values, ByteBuffer out, SplittableRandom random) {
        int kept = Math.min(values.length, kept(values.length));
        float[] sizes = new float[values.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.abs(values[i]);
        }
        Arrays.sort(sizes);
        float least = sizes[sizes.length - kept];
        int ties = kept;
        for (float value : values) {
            ties -= Math.abs(value) > least ? 1 : 0;
        }
        float[] chosen = new float[kept];
        out.putInt(kept);
        int last = -1;
        int n = 0;
        for (int i = 0; i < values.length && n < kept; i++) {
            float size = Math.abs(values[i]);
            if (size > least || size == least && ties-- > 0) {
                putGap(i - last, out);
                last = i;
                chosen[n++] = values[i];
            }
        }
        VALUES.write(chosen, out, random);
    }

    private static void putGap(int gap, ByteBuffer out) {
        int left = gap;
        while (left >= 0x80) {
            out.put((byte) (left | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }

    @Override
    public void addTo(double[] sum, double weight, ByteBuffer in) {
        int kept = in.getInt();
        if (kept < 1 || kept > sum.length || kept > in.remaining()) {
            throw new InvalidInputException(
                    "An update keeps (" + kept + ") of " + sum.length + " values in " + in.remaining() + " bytes.");
        }
        int[] places = new int[kept];
        int place = -1;
        for (int i = 0; i < kept; i++) {
            long next = place + gap(in);
            if (next <= place || next >= sum.length) {
                throw new InvalidInputException("An update has a value at (" + next + ") of " + sum.length + ".");
            }
            place = (int) next;
            places[i] = place;
        }
        if (in.remaining() < VALUES.bytes(kept)) {
            throw new InvalidInputException("An update of (" + kept + ") kept values ends too early.");
        }
        double[] values = new double[kept];
        VALUES.addTo(values, weight, in);
        for (int i = 0; i < kept; i++) {
            sum[places[i]] += values[i];
        }
    }

    private static long gap(ByteBuffer in) {
        long gap = 0;
        for (int shift = 0; shift < 7 * GAP_BYTES; shift += 7) {
            if (!in.hasRemaining()) {
                break;
            }
            byte next = in.get();
            gap |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return gap;
            }
        }
        throw new InvalidInputException("An update has a place of more than (" + GAP_BYTES + ") bytes or none.");
    }
}
