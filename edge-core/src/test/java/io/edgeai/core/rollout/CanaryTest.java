package io.edgeai.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.HandSetClock;
import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanaryTest {
    private static final CanaryPlan PLAN =
            CanaryPlan.defaults().steps(0.05, 0.5).requests(100).time(Duration.ofSeconds(10));
    private final HandSetClock clock = new HandSetClock(Instant.EPOCH);

    private static void answers(Canary canary, int requests, Random random, double factor) {
        for (int i = 0; i < requests; i++) {
            canary.answered(true, (long) (1e6 * factor * (1 + random.nextDouble())));
            canary.answered(false, (long) (1e6 * (1 + random.nextDouble())));
        }
    }

    @Test
    void takesEachStepOnlyWithRequestsAndTime() {
        Canary canary = new Canary(PLAN, clock);
        Random random = new Random(1);
        assertThat(canary.share()).isEqualTo(0.05);
        answers(canary, 100, random, 1);
        assertThat(canary.advance()).isEqualTo(CanaryStatus.RUNNING);
        assertThat(canary.share()).as("too early").isEqualTo(0.05);
        clock.advance(Duration.ofSeconds(10));
        canary.advance();
        assertThat(canary.share()).isEqualTo(0.5);
        clock.advance(Duration.ofSeconds(100));
        answers(canary, 99, random, 1);
        assertThat(canary.advance()).as("too few").isEqualTo(CanaryStatus.RUNNING);
        answers(canary, 1, random, 1);
        assertThat(canary.advance()).isEqualTo(CanaryStatus.PASSED);
        assertThat(canary.share()).isEqualTo(1);
        assertThat(canary.report().requests()).isEqualTo(200);
    }

    @Test
    void errorsTakeItBackAtOnceAndForGood() {
        Canary canary = new Canary(PLAN, clock);
        answers(canary, 50, new Random(2), 1);
        while (canary.failed(true) == CanaryStatus.RUNNING) {
            assertThat(canary.report().errors()).as("errors").isLessThan(20);
        }
        assertThat(canary.share()).isZero();
        assertThat(canary.report().reason()).contains("failed (").contains("p = ");
        clock.advance(Duration.ofSeconds(1000));
        answers(canary, 1000, new Random(3), 1);
        assertThat(canary.advance()).isEqualTo(CanaryStatus.ROLLED_BACK);
    }

    @Test
    void slownessBeyondThePlanTakesItBackAndWithinItDoesNot() {
        Canary twice = new Canary(PLAN, clock);
        answers(twice, 99, new Random(4), 3);
        assertThat(twice.advance()).isEqualTo(CanaryStatus.ROLLED_BACK);
        assertThat(twice.report().reason()).contains("slower than 1.5 times");
        Canary tenPercent = new Canary(PLAN, clock);
        answers(tenPercent, 99, new Random(5), 1.1);
        assertThat(tenPercent.advance()).isEqualTo(CanaryStatus.RUNNING);
    }

    /** Issue figures: found within a median of 60 and a 99th percentile of 200 canary requests. */
    @Test
    void aBadCanaryIsTakenBackWithinTwoHundredOfItsRequests() {
        List<Long> needed = new ArrayList<>();
        long seed = 6;
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            Canary canary = new Canary(CanaryPlan.defaults(), clock);
            while (canary.status() == CanaryStatus.RUNNING) {
                boolean ours = random.nextDouble() < canary.share();
                if (random.nextDouble() < (ours ? 0.05 : 0.001)) {
                    canary.failed(ours);
                } else if (ours) {
                    canary.answered(true, 1);
                }
            }
            needed.add(canary.report().requests());
        }
        needed.sort(null);
        assertThat(needed.get(1000)).as("median, seed %d", seed).isLessThanOrEqualTo(60);
        assertThat(needed.get(1980)).as("99 %%, seed %d", seed).isLessThanOrEqualTo(200);
    }

    @Test
    void goodVersionsAreNotTakenBack() {
        long seed = 7;
        Random random = new Random(seed);
        int taken = 0;
        for (int run = 0; run < 300; run++) {
            Canary canary = new Canary(CanaryPlan.defaults(), clock);
            for (int error = 0; error < 500; error++) { // half a million requests at 0.1 %
                canary.failed(random.nextDouble() < 0.05);
            }
            taken += canary.status() == CanaryStatus.ROLLED_BACK ? 1 : 0;
        }
        assertThat(taken).as("of 300, seed %d", seed).isLessThanOrEqualTo(6); // binomial(300, .009): P(> 6) = .03 %
    }

    @Test
    void goesOnAfterARestart() throws Exception {
        Canary canary = new Canary(PLAN, clock);
        answers(canary, 100, new Random(8), 1);
        canary.failed(true);
        clock.advance(Duration.ofSeconds(11));
        canary.advance();
        ObjectMapper json = new ObjectMapper();
        Canary.State kept = json.readValue(json.writeValueAsString(canary.state()), Canary.State.class);
        Canary again = new Canary(PLAN, clock, kept);
        assertThat(again.report()).isEqualTo(canary.report());
        assertThat(again.share()).isEqualTo(0.5);
        canary.end();
        assertThat(canary.status()).isEqualTo(CanaryStatus.ENDED);
    }

    /** Two processes that hear of each other now and then, against one that hears of everything. */
    @Test
    void processesTogetherCountEveryRequestOnce() {
        Random random = new Random(9);
        Canary one = new Canary(PLAN, clock);
        Canary other = new Canary(PLAN, clock);
        answers(one, 70, random, 1);
        answers(other, 40, random, 1);
        one.failed(true);
        other.failed(false);
        other.failed(false);
        for (int again = 0; again < 3; again++) { // however often it hears of the same
            one.join(List.of(other.state()));
        }
        Canary.Report report = one.report();
        assertThat(report.requests()).isEqualTo(111);
        assertThat(List.of(report.errors(), report.errorsBefore())).containsExactly(1L, 2L);
        assertThat(report.slower().pairs()).isEqualTo(110);
        clock.advance(Duration.ofSeconds(10));
        assertThat(one.advance()).isEqualTo(CanaryStatus.RUNNING);
        assertThat(one.share()).as("a step that both together have done").isEqualTo(0.5);
        assertThat(other.share()).isEqualTo(0.05);
        other.join(List.of(one.state()));
        assertThat(other.share()).as("a step that the other has begun").isEqualTo(0.5);
        assertThat(one.state().requests()).as("its own part stays its own").isEqualTo(71);
    }

    @Test
    void errorsOfAllTogetherTakeItBackEverywhere() {
        List<Canary> all =
                new ArrayList<>(List.of(new Canary(PLAN, clock), new Canary(PLAN, clock), new Canary(PLAN, clock)));
        int errors = 0;
        while (all.stream().noneMatch(canary -> canary.status() == CanaryStatus.ROLLED_BACK)) {
            Canary hit = all.get(errors++ % 3);
            hit.join(all.stream()
                    .filter(canary -> canary != hit)
                    .map(Canary::state)
                    .toList());
            hit.failed(true);
            assertThat(errors).isLessThan(12);
        }
        assertThat(errors)
                .as("fewer each than one of them alone would have needed")
                .isGreaterThan(2);
        for (Canary canary : all) {
            canary.join(all.stream()
                    .filter(other -> other != canary)
                    .map(Canary::state)
                    .toList());
            assertThat(canary.status()).isEqualTo(CanaryStatus.ROLLED_BACK);
        }
        assertThat(all)
                .anySatisfy(canary -> assertThat(canary.report().reason()).contains("taken back elsewhere"));
    }

    @Test
    void slownessThatOnlyAllTogetherShowIsFound() {
        Canary one = new Canary(PLAN, clock);
        Canary other = new Canary(PLAN, clock);
        Random random = new Random(10);
        int requests = 0;
        while (one.advance() == CanaryStatus.RUNNING && requests < 99) {
            requests++;
            answers(one, 1, random, 2.2);
            answers(other, 1, random, 2.2);
            one.join(List.of(other.state()));
        }
        assertThat(one.report().reason()).contains("slower than 1.5 times");
        Canary alone = new Canary(PLAN, clock);
        Random same = new Random(10);
        int needed = 0;
        while (alone.advance() == CanaryStatus.RUNNING && needed < 500) {
            needed++;
            answers(alone, 1, same, 2.2);
        }
        assertThat(requests).as("each, where one alone needs %d", needed).isLessThan(needed);
    }

    @Test
    void refusesPlansThatMakeNoSense() {
        CanaryPlan plan = CanaryPlan.defaults();
        assertThatThrownBy(() -> plan.steps(0.5, 0.25)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> plan.steps()).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> plan.steps(1.0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> plan.requests(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> plan.time(Duration.ofSeconds(-1))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> plan.falseAlarms(1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> plan.slower(-0.1)).isInstanceOf(InvalidInputException.class);
    }
}
