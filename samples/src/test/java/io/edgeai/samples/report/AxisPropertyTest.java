package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisPropertyTest {
    @Test
    void ticksAreNiceCoverTheRangeAndAreNotTooMany() {
        long seed = 99;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            double scale = Math.pow(10, random.nextInt(25) - 12);
            double low = random.nextGaussian() * scale;
            double high = low + random.nextDouble() * scale * 3;
            Axis axis = Axis.covering(low, high, 6, 0, 100);
            List<Double> ticks = axis.ticks();
            double mantissa = axis.step() / Math.pow(10, Math.floor(Math.log10(axis.step()) + 1e-9));
            boolean covers = axis.low() <= low + axis.step() * 1e-6 && axis.high() >= high - axis.step() * 1e-6;
            boolean few = ticks.size() >= 2 && ticks.size() <= 14;
            boolean nice = DoubleStream.of(1, 2, 5).anyMatch(m -> Math.abs(mantissa - m) <= 1e-6);
            boolean ends = axis.at(axis.low()) == 0 && Math.abs(axis.at(axis.high()) - 100) <= 1e-9;
            if (!covers || !few || !nice || !ends) {
                fail("seed %d, round %d: %s to %s gives %s with %s", seed, round, low, high, axis, ticks);
            }
        }
    }

    @Test
    void labelsTellTicksApart() {
        long seed = 3;
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            double low = random.nextInt(2000) - 1000;
            double high = low + Math.pow(10, random.nextInt(6) - 2) * (1 + random.nextDouble());
            Axis axis = Axis.covering(low, high, 6, 0, 100);
            List<String> labels = axis.ticks().stream().map(axis::label).toList();

            if (new HashSet<>(labels).size() != labels.size()) {
                fail("seed %d: %s to %s gives %s", seed, low, high, labels);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,10,5,'0, 2, 4, 6, 8, 10'",
        "0,1,5,'0.0, 0.2, 0.4, 0.6, 0.8, 1.0'",
        "0,97,5,'0, 20, 40, 60, 80, 100'",
        "-3,3,6,'-3, -2, -1, 0, 1, 2, 3'",
        "0,5000,5,'0, 1,000, 2,000, 3,000, 4,000, 5,000'",
        "5,5,4,'2, 3, 4, 5, 6, 7, 8'"
    })
    void knownAxes(double low, double high, int ticks, String expected) {
        Axis axis = Axis.covering(low, high, ticks, 0, 1);

        assertThat(String.join(", ", axis.ticks().stream().map(axis::label).toList()))
                .isEqualTo(expected);
    }

    @Test
    void rangesOfNothingAreFromZeroToOne() {
        Axis axis = Axis.covering(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 5, 0, 1);

        assertThat(axis.low()).isZero();
        assertThat(axis.high()).isEqualTo(1);
    }
}
