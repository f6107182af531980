package io.edgeai.placement.autoscale.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import io.edgeai.placement.autoscale.policy.FixedPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {
    private static ServiceProfile service(double scv, int fixed) {
        return new ServiceProfile(
                List.of(new Variant("v", 0.1, scv, 0.9)),
                Duration.ofSeconds(1),
                0.01,
                new ServiceProfile.ColdStart(10, 10),
                0,
                Math.max(1, fixed));
    }

    private static Trace steady(double rate, int seconds) {
        double[] counts = new double[seconds];
        Arrays.fill(counts, rate);
        return Trace.of(1, counts);
    }

    /** Pollaczek and Khinchine: mean wait of M/G/1 is ρ·s·(1 + scv) / (2(1 − ρ)). Bins of an hour make arrivals Poisson. */
    @ParameterizedTest
    @CsvSource({"5, 0", "5, 1", "7, 0.5", "8, 0.25"})
    void oneReplicaWaitsAsPollaczekAndKhinchineSay(double rate, double scv) {
        Trace trace = Trace.of(20_000, rate * 20_000, rate * 20_000);

        ReplayReport report = Replay.of(trace, service(scv, 1))
                .tickSeconds(3600)
                .initialReplicas(1)
                .run(new FixedPolicy(1));

        double load = rate * 0.1;
        double wait = load * 0.1 * (1 + scv) / (2 * (1 - load));
        assertThat(report.meanWaitSeconds()).isCloseTo(wait, within(0.05 * wait));
        assertThat(report.requests()).isEqualTo((long) (rate * 40_000));
    }

    /** Erlang's C by its sums, and its exponential wait: the share of M/M/4 that waits longer than the SLO allows. */
    @Test
    void fourReplicasWaitAsErlangSays() {
        double rate = 36;
        Trace trace = Trace.of(10_000, rate * 10_000);
        ServiceProfile constant = new ServiceProfile(
                List.of(new Variant("v", 0.1, 1e-9, 1)),
                Duration.ofSeconds(1),
                0.01,
                new ServiceProfile.ColdStart(10, 10),
                1,
                4);
        ReplayReport report =
                Replay.of(trace, constant).tickSeconds(3600).initialReplicas(4).run(new FixedPolicy(4));
        double a = rate * 0.1;
        double term = 1;
        double sum = 0;
        for (int k = 0; k < 4; k++) {
            sum += term;
            term *= a / (k + 1);
        }
        double tail = term * 4 / (4 - a);
        double meanOfExponential = tail / (sum + tail) / (4 / 0.1 - rate);
        assertThat(report.meanWaitSeconds())
                .as("constant service waits about half as long as exponential")
                .isCloseTo(meanOfExponential / 2, within(0.08 * meanOfExponential));
    }

    @Test
    void replicasArePaidFromAskingToGoing() {
        // 2 ready for 100 s; at 10 s two more are asked for, ready at 20 s, gone at 50 s.
        ReplayReport report = Replay.of(steady(0, 100), service(0, 4))
                .tickSeconds(10)
                .initialReplicas(2)
                .run(seen -> new ScalingDecision(seen.seconds() < 50 ? 4 : 2, 0, ""));
        assertThat(report.replicaHours()).isCloseTo((2 * 100 + 2 * 40) / 3600.0, within(1e-9));
        assertThat(report.coldStarts()).isEqualTo(2);
        assertThat(report.peakReplicas()).isEqualTo(4);
        assertThat(report.violations()).isZero();
    }

    @Test
    void requestsThatWakeAServiceAreHeldAndAnswered() {
        Trace trace = Trace.of(1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        ReplayReport report = Replay.of(trace, service(0, 4))
                .initialReplicas(0)
                .run(seen -> new ScalingDecision(seen.waiting() > 0 || seen.ready() > 0 ? 1 : 0, 0, ""));
        assertThat(report.requests()).isEqualTo(5);
        assertThat(report.late()).as("all waited for the cold start of 10 s").isEqualTo(5);
        assertThat(report.meanWaitSeconds()).isBetween(9.0, 11.0);
    }

    @Test
    void whatIsNeverAnsweredIsLate() {
        ReplayReport report =
                Replay.of(steady(3, 20), service(0, 1)).initialReplicas(0).run(new FixedPolicy(0));
        assertThat(report.requests()).isEqualTo(60);
        assertThat(report.late())
                .as("those of the last second may yet be in time")
                .isEqualTo(57);
    }

    @Test
    void leavingReplicasFinishWhatTheyDo() {
        ServiceProfile slow = new ServiceProfile(
                List.of(new Variant("v", 30, 0, 1)),
                Duration.ofSeconds(60),
                0.01,
                new ServiceProfile.ColdStart(10, 10),
                0,
                4);
        ReplayReport report = Replay.of(Trace.of(1, padded(2, 60)), slow)
                .initialReplicas(2)
                .run(seen -> new ScalingDecision(seen.seconds() < 3 ? 2 : 0, 0, ""));
        assertThat(report.late()).isZero();
        assertThat(report.replicaHours() * 3600).as("each about 30 s").isBetween(60.0, 62.0);
    }

    private static double[] padded(double first, int length) {
        double[] counts = new double[length];
        counts[0] = first;
        return counts;
    }

    @Test
    void theSameSeedGivesTheSameReplay() {
        Replay replay = Replay.of(steady(20, 300), service(0.5, 10)).ticker(() -> 0);
        assertThat(replay.run(new FixedPolicy(3))).isEqualTo(replay.run(new FixedPolicy(3)));
        assertThat(replay.seed(2).run(new FixedPolicy(3)).meanWaitSeconds())
                .isNotEqualTo(replay.run(new FixedPolicy(3)).meanWaitSeconds());
    }

    @Test
    void tracesWithoutTimeOrWithNonsenseAreRefused() {
        assertThatThrownBy(() -> Trace.of(1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Trace.of(0, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Trace.of(1, -1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Trace.of(1, Double.NaN)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Trace.of(1, 1, 2).part(1, 3)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Replay.of(Trace.of(1, 1), service(0, 1)).tickSeconds(0))
                .isInstanceOf(InvalidInputException.class);
        Trace trace = Trace.of(2, 4, 8, 6).part(1, 3).scaled(0.5);
        assertThat(trace.rate(0)).isEqualTo(2);
        assertThat(trace.rate(3.9)).isEqualTo(1.5);
        assertThat(trace.rate(4)).isZero();
        assertThat(trace.peakRate()).isEqualTo(2);
    }
}
