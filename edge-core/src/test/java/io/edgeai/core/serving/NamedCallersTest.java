package io.edgeai.core.serving;

import static io.edgeai.core.serving.NamedSession.assertAnswered;
import static io.edgeai.core.serving.NamedSession.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocking callers by named tensors, who run the model themselves and share runs while they wait for a slot. */
@Timeout(600)
class NamedCallersTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ExecutorService callers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work);
        threads.add(thread);
        return thread;
    });
    private final NamedSession session = new NamedSession(clock, 1, 100_000, 0);

    /** Callers who find the slot taken wait in line from the first one on: that sharing pays was measured before. */
    private final BatchCurve curve = new BatchCurve(
            session, BatchProfile.measure(FakeSession.doubling(clock, 100_000, 0), clock::get), clock::get);

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    private Company company(BatchCurve samples) {
        return new Company(samples, new NamedCurve(session, samples, BatchProfile.UNKNOWN, clock::get));
    }

    private Combiner combiner(Company company) {
        return new Combiner(session, company, clock::get, 32, 1024, InferenceListener.NONE);
    }

    private Combiner combiner() {
        return combiner(company(curve));
    }

    private CompletableFuture<Map<String, Tensor>> call(
            Combiner combiner, Map<String, Tensor> request, long deadlineNanos) {
        return CompletableFuture.supplyAsync(
                () -> WaitingCallers.run(combiner, request, deadlineNanos, clock.get()), callers);
    }

    private static void awaitWaiting(Combiner combiner, int callers) {
        Ample.await().until(() -> combiner.waiting() == callers);
    }

    @Test
    void aLoneCallerRunsTheModelItself() {
        assertAnswered(WaitingCallers.run(combiner(), request("lone", 3, 2, 1), 0, 0), request("lone", 3, 2, 1));
        assertThat(session.runs).containsExactly(List.of(3L, 2L));
    }

    @Test
    void callersWhoWaitForASlotShareRuns() {
        Company company = company(curve);
        Combiner combiner = combiner(company);
        for (int size = 2; size <= 32; size *= 2) {
            List<NamedRequest> tried = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                tried.add(new NamedRequest(request("tried", 1, 2, i), 0, Priority.NORMAL, 0));
            }
            assertThat(new Runner(
                                    company,
                                    32,
                                    SessionModel.waiting(session, clock::get, InferenceListener.NONE),
                                    request -> 0)
                            .answer(tried))
                    .hasSize(1);
        }
        session.runs.clear();
        session.gated = true;
        List<CompletableFuture<Map<String, Tensor>>> calls = new ArrayList<>();
        calls.add(call(combiner, request("first", 1, 2, 0), 0));
        Ample.await().until(session.permits::hasQueuedThreads);
        int crowd = 2 * Runtime.getRuntime().availableProcessors() + 8; // more than there are who lead
        for (int i = 1; i <= crowd; i++) {
            calls.add(call(combiner, request("c" + i, 1, 2, i), 0));
        }
        Ample.await()
                .until(() -> threads.size() == crowd + 1 && threads.stream().allMatch(NamedCallersTest::waits));
        session.gated = false;
        session.permits.release();
        for (int i = 1; i <= crowd; i++) {
            assertAnswered(calls.get(i).join(), request("c" + i, 1, 2, i));
        }
        assertThat(session.runs.stream().mapToLong(run -> run.get(0)).sum())
                .as("rows run: each once")
                .isEqualTo(crowd + 1);
        assertThat(session.runs).hasSizeLessThan(crowd + 1);
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    /** The head of the line has waited for long; who has just run serves it and those behind it, rows and samples alike. */
    @Test
    void whoEndsARunServesTheLineByShapes() {
        Combiner combiner = combiner(company(new BatchCurve(session, clock::get)));
        session.gated = true;
        List<CompletableFuture<?>> all = new ArrayList<>();
        all.add(call(combiner, request("first", 1, 2, 0), 0));
        Ample.await().until(session.permits::hasQueuedThreads);
        List<CompletableFuture<Map<String, Tensor>>> wide = new ArrayList<>();
        List<CompletableFuture<Map<String, Tensor>>> narrow = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            wide.add(call(combiner, request("w" + i, 1, 3, i), 0));
            awaitWaiting(combiner, 2 * i - 1);
            narrow.add(call(combiner, request("n" + i, 2, 1, i), 0));
            awaitWaiting(combiner, 2 * i);
        }
        clock.addAndGet(Combiner.PATIENCE_NANOS);
        session.gated = false;
        session.permits.release();
        for (int i = 1; i <= 4; i++) {
            assertAnswered(wide.get(i - 1).join(), request("w" + i, 1, 3, i));
            assertAnswered(narrow.get(i - 1).join(), request("n" + i, 2, 1, i));
        }
        all.forEach(CompletableFuture::join);
        assertThat(session.runs).contains(List.of(4L, 3L), List.of(8L, 1L));
    }

    @Test
    void samplesAndNamedTensorsStandInOneLine() {
        Combiner combiner = combiner();
        session.gated = true;
        CompletableFuture<?> first = call(combiner, request("first", 1, 2, 0), 0);
        Ample.await().until(session.permits::hasQueuedThreads);
        List<CompletableFuture<Map<String, Tensor>>> named = new ArrayList<>();
        List<CompletableFuture<float[]>> plain = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            float value = i;
            named.add(call(combiner, request("n" + i, 1, 2, i), 0));
            plain.add(CompletableFuture.supplyAsync(
                    () -> WaitingCallers.predict(combiner, new float[] {value, 1}, 0, clock.get(), Priority.NORMAL),
                    callers));
        }
        session.gated = false;
        session.permits.release();
        first.join();
        for (int i = 1; i <= 6; i++) {
            assertAnswered(named.get(i - 1).join(), request("n" + i, 1, 2, i));
            assertThat(plain.get(i - 1).join()).containsExactly(2 * i, 2);
        }
    }

    @Test
    void whoWaitsLongerThanItsTimeLeaves() {
        Combiner combiner = combiner(company(new BatchCurve(session, clock::get)));
        session.gated = true;
        CompletableFuture<?> first = call(combiner, request("first", 1, 2, 0), 0);
        Ample.await().until(session.permits::hasQueuedThreads);
        clock.set(1_000);
        assertThatThrownBy(() -> WaitingCallers.run(combiner, request("late", 1, 2, 1), 500, 0))
                .isInstanceOf(InferenceTimeoutException.class)
                .hasMessageContaining("No slot became free");
        session.permits.release();
        first.join();
        assertThat(session.runs).hasSize(1);
    }

    @Test
    void manyThreadsGetEachItsOwnAnswer() {
        NamedSession two = new NamedSession(clock, 2, 1_000, 10);
        try (ModelEndpoint endpoint = ModelEndpoint.builder()
                .opener(version -> two)
                .split(TrafficSplit.all(VersionRef.of("m", 1)))
                .ticker(clock::get)
                .deadline(Duration.ofDays(1))
                .build()) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int each = 0; each < 16; each++) {
                int thread = each;
                threads.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 300; i++) {
                                Map<String, Tensor> asked = request(
                                        "t" + thread + "-" + i, 1 + i % 3, 1 + (thread + i) % 2, 1000 * thread + i);
                                assertAnswered(endpoint.predict(asked), asked);
                            }
                        },
                        callers));
            }
            threads.forEach(CompletableFuture::join);
            assertThat(endpoint.answered().values()).containsExactly(16 * 300L);
        }
    }
}
