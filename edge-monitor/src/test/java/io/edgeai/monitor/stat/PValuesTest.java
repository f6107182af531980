package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PValuesTest {
    /** The example of Benjamini and Hochberg's paper (1995), table of 15 p-values: four are found at 0.05. */
    @Test
    void benjaminiHochbergFindsTheFourOfThePaper() {
        double[] p = {
            .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.000
        };
        double[] adjusted = PValues.benjaminiHochberg(p);
        for (int i = 0; i < p.length; i++) {
            assertThat(adjusted[i] <= 0.05).as("p %s", p[i]).isEqualTo(i < 4);
        }
        assertThat(adjusted[0]).isCloseTo(.0015, within(1e-12));
        assertThat(adjusted[14]).isEqualTo(1);
    }

    @Test
    void adjustedValuesKeepTheGivenOrder() {
        assertThat(PValues.benjaminiHochberg(new double[] {0.9, 0.01})).containsExactly(0.9, 0.02);
        assertThat(PValues.benjaminiHochberg(new double[0])).isEmpty();
    }

    @Test
    void combiningOneValueGivesItBack() {
        for (double p : new double[] {1e-14, 1e-9, 1e-4, 0.03, 0.5, 0.9}) {
            assertThat(PValues.cauchy(new double[] {p}, new double[] {1}))
                    .isCloseTo(p, Percentage.withPercentage(1e-4));
        }
    }

    @Test
    void combiningIndependentUniformsIsUniform() {
        Random random = new Random(5);
        int below = 0;
        int rounds = 20_000;
        double[] weights = {0.6, 0.2, 0.1, 0.1};
        for (int i = 0; i < rounds; i++) {
            double[] p = random.doubles(4).toArray();
            below += PValues.cauchy(p, weights) < 0.05 ? 1 : 0;
        }
        assertThat((double) below / rounds).isCloseTo(0.05, within(0.006));
    }
}
