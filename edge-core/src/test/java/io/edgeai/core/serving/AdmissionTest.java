package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two workers, batches of 4, a deadline of 80 ms: 40 ms in a burst, 10 ms in a queue that stands; times in ms. */
class AdmissionTest {
    private static final long MILLI = 1_000_000;
    private static final int FEW = 2 * 4;

    private final Admission admission = admission(80);
    private final Admission.Pace pace = admission.new Pace();

    private static Admission admission(long deadline) {
        return new Admission(
                new Batcher.Settings(4, Duration.ZERO, 1000, QueuePolicy.REFUSE_NEW, deadline * MILLI, 2), 0);
    }

    private static SampleRequest answered() {
        SampleRequest request = new SampleRequest(new float[1], 0);
        request.answer.complete(new float[1]);
        return request;
    }

    private static SampleRequest expired() {
        SampleRequest request = new SampleRequest(new float[1], 0);
        request.answer.completeExceptionally(new InferenceTimeoutException("too late"));
        return request;
    }

    /** Batches of one that take so long and follow each other until now. */
    private void learn(int batches, long millis, long until) {
        for (int i = 0; i < batches; i++) {
            pace.learn(List.of(answered()), (until - millis) * MILLI, until * MILLI);
        }
    }

    /** At 1 ms each, 80 that wait for two workers take 40 ms. */
    @Test
    void aBurstMayTakeHalfOfTheDeadline() {
        learn(40, 1, 40);

        assertThat(admission.refuses(80)).isFalse();
        assertThat(admission.refuses(81)).isTrue();
        assertThat(admission.refusal(81))
                .hasMessageContaining("(81) asynchronous requests that wait would take (40500) µs")
                .hasMessageContaining("deadline of (80000) µs");
    }

    @Test
    void aQueueThatWasNotEmptyForTheDeadlineMayTakeAnEighth() {
        learn(40, 1, 80);
        assertThat(admission.refuses(80)).isFalse();
        learn(1, 1, 81);
        assertThat(admission.refuses(20)).isFalse();
        assertThat(admission.refuses(21)).isTrue();
        assertThat(admission.refusal(21)).hasMessageContaining("would take (10500) µs");

        admission.nobodyWaits(82 * MILLI);
        assertThat(admission.refuses(80)).isFalse();
        learn(1, 1, 162);
        assertThat(admission.refuses(80)).isFalse();
        learn(1, 1, 163);
        assertThat(admission.refuses(21)).isTrue();
    }

    /** At 20 ms each what both workers take at once is more than an eighth; they would else stand idle. */
    @Test
    void aStandingQueueHoldsWhatTheWorkersTakeAtOnce() {
        learn(40, 2, 1000);

        assertThat(admission.refuses(FEW)).isFalse();
        assertThat(admission.refuses(10)).isFalse();
        assertThat(admission.refuses(11)).isTrue();
        learn(40, 8, 1000);
        assertThat(admission.refuses(FEW)).isFalse();
        assertThat(admission.refuses(FEW + 1)).isTrue();
    }

    /** Whatever the estimate says: workers that were suspended, or a run that takes longer than those before. */
    @Test
    void nobodyIsLetInBehindOneWhoHasWaitedForHalfOfTheDeadline() {
        long since = 7;
        assertThatCode(() -> admission.admit(FEW + 1, since, since + 40 * MILLI))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> admission.admit(FEW + 1, since, since + 40 * MILLI + 1))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(9) asynchronous requests that wait have waited up to (40000) µs");
        assertThatCode(() -> admission.admit(FEW, since, since + 70 * MILLI))
                .as("so few are taken at once")
                .doesNotThrowAnyException();
        assertThatCode(() -> admission.admit(FEW + 1, 0, Long.MAX_VALUE))
                .as("nobody waits any more")
                .doesNotThrowAnyException();
    }

    @Test
    void nothingIsRefusedBeforeTheTimeOfARequestIsKnown() {
        learn(31, 1, 1000);
        assertThat(admission.refuses(1000)).isFalse();
        learn(1, 1, 1000);
        assertThat(admission.refuses(1000)).isTrue();
    }

    /**
     * Of 100 batches of 0.1 ms the system suspends one for 10 ms: a request takes 0.2 ms. Batch by batch, the long one looked
     * like one of 0.2 ms and a request like 0.1 ms, so that twice as many were let in.
     */
    @Test
    void aRareLongBatchCountsForWhatItTakes() {
        long now = 0;
        for (int i = 0; i < 5000; i++) {
            long took = i % 100 == 50 ? 10 * MILLI : MILLI / 10;
            pace.learn(List.of(answered()), now, now + took);
            now += took;
            admission.nobodyWaits(now);
        }

        assertThat(admission.refuses(200)).isFalse();
        assertThat(admission.refuses(600)).isTrue();
    }

    @Test
    void whatExpiredSaysNothingOfTheOthers() {
        learn(40, 1, 40);
        for (int i = 0; i < 1000; i++) {
            pace.learn(List.of(expired(), expired()), 40 * MILLI, 40 * MILLI + 1000);
        }
        assertThat(admission.refuses(81)).isTrue();
    }

    @Test
    void withoutADeadlineNobodyIsRefusedHere() {
        Admission patient = admission(0);
        Admission.Pace slow = patient.new Pace();
        for (int i = 0; i < 100; i++) {
            slow.learn(List.of(answered()), 0, 1_000_000 * MILLI);
        }
        assertThat(patient.refuses(1_000_000)).isFalse();
        assertThatCode(() -> patient.admit(1_000_000, 1, 1_000_000_000 * MILLI)).doesNotThrowAnyException();
    }

    @Test
    void workForTwoIsMoreThanWakingOneCosts() {
        learn(1, 1, 1);
        assertThat(admission.spreads(0)).isFalse();
        assertThat(admission.spreads(1)).isTrue();
    }

    /** One suspended run once made the endpoint refuse requests that it could have answered. */
    @ParameterizedTest
    @CsvSource({"0, 800, 800", "800, 400, 750", "800, 880, 810", "800, 1600, 900", "800, 1000000, 900"})
    void theTimeOfARequestFollowsSlowlyAndASingleLongRunHardly(long before, long latest, long smoothed) {
        assertThat(Admission.smoothed(before, latest)).isEqualTo(smoothed);
    }
}
