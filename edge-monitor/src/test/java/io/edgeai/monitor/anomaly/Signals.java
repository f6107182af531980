package io.edgeai.monitor.anomaly;

import java.util.Random;
import java.util.function.DoubleSupplier;

/** Healthy signals with known distributions, one value per call. */
public final class Signals {
    private Signals() {}

    public static DoubleSupplier of(String kind, long seed, int perDay) {
        Random random = new Random(seed);
        double[] state = {0, 0};
        return switch (kind) {
            case "gaussian" -> () -> 10 + random.nextGaussian();
            case "lognormal" -> () -> Math.exp(random.nextGaussian());
            case "student" -> () -> random.nextGaussian() / Math.sqrt(chiSquared3(random) / 3);
            case "ar" -> () -> 10 + (state[0] = 0.7 * state[0] + Math.sqrt(0.51) * random.nextGaussian());
            case "slow-ar" -> () -> 10 + (state[0] = 0.95 * state[0] + Math.sqrt(0.0975) * random.nextGaussian());
            case "diurnal" -> () -> 10 + 5 * Math.sin(2 * Math.PI * state[1]++ / perDay) + random.nextGaussian();
            case "poisson" -> () -> poisson3(random);
            case "constant" -> () -> 7;
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static double chiSquared3(Random random) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double g = random.nextGaussian();
            sum += g * g;
        }
        return sum;
    }

    private static double poisson3(Random random) {
        double product = random.nextDouble();
        int count = 0;
        while (product > Math.exp(-3)) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
