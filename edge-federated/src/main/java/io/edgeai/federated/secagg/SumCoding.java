package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.codec.SharedMask;
import java.util.SplittableRandom;

/**
 * How vectors are made small before they are added up unseen: all participants of a round keep the same coordinates, mix them
 * by the same random rotation, so that no value is much longer than the others, and round at random to whole multiples of
 * one granularity, which is right on average (Suresh et al. 2017). The rotation is a shuffle, random signs and the
 * Walsh–Hadamard transform in blocks of up to 4096. Immutable and thread-safe.
 *
 * @param bits of one participant's value, 2 to 16, or 32 for vectors as they are
 * @param share of the coordinates that are kept in each round, above 0 to 1
 */
public record SumCoding(int bits, double share) {
    private static final int WHOLE = 32;
    private static final int LARGEST_BLOCK = 4096;
    private static final int SMALLEST_BLOCK = 8;
    private static final int MOST_PADDING = 16;

    /** Of standard deviations that a rotated value may be long; one in 150,000 is longer, and cut off. */
    private static final double LONGEST = 4.5;

    public SumCoding {
        if (bits != WHOLE && (bits < 2 || bits > 16)) {
            throw new InvalidInputException("bits (" + bits + ") of a value in a sum must be 2 to 16.");
        }
        if (!(share > 0 && share <= 1) || (bits == WHOLE && share < 1)) {
            throw new InvalidInputException(
                    "share (" + share + ") of coordinates must be above 0 to 1, and 1 for whole vectors.");
        }
    }

    /** Vectors as they are. */
    public static SumCoding none() {
        return new SumCoding(WHOLE, 1);
    }

    boolean whole() {
        return bits == WHOLE;
    }

    /** Largest whole number of one participant's value. */
    int most() {
        return (1 << bits - 1) - 1;
    }

    /** Values that are sent of a vector of that many. */
    public int length(int size) {
        int kept = kept(size);
        int block = block(kept);
        return whole() ? size : (kept + block - 1) / block * block;
    }

    private int kept(int size) {
        return new SharedMask(share, 0).kept(size);
    }

    /** The largest that makes a vector at most a sixteenth longer. */
    private static int block(int kept) {
        int block = LARGEST_BLOCK;
        while (block > SMALLEST_BLOCK && (block - kept % block) % block > kept / MOST_PADDING) {
            block /= 2;
        }
        return block;
    }

    /** The value of one unit for vectors of that length, by Euclid. */
    public double granularity(double norm, int size) {
        return LONGEST * norm / Math.sqrt(size) / most();
    }

    /** The coordinates that are kept in a round, in the order in which they are mixed. */
    private int[] coordinates(int size, SplittableRandom random) {
        int[] chosen = new SharedMask(share, random.nextLong()).coordinates(size);
        for (int i = chosen.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int held = chosen[i];
            chosen[i] = chosen[other];
            chosen[other] = held;
        }
        return chosen;
    }

    /** Whole numbers of a vector, each rounded up or down at random. */
    int[] encode(float[] values, double granularity, long round, SplittableRandom rounding) {
        double[] mixed = new double[length(values.length)];
        SplittableRandom shared = new SplittableRandom(round);
        int[] chosen = coordinates(values.length, shared);
        for (int i = 0; i < chosen.length; i++) {
            mixed[i] = shared.nextBoolean() ? values[chosen[i]] : -values[chosen[i]];
        }
        rotate(mixed, block(chosen.length));
        int[] units = new int[mixed.length];
        for (int i = 0; i < units.length; i++) {
            double unit = mixed[i] / granularity;
            double down = Math.floor(unit);
            double rounded = rounding.nextDouble() < unit - down ? down + 1 : down;
            units[i] = (int) Math.max(-most(), Math.min(most(), rounded));
        }
        return units;
    }

    /** The vector of a sum of units: zero where nothing was kept, and longer by 1 / share elsewhere, which makes up for that. */
    double[] decode(double[] units, double granularity, int size, long round) {
        double[] mixed = units.clone();
        SplittableRandom shared = new SplittableRandom(round);
        int[] chosen = coordinates(size, shared);
        rotate(mixed, block(chosen.length));
        double[] values = new double[size];
        double scale = granularity * size / chosen.length;
        for (int i = 0; i < chosen.length; i++) {
            values[chosen[i]] = scale * (shared.nextBoolean() ? mixed[i] : -mixed[i]);
        }
        return values;
    }

    /** Its own inverse. */
    private static void rotate(double[] values, int block) {
        double scale = 1 / Math.sqrt(block);
        for (int from = 0; from < values.length; from += block) {
            for (int half = 1; half < block; half *= 2) {
                for (int pair = from; pair < from + block; pair += 2 * half) {
                    for (int i = pair; i < pair + half; i++) {
                        double a = values[i];
                        double b = values[i + half];
                        values[i] = a + b;
                        values[i + half] = a - b;
                    }
                }
            }
            for (int i = from; i < from + block; i++) {
                values[i] *= scale;
            }
        }
    }
}
