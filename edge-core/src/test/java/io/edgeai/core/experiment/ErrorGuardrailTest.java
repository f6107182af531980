package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
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
}
