package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchProfileTest {
    private final AtomicLong clock = new AtomicLong();

    private static float[][] samples(int n) {
        float[][] samples = new float[n][];
        for (int i = 0; i < n; i++) {
            samples[i] = new float[] {i, 1};
        }
        return samples;
    }

    /** A run of n samples takes 600 + 30 n, so each of them (600 + 30 n) / n. */
    @Test
    void aSampleCostsItsPartOfTheRun() {
        BatchProfile profile = BatchProfile.measure(FakeSession.doubling(clock, 600, 30), clock::get);

        Map<Integer, Long> each = new TreeMap<>();
        for (int n : new int[] {1, 2, 4, 8, 16, 32, 64}) {
            each.put(n, (600L + 30L * n) / n);
        }
        assertThat(profile.eachNanos()).isEqualTo(each);
        assertThat(profile.dependsOnMates()).isFalse();
    }

    /** Eight together take (fixed / 8 + each) for each; 2.2 µs and a third of that is what waiting for them costs. */
    @ParameterizedTest
    @CsvSource({
        "2400, 200, false",
        "2800, 200, true",
        "3200, 7000, false",
        "8000, 9000, true",
        "10000, 100000, false",
        "600, 30, false"
    })
    void callersWaitForEachOtherWhereThatSavesThemMoreThanItCosts(long fixed, long each, boolean repays) {
        BatchProfile profile = BatchProfile.measure(FakeSession.doubling(clock, fixed, each), clock::get);
        BatchCurve curve = new BatchCurve(FakeSession.doubling(clock, fixed, each), profile, clock::get);

        assertThat(curve.repaysWaiting(5)).as("as for 8").isEqualTo(repays);
        assertThat(curve.repaysWaiting(1)).isFalse();
        assertThat(curve.repaysWaiting(65)).as("not measured").isFalse();
    }

    @Test
    void aKnownModelBatchesAtOnceAndNothingIsTried() {
        BatchProfile profile = BatchProfile.measure(FakeSession.doubling(clock, 600, 30), clock::get);
        FakeSession served = FakeSession.doubling(clock, 600, 30);
        BatchCurve curve = new BatchCurve(served, profile, clock::get);

        assertThat(curve.mayPay(5)).isTrue();
        assertThat(curve.prefersTogether(samples(64), 0)).isTrue();
        assertThat(served.batches).isEmpty();
        curve.prefersTogether(samples(65), 0);
        assertThat(served.batches).as("65 was not measured").isNotEmpty();
    }

    @Test
    void whatDoesNotPayIsKnownToo() {
        BatchProfile profile = BatchProfile.measure(FakeSession.doubling(clock, 0, 100), clock::get);
        FakeSession served = FakeSession.doubling(clock, 0, 100);
        BatchCurve curve = new BatchCurve(served, profile, clock::get);

        assertThat(curve.mayPay(64)).isFalse();
        assertThat(curve.prefersTogether(samples(3), 0)).isFalse();
        assertThat(served.batches).isEmpty();
    }

    /** x over the sum of |x| of the whole batch. */
    @Test
    void aModelThatMixesItsBatchIsFoundOutAndNeverBatched() {
        try (InferenceSession session =
                new OnnxRuntimeEngine().open(TinyModels.shareOfBatch(), SessionOptions.defaults())) {
            BatchProfile profile = BatchProfile.measure(session, System::nanoTime);
            assertThat(profile.dependsOnMates()).isTrue();
            assertThat(profile.eachNanos()).isEmpty();

            FakeSession served = FakeSession.doubling(clock, 600, 30);
            BatchCurve curve = new BatchCurve(served, BatchProfile.parse(profile.text()), clock::get);
            assertThat(curve.prefersTogether(samples(8), 0)).isFalse();
            assertThat(curve.mayPay(8)).isFalse();
        }
    }

    @Test
    void aModelOfOneSampleATimeHasNoProfile() {
        FakeSession single = new FakeSession(clock, 1, 1, FakeSession::doubled) {
            @Override
            public int sampleLength() {
                return 0;
            }
        };
        assertThat(BatchProfile.measure(single, clock::get)).isEqualTo(BatchProfile.UNKNOWN);
        assertThat(single.batches).isEmpty();
    }

    @Test
    void measuringEndsAfterAboutThreeSeconds() {
        FakeSession slow = FakeSession.doubling(clock, 400_000_000, 0);
        BatchProfile profile = BatchProfile.measure(slow, clock::get);

        // Size 2 takes 1.2 s, size 4 the next 2.0 s; then the time is over.
        assertThat(profile.eachNanos().keySet()).containsExactly(1, 2, 4);
        assertThat(clock).hasValue(3_200_000_000L);
    }

    @Test
    void aModelThatFailsOnTheSamplesIsUnknown() {
        FakeSession session = FakeSession.doubling(clock, 600, 30);
        float[][] poisoned = {{1, 2}, {FakeSession.POISON, 2}};
        assertThat(BatchProfile.measure(session, poisoned, clock::get)).isEqualTo(BatchProfile.UNKNOWN);
    }

    @Test
    void samplesMustFitAndDiffer() {
        FakeSession session = FakeSession.doubling(clock, 600, 30);
        assertThatThrownBy(() -> BatchProfile.measure(session, new float[][] {{1, 2}, {1, 2}}, clock::get))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2) samples are equal");
        assertThatThrownBy(() -> BatchProfile.measure(session, new float[][] {{1, 2}, {1, 2, 3}}, clock::get))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(3) values, the model takes (2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "depends-on-mates", "1:2930 2:1800 64:410"})
    void aTextIsReadAsItWasWritten(String text) {
        assertThat(BatchProfile.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1:x", "3:5", "1:2,2:1", "8192:5", "-1:5", " ", "1:99999999999999999999"})
    void aDamagedTextIsRefused(String text) {
        assertThatThrownBy(() -> BatchProfile.parse(text)).isInstanceOf(InvalidInputException.class);
    }
}
