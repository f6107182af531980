package io.edgeai.core.experiment;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErfc;

/** The standard normal distribution. */
final class Normal {
    private static final double ROOT_2 = Math.sqrt(2);
    private static final double ROOT_2_PI = Math.sqrt(2 * Math.PI);

    private Normal() {}

    static double density(double z) {
        return Math.exp(-z * z / 2) / ROOT_2_PI;
    }

    /** P(Z &gt; z). */
    static double above(double z) {
        return Erfc.value(z / ROOT_2) / 2;
    }

    /** The z that is exceeded with that probability. */
    static double exceededWith(double probability) {
        return ROOT_2 * InverseErfc.value(2 * probability);
    }
}
