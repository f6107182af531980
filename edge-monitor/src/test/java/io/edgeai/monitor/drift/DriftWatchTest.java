package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DriftWatchTest {
    private final SampleQueue queue = new SampleQueue(100_000);
    private final DriftWatch watch = new DriftWatch(queue, FalseAlarmBudget.ofDefaults(), 1);
    private final Random random = new Random(1);
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");

    private Optional<DriftVerdict> batch(int samples, int length, double shift) {
        for (int i = 0; i < samples; i++) {
            float[] input = new float[length];
            for (int k = 0; k < length; k++) {
                input[k] = (float) (random.nextGaussian() + shift);
            }
            float[] output = {(float) (0.6 * random.nextGaussian()), (float) shift};
            queue.accept(input, output);
        }
        now = now.plus(Duration.ofMinutes(10));
        return watch.update(now);
    }

    @Test
    void theFirstThousandSamplesAreTheReferenceAndGiveNoVerdict() {
        assertThat(batch(DriftWatch.REFERENCE, 4, 0)).isEmpty();
        assertThat(batch(DriftWatch.CURRENT - 1, 4, 0)).isEmpty();
        assertThat(batch(1, 4, 0)).isPresent();
    }

    @Test
    void aShiftOfTheInputsAndOfThePredictedClassIsFound() {
        batch(DriftWatch.REFERENCE, 4, 0);
        DriftVerdict verdict = batch(DriftWatch.CURRENT, 4, 0.8).orElseThrow();
        assertThat(verdict.inputs().columns()).hasSize(4).allMatch(ColumnDrift::drifted);
        assertThat(DriftVerdict.score(verdict.inputs())).isGreaterThan(0.5);
        assertThat(verdict.outputs().columns()).hasSize(3);
        ColumnDrift predicted = verdict.outputs().columns().get(2);
        assertThat(predicted.name()).isEqualTo("predicted class");
        assertThat(predicted.drifted()).isTrue();
    }

    @Test
    void aBrighterImageMovesItsMeanFeature() {
        batch(DriftWatch.REFERENCE, 784, 0);
        DriftVerdict verdict = batch(DriftWatch.CURRENT, 784, 0.05).orElseThrow();
        assertThat(verdict.inputs().columns()).hasSize(16);
        assertThat(verdict.inputs().strongest())
                .hasValueSatisfying(column -> assertThat(column.name()).isEqualTo("input mean"));
        assertThat(verdict.inputs().drifted()).isTrue();
    }

    /** 400 healthy tests at the level of 0.1 alarms a day: 0.28 expected, five or more has a chance below 1e-5. */
    @Test
    void healthySamplesStayWithinTheBudget() {
        batch(DriftWatch.REFERENCE, 3, 0);
        int alarms = 0;
        for (int test = 0; test < 400; test++) {
            alarms += batch(DriftWatch.CURRENT, 3, 0).orElseThrow().inputs().drifted() ? 1 : 0;
        }
        assertThat(alarms).isLessThan(5);
    }

    @Test
    void testsKeepTheirDistance() {
        batch(DriftWatch.REFERENCE, 2, 0);
        assertThat(batch(DriftWatch.CURRENT, 2, 0)).isPresent();
        batch(DriftWatch.CURRENT, 2, 0);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(watch.update(now)).isEmpty();
    }

    @Test
    void samplesOfAnotherLengthAreSkippedAndCounted() {
        batch(10, 4, 0);
        batch(3, 5, 0);
        assertThat(watch.skipped()).isEqualTo(3);
    }

    @Test
    void aFullQueueDropsAndCounts() {
        SampleQueue small = new SampleQueue(2);
        for (int i = 0; i < 5; i++) {
            small.accept(new float[1], new float[1]);
        }
        assertThat(small.dropped()).isEqualTo(3);
        assertThat(small.drain()).hasSize(2);
    }

    @Test
    void plainFeaturesAreTheValuesAndLongOnesKeepTheirNorm() {
        FeatureSketch sketch = new FeatureSketch("x", 5);
        assertThat(sketch.features(new float[] {1, 2, 3})).containsExactly(1, 2, 3);
        List<Double> squares = new ArrayList<>();
        for (int round = 0; round < 300; round++) {
            float[] values = new float[500];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            double[] features = sketch.features(values);
            for (int p = 2; p < features.length; p++) {
                squares.add(features[p] * features[p]);
            }
        }
        // a projection of standard normals onto signs, over √n, is standard normal again
        assertThat(squares.stream().mapToDouble(d -> d).average().orElse(0)).isCloseTo(1, within(0.1));
        assertThat(sketch.name(0, 500)).isEqualTo("x mean");
        assertThat(sketch.name(15, 500)).isEqualTo("x projection 14");
        assertThat(sketch.name(0, 3)).isEqualTo("x[0]");
    }
}
