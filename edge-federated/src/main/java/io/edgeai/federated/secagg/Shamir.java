package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Shares of 16-byte secrets, of which any {@code threshold} give the secret and fewer say nothing (Shamir 1979), over
 * {@link Field}. A secret is three field elements, of 6, 5 and 5 bytes.
 */
final class Shamir {
    static final int SECRET_BYTES = 16;
    static final int PARTS = 3;

    private static final int[] STARTS = {0, 6, 11, 16};

    private Shamir() {}

    /**
     * @param points where to evaluate, one for each holder: distinct, at least 1
     * @return for each point, the shares of the three parts
     */
    static long[][] split(byte[] secret, int[] points, int threshold, SecureRandom random) {
        long[][] coefficients = new long[PARTS][threshold];
        for (int part = 0; part < PARTS; part++) {
            coefficients[part][0] = part(secret, part);
            for (int i = 1; i < threshold; i++) {
                coefficients[part][i] = element(random);
            }
        }
        long[][] shares = new long[points.length][PARTS];
        for (int i = 0; i < points.length; i++) {
            for (int part = 0; part < PARTS; part++) {
                shares[i][part] = evaluate(coefficients[part], points[i]);
            }
        }
        return shares;
    }

    private static long element(SecureRandom random) {
        long value = random.nextLong() & Field.PRIME;
        while (value == Field.PRIME) {
            value = random.nextLong() & Field.PRIME;
        }
        return value;
    }

    private static long evaluate(long[] coefficients, long x) {
        long value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = Field.add(Field.multiply(value, x), coefficients[i]);
        }
        return value;
    }

    private static long part(byte[] secret, int part) {
        long value = 0;
        for (int i = STARTS[part]; i < STARTS[part + 1]; i++) {
            value = value << 8 | secret[i] & 0xff;
        }
        return value;
    }

    /** Factors of Lagrange's interpolation at 0, one for each of the distinct points. */
    static long[] weights(int[] points) {
        long[] weights = new long[points.length];
        for (int i = 0; i < points.length; i++) {
            long above = 1;
            long below = 1;
            for (int j = 0; j < points.length; j++) {
                if (j != i) {
                    above = Field.multiply(above, points[j]);
                    below = Field.multiply(below, Field.subtract(points[j], points[i]));
                }
            }
            weights[i] = Field.multiply(above, Field.inverse(below));
        }
        return weights;
    }

    /** The secret, or something else where the shares do not belong together. */
    static byte[] join(long[][] shares, long[] weights) {
        ByteBuffer secret = ByteBuffer.allocate(SECRET_BYTES);
        for (int part = 0; part < PARTS; part++) {
            long value = 0;
            for (int i = 0; i < shares.length; i++) {
                value = Field.add(value, Field.multiply(shares[i][part], weights[i]));
            }
            int length = STARTS[part + 1] - STARTS[part];
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
            secret.put(Arrays.copyOfRange(bytes, Long.BYTES - length, Long.BYTES));
        }
        return secret.array();
    }
}
