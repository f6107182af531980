package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorRateChangeTest {
    private static final int ROWS = Boolean.getBoolean("edgeai.full") ? 10_000_000 : 1_000_000;
    private static final int SEEDS = Boolean.getBoolean("edgeai.full") ? 2000 : 200;

    /** The statistic of one odds ratio from its definition, Σ over starts of the likelihood ratio since that start. */
    @ParameterizedTest
    @CsvSource({"1.6, 0", "3, 1", "8, 2"})
    void theStatisticSumsLikelihoodRatiosOverAllStarts(double odds, long seed) {
        ErrorRateChange detector = ErrorRateChange.of(1e-4);
        Errors errors = new Errors(seed, 0);
        List<Double> rows = new ArrayList<>();
        int alarm = -1;
        for (int i = 0; i < 20_000 && alarm < 0; i++) {
            double error = errors.next(i < 200 ? 0.1 : 0.1 * odds / (0.9 + 0.1 * odds));
            rows.add(error);
            alarm = detector.update(error) ? i : -1;
        }
        assertThat(alarm).as("seed %s", seed).isEqualTo(alarmByDefinition(rows, 0.85 / 1e-4));
    }

    /** The same from scratch in each row; the baseline stays that of the first 200 rows until a commit is due. */
    private static int alarmByDefinition(List<Double> rows, double threshold) {
        int committed = 200;
        int pendingFrom = 200;
        int learnt = 200;
        double[] odds = {1.6, 2.1, 3, 4.5, 8};
        double[] log = new double[5];
        double[] logs = {
            Double.NEGATIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NEGATIVE_INFINITY
        };
        for (int t = 200; t < rows.size(); t++) {
            int k = 0;
            int pairs = 0;
            for (int i = 0; i < learnt; i++) {
                k += rows.get(i) == 1 ? 1 : 0;
                pairs += i > 0 && rows.get(i) == 1 && rows.get(i - 1) == 1 ? 1 : 0;
            }
            double p = (k + 0.5) / (learnt + 1);
            double base = p + 0.5 * Math.sqrt(p * (1 - p) / (learnt + 1));
            double rho = ((double) pairs / learnt - p * p) / (p * (1 - p)) - 1 / Math.sqrt(learnt);
            double eta = rho > 0 ? (1 - rho) / (1 + rho) : 1;
            double mean = 0;
            for (int j = 0; j < 5; j++) {
                double o = odds[j] * base / (1 - base);
                double q = o / (1 + o);
                double gain = eta * Math.log(rows.get(t) == 1 ? q / base : (1 - q) / (1 - base));
                logs[j] = Math.log1p(Math.exp(logs[j])) + gain;
                log[j] = logs[j];
                mean += Math.exp(log[j]) / 5;
            }
            if (mean >= threshold) {
                return t;
            }
            int pending = t + 1 - pendingFrom;
            if ((pending >= 32 && mean < threshold / 100) || pending > committed) {
                pendingFrom = t + 1;
                committed = t + 1;
                learnt = committed >= 1.02 * learnt ? committed : learnt;
            }
        }
        return -1;
    }

    /** Medians that the issue asks for; ADWIN needs 696, 120, 440 and 88. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.10, 400", "0.05, 0.20, 75", "0.20, 0.30, 310", "0.20, 0.50, 50"})
    void changesAreFoundSoon(double before, double after, int median, TestReporter reporter) {
        List<Integer> delays = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            int delay = Errors.delay(ErrorRateChange.ofDefaults(), before, after, 5000, seed);
            if (delay > 0) {
                delays.add(delay);
            }
        }
        Collections.sort(delays);
        assertThat(delays).as("found, seeds from 0").hasSizeGreaterThanOrEqualTo((int) (0.985 * SEEDS));
        reporter.publishEntry(
                "delay",
                "median " + delays.get(delays.size() / 2) + ", asked " + median + ", found " + delays.size() + " of "
                        + SEEDS);
        assertThat(delays.get(delays.size() / 2)).isLessThanOrEqualTo(median);
    }

    /** At most 0.1 in 10,000 rows, at most 0.15 where errors come in runs; with three standard errors of the count. */
    @ParameterizedTest
    @CsvSource({"0.001, 0, 0.1", "0.01, 0, 0.1", "0.05, 0, 0.1", "0.2, 0, 0.1", "0.5, 0, 0.1", "0.05, 0.2, 0.15"})
    void falseAlarmsAreAsRareAsPromised(double rate, double correlation, double perTenThousand, TestReporter reporter) {
        long alarms = Errors.alarms(ErrorRateChange.ofDefaults(), rate, correlation, ROWS, 7);
        double allowed = perTenThousand * ROWS / 1e4;

        reporter.publishEntry("false alarms", alarms + " in " + ROWS + " rows");
        assertThat(alarms / 1.0).as("alarms in %s rows, seed 7", ROWS).isLessThan(allowed + 3 * Math.sqrt(allowed));
    }

    @Test
    void theChangeIsPlacedAndMeasured() {
        for (int seed = 0; seed < 20; seed++) {
            ErrorRateChange detector = ErrorRateChange.ofDefaults();
            int delay = Errors.delay(detector, 0.05, 0.3, 3000, seed);
            Change change = detector.lastChange().orElseThrow();
            assertThat(change.row()).as("seed %s", seed).isEqualTo(3000 + delay - 1);
            assertThat(change.since()).isBetween(2940L, 3040L);
            assertThat(change.before()).isCloseTo(0.05, within(0.02));
            assertThat(change.after()).isGreaterThan(0.1);
            assertThat(detector.baseline()).as("it begins anew").isNaN();
        }
    }

    @Test
    void anImprovementIsNoAlarm() {
        assertThat(Errors.delay(ErrorRateChange.ofDefaults(), 0.3, 0.05, 5000, 1))
                .isEqualTo(-1);
    }

    @Test
    void otherValuesAreRefused() {
        ErrorRateChange detector = ErrorRateChange.ofDefaults();

        assertThatThrownBy(() -> detector.update(0.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0.5)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> ErrorRateChange.of(0)).hasMessageContaining("(0.0)");
    }

    /** Rows that count for a thousandth each, and a thousand times as many false alarms of them. */
    @ParameterizedTest
    @CsvSource({"0.05, 3", "0.3, 4"})
    void rowsThatComeEvenlyInTimeAreRows(double rate, long seed) {
        ErrorRateChange rows = ErrorRateChange.of(1e-3);
        ErrorRateChange time = ErrorRateChange.perDay(1);
        Errors errors = new Errors(seed, 0);
        int alarms = 0;
        for (int i = 0; i < 30_000; i++) {
            boolean error = errors.next(i % 3000 < 2000 ? rate : 1.5 * rate) == 1;
            boolean found = rows.update(error);
            assertThat(time.update(error, 1e-3)).as("row %s, seed %s", i, seed).isEqualTo(found);
            alarms += found ? 1 : 0;
        }
        assertThat(alarms).as("seed %s", seed).isGreaterThan(5);
        assertThat(time.lastChange()).isEqualTo(rows.lastChange());
    }

    /** Kept and restored at random places, also while it learns and just after an alarm. */
    @ParameterizedTest
    @CsvSource({"0.02, 0, 6", "0.2, 0.3, 7", "0.6, 0, 8"})
    void whatIsKeptGoesOnAsIfItHadNotStopped(double rate, double correlation, long seed) throws IOException {
        ErrorRateChange whole = ErrorRateChange.of(1e-3);
        ErrorRateChange parts = ErrorRateChange.of(1e-3);
        Errors errors = new Errors(seed, correlation);
        SplittableRandom stops = new SplittableRandom(seed);
        int alarms = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean error = errors.next(i % 2000 < 1500 ? rate : Math.min(0.9, 3 * rate)) == 1;
            boolean found = whole.update(error);
            assertThat(parts.update(error)).as("row %s, seed %s", i, seed).isEqualTo(found);
            alarms += found ? 1 : 0;
            if (found || stops.nextInt(100) == 0) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                parts.save(new DataOutputStream(bytes));
                parts = ErrorRateChange.of(1e-3);
                parts.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
            }
            assertThat(parts.lastChange()).isEqualTo(whole.lastChange());
            assertThat(parts.rows()).isEqualTo(whole.rows());
        }
        assertThat(alarms).as("seed %s", seed).isGreaterThan(4);
        assertThat(parts.baseline()).isEqualTo(whole.baseline());
    }

    @Test
    void weightsAndBudgetsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> ErrorRateChange.perDay(0))
                .hasMessageContaining("(0.0)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> ErrorRateChange.perDay(1001)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> ErrorRateChange.perDay(1).update(true, 0)).hasMessageContaining("Weight (0.0)");
    }
}
