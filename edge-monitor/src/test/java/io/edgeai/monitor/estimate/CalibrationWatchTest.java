package io.edgeai.monitor.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationWatchTest {
    private static CalibrationWatch fresh() {
        return new CalibrationWatch(0.8, 0.03, 0.01);
    }

    /** Wealth after two labels, each gambler by hand. */
    @Test
    void evidenceIsTheMeanWealthOfAllGamblers() {
        CalibrationWatch watch = new CalibrationWatch(0.8, 0, 0.01);
        watch.add(0.9, false);
        watch.add(0.6, true);
        double wealth = 0;
        for (double stake : new double[] {-1, -0.5, -0.25, 0.25, 0.5, 1}) {
            wealth += (1 - stake * 0.9) * (1 + stake * 0.4) / 18; // all rows
            wealth += (1 - stake * 0.9) / 18; // high confidence
            wealth += (1 + stake * 0.4) / 18; // low confidence
        }
        assertThat(watch.evidence()).isCloseTo(Math.log(wealth), within(1e-12));
        assertThat(watch.labels()).isEqualTo(2);
    }

    /** Watched for 5000 labels each, none of 100 true expectations may fall but by a chance of 1 %. */
    @Test
    void aTrueExpectationIsNotRefuted() {
        int refuted = 0;
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            CalibrationWatch watch = fresh();
            for (int i = 0; i < 5000; i++) {
                double expected = 0.5 + 0.5 * random.nextDouble();
                watch.add(expected, random.nextDouble() < expected + 0.01);
            }
            refuted += watch.refuted() ? 1 : 0;
        }
        assertThat(refuted).as("seeds 0 to 99").isLessThanOrEqualTo(4);
    }

    @Test
    void conceptDriftIsRefutedByAFewHundredLabels() {
        List<Integer> needed = new ArrayList<>();
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            Population before = new Population(random, 3000, 0, 1, 1, 2, 0);
            Population now = new Population(random, 5000, 0.3, 1, 1, 2, 0.2);
            AccuracyEstimator estimator = AccuracyEstimator.fit(before.confidences, before.correct);
            CalibrationWatch watch = new CalibrationWatch(estimator.typical(), 0.03, 0.01);
            int labels = 0;
            while (!watch.refuted() && labels < 5000) {
                watch.add(estimator.expected(now.confidences[labels]), now.correct[labels]);
                labels++;
            }
            needed.add(labels);
        }
        Collections.sort(needed);
        assertThat(needed.get(15)).as("median, seeds 0 to 29").isLessThan(400);
        assertThat(needed.get(29)).isLessThan(1500);
    }

    /** The sum stays the same while the sure become wrong and the unsure right. */
    @Test
    void aTradeBetweenGroupsIsSeen() {
        Random random = new Random(9);
        CalibrationWatch watch = fresh();
        for (int i = 0; i < 3000 && !watch.refuted(); i++) {
            boolean high = i % 2 == 0;
            watch.add(high ? 0.9 : 0.6, random.nextDouble() < 0.75);
        }
        assertThat(watch.refuted()).isTrue();
    }

    @Test
    void aRefusalWithoutChanceIsRefused() {
        assertThatThrownBy(() -> new CalibrationWatch(0.8, 0.5, 0.01)).hasMessageContaining("(0.5)");
        assertThatThrownBy(() -> new CalibrationWatch(0.8, 0.03, 0)).hasMessageContaining("(0.0)");
    }

    /** One would make the wealth of all gamblers NaN, and nothing could ever be refuted again. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -0.01, 1.01})
    void whatIsNoChanceIsRefusedAndSpoilsNothing(double expected) {
        CalibrationWatch watch = new CalibrationWatch(0.8, 0.03, 0.01);
        assertThatThrownBy(() -> watch.add(expected, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + expected + ")");
        for (int i = 0; i < 100; i++) {
            watch.add(0.9, false);
        }
        assertThat(watch.refuted()).isTrue();
        assertThat(watch.labels()).isEqualTo(100);
    }
}
