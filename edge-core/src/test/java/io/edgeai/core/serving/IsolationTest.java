package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to one request, each other request gets its own answer; and decisions of a curve by hand. */
class IsolationTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger heard = new AtomicInteger();

    private Arm arm(VersionRef version, FakeSession session) {
        InferenceListener listener = new InferenceListener() {
            @Override
            public void success(long latencyNanos) {
                heard.incrementAndGet();
            }

            @Override
            public void failure(long latencyNanos, Throwable error) {
                heard.incrementAndGet();
            }
        };
        return new Arm(version, session, listener, BatchProfile.UNKNOWN, new Arm.Settings(clock::get, -1));
    }

    private Dispatcher dispatcher(Routes routes, int maxBatch, long deadlineNanos) {
        return new Dispatcher(() -> routes, maxBatch, deadlineNanos, clock::get);
    }

    private static Routes one(Arm arm) {
        return new Routes(TrafficSplit.all(arm.version), new Arm[] {arm});
    }

    /** Requests are good, poisoned, cancelled, too late or of another length, at random; each has one right fate. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void eachOfManyMixedRequestsMeetsItsOwnFate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            FakeSession session = FakeSession.doubling(clock, random.nextInt(200), 1 + random.nextInt(20));
            Dispatcher dispatcher = dispatcher(one(arm(V1, session)), 1 + random.nextInt(10), 1_000_000_000);
            List<SampleRequest> requests = new ArrayList<>();
            List<Integer> kinds = new ArrayList<>();
            heard.set(0);
            int run = 0;
            for (int i = random.nextInt(40); i > 0; i--) {
                int kind = random.nextInt(8);
                float[] input =
                        switch (kind) {
                            case 0 -> new float[] {FakeSession.POISON, i};
                            case 1 -> new float[] {i, i + 1, i + 2, i + 3};
                            default -> new float[] {i, -i};
                        };
                SampleRequest request =
                        new SampleRequest(input, kind == 2 ? clock.get() - 2_000_000_000L : clock.get());
                if (kind == 3) {
                    request.answer.cancel(false);
                }
                run += kind == 2 || kind == 3 ? 0 : 1;
                requests.add(request);
                kinds.add(kind);
            }
            dispatcher.answer(requests);

            for (int i = 0; i < requests.size(); i++) {
                SampleRequest request = requests.get(i);
                String what = "seed " + seed + ", round " + round + ", request " + i + " of kind " + kinds.get(i);
                assertThat(request.answer).as(what).isDone();
                switch (kinds.get(i)) {
                    case 0 -> assertThatThrownBy(request.answer::join).as(what).hasRootCauseMessage("poison");
                    case 2 ->
                        assertThatThrownBy(request.answer::join)
                                .as(what)
                                .hasCauseInstanceOf(InferenceTimeoutException.class);
                    case 3 -> assertThat(request.answer).as(what).isCancelled();
                    default ->
                        assertThat(request.answer.join()).as(what).containsExactly(FakeSession.doubled(request.input));
                }
            }
            assertThat(heard.get())
                    .as("seed %d: each that ran is told once", seed)
                    .isEqualTo(run);
        }
    }

    @Test
    void aVersionThatFailsDoesNotFailRequestsOfTheOther() {
        FakeSession good = FakeSession.doubling(clock, 10, 1);
        FakeSession bad = new FakeSession(clock, 10, 1, input -> {
            throw new InferenceException("always");
        });
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 1);
        Routes routes = new Routes(split, new Arm[] {arm(V1, good), arm(V2, bad)});
        List<SampleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            requests.add(new SampleRequest(new float[] {i, 1}, Request.NOW));
        }
        dispatcher(routes, 16, 0).answer(requests);

        long failed = requests.stream()
                .filter(request -> request.answer.isCompletedExceptionally())
                .count();
        assertThat(failed).as("binomial, 400 at 1/2: 6 deviations are 60").isBetween(140L, 260L);
        assertThat(requests)
                .filteredOn(r -> !r.answer.isCompletedExceptionally())
                .allSatisfy(request ->
                        assertThat(request.answer.join()).containsExactly(FakeSession.doubled(request.input)));
        assertThat(routes.arms[0].answered()).isEqualTo(400 - failed);
        assertThat(routes.arms[1].answered()).isZero();
    }

    @Test
    void anEmptyListIsAnsweredAtOnceEvenByAClosedEndpoint() {
        Dispatcher closed = new Dispatcher(
                () -> {
                    throw new LifecycleException("closed");
                },
                4,
                0,
                clock::get);
        closed.answer(List.of());
        SampleRequest request = new SampleRequest(new float[] {1, 2}, Request.NOW);
        closed.answer(List.of(request));
        assertThatThrownBy(request.answer::join).hasCauseInstanceOf(LifecycleException.class);
    }

    @Test
    void aRequestCancelledWhileItRunsChangesNothingForTheOthers() {
        List<SampleRequest> requests = new ArrayList<>();
        FakeSession cancelling = new FakeSession(clock, 10, 1, input -> {
            requests.get(2).answer.cancel(false);
            return FakeSession.doubled(input);
        });
        for (int i = 0; i < 4; i++) {
            requests.add(new SampleRequest(new float[] {i, 1}, Request.NOW));
        }
        dispatcher(one(arm(V1, cancelling)), 4, 0).answer(requests);
        assertThat(requests.get(2).answer).isCancelled();
        for (int i : new int[] {0, 1, 3}) {
            assertThat(requests.get(i).answer.join()).containsExactly(2 * i, 2);
        }
    }

    /** Alone costs n·(run + sample), together run + n·sample; together must take at most nine tenths. */
    @ParameterizedTest
    @CsvSource({
        "2, 100, 1", "2, 100, 400", "2, 100, 401", "2, 26, 100", "2, 24, 100", "4, 16, 100", "4, 14, 100", "8, 13, 100",
        "8, 12, 100", "32, 12, 100", "32, 11, 100", "256, 12, 100", "256, 11, 100", "3, 1, 1", "5, 0, 7", "7, 1000, 0"
    })
    void theCurveDecidesAsTheArithmeticSays(int n, long perRun, long perSample) {
        FakeSession session = FakeSession.doubling(clock, perRun, perSample);
        float[][] inputs = new float[n][];
        for (int i = 0; i < n; i++) {
            inputs[i] = new float[] {i, -i};
        }
        double alone = n * (double) (perRun + perSample);
        double together = perRun + (double) n * perSample;
        assertThat(new BatchCurve(session, clock::get).prefersTogether(inputs, 0))
                .isEqualTo(together <= 0.9 * alone);
    }

    @Test
    void aTrialEndsAfterTwentyMillisecondsOfTheTicker() {
        for (long perRun : new long[] {100, 1_000_000, 5_000_000, 30_000_000}) {
            FakeSession session = FakeSession.doubling(clock, perRun, 0);
            long before = clock.get();
            assertThat(new BatchCurve(session, clock::get).prefersTogether(new float[][] {{1, 2}, {3, 4}, {5, 6}}, 0))
                    .isTrue();
            long round = 4 * perRun;
            assertThat(clock.get() - before).isLessThanOrEqualTo(Math.max(40 * 100 * 4, 20_000_000 + round));
            assertThat(session.batches.size()).isEqualTo(4 * (int) Math.min(40, (20_000_000 + round - 1) / round));
        }
    }

    @Test
    void moreSamplesThanTheLargestBatchRunAlone() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        float[][] inputs = new float[BatchCurve.LARGEST + 1][2];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i][0] = i;
        }
        assertThat(new BatchCurve(session, clock::get).prefersTogether(inputs, 0))
                .isFalse();
        assertThat(session.batches).isEmpty();
    }

    @Test
    void anAnswerThatCannotBeSharedOutIsNamedByItsNumbers() {
        FakeSession odd = new FakeSession(clock, 1, 1, input -> new float[] {1, 2, 3});
        assertThatThrownBy(() -> odd.predictEach(new float[][] {{1, 2}, {3, 4}}, 0))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("(2)")
                .hasMessageContaining("(3)")
                .hasMessageContaining("maxBatch(1)");
    }

    @Test
    void deadlinesReachTheSessionInTrialsToo() {
        FakeSession session = FakeSession.doubling(clock, 100, 1);
        new BatchCurve(session, clock::get).prefersTogether(new float[][] {{1, 2}, {3, 4}}, 12345);
        assertThat(session.deadlines).isNotEmpty().containsOnly(12345L);
    }
}
