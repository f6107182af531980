package io.edgeai.core.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One slot, and a call that ends when the test says so. */
class CallSlotsTest {
    private static final long AMPLE = TimeUnit.MINUTES.toNanos(5);

    private final CallSlots slots = new CallSlots(1, "test");
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void letGo() {
        end.countDown();
        slots.close(() -> {});
    }

    private int endless() {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nothing may interrupt a call", e);
        }
        return ended.incrementAndGet();
    }

    /** Leaves the only slot to a call that goes on. */
    private void overtake() {
        assertThatThrownBy(() -> slots.call(20_000_000, this::endless))
                .isInstanceOf(InferenceTimeoutException.class)
                .hasMessageContaining("(20000) µs");
    }

    @Test
    void onlyCallsWithADeadlineLeaveTheCallersThread() {
        assertThat(slots.<Thread>call(0, Thread::currentThread)).isSameAs(Thread.currentThread());
        Thread other = slots.call(AMPLE, Thread::currentThread);
        assertThat(other.getName()).startsWith("edgeai-test-call-");
        assertThat(other.isDaemon()).isTrue();
    }

    @Test
    void anOvertakenCallKeepsItsSlotUntilItEnds() {
        overtake();
        assertThatThrownBy(() -> slots.call(1_000_000, () -> 1))
                .isInstanceOf(InferenceTimeoutException.class)
                .hasMessageContaining("No slot became free within (1000) µs; all 1");
        assertThat(ended).hasValue(0);
        end.countDown();
        assertThat(slots.<Integer>call(0, ended::get)).isEqualTo(1);
    }

    @Test
    void whoOnlyTriesGetsNothingWhileTheSlotIsTaken() {
        assertThat(slots.anyFreeOrClosed()).isTrue();
        overtake();
        assertThat(slots.anyFreeOrClosed()).isFalse();
        assertThat(slots.<Integer>tryCall(0, () -> 1)).isNull();
        assertThat(slots.<Integer>tryCall(AMPLE, () -> 1)).isNull();
        end.countDown();
        assertThat(slots.<Integer>call(AMPLE, () -> 1)).isEqualTo(1);
        Ample.await().until(slots::anyFreeOrClosed);
        assertThat(slots.<Integer>tryCall(0, () -> 2)).isEqualTo(2);
        Ample.await().until(slots::anyFreeOrClosed);
        assertThat(slots.<Integer>tryCall(AMPLE, () -> 3)).isEqualTo(3);
        slots.close(() -> {});
        assertThat(slots.anyFreeOrClosed()).isTrue();
        assertThatThrownBy(() -> slots.tryCall(0, () -> 1)).isInstanceOf(LifecycleException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE / 4})
    void failuresArriveAsTheyWereThrownAndFreeTheSlot(long deadline) {
        InvalidInputException unfit = new InvalidInputException("Input (x) does not fit.");
        AssertionError broken = new AssertionError("broken");
        assertThatThrownBy(() -> slots.call(deadline, () -> {
                    throw unfit;
                }))
                .isSameAs(unfit);
        assertThatThrownBy(() -> slots.call(deadline, () -> {
                    throw broken;
                }))
                .isSameAs(broken);
        assertThat(slots.<Integer>call(deadline, () -> 7)).isEqualTo(7);
    }

    @Test
    void closingWaitsForAnOvertakenCallBeforeItLetsTheEngineGo() throws Exception {
        overtake();
        AtomicInteger endedBefore = new AtomicInteger(-1);
        CompletableFuture<Void> closing =
                CompletableFuture.runAsync(() -> slots.close(() -> endedBefore.set(ended.get())));
        CompletableFuture<Void> again = CompletableFuture.runAsync(() -> slots.close(() -> endedBefore.set(99)));
        assertThatThrownBy(() -> closing.get(20, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        end.countDown();
        CompletableFuture.allOf(closing, again).get(5, TimeUnit.MINUTES);
        assertThat(endedBefore.get()).isIn(1, 99);
        assertThat(ended).hasValue(1);
        for (long deadline : new long[] {0, AMPLE}) {
            assertThatThrownBy(() -> slots.call(deadline, () -> 1)).isInstanceOf(LifecycleException.class);
        }
    }

    @Test
    void whoWaitsForASlotLearnsThatTheSessionClosed() throws Exception {
        overtake();
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> slots.call(0, () -> 1));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> slots.close(() -> {}));
        end.countDown();
        closing.get(5, TimeUnit.MINUTES);
        assertThat(waiting.handle((answer, failure) -> failure == null ? answer : failure.getCause())
                        .get(5, TimeUnit.MINUTES))
                .satisfiesAnyOf(answer -> assertThat(answer).isEqualTo(1), failure -> assertThat(failure)
                        .isInstanceOf(LifecycleException.class));
    }

    @Test
    void anInterruptedCallerLeavesAndStaysInterrupted() {
        overtake();
        for (long deadline : new long[] {0, AMPLE}) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> slots.call(deadline, () -> 1)).isInstanceOf(OperationCancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        end.countDown();
        assertThat(slots.<Integer>call(AMPLE, () -> 1)).isEqualTo(1);
    }

    @Test
    void deadlinesOfAnyLengthAreNanoseconds() {
        assertThat(CallSlots.nanos(null)).isZero();
        assertThat(CallSlots.nanos(Duration.ZERO)).isEqualTo(1);
        assertThat(CallSlots.nanos(Duration.ofMillis(3))).isEqualTo(3_000_000);
        assertThat(CallSlots.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 4);
    }
}
