package io.edgeai.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class TapTest {
    private static final Duration LONG = Ample.TIME;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch busy = new CountDownLatch(1);

    /** Work that keeps the tap's thread until the gate opens. */
    private void block() {
        busy.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void piecesAreDoneInOrderOnOneThreadOfItsOwn() {
        Tap tap = new Tap("test", 100);
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 50; i++) {
            int piece = i;
            tap.offer(() -> {
                done.add(piece);
                threads.add(Thread.currentThread().getName());
            });
        }
        assertThat(tap.finish(LONG)).isTrue();
        assertThat(done).hasSize(50).isSorted();
        assertThat(threads).containsOnly("edgeai-test-1");
        assertThat(tap.dropped()).isZero();
    }

    @Test
    void whatFindsTheRingFullIsDroppedAndCounted() throws InterruptedException {
        Tap tap = new Tap("test", 3);
        AtomicInteger done = new AtomicInteger();
        tap.offer(this::block);
        busy.await();
        for (int i = 0; i < 3; i++) {
            assertThat(tap.wants()).isTrue();
            tap.offer(done::incrementAndGet);
        }
        assertThat(tap.wants()).as("the fourth that would wait").isFalse();
        tap.offer(done::incrementAndGet);
        assertThat(tap.dropped()).isEqualTo(2);

        gate.countDown();
        assertThat(tap.finish(LONG)).isTrue();
        assertThat(done).hasValue(3);
        tap.offer(done::incrementAndGet);
        assertThat(tap.dropped()).as("and one that came after the end").isEqualTo(3);
    }

    @Test
    void aPieceThatFailsHindersNoOther() {
        Tap tap = new Tap("test", 10);
        AtomicInteger done = new AtomicInteger();
        tap.offer(() -> {
            throw new IllegalStateException("piece");
        });
        tap.offer(done::incrementAndGet);
        assertThat(tap.finish(LONG)).isTrue();
        assertThat(done).hasValue(1);
    }

    @Test
    void closingLeavesWhatWaitsUndone() throws InterruptedException {
        Tap tap = new Tap("test", 10);
        AtomicInteger done = new AtomicInteger();
        CountDownLatch interrupted = new CountDownLatch(1);
        tap.offer(() -> {
            block();
            interrupted.countDown();
        });
        tap.offer(done::incrementAndGet);
        busy.await();
        tap.close();
        tap.close();
        interrupted.await();
        assertThat(done).hasValue(0);
    }

    @Test
    void finishingWaitsNoLongerThanItIsTold() throws InterruptedException {
        Tap tap = new Tap("test", 10);
        tap.offer(this::block);
        busy.await();
        assertThat(tap.finish(Duration.ofMillis(1))).isFalse();
        assertThat(tap.finish(LONG)).as("its thread was interrupted").isTrue();
    }
}
