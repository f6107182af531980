package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class CombinerTest {
    private static final long NO_DEADLINE = 0;

    private final AtomicLong clock = new AtomicLong();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    private Combiner combiner(FakeSession session, int maxBatch, int maxQueue) {
        return combiner(session, BatchProfile.UNKNOWN, maxBatch, maxQueue);
    }

    private Combiner combiner(FakeSession session, BatchProfile known, int maxBatch, int maxQueue) {
        BatchCurve curve = new BatchCurve(session, known, clock::get);
        Company company = new Company(curve, new NamedCurve(session, curve, known, clock::get));
        return new Combiner(session, company, clock::get, maxBatch, maxQueue, InferenceListener.NONE);
    }

    private CompletableFuture<float[]> call(Combiner combiner, float value, long deadlineNanos, Priority priority) {
        return CompletableFuture.supplyAsync(
                        () -> WaitingCallers.predict(
                                combiner, new float[] {value, 1}, deadlineNanos, clock.get(), priority),
                        callers)
                .orTimeout(5, TimeUnit.MINUTES);
    }

    private CompletableFuture<float[]> call(Combiner combiner, float value) {
        return call(combiner, value, NO_DEADLINE, Priority.NORMAL);
    }

    private void awaitWaiting(Combiner combiner, int count) {
        Ample.await().until(() -> combiner.waiting() == count);
    }

    /** One runs; the others wait, and have waited past everybody's patience when it is done, which serves them. */
    private List<CompletableFuture<float[]>> tired(Combiner combiner, SlottedSession session, int waiting) {
        session.freeSlotsShow = false;
        List<CompletableFuture<float[]>> calls = new ArrayList<>();
        calls.add(call(combiner, 0));
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        for (int i = 1; i <= waiting; i++) {
            calls.add(call(combiner, i));
        }
        awaitWaiting(combiner, waiting);
        clock.addAndGet(Combiner.PATIENCE_NANOS);
        return calls;
    }

    private static void assertDoubled(List<CompletableFuture<float[]>> calls) {
        for (int i = 0; i < calls.size(); i++) {
            assertThat(calls.get(i).join()).containsExactly(2 * i, 2);
        }
    }

    @Test
    void whoeverRunsServesTheTiredInOneBatchWhereThatPays() {
        SlottedSession session = new SlottedSession(clock, 1, 100, 1);
        Combiner combiner = combiner(session, 32, 100);
        List<CompletableFuture<float[]>> calls = tired(combiner, session, 6);
        session.permits.release(1000);
        assertDoubled(calls);
        assertThat(session.batches).as("the trial, then the batch itself").endsWith(6, 6);
    }

    @Test
    void whereBatchesDoNotPayTheTiredAreServedOneByOne() {
        SlottedSession session = new SlottedSession(clock, 1, 0, 100);
        Combiner combiner = combiner(session, 32, 100);
        List<CompletableFuture<float[]>> calls = tired(combiner, session, 6);
        session.permits.release(1000);
        assertDoubled(calls);
        assertThat(session.batches).endsWith(1, 1, 1, 1, 1, 1);
    }

    @Test
    void onceWakingThreadsIsCheaperThanRunningAloneCallersGoTogether() {
        SlottedSession session = new SlottedSession(clock, 1, 20 * Trials.COMING_UP_NANOS, 1);
        Combiner combiner = combiner(session, 32, 100);
        List<CompletableFuture<float[]>> first = tired(combiner, session, 6);
        session.permits.release(1000);
        assertDoubled(first);

        session.permits.drainPermits();
        session.batches.clear();
        List<CompletableFuture<float[]>> second = new ArrayList<>();
        second.add(call(combiner, 0));
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        second.add(call(combiner, 1));
        second.add(call(combiner, 2));
        Ample.await().until(() -> session.waitingForSlot() >= 1);
        session.permits.release(1000);
        assertDoubled(second);
        assertThat(session.batches.stream().mapToInt(Integer::intValue).sum())
                .as("each once, and what the trial of another size ran")
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void aPoisonedRequestFailsAlone() {
        SlottedSession session = new SlottedSession(clock, 1, 100, 1);
        Combiner combiner = combiner(session, 32, 100);
        List<CompletableFuture<float[]>> calls = new ArrayList<>(List.of(call(combiner, 0)));
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        calls.add(call(combiner, 1));
        CompletableFuture<float[]> poisoned = call(combiner, FakeSession.POISON);
        awaitWaiting(combiner, 2);
        clock.addAndGet(Combiner.PATIENCE_NANOS);
        session.permits.release(1000);
        assertDoubled(calls);
        assertThatThrownBy(poisoned::join).hasRootCauseMessage("poison");
    }

    @Test
    void higherPriorityIsServedFirst() {
        SlottedSession session = new SlottedSession(clock, 1, 0, 100);
        session.freeSlotsShow = false;
        Combiner combiner = combiner(session, 1, 100);
        CompletableFuture<float[]> running = call(combiner, 0);
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        CompletableFuture<float[]> low = call(combiner, 1, NO_DEADLINE, Priority.LOW);
        awaitWaiting(combiner, 1);
        clock.addAndGet(1);
        CompletableFuture<float[]> high = call(combiner, 2, NO_DEADLINE, Priority.HIGH);
        awaitWaiting(combiner, 2);
        clock.addAndGet(Combiner.PATIENCE_NANOS);
        session.permits.release(2);
        assertThat(running.join()).containsExactly(0, 2);
        assertThat(high.join()).containsExactly(4, 2);
        assertThat(low).isNotDone();
        session.freeSlotsShow = true;
        session.permits.release(10);
        assertThat(low.join()).containsExactly(2, 2);
    }

    @Test
    void whoIsNotServedByTheDeadlineLeaves() {
        SlottedSession session = new SlottedSession(clock, 1, 1, 1);
        Combiner combiner = combiner(session, 32, 100);
        CompletableFuture<float[]> running = call(combiner, 0);
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        CompletableFuture<float[]> late = call(combiner, 1, 1_000_000, Priority.NORMAL);
        awaitWaiting(combiner, 1);
        clock.addAndGet(2_000_000);
        assertThatThrownBy(late::join).hasCauseInstanceOf(InferenceTimeoutException.class);
        assertThat(combiner.waiting()).isZero();
        session.permits.release(1);
        assertThat(running.join()).containsExactly(0, 2);
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        SlottedSession session = new SlottedSession(clock, 1, 1, 1);
        Combiner combiner = combiner(session, 32, 100);
        CompletableFuture<float[]> running = call(combiner, 0);
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        CompletableFuture<Throwable> reason = new CompletableFuture<>();
        Future<?> waiting = callers.submit(() -> {
            try {
                WaitingCallers.predict(combiner, new float[] {1, 1}, NO_DEADLINE, clock.get(), Priority.NORMAL);
            } catch (RuntimeException e) {
                reason.complete(e);
            }
        });
        awaitWaiting(combiner, 1);
        waiting.cancel(true);
        assertThat(reason.get()).isInstanceOf(OperationCancelledException.class);
        session.permits.release(1);
        assertThat(running.get()).containsExactly(0, 2);
    }

    @Test
    void aFullLineRefuses() {
        SlottedSession session = new SlottedSession(clock, 1, 1, 1);
        Combiner combiner = combiner(session, 32, 1);
        CompletableFuture<float[]> running = call(combiner, 0);
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        CompletableFuture<float[]> waiting = call(combiner, 1);
        awaitWaiting(combiner, 1);
        assertThatThrownBy(call(combiner, 2)::join)
                .hasCauseInstanceOf(OverloadedException.class)
                .hasMessageContaining("(1)");
        session.permits.release(10);
        assertThat(running.join()).containsExactly(0, 2);
        assertThat(waiting.join()).containsExactly(2, 2);
    }

    /** Callers that waited for a session that was closed once waited until their deadline. */
    @Test
    void closingTellsThoseWhoWait() {
        SlottedSession session = new SlottedSession(clock, 1, 1, 1);
        Combiner combiner = combiner(session, 32, 100);
        CompletableFuture<float[]> running = call(combiner, 0);
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        CompletableFuture<float[]> waiting = call(combiner, 1);
        awaitWaiting(combiner, 1);
        session.close();
        combiner.close();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(LifecycleException.class);
        session.permits.release(10);
        assertThatThrownBy(running::join).hasCauseInstanceOf(LifecycleException.class);
    }

    /** A run costs 100 µs whatever is in it, so that sharing one saves far more than waking a thread costs. */
    private Combiner known(FakeSession session) {
        FakeSession measured = FakeSession.doubling(clock, 100_000, 0);
        BatchProfile profile = BatchProfile.measure(measured, clock::get);
        return combiner(session, profile, 32, 1024);
    }

    @Test
    void callersOfAKnownModelShareRunsWithoutATrial() {
        SlottedSession session = new SlottedSession(clock, 1, 100_000, 0);
        Combiner combiner = known(session);
        List<CompletableFuture<float[]>> calls = new ArrayList<>();
        calls.add(call(combiner, 0));
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        for (int i = 1; i <= 8; i++) {
            calls.add(call(combiner, i));
        }
        Ample.await().until(() -> session.waitingForSlot() >= 1);
        session.permits.release(20);
        assertDoubled(calls);
        assertThat(session.batches.stream().mapToInt(Integer::intValue).sum())
                .as("samples run: each once, none for a trial")
                .isEqualTo(9);
    }

    @Test
    void aLoneCallerOfAKnownModelStandsInNoLine() {
        SlottedSession session = new SlottedSession(clock, 1, 100_000, 0);
        session.permits.release(1);
        assertThat(WaitingCallers.predict(known(session), new float[] {4, 1}, NO_DEADLINE, 0, Priority.NORMAL))
                .containsExactly(8, 2);
        assertThat(session.batches).containsExactly(1);
    }

    @Test
    void aCallerWhoIsAloneAgainStandsInNoLineAnyMore() {
        SlottedSession session = new SlottedSession(clock, 1, 100_000, 0);
        Combiner combiner = known(session);
        List<CompletableFuture<float[]>> crowd = new ArrayList<>(List.of(call(combiner, 0)));
        Ample.await().until(() -> session.permits.hasQueuedThreads());
        for (int i = 1; i <= 12; i++) {
            crowd.add(call(combiner, i));
        }
        Ample.await().until(() -> session.waitingForSlot() >= 1);
        session.permits.release(1000);
        assertDoubled(crowd);

        for (int i = 0; i < 12; i++) {
            WaitingCallers.predict(combiner, new float[] {1, 1}, NO_DEADLINE, 0, Priority.NORMAL);
        }
        int patient = session.patient.get();
        WaitingCallers.predict(combiner, new float[] {1, 1}, NO_DEADLINE, 0, Priority.NORMAL);
        assertThat(session.patient).as("runs that were led from the line").hasValue(patient);
    }

    /** An interrupt of the thread that ran a batch once cancelled the requests of all others in it. */
    @Test
    void anInterruptOfWhoServesTheLineIsNoConcernOfThoseWhoWait() {
        AtomicBoolean busy = new AtomicBoolean(true);
        AtomicInteger stopped = new AtomicInteger();
        FakeSession session =
                new FakeSession(clock, 1, 100, input -> {
                    if (stopped.get() == 1) {
                        Thread.currentThread().interrupt(); // comes in the middle of the second run
                    }
                    if (Thread.currentThread().isInterrupted()) {
                        stopped.incrementAndGet();
                        throw new OperationCancelledException("The run was stopped.");
                    }
                    return FakeSession.doubled(input);
                }) {
                    @Override
                    public float @Nullable [] tryPredict(float[] input, long deadlineNanos) {
                        return busy.get() ? null : predict(input, deadlineNanos);
                    }

                    @Override
                    public boolean hasFreeSlot() {
                        return false;
                    }
                };
        Combiner combiner = combiner(session, 32, 100);
        List<CompletableFuture<float[]>> calls = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            calls.add(call(combiner, i));
            awaitWaiting(combiner, i);
        }
        clock.addAndGet(Combiner.PATIENCE_NANOS);
        busy.set(false);
        stopped.set(1);
        Thread.currentThread().interrupt();
        combiner.relieve();
        assertThat(Thread.interrupted()).as("it hears of it afterwards").isTrue();
        for (int i = 1; i <= 3; i++) {
            assertThat(calls.get(i - 1).join()).containsExactly(2 * i, 2);
        }
        assertThat(stopped).hasValue(2);
    }
}
