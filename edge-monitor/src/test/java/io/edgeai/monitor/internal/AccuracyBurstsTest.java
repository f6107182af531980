package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.monitor.anomaly.ErrorRateDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels that come in bursts, simulated: binomial counts of wrong answers at a constant rate, and at one that rises. */
class AccuracyBurstsTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final double PER_DAY = 0.2;
    private static final int DAYS = Boolean.getBoolean("edgeai.full") ? 5000 : 250;

    /** Reports of so many labels, so long apart; a burst of several minutes and then nothing is a pattern too. */
    private record Pattern(int labels, Duration every, int reports, Duration pause) {
        static Pattern of(String text) {
            String[] parts = text.split(" ");
            return new Pattern(
                    Integer.parseInt(parts[0]),
                    Duration.parse(parts[1]),
                    parts.length > 2 ? Integer.parseInt(parts[2]) : 1,
                    parts.length > 2 ? Duration.parse(parts[3]) : Duration.ZERO);
        }

        long after(int report) {
            return (report % reports == reports - 1 ? every.plus(pause) : every).toNanos();
        }

        double windowsBefore(int report) {
            return report == 0 ? 1 : (double) after(report - 1) / WINDOW.toNanos();
        }
    }

    private static int wrong(Random random, int labels, double rate) {
        double expected = labels * rate;
        if (expected > 50) { // as close to the binomial as is asked here
            double drawn = expected + Math.sqrt(expected * (1 - rate)) * random.nextGaussian();
            return (int) Math.max(0, Math.min(labels, Math.round(drawn)));
        }
        int wrong = 0;
        for (int i = 0; i < labels; i++) {
            wrong += random.nextDouble() < rate ? 1 : 0;
        }
        return wrong;
    }

    @ParameterizedTest
    @CsvSource({
        "1 PT60S, 0.1",
        "7 PT60S, 0.02",
        "7 PT60S, 0.3",
        "70 PT10M, 0.02",
        "70 PT10M, 0.3",
        "500 PT1H, 0.02",
        "500 PT1H, 0.1",
        "500 PT1H, 0.3",
        "5000 PT24H, 0.02",
        "5000 PT24H, 0.1",
        "5000 PT24H, 0.3",
        "100 PT1M 60 PT23H, 0.02",
        "100 PT1M 60 PT23H, 0.1",
        "100 PT1M 60 PT23H, 0.3"
    })
    void theBudgetHoldsHoweverLabelsCome(String pattern, double rate) {
        Pattern labels = Pattern.of(pattern);
        Random random = new Random(9);
        ErrorRateDetector detector = new ErrorRateDetector(new FalseAlarmBudget(PER_DAY), WINDOW);
        long end = Duration.ofDays(DAYS).toNanos();
        int alarms = 0;
        boolean before = false;
        long now = 0;
        for (int report = 0; now < end; report++) {
            boolean alarm =
                    detector.update(labels.labels(), wrong(random, labels.labels(), rate), labels.windowsBefore(report))
                            >= 0.5;
            alarms += alarm && !before ? 1 : 0;
            before = alarm;
            now += labels.after(report);
        }
        double accepted = PER_DAY * DAYS;
        assertThat(alarms)
                .as("%d alarms, %.0f accepted, seed 9", alarms, accepted)
                .isLessThanOrEqualTo((int) (1.2 * accepted + 3.3 * Math.sqrt(accepted)));
        if (Boolean.getBoolean("edgeai.full")) {
            System.getLogger("bursts").log(System.Logger.Level.INFO, pattern + " " + rate + " " + alarms / accepted);
        }
    }

    /** Median time until a loss from 10 % to 20 % wrong answers is found, after a month. */
    @ParameterizedTest
    @CsvSource({"7 PT60S, PT45M", "70 PT10M, PT40M", "500 PT1H, PT1H", "5000 PT24H, PT24H", "100 PT1M 60 PT23H, PT24H"})
    void aLossIsFoundSoon(String pattern, Duration atMost) {
        Pattern labels = Pattern.of(pattern);
        long[] delays = new long[31];
        for (int seed = 0; seed < delays.length; seed++) {
            Random random = new Random(seed);
            ErrorRateDetector detector = new ErrorRateDetector(new FalseAlarmBudget(0.0125), WINDOW);
            long now = 0;
            int report = 0;
            for (; now < Duration.ofDays(30).toNanos(); report++) {
                detector.update(labels.labels(), wrong(random, labels.labels(), 0.1), labels.windowsBefore(report));
                now += labels.after(report);
            }
            long begin = now - labels.after(report - 1);
            while (detector.update(labels.labels(), wrong(random, labels.labels(), 0.2), labels.windowsBefore(report))
                    < 0.5) {
                now += labels.after(report++);
            }
            delays[seed] = now - begin;
        }
        Arrays.sort(delays);
        if (Boolean.getBoolean("edgeai.full")) {
            System.getLogger("bursts")
                    .log(System.Logger.Level.INFO, pattern + " found after " + Duration.ofNanos(delays[15]));
        }
        assertThat(Duration.ofNanos(delays[15]))
                .as("median of 31, seeds 0 to 30")
                .isLessThanOrEqualTo(atMost);
    }

    /** Labels of a day that come at once: the third day's may be judged, where 30 reports would take a month. */
    @Test
    void aDailyReportIsEnoughToLearnFrom() {
        Random random = new Random(3);
        AccuracyWatch watch = new AccuracyWatch(new FalseAlarmBudget(0.0125), WINDOW);
        long day = Duration.ofDays(1).toNanos();
        for (int report = 0; report < 3; report++) {
            assertThat(watch.update(5000 - wrong(random, 5000, 0.1), 5000, report * day)
                            .score())
                    .isLessThan(0.5);
        }
        SignalView lost = watch.update(4000, 5000, 3 * day);
        assertThat(lost.score()).isGreaterThanOrEqualTo(0.5);
        assertThat(lost.sentence()).isEqualTo("Accuracy fell from 90.2 % to 80.0 %.");
    }
}
