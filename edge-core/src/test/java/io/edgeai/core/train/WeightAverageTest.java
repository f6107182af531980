package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightAverageTest {
    private static float[] of(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static void add(WeightAverage average, long step, double theta, double statistic) {
        if (average.wants(step)) {
            average.add(step, of(theta, -theta), of(statistic));
        }
    }

    private static float theta(WeightAverage average) {
        return average.values().get(GradientGraph.THETA)[0];
    }

    /** 1, 2, …, n have the mean (n + 1) / 2. */
    @Test
    void isThePlainMeanUntilTheHorizon() {
        WeightAverage average = new WeightAverage(30);
        assertThat(average.values()).isEmpty();
        for (int step = 1; step <= 30; step++) {
            add(average, step, step, 2 * step);
            assertThat(average.values().get(GradientGraph.THETA))
                    .as("after step " + step)
                    .containsExactly(of((step + 1) / 2.0, -(step + 1) / 2.0), within(1e-5f));
            assertThat(average.values().get(GradientGraph.STATISTICS)).containsExactly(of(step + 1), within(1e-5f));
        }
    }

    /** After zeros up to the horizon h, k ones give 1 − (1 − 1/h)ᵏ. */
    @Test
    void forgetsExponentiallyAfterIt() {
        WeightAverage average = new WeightAverage(20);
        for (int step = 1; step <= 20; step++) {
            add(average, step, 0, 0);
        }
        for (int k = 1; k <= 100; k++) {
            add(average, 20 + k, 1, 1);
            assertThat(theta(average)).isCloseTo((float) (1 - Math.pow(0.95, k)), within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.2, 1", "1, 1", "47, 1", "64, 2", "320, 10", "3.2e6, 100000"})
    void looksAboutThirtyTwoTimesInItsHorizon(double horizon, long every) {
        WeightAverage average = new WeightAverage(horizon);
        for (long step = every; step <= 3 * every; step += every) {
            assertThat(average.wants(step)).isTrue();
            assertThat(average.wants(step + 1)).isEqualTo(every == 1);
        }
    }

    /** A straight line's average lags behind it by the horizon, less the half of what lies between two looks. */
    @Test
    void reachesBackAsFarHoweverOftenItLooks() {
        for (double horizon : new double[] {10, 100, 1000}) {
            WeightAverage average = new WeightAverage(horizon);
            long last = Math.round(20 * horizon);
            for (long step = 1; step <= last; step++) {
                add(average, step, step / horizon, 0);
            }
            assertThat(20 - theta(average)).isCloseTo(1f, within(0.11f));
        }
    }

    @Test
    void aHorizonOfOneStepIsTheLastStep() {
        WeightAverage average = new WeightAverage(0.5);
        for (int step = 1; step <= 5; step++) {
            add(average, step, step, step);
            assertThat(theta(average)).isEqualTo(step);
        }
    }

    @Test
    void goesOnFromWhatWasSavedWithTheSameBits() {
        WeightAverage whole = new WeightAverage(9);
        WeightAverage first = new WeightAverage(9);
        for (int step = 1; step <= 13; step++) {
            add(whole, step, Math.sin(step), Math.cos(step));
            add(first, step, Math.sin(step), Math.cos(step));
        }
        Map<String, float[]> saved = new HashMap<>(Map.of(GradientGraph.THETA, of(7, 7)));
        first.save(saved);
        WeightAverage second = new WeightAverage(9);
        second.restore(saved);
        for (int step = 14; step <= 40; step++) {
            add(whole, step, Math.sin(step), Math.cos(step));
            add(second, step, Math.sin(step), Math.cos(step));
        }
        assertThat(second.values().get(GradientGraph.THETA))
                .isEqualTo(whole.values().get(GradientGraph.THETA));
        assertThat(second.values().get(GradientGraph.STATISTICS))
                .isEqualTo(whole.values().get(GradientGraph.STATISTICS));
    }

    @Test
    void beginsAnewWhereNothingWasSaved() {
        WeightAverage average = new WeightAverage(9);
        add(average, 1, 5, 5);
        average.restore(Map.of(GradientGraph.THETA, of(1, 1)));
        assertThat(average.values()).isEmpty();
        add(average, 12, 3, 4);
        assertThat(theta(average)).isEqualTo(3);
        average.save(new HashMap<>());
    }

    @Test
    void whatWasGivenAndReadIsItsOwn() {
        WeightAverage average = new WeightAverage(9);
        float[] mine = of(1, 2);
        average.add(1, mine, of());
        mine[0] = 9;
        float[] read = average.values().get(GradientGraph.THETA);
        average.add(2, of(3, 4), of());
        assertThat(read).containsExactly(1, 2);
        assertThat(average.values().get(GradientGraph.THETA)).containsExactly(2, 3);
    }
}
