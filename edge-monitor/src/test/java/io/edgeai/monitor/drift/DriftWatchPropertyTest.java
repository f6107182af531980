package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftWatchPropertyTest {
    private static final FalseAlarmBudget BUDGET = FalseAlarmBudget.ofDefaults();

    private final SampleQueue queue = new SampleQueue(100_000);
    private final DriftWatch watch = new DriftWatch(queue, BUDGET, 11);
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");

    private Optional<DriftVerdict> tick() {
        now = now.plus(Duration.ofMinutes(10));
        return watch.update(now);
    }

    private static float[] normals(Random random, int length, double shift) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (random.nextGaussian() + shift);
        }
        return values;
    }

    private static List<Column> columns(List<float[]> rows) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < rows.get(0).length; c++) {
            int column = c;
            columns.add(Column.numeric(
                    "input[" + c + "]",
                    rows.stream().mapToDouble(row -> row[column]).toArray()));
        }
        return columns;
    }

    /**
     * Every verdict is the test of the first 256 samples since the last one against the very first 1000, at the level
     * 0.1 a day / 144 tests; whatever drifted in between has not entered the reference.
     */
    @RepeatedTest(4)
    void verdictsComeFromTheFirstThousandAndTheNewOnes(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        DriftTest test = DriftTest.of(0.1 / 144, 11);
        List<float[]> reference = new ArrayList<>();
        for (int i = 0; i < DriftWatch.REFERENCE; i++) {
            reference.add(normals(random, 3, 0));
        }
        reference.forEach(row -> queue.accept(row.clone(), new float[] {1}));
        assertThat(tick()).isEmpty();
        for (int round = 0; round < 12; round++) {
            boolean drifts = round % 3 == 1;
            List<float[]> fresh = new ArrayList<>();
            for (int i = 0; i < DriftWatch.CURRENT; i++) {
                fresh.add(normals(random, 3, drifts ? 1 : 0));
            }
            fresh.forEach(row -> queue.accept(row.clone(), new float[] {1}));
            for (int late = random.nextInt(50); late > 0; late--) {
                queue.accept(normals(random, 3, 9), new float[] {1});
            }
            DriftVerdict verdict = tick().orElseThrow();
            assertThat(verdict.inputs())
                    .as("seed %s round %s", info.getCurrentRepetition(), round)
                    .isEqualTo(test.compare(columns(reference), columns(fresh)));
            assertThat(verdict.inputs().drifted()).isEqualTo(drifts);
            assertThat(verdict.outputs().drifted()).isFalse();
        }
    }

    @Test
    void columnsOfNaNInfinityAndConstantsAreNoDriftAndHideNoOther() {
        Random random = new Random(2);
        for (int i = 0; i < DriftWatch.REFERENCE + DriftWatch.CURRENT; i++) {
            float moved = (float) (random.nextGaussian() + (i >= DriftWatch.REFERENCE ? 2 : 0));
            queue.accept(
                    new float[] {
                        Float.NaN,
                        7,
                        i % 2 == 0 ? Float.POSITIVE_INFINITY : (float) random.nextGaussian(),
                        -0f,
                        moved,
                        Float.MAX_VALUE
                    },
                    new float[] {Float.NaN, Float.NaN});
        }
        DriftVerdict verdict = tick().orElseThrow();
        List<ColumnDrift> columns = verdict.inputs().columns();
        assertThat(columns).extracting(ColumnDrift::tested).containsExactly(false, true, true, true, true, true);
        assertThat(columns).extracting(ColumnDrift::drifted).containsExactly(false, false, false, false, true, false);
        assertThat(columns.get(2).referenceCount()).isEqualTo(DriftWatch.REFERENCE / 2);
        assertThat(verdict.outputs().drifted()).isFalse();
        double score = DriftVerdict.score(verdict.inputs());
        assertThat(score).isBetween(0.5, 1.0);
    }

    @Test
    void aConstantThatBecomesAnotherConstantIsDrift() {
        for (int i = 0; i < DriftWatch.REFERENCE + DriftWatch.CURRENT; i++) {
            queue.accept(new float[] {i < DriftWatch.REFERENCE ? 7 : 7.5f, 3}, new float[] {0});
        }
        assertThat(tick().orElseThrow().inputs().columns())
                .extracting(ColumnDrift::drifted)
                .containsExactly(true, false);
    }

    @Test
    void aClassThatWasNeverPredictedBeforeIsDriftOfTheAnswers() {
        Random random = new Random(3);
        for (int i = 0; i < DriftWatch.REFERENCE + DriftWatch.CURRENT; i++) {
            float[] scores = new float[5];
            int winner = i >= DriftWatch.REFERENCE && i % 8 == 0 ? 4 : random.nextInt(4);
            scores[winner] = 1;
            queue.accept(new float[] {(float) random.nextGaussian()}, scores);
        }
        DriftVerdict verdict = tick().orElseThrow();
        assertThat(verdict.inputs().drifted()).isFalse();
        ColumnDrift predicted = verdict.outputs().columns().get(5);
        assertThat(predicted.name()).isEqualTo("predicted class");
        assertThat(predicted.drifted()).isTrue();
        // the new class alone contributes about (1/8)·ln(129/0.5·…) > 0.5 to the index
        assertThat(predicted.psi()).isGreaterThan(0.5);
    }

    /** A clock set back a year must not switch drift tests off for a year. */
    @Test
    void aClockSetBackDoesNotStopTheTests() {
        Random random = new Random(4);
        for (int i = 0; i < DriftWatch.REFERENCE + DriftWatch.CURRENT; i++) {
            queue.accept(normals(random, 2, 0), new float[] {0});
        }
        assertThat(tick()).isPresent();
        for (int i = 0; i < DriftWatch.CURRENT; i++) {
            queue.accept(normals(random, 2, 0), new float[] {0});
        }
        now = now.minus(Duration.ofDays(365));
        assertThat(watch.update(now)).isPresent();
    }

    @Test
    void whatThreadsOfferIsEitherTakenOrCountedAsDropped() throws InterruptedException {
        SampleQueue small = new SampleQueue(64);
        int threads = 8;
        int each = 20_000;
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int thread = t;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            small.accept(new float[] {thread * each + i}, new float[0]);
                        }
                        done.countDown();
                    })
                    .start();
        }
        Set<Float> taken = new HashSet<>();
        long count = 0;
        boolean last = false;
        while (!last) {
            last = done.getCount() == 0;
            List<SampleQueue.Sample> batch = small.drain();
            count += batch.size();
            batch.forEach(sample -> taken.add(sample.input[0]));
        }
        assertThat(count + small.dropped()).isEqualTo((long) threads * each);
        assertThat(taken).hasSize((int) count);
    }

    /** Mean and deviation by their definition; every projection is linear and keeps single entries at ±1/√n. */
    @ParameterizedTest
    @ValueSource(ints = {33, 100, 784, 5000})
    void wideInputsBecomeSixteenFeatures(int length) {
        Random random = new Random(length);
        FeatureSketch sketch = new FeatureSketch("x", 9);
        float[] a = normals(random, length, 3);
        float[] b = normals(random, length, -1);
        float[] sum = new float[length];
        for (int i = 0; i < length; i++) {
            sum[i] = a[i] + b[i];
        }
        double[] ofA = sketch.features(a);
        double[] ofB = sketch.features(b);
        double[] ofSum = sketch.features(sum);
        assertThat(ofA).hasSize(16);
        double mean = 0;
        for (float value : a) {
            mean += value / (double) length;
        }
        double squares = 0;
        for (float value : a) {
            squares += (value - mean) * (value - mean) / length;
        }
        assertThat(ofA[0]).isCloseTo(mean, within(1e-6));
        assertThat(ofA[1]).isCloseTo(Math.sqrt(squares), within(1e-6));
        for (int p = 2; p < 16; p++) {
            assertThat(ofSum[p]).isCloseTo(ofA[p] + ofB[p], within(1e-4));
        }
        float[] unit = new float[length];
        unit[length / 2] = 1;
        double[] ofUnit = sketch.features(unit);
        for (int p = 2; p < 16; p++) {
            assertThat(Math.abs(ofUnit[p])).isCloseTo(1 / Math.sqrt(length), within(1e-9));
        }
    }

    @Test
    void aSeedFixesTheProjectionsAndAnotherSeedGivesOthers() {
        float[] values = normals(new Random(5), 300, 0);
        double[] one = new FeatureSketch("x", 1).features(values);
        assertThat(new FeatureSketch("y", 1).features(values)).containsExactly(one);
        double[] other = new FeatureSketch("x", 2).features(values);
        assertThat(Arrays.copyOf(other, 2)).containsExactly(Arrays.copyOf(one, 2));
        assertThat(Arrays.copyOfRange(other, 2, 16)).doesNotContain(Arrays.copyOfRange(one, 2, 16));
    }

    /** The signs are a random code: two of 14 rows agree in about half their 2000 places. */
    @Test
    void projectionsAreNearlyOrthogonal() {
        int length = 2000;
        FeatureSketch sketch = new FeatureSketch("x", 3);
        double[][] signs = new double[length][];
        for (int i = 0; i < length; i += 10) {
            float[] unit = new float[length];
            unit[i] = 1;
            signs[i] = sketch.features(unit);
        }
        for (int p = 2; p < 16; p++) {
            for (int q = 2; q < p; q++) {
                double product = 0;
                for (int i = 0; i < length; i += 10) {
                    product += signs[i][p] * signs[i][q] * 10;
                }
                assertThat(Math.abs(product)).as("rows %s and %s", p, q).isLessThan(5 / Math.sqrt(200));
            }
        }
    }

    /** −ln p / −ln level through 0.5 where both are equal. */
    @ParameterizedTest
    @CsvSource({"1,0", "0.05,0.5", "0.0025,0.75", "0.223606797749979,0.2495"})
    void theScoreIsHalfWhereThePValueReachesTheLevel(double p, double score) {
        ColumnDrift column = new ColumnDrift("c", false, 100, 100, p, p, p <= 0.05, 0, 1, 0, 0, 0, EffectSizes.NONE);
        DriftReport report = new DriftReport(0.05, List.of(column));
        assertThat(DriftVerdict.score(report)).isCloseTo(score, within(1e-9));
    }

    /** Σ (q − p)·ln(q/p) over the reference's deciles, by sorting anew. */
    @RepeatedTest(5)
    void theStabilityIndexOfNumbersEqualsItsFormula(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        double[] before = random.doubles(1000).sorted().toArray();
        double[] after = random.doubles(500).map(u -> u * u).sorted().toArray();
        double index = 0;
        for (int bin = 0; bin < 10; bin++) {
            double low = bin == 0 ? -1 : NumericTest.quantile(before, bin / 10.0);
            double high = bin == 9 ? 2 : NumericTest.quantile(before, (bin + 1) / 10.0);
            double p = (count(before, low, high) + 0.5) / 1005;
            double q = (count(after, low, high) + 0.5) / 505;
            index += (q - p) * Math.log(q / p);
        }
        assertThat(StabilityIndex.ofNumbers(before, after)).isCloseTo(index, Percentage.withPercentage(1e-6));
    }

    private static long count(double[] values, double low, double high) {
        return Arrays.stream(values).filter(v -> v > low && v <= high).count();
    }
}
