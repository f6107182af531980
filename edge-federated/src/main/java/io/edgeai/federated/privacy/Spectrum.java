package io.edgeai.federated.privacy;

import java.util.Arrays;

/** Coefficients of a Fourier transform that collect powers of others. Not thread-safe. */
final class Spectrum {
    private final double[] real;
    private final double[] imaginary;

    /** All one. */
    Spectrum(int length) {
        real = new double[length];
        imaginary = new double[length];
        Arrays.fill(real, 1);
    }

    double[] real() {
        return real;
    }

    double[] imaginary() {
        return imaginary;
    }

    /** Multiplies each coefficient by the given one to that power, by squaring. */
    void multiplyPower(double[] ofReal, double[] ofImaginary, long power) {
        for (int i = 0; i < real.length; i++) {
            double r = real[i];
            double m = imaginary[i];
            double a = ofReal[i];
            double b = ofImaginary[i];
            for (long left = power; left > 0; left >>= 1) {
                if ((left & 1) == 1) {
                    double swap = r * a - m * b;
                    m = r * b + m * a;
                    r = swap;
                }
                double square = a * a - b * b;
                b = 2 * a * b;
                a = square;
            }
            real[i] = r;
            imaginary[i] = m;
        }
    }
}
