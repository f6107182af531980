package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudentTest {
    /** One degree of freedom is Cauchy, two have a closed form too. */
    @ParameterizedTest
    @ValueSource(doubles = {-30, -2, -0.1, 0, 0.3, 1, 4, 1000})
    void oneAndTwoDegreesHaveClosedForms(double t) {
        assertThat(Distributions.studentUpper(t, 1)).isCloseTo(0.5 - Math.atan(t) / Math.PI, within(1e-12));
        assertThat(Distributions.studentUpper(t, 2)).isCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), within(1e-9));
    }

    /** Percentage points of the printed tables. */
    @ParameterizedTest
    @CsvSource({"0.95, 5, 2.0150", "0.975, 10, 2.2281", "0.99, 30, 2.4573", "0.995, 120, 2.6174", "0.025, 10, -2.2281"})
    void quantilesAreThoseOfTheTables(double p, double degrees, double t) {
        assertThat(Distributions.studentQuantile(p, degrees)).isCloseTo(t, within(5e-5));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0", "0.975, 1.959964", "0.9, 1.281552", "0.001, -3.090232"})
    void normalQuantilesAreThoseOfTheTables(double p, double z) {
        assertThat(Distributions.normalQuantile(p)).isCloseTo(z, within(5e-7));
    }
}
