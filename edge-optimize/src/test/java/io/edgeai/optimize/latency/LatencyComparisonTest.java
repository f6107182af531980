package io.edgeai.optimize.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a fake clock that only the sessions move. */
class LatencyComparisonTest {
    private long now;
    private final List<String> calls = new ArrayList<>();

    @Test
    void ratioOfConstantTimes() {
        LatencyComparison result = measure(session("a", 900_000), session("b", 300_000), 15, Progress.NONE);
        assertThat(result.speedup()).isCloseTo(3, within(1e-9));
        assertThat(result.lowestRound()).isCloseTo(3, within(1e-9));
        assertThat(result.highestRound()).isCloseTo(3, within(1e-9));
        assertThat(result.original().p50Micros()).isEqualTo(900);
        assertThat(result.original().p99Micros()).isEqualTo(900);
        assertThat(result.derived().p50Micros()).isEqualTo(300);
        assertThat(result.rounds()).isEqualTo(15);
        assertThat(result.original().runs()).isEqualTo(15 * 4);
    }

    @Test
    void modelsTakeTurnsAndTheFirstAlternates() {
        measure(session("a", 60_000_000), session("b", 59_000_000), 4, Progress.NONE);
        assertThat(calls.subList(6, calls.size())).containsExactly("a", "b", "b", "a", "a", "b", "b", "a");
    }

    @Test
    void disturbanceOfWholeRoundsCancelsOut() {
        int[] count = {0};
        InferenceSession a = session("a", () -> (++count[0] > 10 ? 8_000_000 : 4_000_000));
        InferenceSession b = session("b", () -> (count[0] > 10 ? 4_000_000 : 2_000_000));
        LatencyComparison result = measure(a, b, 20, Progress.NONE);
        assertThat(result.speedup()).isCloseTo(2, within(1e-9));
    }

    @Test
    void quickModelsRunManyTimesButNotForEver() {
        LatencyComparison result = measure(session("a", 1), session("b", 1), 2, Progress.NONE);
        assertThat(result.derived().runs()).isEqualTo(400);
    }

    @Test
    void tailIsTheNinetyNinthPercentile() {
        int[] count = {0};
        InferenceSession slowSometimes = session("a", () -> ++count[0] % 50 == 0 ? 5_000_000 : 40_000);
        LatencyComparison result = measure(slowSometimes, session("b", 40_000), 10, Progress.NONE);
        assertThat(result.original().p50Micros()).isEqualTo(40);
        assertThat(result.original().p99Micros()).isEqualTo(5_000);
        assertThat(result.derived().p99Micros()).isEqualTo(40);
    }

    @Test
    void noRoundsAreRefused() {
        assertThatThrownBy(() -> measure(session("a", 1), session("b", 1), 0, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("rounds (0)");
    }

    @Test
    void stopsBetweenRounds() {
        long[] seen = {0};
        Progress afterThree = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                assertThat(phase).isEqualTo("latency");
                seen[0] = done;
            }

            @Override
            public boolean cancelled() {
                return seen[0] >= 3;
            }
        };
        assertThatThrownBy(() -> measure(session("a", 1), session("b", 1), 10, afterThree))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("round (3) of 10");
    }

    private LatencyComparison measure(InferenceSession a, InferenceSession b, int rounds, Progress progress) {
        return LatencyComparison.measure(a, b, Map.of(), rounds, () -> now, progress);
    }

    private InferenceSession session(String name, long nanos) {
        return session(name, () -> nanos);
    }

    private InferenceSession session(String name, java.util.function.LongSupplier nanos) {
        return new InferenceSession() {
            @Override
            public Signature signature() {
                return Signature.UNKNOWN;
            }

            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs, Duration deadline) {
                calls.add(name);
                now += nanos.getAsLong();
                return Map.of();
            }

            @Override
            public float[] predict(float[] input, long deadlineNanos) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
    }
}
