package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);

    private final AtomicLong clock = new AtomicLong();
    private final FakeSession session = FakeSession.doubling(clock, 100, 1);
    private final AtomicInteger successes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final List<float[]> sampled = new ArrayList<>();
    private final AtomicReference<Routes> routes = new AtomicReference<>(routing(session));

    private Routes routing(FakeSession to) {
        InferenceListener listener = new InferenceListener() {
            @Override
            public void success(long latencyNanos) {
                successes.incrementAndGet();
            }

            @Override
            public void failure(long latencyNanos, Throwable error) {
                failures.incrementAndGet();
            }

            @Override
            public void sample(float[] input, float[] output) {
                sampled.add(input);
            }
        };
        return new Routes(
                TrafficSplit.all(V1),
                new Arm[] {new Arm(V1, to, listener, BatchProfile.UNKNOWN, new Arm.Settings(clock::get, 0))});
    }

    private Dispatcher dispatcher(long deadlineNanos) {
        return new Dispatcher(routes::get, 4, deadlineNanos, clock::get);
    }

    private List<SampleRequest> requests(float... firsts) {
        List<SampleRequest> requests = new ArrayList<>();
        for (float first : firsts) {
            requests.add(new SampleRequest(new float[] {first, 1}, clock.get()));
        }
        return requests;
    }

    @Test
    void chunksOfMaxBatchEachCountedAndSampledAsOneRequest() {
        List<SampleRequest> requests = requests(0, 1, 2, 3, 4, 5, 6, 7, 8);
        dispatcher(0).answer(requests);

        for (int i = 0; i < 9; i++) {
            assertThat(requests.get(i).answer.join()).containsExactly(2 * i, 2);
        }
        assertThat(successes).hasValue(9);
        assertThat(sampled).hasSize(9).allSatisfy(input -> assertThat(input).hasSize(2));
        assertThat(routes.get().arms[0].answered()).isEqualTo(9);
        assertThat(session.batches.subList(session.batches.size() - 3, session.batches.size()))
                .containsExactly(4, 4, 1);
    }

    @Test
    void oneThatFailsDoesNotFailItsNeighbours() {
        dispatcher(0).answer(requests(1, 2, 3, 4)); // learns that batches pay
        successes.set(0);
        List<SampleRequest> requests = requests(1, FakeSession.POISON, 3);
        dispatcher(0).answer(requests);

        assertThat(requests.get(0).answer.join()).containsExactly(2, 2);
        assertThat(requests.get(2).answer.join()).containsExactly(6, 2);
        assertThatThrownBy(requests.get(1).answer::join).hasRootCauseMessage("poison");
        assertThat(successes).hasValue(2);
        assertThat(failures).hasValue(1);
    }

    @Test
    void cancelledOnesDoNotRun() {
        List<SampleRequest> requests = requests(1, 2);
        requests.get(0).answer.cancel(false);
        dispatcher(0).answer(requests);

        assertThat(requests.get(1).answer.join()).containsExactly(4, 2);
        assertThat(session.batches).containsExactly(1);
    }

    @Test
    void whatWaitedPastItsDeadlineDoesNotRunAndTheRestRunsWithWhatIsLeft() {
        List<SampleRequest> requests = requests(1);
        clock.addAndGet(700);
        requests.addAll(requests(2));
        clock.addAndGet(400);
        dispatcher(1000).answer(requests);

        assertThatThrownBy(requests.get(0).answer::join).hasCauseInstanceOf(InferenceTimeoutException.class);
        assertThat(requests.get(1).answer.join()).containsExactly(4, 2);
        assertThat(session.deadlines).containsExactly(600L);
    }

    @Test
    void theDeadlineOfBulkRequestsBeginsWhenEachRuns() {
        FakeSession slow = FakeSession.doubling(clock, 0, 900);
        routes.set(routing(slow));
        List<SampleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(new SampleRequest(new float[] {i, 1}, Request.NOW));
        }
        dispatcher(1000).answer(requests);

        assertThat(requests).noneMatch(request -> request.answer.isCompletedExceptionally());
        assertThat(slow.deadlines).containsOnly(1000L);
    }

    @Test
    void aVersionThatLeavesUnderTheRequestsIsReplacedByTheNext() {
        session.close();
        FakeSession next = FakeSession.doubling(clock, 100, 1);
        AtomicInteger asked = new AtomicInteger();
        Dispatcher dispatcher = new Dispatcher(
                () -> {
                    if (asked.incrementAndGet() == 2) {
                        routes.set(routing(next));
                    }
                    return routes.get();
                },
                4,
                0,
                clock::get);
        List<SampleRequest> requests = requests(1, 2, 3);
        dispatcher.answer(requests);

        assertThat(requests)
                .allSatisfy(request -> assertThat(request.answer.join()).containsExactly(2 * request.input[0], 2));
        assertThat(failures).hasValue(0);
    }

    @Test
    void aSessionThatSomebodyElseClosedFailsTheRequestsInsteadOfTurningForEver() {
        session.close();
        List<SampleRequest> requests = requests(1, 2);
        dispatcher(0).answer(requests);

        assertThat(requests).allSatisfy(request -> assertThatThrownBy(request.answer::join)
                .hasCauseInstanceOf(LifecycleException.class));
    }

    @Test
    void anErrorReachesTheOneWhoseRunItEnded() {
        FakeSession broken = new FakeSession(clock, 1, 1, input -> {
            throw new StackOverflowError("deep");
        });
        routes.set(routing(broken));
        List<SampleRequest> requests = requests(1);
        dispatcher(0).answer(requests);

        assertThatThrownBy(requests.get(0).answer::join).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void oneThatIsTooLateDoesNotKeepTheOthersFromRunningTogether() {
        dispatcher(0).answer(requests(1, 2, 3)); // learns that batches pay
        List<SampleRequest> requests = requests(1);
        clock.addAndGet(2000);
        requests.addAll(requests(2, 3, 4));
        dispatcher(1000).answer(requests);

        assertThatThrownBy(requests.get(0).answer::join).hasCauseInstanceOf(InferenceTimeoutException.class);
        assertThat(session.batches).endsWith(3);
    }

    @Test
    void inputsOfAnUnusualLengthRunAloneAndTheOthersTogether() {
        dispatcher(0).answer(requests(1, 2, 3));
        float[][] ragged = {{1, 2}, {1, 2, 3, 4}, {3, 4}, {5, 6}};
        assertThat(dispatcher(0).answer(ragged)).isDeepEqualTo(new float[][] {{2, 4}, {2, 4, 6, 8}, {6, 8}, {10, 12}});
        assertThat(session.batches).endsWith(3, 2);
    }

    @Test
    void inBulkThePoisonedInputIsTheOneThatIsReported() {
        dispatcher(0).answer(requests(1, 2, 3));
        float[][] inputs = {{1, 2}, {FakeSession.POISON, 4}, {5, 6}};
        assertThatThrownBy(() -> dispatcher(0).answer(inputs)).hasMessage("poison");
        assertThat(failures).hasValue(1);
    }

    @Test
    void nothingInBulkIsAnsweredWithNothing() {
        assertThat(dispatcher(0).answer(new float[0][])).isEmpty();
    }

    @Test
    void cancellingWithInterruptStopsTheRunAndLeavesTheThreadClean() {
        List<SampleRequest> requests = new ArrayList<>();
        FakeSession interrupted = new FakeSession(clock, 1, 1, input -> {
            requests.get(0).answer.cancel(true);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            throw new OperationCancelledException("stopped");
        });
        routes.set(routing(interrupted));
        requests.addAll(requests(1));
        dispatcher(0).answer(requests);

        assertThat(requests.get(0).answer).isCancelled();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
