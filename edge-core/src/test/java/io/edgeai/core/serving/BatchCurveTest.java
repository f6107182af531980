package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BatchCurveTest {
    private final AtomicLong clock = new AtomicLong();

    private static float[][] samples(int n) {
        float[][] samples = new float[n][];
        for (int i = 0; i < n; i++) {
            samples[i] = new float[] {i, -i};
        }
        return samples;
    }

    private boolean prefers(FakeSession session, float[][] inputs) {
        return new BatchCurve(session, clock::get).prefersTogether(inputs, 0);
    }

    @Test
    void togetherWhereOneRunOfManyIsClearlyCheaper() {
        assertThat(prefers(FakeSession.doubling(clock, 100, 1), samples(2))).isTrue();
        assertThat(prefers(FakeSession.doubling(clock, 100, 1), samples(32))).isTrue();
    }

    @Test
    void aloneWhereTheTimeGrowsWithTheBatch() {
        assertThat(prefers(FakeSession.doubling(clock, 0, 100), samples(8))).isFalse();
        assertThat(prefers(FakeSession.doubling(clock, 10, 100), samples(8))).isFalse();
        assertThat(prefers(FakeSession.doubling(clock, 30, 100), samples(8))).isTrue();
    }

    @Test
    void eachSizeIsTriedOnceAndSizesUpToTheNextPowerOfTwoShareATrial() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        BatchCurve curve = new BatchCurve(session, clock::get);
        curve.prefersTogether(samples(5), 0);
        int runs = session.batches.size();
        assertThat(runs).isEqualTo(40 * (5 + 1));

        for (int n : new int[] {5, 6, 7, 8}) {
            assertThat(curve.prefersTogether(samples(n), 0)).isTrue();
        }
        assertThat(session.batches).hasSize(runs);
        curve.prefersTogether(samples(9), 0);
        assertThat(session.batches).hasSizeGreaterThan(runs);
    }

    @Test
    void slowModelsAreTriedOnlyOnce() {
        FakeSession session = FakeSession.doubling(clock, 50_000_000, 1);
        assertThat(prefers(session, samples(4))).isTrue();
        assertThat(session.batches).containsExactly(1, 1, 1, 1, 4);
    }

    @Test
    void answersThatDependOnBatchMatesForbidAllSizes() {
        FakeSession session = new FakeSession(clock, 100, 1, input -> {
            float sum = 0;
            for (float value : input) {
                sum += Math.abs(value);
            }
            float[] output = input.clone();
            for (int i = 0; i < output.length; i++) {
                output[i] /= sum + 1;
            }
            return output;
        });
        BatchCurve curve = new BatchCurve(session, clock::get);
        assertThat(curve.prefersTogether(samples(4), 0)).isFalse();
        int runs = session.batches.size();
        assertThat(curve.prefersTogether(samples(32), 0)).isFalse();
        assertThat(session.batches).hasSize(runs);
    }

    @Test
    void roundingDifferencesAreNoDependenceButSmallRealOnesAre() {
        assertThat(prefers(perturbed(1e-6f), samples(4))).isTrue();
        assertThat(prefers(perturbed(1e-3f), samples(4))).isFalse();
        FakeSession nan = new FakeSession(clock, 100, 1, input -> {
            float[] output = input.clone();
            output[0] = Float.NaN;
            return output;
        });
        assertThat(prefers(nan, samples(2))).as("NaN only where alone is NaN").isFalse();
    }

    private FakeSession perturbed(float relative) {
        return new FakeSession(clock, 100, 1, input -> {
            float[] output = FakeSession.doubled(input);
            for (int i = 0; i < output.length; i++) {
                output[i] *= input.length > 2 ? 1 + relative : 1;
            }
            return output;
        });
    }

    @Test
    void equalSamplesDecideNothing() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        BatchCurve curve = new BatchCurve(session, clock::get);
        assertThat(curve.prefersTogether(new float[][] {{1, 2}, {1, 2}}, 0)).isFalse();
        assertThat(session.batches).isEmpty();
        assertThat(curve.prefersTogether(samples(2), 0)).isTrue();
        assertThat(curve.prefersTogether(new float[][] {{1, 2}, {1, 2}}, 0)).isTrue();
    }

    @Test
    void otherLengthsAndSinglesRunAloneWithoutATrial() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        assertThat(prefers(session, new float[][] {{1, 2}, {1, 2, 3, 4}})).isFalse();
        assertThat(prefers(session, samples(1))).isFalse();
        assertThat(session.batches).isEmpty();
    }

    @Test
    void aTrialThatFailsMeansAloneButAClosedSessionIsToldOn() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        BatchCurve curve = new BatchCurve(session, clock::get);
        assertThat(curve.prefersTogether(new float[][] {{1, 2}, {FakeSession.POISON, 2}}, 0))
                .isFalse();
        session.close();
        assertThatThrownBy(() -> curve.prefersTogether(samples(20), 0)).isInstanceOf(LifecycleException.class);
    }

    /** A bad request in the first batch of a size once kept that size from ever running together. */
    @Test
    void oneTrialThatFailsSaysNothingOfASizeAndThreeDo() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        BatchCurve curve = new BatchCurve(session, clock::get);
        float[][] poisoned = samples(8);
        poisoned[3][0] = FakeSession.POISON;
        assertThat(curve.prefersTogether(poisoned, 0)).isFalse();
        assertThat(curve.prefersTogether(samples(8), 0)).isTrue();

        for (int i = 0; i < Trials.MOST_FAILURES; i++) {
            poisoned = samples(16);
            poisoned[i][0] = FakeSession.POISON;
            assertThat(curve.prefersTogether(poisoned, 0)).isFalse();
        }
        int runs = session.batches.size();
        assertThat(curve.prefersTogether(samples(16), 0)).isFalse();
        assertThat(session.batches).as("no further trial").hasSize(runs);
    }
}
