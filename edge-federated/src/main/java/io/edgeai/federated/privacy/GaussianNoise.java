package io.edgeai.federated.privacy;

/**
 * Gaussian noise for real sums. Sum and noise are rounded to the same power of two before they meet, so that the last bits
 * of the result say nothing about the sum (Mironov 2012); what rounding adds to the sensitivity is made up for by a little
 * more noise. Not thread-safe.
 */
public final class GaussianNoise {
    /** The grid is this much finer than the noise. */
    private static final double FINENESS = 0x1p-24;

    private final NoiseRandom random;
    private double spare = Double.NaN;

    public GaussianNoise(NoiseRandom random) {
        this.random = random;
    }

    /**
     * Adds noise to every value, in place.
     *
     * @param noise noise multiplier
     * @param sensitivity what one participant can change of the sum, in Euclidean norm
     */
    public void addTo(double[] sum, double noise, double sensitivity) {
        double grid = grid(noise, sensitivity);
        double deviation = noise * (sensitivity + grid * Math.sqrt(sum.length));
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (Math.rint(sum[i] / grid) + Math.rint(standard() * deviation / grid)) * grid;
        }
    }

    /** What sums and noise are multiples of. */
    static double grid(double noise, double sensitivity) {
        return Math.scalb(1.0, Math.getExponent(noise * sensitivity * FINENESS));
    }

    /** One standard normal value; the method of Box and Muller gives two at a time. */
    double standard() {
        if (!Double.isNaN(spare)) {
            double value = spare;
            spare = Double.NaN;
            return value;
        }
        double radius = Math.sqrt(-2 * Math.log(random.uniform()));
        double angle = 2 * Math.PI * random.uniform();
        spare = radius * Math.sin(angle);
        return radius * Math.cos(angle);
    }
}
