package io.edgeai.federated.privacy;

/** Discrete Fourier transforms of one length, a power of two, in place. Immutable and thread-safe. */
final class Fourier {
    private final int length;
    private final double[] cosines;
    private final double[] sines;

    Fourier(int length) {
        this.length = length;
        cosines = new double[length / 2];
        sines = new double[length / 2];
        for (int i = 0; i < length / 2; i++) {
            double angle = 2 * Math.PI * i / length;
            cosines[i] = Math.cos(angle);
            sines[i] = Math.sin(angle);
        }
    }

    /** {@code X[k] = Σ x[n]·exp(−2πi·kn/N)}. */
    void forward(double[] real, double[] imaginary) {
        reverseBits(real, imaginary);
        for (int half = 1; half < length; half *= 2) {
            int stride = length / (2 * half);
            for (int start = 0; start < length; start += 2 * half) {
                butterflies(real, imaginary, start, half, stride);
            }
        }
    }

    /** The inverse of {@link #forward}, divided by N. */
    void inverse(double[] real, double[] imaginary) {
        forward(imaginary, real);
        for (int i = 0; i < length; i++) {
            real[i] /= length;
            imaginary[i] /= length;
        }
    }

    private void butterflies(double[] real, double[] imaginary, int start, int half, int stride) {
        for (int j = 0; j < half; j++) {
            double c = cosines[j * stride];
            double s = -sines[j * stride];
            int a = start + j;
            int b = a + half;
            double r = real[b] * c - imaginary[b] * s;
            double i = real[b] * s + imaginary[b] * c;
            real[b] = real[a] - r;
            imaginary[b] = imaginary[a] - i;
            real[a] += r;
            imaginary[a] += i;
        }
    }

    private void reverseBits(double[] real, double[] imaginary) {
        int shift = Integer.numberOfLeadingZeros(length) + 1;
        for (int i = 0; i < length; i++) {
            int j = Integer.reverse(i) >>> shift;
            if (j > i) {
                double swap = real[i];
                real[i] = real[j];
                real[j] = swap;
                swap = imaginary[i];
                imaginary[i] = imaginary[j];
                imaginary[j] = swap;
            }
        }
    }
}
