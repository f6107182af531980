package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.drift.Column;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftTest;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.label.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConceptWatchTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Instant AT = Instant.parse("2026-03-01T10:20:30.5Z");
    private static final int SCALE = Boolean.getBoolean("edgeai.full") ? 20 : 1;

    private final SplittableRandom random = new SplittableRandom(9);
    private long nanos;

    private static DriftVerdict verdict(double shift) {
        Random values = new Random(3);
        double[] before = values.doubles(500).toArray();
        double[] now =
                Arrays.stream(values.doubles(500).toArray()).map(x -> x + shift).toArray();
        DriftReport inputs = DriftTest.of(1e-4, 1)
                .compare(
                        List.of(Column.numeric("a", before), Column.numeric("b", before)),
                        List.of(Column.numeric("a", before), Column.numeric("b", now)));
        return new DriftVerdict(AT, inputs, new DriftReport(1e-4, List.of()));
    }

    private SignalView labels(ConceptWatch watch, int count, double wrong, Duration every) {
        long right = 0;
        for (int i = 0; i < count; i++) {
            right += random.nextDouble() < wrong ? 0 : 1;
        }
        nanos += every.toNanos();
        return watch.labels(Outcomes.drawn(right, count, random), nanos);
    }

    /** The largest count that a Poisson number of this mean exceeds in less than one of a thousand cases. */
    private static int bound(double mean) {
        double log = -mean;
        double sum = Math.exp(log);
        int most = 0;
        while (sum < 0.999) {
            most++;
            log += Math.log(mean / most);
            sum += Math.exp(log);
        }
        return most;
    }

    /** Labels by the hour, by the minute and one at a time: the same budget of time. */
    @ParameterizedTest
    @CsvSource({
        "0.02, 70, 10",
        "0.05, 70, 10",
        "0.1, 70, 10",
        "0.2, 70, 10",
        "0.5, 70, 10",
        "0.02, 1, 1",
        "0.05, 1, 1",
        "0.2, 1, 1",
        "0.5, 1, 1",
        "0.05, 20, 60",
        "0.2, 20, 60",
        "0.5, 400, 60"
    })
    void alertsOfAConstantErrorRateStayWithinTheBudget(double wrong, int labels, int minutes, TestReporter reporter) {
        int days = 250 * SCALE;
        FalseAlarmBudget budget = new FalseAlarmBudget(0.2);
        ConceptWatch watch = new ConceptWatch(budget, WINDOW);
        SignalView view = watch.inputs(verdict(0));
        int alerts = 0;
        for (int report = 0; report < days * 1440 / minutes; report++) {
            boolean before = view.score() >= 0.5;
            view = labels(watch, labels, wrong, Duration.ofMinutes(minutes));
            alerts += view.score() >= 0.5 && !before ? 1 : 0;
        }
        int most = bound(budget.perDay() * days);
        reporter.publishEntry(
                "p " + wrong + ", " + labels + " labels each " + minutes + " min",
                alerts + " alerts in " + days + " days, accepted " + budget.perDay() * days + ", bound " + most);
        assertThat(alerts).as("seed 9").isLessThanOrEqualTo(most);
    }

    /** Medians of the detector alone are 64 and 40 rows at a tenth of the rows between false alarms. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.2, 400", "0.2, 0.5, 300", "0.02, 0.2, 300"})
    void aRiseIsFoundWhateverTheTimeOfDay(double before, double after, int within) {
        ConceptWatch watch = new ConceptWatch(new FalseAlarmBudget(0.0125), WINDOW);
        watch.inputs(verdict(0));
        for (int i = 0; i < 300; i++) {
            assertThat(labels(watch, 10, before, Duration.ofMinutes(10)).score())
                    .isZero();
        }
        int taken = 0;
        SignalView view = watch.view();
        while (view.score() < 0.5) {
            view = labels(watch, 10, after, Duration.ofMinutes(10));
            taken += 10;
            assertThat(taken).as("seed 9").isLessThanOrEqualTo(within);
        }
        assertThat(view.sentence())
                .startsWith("Wrong answers rose from ")
                .endsWith(
                        ", while inputs look like the reference (2026-03-01T10:20:30Z): other answers are right for the"
                                + " same inputs.");
        assertThat(view.value()).isBetween(0.0, 0.5);
    }

    @Test
    void inputsThatChangedTooAreNamed() {
        ConceptWatch watch = risen();
        SignalView view = watch.inputs(verdict(1));
        assertThat(view.sentence())
                .endsWith(
                        ", and inputs changed too (2026-03-01T10:20:30Z, 1 of 2 features, most of all b): maybe the model does"
                                + " not know such inputs.");
        assertThat(view.score()).isBetween(0.5, 1.0);
        assertThat(watch.inputs(verdict(0)).sentence()).contains("inputs look like the reference");
    }

    @Test
    void withoutATestOfTheInputsThereIsNoAlert() {
        ConceptWatch watch = risen();
        assertThat(watch.view().score()).isZero();
        assertThat(watch.view().part().known()).isFalse();
        assertThat(watch.view().sentence()).contains("Wrong answers rose from ", "inputs have not been compared");
        watch.inputs(new DriftVerdict(AT, new DriftReport(1e-4, List.of()), new DriftReport(1e-4, List.of())));
        assertThat(watch.view().score()).as("nothing compared").isZero();
    }

    private ConceptWatch risen() {
        ConceptWatch watch = new ConceptWatch(FalseAlarmBudget.ofDefaults(), WINDOW);
        assertThat(watch.view().part().known()).isFalse();
        for (int i = 0; i < 300; i++) {
            labels(watch, 10, 0.05, Duration.ofMinutes(1));
        }
        for (int i = 0; i < 40; i++) {
            labels(watch, 10, 0.4, Duration.ofMinutes(1));
        }
        return watch;
    }

    @Test
    void itIsOverOnceAnswersAreRightAgain() {
        ConceptWatch watch = risen();
        assertThat(watch.inputs(verdict(0)).score()).isGreaterThan(0.5);
        int taken = 0;
        while (labels(watch, 10, 0.05, Duration.ofMinutes(1)).score() >= 0.5) {
            taken += 10;
            assertThat(taken).as("seed 9").isLessThan(1500);
        }
        assertThat(taken).as("about ln 4 of 500 labels").isGreaterThan(300);
    }

    @Test
    void whatLastsIsTheNewUsual() {
        ConceptWatch watch = risen();
        assertThat(watch.inputs(verdict(0)).score()).isGreaterThan(0.5);
        int taken = 400;
        while (labels(watch, 10, 0.4, Duration.ofMinutes(1)).score() >= 0.5) {
            taken += 10;
        }
        assertThat(taken).as("2000 labels, half an hour is long over").isBetween(1950, 2400);
        assertThat(watch.view().value()).isEqualTo(1);
    }

    /** Two watches see the same labels; one is kept and restored after each. */
    @Test
    void whatIsKeptGoesOnToTheBit() {
        ConceptWatch whole = new ConceptWatch(new FalseAlarmBudget(1), WINDOW);
        ConceptWatch parts = new ConceptWatch(new FalseAlarmBudget(1), WINDOW);
        assertThat(parts.save()).isEmpty();
        whole.inputs(verdict(1));
        parts.inputs(verdict(1));
        SplittableRandom orders = new SplittableRandom(12);
        int alerts = 0;
        for (int i = 0; i < 600; i++) {
            Outcomes news = Outcomes.drawn(i < 300 ? 29 : 20, 30, orders);
            ConceptWatch next = new ConceptWatch(new FalseAlarmBudget(1), WINDOW);
            parts.save().ifPresent(next::restore);
            if (i == 0) {
                next.inputs(verdict(1));
            }
            parts = next;
            // the first step after a restart is the least one: both are told of no other
            SignalView expected = whole.labels(news, i);
            assertThat(parts.labels(news, 0)).as("report %s, seed 12", i).isEqualTo(expected);
            alerts += expected.score() >= 0.5 ? 1 : 0;
        }
        assertThat(alerts).isBetween(60, 300);
        assertThat(parts.save().orElseThrow()).isEqualTo(whole.save().orElseThrow());
    }

    @Test
    void damagedBytesAreRefused() {
        byte[] state = risen().save().orElseThrow();
        ConceptWatch fresh = new ConceptWatch(FalseAlarmBudget.ofDefaults(), WINDOW);
        assertThatThrownBy(() -> fresh.restore(Arrays.copyOf(state, 100)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(100)")
                .hasMessageContaining("Maybe");
        state[3] = 77;
        assertThatThrownBy(() -> new ConceptWatch(FalseAlarmBudget.ofDefaults(), WINDOW).restore(state))
                .hasMessageContaining("(77)");
    }

    @Test
    void drawnOrdersKeepTheCountsAndSpreadTheErrors() {
        double sum = 0;
        int wrong = 0;
        for (int i = 0; i < 2000; i++) {
            Outcomes drawn = Outcomes.drawn(7, 10, random);
            for (int k = 0; k < drawn.size(); k++) {
                sum += drawn.wrong(k) ? k : 0;
                wrong += drawn.wrong(k) ? 1 : 0;
            }
            assertThat(drawn.share().hits()).isEqualTo(7);
        }
        assertThat(wrong).isEqualTo(6000);
        assertThat(sum / wrong).as("the middle of 0 … 9, seed 9").isCloseTo(4.5, within(0.15));
        Outcomes many = Outcomes.drawn(Long.MAX_VALUE / 2, Long.MAX_VALUE, random);
        assertThat(many.size()).isEqualTo(Outcomes.MOST);
        assertThat(many.share().total()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> Outcomes.drawn(3, 2, random)).isInstanceOf(InvalidInputException.class);
    }
}
