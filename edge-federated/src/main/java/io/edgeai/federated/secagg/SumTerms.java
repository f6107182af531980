package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;
import java.util.SplittableRandom;

/**
 * How a vector of real numbers enters a secure sum. Immutable.
 *
 * @param units what the vector's whole numbers are multiples of
 * @param noise standard deviation, in units, of the discrete Gaussian noise that each vector brings; 0 for none
 * @param degree neighbours of each participant where there are more
 * @param minimumSurvivors fewer vectors than that are never added up
 * @param coding how vectors are made smaller before
 * @param maskBits of a number of a mask: 8, 16 or 32, and no fewer than {@link #bits()}; by default the least of them, as masks
 *     cost by the byte
 */
public record SumTerms(
        FixedPoint units, double noise, int degree, int minimumSurvivors, SumCoding coding, int maskBits) {
    /** Deviations of the noise of all that a sum has room for: less than one value in 10¹⁰ has more. */
    private static final double NOISE_ROOM = 6.5;

    private static final int WHOLE_BITS = Integer.SIZE;

    public SumTerms {
        if (!(noise == 0 || (noise >= 0.05 && noise <= 4096))) {
            throw new InvalidInputException("Noise (" + noise + ") of one vector must be 0, or 0.05 to 4096 units."
                    + " Maybe take values of fewer bits.");
        }
        if (units.summands() > Integer.MAX_VALUE / 2 / (coding.whole() ? 1 : coding.most())) {
            throw new InvalidInputException("Sums of (" + units.summands() + ") values of (" + coding.bits()
                    + ") bits are too large. Maybe take fewer bits.");
        }
        Terms.requireWidth(maskBits);
        if (maskBits < bits(units, noise, coding)) {
            throw new InvalidInputException(
                    "Masks of (" + maskBits + ") bits do not hide sums of " + bits(units, noise, coding) + ".");
        }
    }

    /** With the narrowest masks. */
    public SumTerms(FixedPoint units, double noise, int degree, int minimumSurvivors, SumCoding coding) {
        this(units, noise, degree, minimumSurvivors, coding, narrowest(bits(units, noise, coding)));
    }

    /** Of vectors as they are. */
    public SumTerms(FixedPoint units, double noise, int degree, int minimumSurvivors) {
        this(units, noise, degree, minimumSurvivors, SumCoding.none());
    }

    /** Of one aggregation of vectors of that many real numbers. */
    public Terms of(long round, byte[] modelHash, int size) {
        return new Terms(round, modelHash, coding.length(size), degree, minimumSurvivors, maskBits);
    }

    /** Bits of a number of a masked vector: as many as the largest sum has, since sums are modulo two to the power of that. */
    public int bits() {
        return bits(units, noise, coding);
    }

    private static int narrowest(int bits) {
        return bits <= Byte.SIZE ? Byte.SIZE : bits <= Short.SIZE ? Short.SIZE : Integer.SIZE;
    }

    private static int bits(FixedPoint units, double noise, SumCoding coding) {
        if (coding.whole()) {
            return WHOLE_BITS;
        }
        double largest = (double) units.summands() * coding.most() + NOISE_ROOM * noise * Math.sqrt(units.summands());
        return Math.min(WHOLE_BITS, Long.SIZE - Long.numberOfLeadingZeros((long) Math.ceil(largest)) + 1);
    }

    /** Bytes of a masked vector. */
    public int bytes(int size) {
        return (int) ((coding.length(size) * (long) bits() + 7) / 8);
    }

    /** By how much a vector of whole numbers may be longer than the vector of that many values it stands for, in units. */
    public double rounding(int size) {
        return coding.whole() ? Math.sqrt(size) / 2 : Math.sqrt(coding.length(size));
    }

    /** A vector as whole numbers, without noise. */
    public int[] encode(float[] values, long round, SplittableRandom rounding) {
        return coding.whole() ? units.encode(values) : coding.encode(values, units.granularity(), round, rounding);
    }

    /** What a sum modulo two to the power of {@link #bits()} stands for. */
    public double[] decode(int[] sum, int size, long round) {
        int unused = WHOLE_BITS - bits();
        double[] whole = new double[sum.length];
        for (int i = 0; i < whole.length; i++) {
            int value = sum[i] << unused >> unused;
            whole[i] = coding.whole() ? units.decode(value) : value;
        }
        return coding.whole() ? whole : coding.decode(whole, units.granularity(), size, round);
    }
}
