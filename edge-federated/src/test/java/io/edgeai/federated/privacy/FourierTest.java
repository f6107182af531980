package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FourierTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 8, 64, 256})
    void transformIsItsDefinitionAndItsInverseUndoesIt(int length) {
        Random random = new Random(length);
        double[] real = random.doubles(length).toArray();
        double[] imaginary = random.doubles(length).toArray();
        double[] a = real.clone();
        double[] b = imaginary.clone();

        new Fourier(length).forward(a, b);

        for (int k = 0; k < length; k++) {
            double r = 0;
            double m = 0;
            for (int n = 0; n < length; n++) {
                double angle = -2 * Math.PI * k * n / length;
                r += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
                m += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
            }
            assertThat(a[k]).as("length %s", length).isCloseTo(r, within(1e-10));
            assertThat(b[k]).as("length %s", length).isCloseTo(m, within(1e-10));
        }
        new Fourier(length).inverse(a, b);
        assertThat(a).as("length %s", length).containsExactly(real, within(1e-12));
        assertThat(b).as("length %s", length).containsExactly(imaginary, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 100})
    void powersOfASpectrumAreRepeatedProducts(long power) {
        double angle = 0.3;
        Spectrum spectrum = new Spectrum(1);

        spectrum.multiplyPower(new double[] {0.99 * Math.cos(angle)}, new double[] {0.99 * Math.sin(angle)}, power);

        assertThat(spectrum.real()[0])
                .isCloseTo(Math.pow(0.99, (double) power) * Math.cos((double) power * angle), within(1e-12));
        assertThat(spectrum.imaginary()[0])
                .isCloseTo(Math.pow(0.99, (double) power) * Math.sin((double) power * angle), within(1e-12));
    }
}
