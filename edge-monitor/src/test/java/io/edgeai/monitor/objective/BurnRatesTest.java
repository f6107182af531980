package io.edgeai.monitor.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Held to closed forms, to the formulas of the workbook, and to a sum over all calls. */
class BurnRatesTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Objective TARGET = Objective.errors("defects", 0.999);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Instant now = START;

    /** Minutes of 10,000 calls. */
    private void minutes(BurnRates rates, long count, long bad) {
        for (long i = 0; i < count; i++) {
            rates.add(now, 10_000 - bad, bad);
            now = now.plus(MINUTE);
        }
        now = now.minusMillis(1);
    }

    /** An error share of e, for ever: every window burns e / (1 − target) times too fast. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10, 60, 144, 10_000})
    void aConstantShareBurnsThatOverWhatIsAllowed(long badOfTenThousand) {
        BurnRates rates = BurnRates.of(TARGET);
        minutes(rates, 5 * 1440, badOfTenThousand);
        double expected = badOfTenThousand / 10_000.0 / 0.001;
        ObjectiveStatus status = rates.status(now);
        assertThat(status.burns()).hasSize(3).allSatisfy(burn -> {
            assertThat(burn.longRate()).isCloseTo(expected, within(1e-9));
            assertThat(burn.shortRate()).isCloseTo(expected, within(1e-9));
            assertThat(burn.tooFast()).isEqualTo(expected >= burn.rule().rate() - 1e-12);
        });
        assertThat(status.budgetLeft()).isCloseTo(1 - expected, within(1e-9));
        assertThat(status.bad()).isEqualTo(5 * 1440 * badOfTenThousand);
    }

    /**
     * The workbook: the time until an alert is (1 − target) / error share · long window · burn rate. After three good days an
     * outage of everything is found in 52 s, 10 % in 8.6 min, 1 % in 3.6 h (by the second rule), .2 % in 36 h (by the third).
     */
    @ParameterizedTest
    @CsvSource({"1, 14.4, 60", "0.1, 14.4, 60", "0.01, 6, 360", "0.002, 1, 4320"})
    void theTimeUntilAnAlertIsThatOfTheWorkbook(double share, double rate, long windowMinutes) {
        BurnRates rates = BurnRates.of(TARGET);
        minutes(rates, 3 * 1440, 0);
        double expected = 0.001 / share * windowMinutes * rate;
        long minutes = 0;
        while (rates.status(now).worst().isEmpty()) {
            minutes(rates, 1, Math.round(share * 10_000));
            minutes++;
            assertThat(minutes).isLessThan(10_000);
        }
        assertThat((double) minutes).isBetween(expected, expected + 1);
        assertThat(rates.status(now).worst())
                .hasValueSatisfying(burn -> assertThat(burn.rule().rate()).isEqualTo(rate));
        assertThat(rates.status(now).score()).isBetween(0.5, 1.0);
    }

    /** The short window ends an alert within five minutes although the long one still remembers. */
    @Test
    void whenItIsOverTheShortWindowSaysSo() {
        BurnRates rates = BurnRates.of(TARGET);
        minutes(rates, 1440, 0);
        minutes(rates, 10, 10_000);
        assertThat(rates.status(now).burns().get(0).tooFast()).isTrue();
        minutes(rates, 5, 0);
        ObjectiveStatus.Burn first = rates.status(now).burns().get(0);
        assertThat(first.longRate()).isGreaterThan(14.4);
        assertThat(first.shortRate()).isZero();
        assertThat(first.tooFast()).isFalse();
    }

    /** Random minutes with silences and a clock that jumps; the sum over all calls of the window, by the minute. Seeds 0–19. */
    @Test
    void ratesAreSumsOverTheWindow() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            BurnRates rates = BurnRates.of(TARGET);
            List<long[]> calls = new ArrayList<>();
            long at = START.toEpochMilli() + random.nextInt(100_000);
            for (int i = 0; i < 3000; i++) {
                at += random.nextInt(10) == 0 ? random.nextInt(20 * 60_000) : random.nextInt(30_000);
                long good = random.nextInt(1000);
                long bad = random.nextInt(10);
                rates.add(Instant.ofEpochMilli(at), good, bad);
                calls.add(new long[] {at / 60_000, good, bad});
            }
            for (long minutes : new long[] {5, 30, 60, 360, 4320}) {
                long first = at / 60_000 - minutes + 1;
                long good = calls.stream()
                        .filter(c -> c[0] >= first)
                        .mapToLong(c -> c[1])
                        .sum();
                long bad = calls.stream()
                        .filter(c -> c[0] >= first)
                        .mapToLong(c -> c[2])
                        .sum();
                assertThat(rates.rate(Instant.ofEpochMilli(at), Duration.ofMinutes(minutes)))
                        .as("seed %s, %s min", seed, minutes)
                        .isCloseTo((double) bad / (good + bad) / TARGET.allowed(), within(1e-9));
            }
        }
    }

    @Test
    void withoutCallsNothingIsKnownAndFewBadOnesAreNoAlert() {
        BurnRates rates = BurnRates.of(TARGET);
        assertThat(rates.status(START).budgetLeft()).isNaN();
        assertThat(rates.rate(START, MINUTE)).isNaN();
        rates.add(START, 0, 4);
        assertThat(rates.status(START).burns().get(0).longRate()).isCloseTo(1000, within(1e-9));
        assertThat(rates.status(START).score()).isZero();
        rates.add(START, 0, 1);
        assertThat(rates.status(START).score()).isGreaterThan(0.9);
    }

    /** Half of the allowance used in a month; a month later nothing of it counts. */
    @Test
    void theAllowanceComesBackWithTime() {
        BurnRates rates = BurnRates.of(Objective.errors("defects", 0.99).over(Duration.ofDays(7)));
        rates.add(now, 99_500, 500);
        assertThat(rates.status(now).budgetLeft()).isCloseTo(0.5, within(1e-9));
        now = now.plus(Duration.ofDays(6));
        rates.add(now, 100_000, 3_500);
        assertThat(rates.status(now).budgetLeft()).isCloseTo(1 - 4000 / 2035.0, within(1e-9));
        now = now.plus(Duration.ofDays(2));
        assertThat(rates.status(now).bad()).isEqualTo(3_500);
        now = now.plus(Duration.ofDays(300));
        assertThat(rates.status(now).budgetLeft()).isNaN();
    }

    @Test
    void aClockSetBackLosesNoCall() {
        BurnRates rates = BurnRates.of(TARGET);
        rates.add(now.plus(Duration.ofHours(2)), 10, 1);
        rates.add(now, 20, 2);
        assertThat(rates.status(now).bad()).isEqualTo(3);
        assertThat(rates.status(now).good()).isEqualTo(30);
    }

    @Test
    void countsOutliveTheProcess() {
        BurnRates before = BurnRates.of(TARGET);
        minutes(before, 700, 7);
        BurnRates after = BurnRates.of(TARGET);
        after.restore(before.save());
        assertThat(after.status(now)).isEqualTo(before.status(now));
        assertThatThrownBy(() -> BurnRates.of(TARGET.over(Duration.ofDays(7))).restore(before.save()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void whatIsNoObjectiveIsRefused() {
        for (double target : new double[] {0, 1, -1, 99.9, Double.NaN}) {
            assertThatThrownBy(() -> Objective.errors("m", target)).hasMessageContaining("Maybe use 0.999");
        }
        assertThatThrownBy(() -> Objective.latency("m", 0.9, Duration.ZERO)).hasMessageContaining("Limit (PT0S)");
        assertThatThrownBy(() -> TARGET.over(Duration.ofHours(3))).hasMessageContaining("Period");
        assertThatThrownBy(() -> BurnRates.of(TARGET).add(now, -1, 0)).isInstanceOf(InvalidInputException.class);
        assertThat(Objective.latency("m", 0.9995, Duration.ofMillis(20)))
                .hasToString("99.95 % of calls of m within 20 ms");
        assertThat(TARGET).hasToString("99.9 % of calls of defects without error");
        assertThat(Objective.latency("m", 0.9, Duration.ofNanos(1_500_000)).name())
                .isEqualTo("latency 1.5 ms");
    }
}
