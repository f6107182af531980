package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorGuardrailTest {
    private static final double SHARE = 0.05;

    /** Over all sequences of 12 errors, weighed by their probability: what the bets are worth stays 1 on average. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.9})
    void theBetsAreFair(double share) {
        int errors = 12;
        double alarms = 0;
        double worth = 0;
        for (int who = 0; who < 1 << errors; who++) {
            ErrorGuardrail guard = new ErrorGuardrail(0.2);
            double probability = 1;
            for (int i = 0; i < errors; i++) {
                boolean canary = (who >> i & 1) == 1;
                guard.error(canary, share);
                probability *= canary ? share : 1 - share;
            }
            double total = 0.2 / errors;
            for (double one : guard.state().worth()) {
                total += one / 4;
            }
            worth += probability * total;
            alarms += guard.alarmed() ? probability : 0;
        }
        assertThat(worth).isCloseTo(1, within(1e-9));
        assertThat(alarms).isLessThanOrEqualTo(0.2);
    }

    @Test
    void aBadCanaryIsFoundWithinTwoHundredRequests() {
        int[] requests = IntStream.range(0, 4000)
                .map(seed -> canaryRequestsUntilAlarm(seed, 0))
                .sorted()
                .toArray();
        assertThat(requests[2000]).as("median").isLessThanOrEqualTo(60);
        assertThat(requests[3960]).as("99 %").isLessThanOrEqualTo(200);
    }

    @Test
    void oneThatTurnsBadLateIsFoundToo() {
        int[] requests = IntStream.range(0, 200)
                .map(seed -> canaryRequestsUntilAlarm(seed, 100_000))
                .sorted()
                .toArray();
        assertThat(requests[100]).as("median").isLessThanOrEqualTo(180);
        assertThat(requests[198]).as("99 %").isLessThanOrEqualTo(400);
    }

    @Test
    void goodRequestsRaiseNoAlarm() {
        int alarms = 0;
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ErrorGuardrail guard = new ErrorGuardrail(0.01);
            for (int error = 0; error < 1000; error++) { // a million requests of which 0.1 % fail
                guard.error(random.nextDouble() < SHARE, SHARE);
            }
            alarms += guard.alarmed() ? 1 : 0;
        }
        // At most 4 are expected; 10 or more would have a probability below 0.8 %.
        assertThat(alarms).isLessThan(10);
    }

    @Test
    void aBetterCanaryRaisesNoAlarm() {
        ErrorGuardrail guard = new ErrorGuardrail(0.01);
        for (int i = 0; i < 100_000; i++) {
            guard.error(false, SHARE);
        }
        assertThat(guard.alarmed()).isFalse();
        assertThat(guard.otherErrors()).isEqualTo(100_000);
        assertThat(guard.canaryErrors()).isZero();
    }

    @Test
    void manyErrorsOverflowNothing() {
        ErrorGuardrail guard = new ErrorGuardrail(0.01);
        for (int i = 0; i < 100_000; i++) {
            guard.error(true, SHARE);
        }
        assertThat(guard.pValue()).isPositive().isLessThan(1e-200);
        assertThat(guard.state().evidence()).isFinite();
    }

    @Test
    void goesOnAfterARestartAndKeepsItsAlarm() {
        ErrorGuardrail whole = new ErrorGuardrail(0.01);
        ErrorGuardrail parts = new ErrorGuardrail(0.01);
        for (int i = 0; i < 50; i++) {
            whole.error(i < 10, SHARE);
            parts.error(i < 10, SHARE);
            parts = new ErrorGuardrail(parts.state());
        }
        assertThat(parts.alarmed()).isTrue();
        assertThat(parts.state().worth()).isEqualTo(whole.state().worth());
        assertThat(parts.pValue()).isEqualTo(whole.pValue());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
    void refusesAShareThatLeavesNothingToCompare(double share) {
        assertThatThrownBy(() -> new ErrorGuardrail(0.01).error(true, share))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    /** 0.1 % of all requests fail; after so many, 5 % of the canary's. */
    private static int canaryRequestsUntilAlarm(int seed, int goodRequests) {
        SplittableRandom random = new SplittableRandom(seed);
        ErrorGuardrail guard = new ErrorGuardrail(0.01);
        int bad = 0;
        for (int request = 0; !guard.alarmed() && bad < 100_000; request++) {
            boolean canary = random.nextDouble() < SHARE;
            bad += canary && request >= goodRequests ? 1 : 0;
            if (random.nextDouble() < (canary && request >= goodRequests ? 0.05 : 0.001)) {
                guard.error(canary, SHARE);
            }
        }
        return bad;
    }

    private static double bets(boolean[] canary, double share) {
        double[] odds = {2, 5, 15, 50};
        double sum = 0;
        for (double odd : odds) {
            double placed = 0;
            double rest = 1;
            for (int i = 0; i < canary.length; i++) {
                double errors = i + 1;
                double stake = i == 0 ? 0.8 : 0.2 / (errors * (errors - 1));
                rest -= stake;
                placed = (placed + stake) * (canary[i] ? odd : 1) / (odd * share + 1 - share);
            }
            sum += placed + rest;
        }
        return sum / 4;
    }

    @Test
    void onePlacePooledIsWorthWhatItsBetsAre() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 100; run++) {
            ErrorGuardrail guard = new ErrorGuardrail(0.01);
            boolean[] errors = new boolean[random.nextInt(30)];
            for (int i = 0; i < errors.length; i++) {
                errors[i] = random.nextInt(4) == 0;
                guard.error(errors[i], 0.1);
            }
            assertThat(ErrorGuardrail.pooled(List.of(guard.state())))
                    .as("seed %d", seed)
                    .isCloseTo(bets(errors, 0.1), withinPercentage(1e-7));
        }
    }

    /** A third of the requests each, and all are taken back as soon together as one that has all requests. */
    @Test
    void threePlacesTogetherFindABadVersionAlmostAsSoonAsOne() {
        long seed = 21;
        Random random = new Random(seed);
        List<Integer> needed = new ArrayList<>();
        int falseAlarms = 0;
        for (int run = 0; run < 1000; run++) {
            boolean bad = run % 2 == 0;
            List<ErrorGuardrail> places =
                    List.of(new ErrorGuardrail(0.01), new ErrorGuardrail(0.01), new ErrorGuardrail(0.01));
            double canarys = bad ? 0.05 * 0.05 / (0.05 * 0.05 + 0.95 * 0.001) : 0.05;
            int errors = 0;
            boolean alarmed = false;
            while (!alarmed && errors < 300) {
                errors++;
                places.get(random.nextInt(3)).error(random.nextDouble() < canarys, 0.05);
                alarmed = ErrorGuardrail.pooled(
                                places.stream().map(ErrorGuardrail::state).toList())
                        >= 100;
            }
            if (bad) {
                needed.add(errors);
            } else {
                falseAlarms += alarmed ? 1 : 0;
            }
        }
        needed.sort(null);
        assertThat(needed.get(250)).as("median errors, seed %d", seed).isLessThanOrEqualTo(6);
        assertThat(needed.get(495)).as("99 %% of errors, seed %d", seed).isLessThanOrEqualTo(20);
        assertThat(falseAlarms)
                .as("of 500, seed %d", seed)
                .isLessThanOrEqualTo(13); // binomial(500, .01): P(> 13) = .05 %
    }
}
