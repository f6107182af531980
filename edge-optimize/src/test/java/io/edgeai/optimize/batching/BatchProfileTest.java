package io.edgeai.optimize.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchProfileTest {
    private static final Map<String, Tensor> SAMPLE = Map.of("x", Tensor.of(new float[] {1, 2}, 1, 2));

    /** A session whose runs take a number of nanoseconds that depends on the batch. */
    private static final class Scripted implements InferenceSession, Ticker {
        private final ToLongFunction<Map<String, Tensor>> nanos;
        private long now;

        Scripted(ToLongFunction<Map<String, Tensor>> nanos) {
            this.nanos = nanos;
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Signature signature() {
            return Signature.UNKNOWN;
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            now += nanos.applyAsLong(inputs);
            return Map.of();
        }

        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static BatchProfile measured(LongUnaryOperator nanos, int most) {
        Scripted session = new Scripted(
                inputs -> nanos.applyAsLong(inputs.values().iterator().next().shape()[0]));
        return BatchProfile.measure(session, SAMPLE, Set.of("x"), most, 5, session, Progress.NONE);
    }

    @Test
    void aFixedCostIsSharedUpToTheLargestBatch() {
        BatchProfile profile = measured(size -> 100_000 + 1_000 * size, 24);

        assertThat(profile.points()).extracting(BatchPoint::size).containsExactly(1, 2, 4, 8, 16, 24);
        assertThat(profile.points().get(3).micros()).isEqualTo(108);
        assertThat(profile.bestSize()).isEqualTo(24);
        assertThat(profile.worthwhile()).isTrue();
        assertThat(profile.bestWithin(Duration.ofNanos(110_000))).contains(8);
        assertThat(profile.bestWithin(Duration.ofNanos(101_000))).contains(1);
        assertThat(profile.bestWithin(Duration.ofNanos(100_999))).isEmpty();
        assertThat(profile.micros(12)).isEqualTo(112);
        assertThat(profile.micros(8)).isEqualTo(108);
        assertThat(profile.table()).contains("    8     108             13.5");
    }

    @Test
    void aModelThatGainsNothingStaysAtOne() {
        BatchProfile profile = measured(size -> 50_000 * size, 8);
        assertThat(profile.bestSize()).isEqualTo(1);
        assertThat(profile.worthwhile()).isFalse();
    }

    @Test
    void aCacheThatOverflowsHasItsBestInTheMiddle() {
        BatchProfile profile = measured(size -> size <= 4 ? 40_000 + 10_000 * size : 60_000 * size, 16);
        assertThat(profile.bestSize()).isEqualTo(4);
    }

    /** A microsecond for each row that the engine answers: what is timed as a batch is one run of that many samples. */
    @Test
    void aRealModelAnswersWholeBatchesWithinTheirTime() {
        try (InferenceSession real = Ort.open(RandomNets.of(3, 13))) {
            Scripted session =
                    new Scripted(inputs -> 1000 * real.run(inputs).get("y").shape()[0]);
            BatchProfile profile = BatchProfile.measure(
                    session,
                    Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8)),
                    Set.of("x"),
                    64,
                    5,
                    session,
                    Progress.NONE);
            assertThat(profile.points()).hasSize(7).allSatisfy(point -> assertThat(point.micros())
                    .isEqualTo(point.size()));
        }
    }

    @Test
    void canBeCancelledAndNamesBadSettings() {
        Scripted session = new Scripted(size -> 1000);
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> BatchProfile.measure(session, SAMPLE, Set.of("x"), 4, 5, session, cancelling))
                .isInstanceOf(OperationCancelledException.class);
        assertThatThrownBy(() -> BatchProfile.measure(session, SAMPLE, Set.of("x"), 0, 5, session, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("most (0)");
        assertThatThrownBy(() -> new BatchProfile(List.of())).hasMessageContaining("must begin with size 1");
        assertThatThrownBy(() -> new BatchProfile(List.of(new BatchPoint(1, 5), new BatchPoint(1, 6))))
                .hasMessageContaining("must ascend");
        assertThatThrownBy(() -> measured(size -> 1000, 4).micros(5)).hasMessageContaining("(5) is not 1 to 4");
    }
}
