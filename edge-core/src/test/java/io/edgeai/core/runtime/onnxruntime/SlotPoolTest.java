package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class SlotPoolTest {
    private static final long LONG = 30_000_000_000L;

    private static Slot take(SlotPool pool, long nanos) {
        return pool.take(nanos, System.nanoTime() + nanos);
    }

    private static void spinFor(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static Thread started(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void underStressEachSlotHasOneHolderAndEveryTakerIsServedOrToldWhy(long seed) throws Exception {
        SplittableRandom seeds = new SplittableRandom(seed);
        Slot[] slots = Slot.create(3);
        SlotPool pool = new SlotPool(slots);
        ConcurrentHashMap<Slot, AtomicInteger> holders = new ConcurrentHashMap<>();
        Arrays.stream(slots).forEach(slot -> holders.put(slot, new AtomicInteger()));
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicLong served = new AtomicLong();
        AtomicLong late = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 12; t++) {
            SplittableRandom random = seeds.split();
            threads.add(started(() -> {
                for (int i = 0; i < 3000; i++) {
                    long deadline = random.nextInt(4) == 0 ? random.nextInt(1, 200_000) : 0;
                    try {
                        Slot slot = take(pool, deadline);
                        if (holders.get(slot).incrementAndGet() != 1) {
                            wrong.add("two holders, seed " + seed);
                        }
                        if (random.nextInt(100) == 0) {
                            spinFor(random.nextInt(300_000));
                        }
                        holders.get(slot).decrementAndGet();
                        pool.release(slot);
                        served.incrementAndGet();
                    } catch (InferenceTimeoutException e) {
                        late.incrementAndGet();
                    } catch (RuntimeException e) {
                        wrong.add(e + ", seed " + seed);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(served.get() + late.get()).as("seed %d", seed).isEqualTo(12 * 3000);
        assertThat(pool.waiting()).isZero();
        assertThat(slots).allMatch(Slot::isFree);
    }

    @Test
    void whoWaitedLongGetsTheSlotBeforeTheHolderCanTakeItAgain() throws Exception {
        SlotPool pool = new SlotPool(Slot.create(1));
        Slot held = take(pool, 0);
        CountDownLatch mayRelease = new CountDownLatch(1);
        CompletableFuture<Void> waiter = CompletableFuture.runAsync(
                () -> {
                    Slot slot = take(pool, 0);
                    await(mayRelease);
                    pool.release(slot);
                },
                SlotPoolTest::started);
        Ample.await().until(() -> pool.waiting() == 1);
        spinFor(2 * SlotPool.PATIENCE_NANOS);

        pool.release(held);

        assertThatThrownBy(() -> take(pool, 1_000)).isInstanceOf(InferenceTimeoutException.class);
        mayRelease.countDown();
        waiter.get();
        pool.release(take(pool, LONG));
    }

    @Test
    void longWaitersAreServedInOrderOfArrival() throws Exception {
        SlotPool pool = new SlotPool(Slot.create(1));
        Slot held = take(pool, 0);
        ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            int number = t;
            threads.add(started(() -> {
                Slot slot = take(pool, 0);
                order.add(number);
                pool.release(slot);
            }));
            Ample.await().until(() -> pool.waiting() == number + 1);
        }
        spinFor(2 * SlotPool.PATIENCE_NANOS);
        pool.release(held);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aWaitThatEndsByDeadlineOrInterruptLeavesNothingBehind() throws Exception {
        SlotPool pool = new SlotPool(Slot.create(1));
        Slot held = take(pool, 0);
        assertThatThrownBy(() -> take(pool, 3_000_000))
                .isInstanceOf(InferenceTimeoutException.class)
                .hasMessageContaining("(3000) µs")
                .hasMessageContaining("slots");
        CompletableFuture<Throwable> reason = new CompletableFuture<>();
        Thread waiter = started(() -> {
            try {
                take(pool, 0);
                reason.complete(null);
            } catch (OperationCancelledException e) {
                reason.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
            }
        });
        Ample.await().until(() -> pool.waiting() == 1);
        waiter.interrupt();

        assertThat(reason.get()).isInstanceOf(OperationCancelledException.class);
        assertThat(pool.waiting()).isZero();
        pool.release(held);
        pool.release(take(pool, LONG));
    }

    @Test
    void drainingWaitsForHoldersAndTurnsWaitersAway() throws Exception {
        Slot[] slots = Slot.create(2);
        SlotPool pool = new SlotPool(slots);
        Slot first = take(pool, 0);
        Slot second = take(pool, 0);
        CompletableFuture<Slot> waiter = CompletableFuture.supplyAsync(() -> take(pool, 0), SlotPoolTest::started);
        Ample.await().until(() -> pool.waiting() == 1);
        ConcurrentLinkedQueue<Slot> drained = new ConcurrentLinkedQueue<>();
        Thread closer = started(() -> pool.drain(drained::add));

        assertThatThrownBy(waiter::join).hasCauseInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> take(pool, LONG)).isInstanceOf(LifecycleException.class);
        pool.release(second);
        assertThat(closer.isAlive()).isTrue();
        pool.release(first);
        closer.join();
        assertThat(drained).containsExactlyInAnyOrder(slots);
        assertThatThrownBy(() -> take(pool, 0)).isInstanceOf(LifecycleException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
