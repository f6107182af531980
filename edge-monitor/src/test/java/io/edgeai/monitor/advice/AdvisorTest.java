package io.edgeai.monitor.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.metric.BatchSizes;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.RunSummary;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdvisorTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final VersionRef V2 = VersionRef.of("defects", 2);
    private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");

    /** Minutes that are all alike. */
    private record Minutes(int count, long calls, long errors, double p50, double p99, double cpu) {
        List<WindowSummary> windows() {
            List<WindowSummary> windows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                windows.add(new WindowSummary(
                        AT.plusSeconds(60L * i),
                        Duration.ofMinutes(1),
                        calls,
                        errors,
                        p50 * 1e6,
                        p99 * 1e6,
                        p99 * 1e6,
                        p99 * 1e6,
                        new ResourceReading(cpu, 1e8, 1e9),
                        false));
            }
            return windows;
        }

        List<WindowSummary> after(Minutes before) {
            List<WindowSummary> all = new ArrayList<>(before.windows());
            all.addAll(windows());
            return all;
        }
    }

    private static List<Advice> advise(
            Set<SignalKind> firing, List<WindowSummary> minutes, Map<VersionRef, List<WindowSummary>> siblings) {
        List<HealthPart> parts = new ArrayList<>();
        for (SignalKind signal : SignalKind.ofVersions()) {
            parts.add(HealthPart.of(signal, 10, firing.contains(signal) ? 0.3 : 1, signal + " says why."));
        }
        return Advisor.advise(new Situation(V2, Health.of("x", AT, parts), firing, minutes, siblings));
    }

    @Test
    void aVersionThatFailsMoreThanAnotherSurelyDoesIsRolledBack() {
        List<WindowSummary> failing = new Minutes(10, 100, 12, 3, 9, 0.2).windows();
        List<WindowSummary> good = new Minutes(60, 100, 1, 3, 9, 0.2).windows();
        assertThat(advise(EnumSet.of(SignalKind.ERRORS), failing, Map.of(V1, good)))
                .singleElement()
                .satisfies(advice -> {
                    assertThat(advice.action()).isEqualTo(AdvisedAction.ROLL_BACK);
                    assertThat(advice.points())
                            .as("100 points · 10 of 80 · 0.7")
                            .isCloseTo(8.75, within(1e-9));
                    assertThat(advice.gain()).isEqualTo("failed calls from 12.00 % to 1.00 % with defects@1");
                    assertThat(advice.evidence()).startsWith("120 of 1000 calls failed here, 60 of 6000 there;");
                });
    }

    @Test
    void aDifferenceThatMayBeChanceIsNoReason() {
        List<WindowSummary> failing = new Minutes(5, 40, 2, 3, 9, 0.2).windows();
        List<WindowSummary> other = new Minutes(5, 40, 1, 3, 9, 0.2).windows();
        assertThat(advise(EnumSet.of(SignalKind.ERRORS), failing, Map.of(V1, other)))
                .isEmpty();
    }

    @Test
    void withoutAnAlertOrAnotherVersionOrEnoughCallsNothingIsRolledBack() {
        List<WindowSummary> failing = new Minutes(10, 100, 12, 3, 9, 0.2).windows();
        List<WindowSummary> good = new Minutes(60, 100, 1, 3, 9, 0.2).windows();
        assertThat(advise(Set.of(), failing, Map.of(V1, good))).isEmpty();
        assertThat(advise(EnumSet.of(SignalKind.ERRORS), failing, Map.of())).isEmpty();
        assertThat(advise(EnumSet.of(SignalKind.ERRORS), failing, Map.of(V1, good.subList(0, 4))))
                .isEmpty();
        assertThat(advise(EnumSet.of(SignalKind.ERRORS), failing.subList(0, 4), Map.of(V1, good)))
                .isEmpty();
    }

    @Test
    void aSlowVersionIsRolledBackToAFasterOneOnly() {
        List<WindowSummary> slow = new Minutes(10, 100, 0, 20, 50, 0.2).windows();
        assertThat(advise(
                        EnumSet.of(SignalKind.LATENCY),
                        slow,
                        Map.of(V1, new Minutes(30, 100, 0, 4, 10, 0.2).windows())))
                .extracting(Advice::gain)
                .containsExactly("p99 from 50.0 ms to 10.0 ms with defects@1");
        assertThat(advise(
                        EnumSet.of(SignalKind.LATENCY),
                        slow,
                        Map.of(V1, new Minutes(30, 100, 0, 18, 45, 0.2).windows())))
                .isEmpty();
    }

    @Test
    void otherInputsAndWrongAnswersCallForTraining() {
        assertThat(advise(EnumSet.of(SignalKind.DATA_DRIFT, SignalKind.ACCURACY), List.of(), Map.of()))
                .singleElement()
                .satisfies(advice -> {
                    assertThat(advice.action()).isEqualTo(AdvisedAction.RETRAIN);
                    assertThat(advice.points()).isCloseTo(17.5, within(1e-9));
                    assertThat(advice.evidence()).isEqualTo("ACCURACY says why. DATA_DRIFT says why.");
                });
    }

    @Test
    void otherRightAnswersCallForTraining() {
        assertThat(advise(EnumSet.of(SignalKind.CONCEPT_DRIFT), List.of(), Map.of()))
                .singleElement()
                .satisfies(advice -> {
                    assertThat(advice.action()).isEqualTo(AdvisedAction.RETRAIN);
                    assertThat(advice.points())
                            .as("100 points · 10 of 80 · 0.7")
                            .isCloseTo(8.75, within(1e-9));
                    assertThat(advice.evidence()).isEqualTo("CONCEPT_DRIFT says why.");
                });
    }

    @Test
    void aBusyVersionIsToldWhatItsOwnQuieterMinutesShow() {
        List<WindowSummary> minutes =
                new Minutes(10, 6000, 0, 30, 90, 0.93).after(new Minutes(20, 2400, 0, 4, 12, 0.4));
        List<Advice> advice = advise(Set.of(), minutes, Map.of());
        assertThat(advice)
                .extracting(Advice::action)
                .containsExactly(AdvisedAction.SCALE_OUT, AdvisedAction.BATCH, AdvisedAction.QUANTIZE);
        assertThat(advice.get(0).gain()).isEqualTo("p99 from 90.0 ms to about 12.0 ms with a second replica");
        assertThat(advice.get(0).evidence())
                .isEqualTo("CPU at 93 % and 100.0 calls a second now; 20 minutes of at most half as many calls had that"
                        + " p99.");
        assertThat(advice.get(1).gain())
                .as("Little's law: 100 a second of 30 ms each")
                .isEqualTo("up to 3 calls in one run instead of one each");
    }

    /** Minutes of 6000 calls that waited so long for runs of so many, each of which took so long. */
    private static List<WindowSummary> queued(int count, double waitMillis, double batch, double runMillis) {
        return new Minutes(count, 6000, 0, 10, 20, 0.3)
                .windows().stream()
                        .map(window -> window.with(
                                Double.NaN,
                                new RunSummary(
                                        Math.round(6000 / batch),
                                        BatchSizes.NONE,
                                        batch,
                                        waitMillis * 1e6,
                                        waitMillis * 1e6,
                                        runMillis * 1e6,
                                        runMillis * 1e6,
                                        Double.NaN)))
                        .toList();
    }

    private static List<WindowSummary> both(List<WindowSummary> before, List<WindowSummary> after) {
        List<WindowSummary> all = new ArrayList<>(before);
        all.addAll(after);
        return all;
    }

    /** 100 calls a second that wait 50 ms are 5 at a time, by Little's law. */
    @Test
    void aQueueInFrontOfRunsOfOneIsEvidenceForBatches() {
        assertThat(advise(Set.of(), queued(20, 50, 1, 10), Map.of()))
                .singleElement()
                .satisfies(advice -> {
                    assertThat(advice.action()).isEqualTo(AdvisedAction.BATCH);
                    assertThat(advice.gain()).isEqualTo("up to 6 calls in one run instead of 1.0");
                    assertThat(advice.evidence())
                            .isEqualTo(
                                    "5.0 requests wait at a time, 50.0 ms each, while a run serves 1.0; 100.0 calls a second.");
                });
        assertThat(advise(Set.of(), queued(20, 5, 1, 10), Map.of()))
                .as("half a request waits")
                .isEmpty();
        assertThat(advise(Set.of(), queued(20, 50, 6, 10), Map.of()))
                .as("runs of 6 serve the 11 that are there")
                .isEmpty();
    }

    @Test
    void minutesWithLargerRunsSayWhatTheyBring() {
        List<WindowSummary> now = queued(20, 50, 1, 10);
        assertThat(advise(Set.of(), both(queued(10, 2, 4, 12), now), Map.of()))
                .singleElement()
                .satisfies(advice -> {
                    assertThat(advice.gain()).isEqualTo("from 10.00 ms of a run for each request to 3.00 ms");
                    assertThat(advice.evidence()).endsWith("10 minutes had runs of 4.0.");
                });
        assertThat(advise(Set.of(), both(queued(10, 2, 4, 39), now), Map.of()))
                .as("9.75 ms for each request saves too little")
                .isEmpty();
    }

    @Test
    void withoutQuieterMinutesNoFigureIsPromised() {
        List<WindowSummary> busy = new Minutes(30, 600, 0, 30, 90, 0.93).windows();
        assertThat(advise(Set.of(), busy, Map.of()))
                .extracting(Advice::action)
                .as("and 0.3 calls at a time are no batch")
                .containsExactly(AdvisedAction.QUANTIZE);
        assertThat(advise(Set.of(), new Minutes(30, 600, 0, 30, 90, Double.NaN).windows(), Map.of()))
                .isEmpty();
    }

    @Test
    void resourcesThatRoseWithoutItsCallsAreAReasonToMove() {
        Minutes before = new Minutes(60, 600, 0, 4, 12, 0.3);
        assertThat(advise(EnumSet.of(SignalKind.RESOURCE), new Minutes(10, 600, 0, 8, 40, 0.7).after(before), Map.of()))
                .extracting(Advice::action, Advice::gain)
                .containsExactly(tuple(AdvisedAction.MOVE, "p99 back to about 12.0 ms on a site with room"));
        assertThat(advise(
                        EnumSet.of(SignalKind.RESOURCE), new Minutes(10, 1200, 0, 8, 40, 0.7).after(before), Map.of()))
                .as("its own calls doubled")
                .isEmpty();
    }
}
