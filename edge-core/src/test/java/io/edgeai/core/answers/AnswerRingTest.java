package io.edgeai.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AnswerRingTest {
    private static final long SEED = 20261127L;

    /** The JDK's queue, bounded by hand, says what is right. */
    @Test
    void oneThreadSeesABoundedQueue() {
        Random random = new Random(SEED);
        AnswerRing<Integer> ring = new AnswerRing<>(8);
        Deque<Integer> plain = new ArrayDeque<>();
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            if (random.nextBoolean()) {
                boolean room = plain.size() < 8;
                assertThat(ring.offer(i)).as("offer %d, seed %d", i, SEED).isEqualTo(room);
                if (room) {
                    plain.add(i);
                }
            } else {
                int most = random.nextInt(5);
                ring.take(taken, most);
                List<Integer> expected = new ArrayList<>();
                while (expected.size() < most && !plain.isEmpty()) {
                    expected.add(plain.remove());
                }
                assertThat(taken).as("step %d, seed %d", i, SEED).isEqualTo(expected);
                taken.clear();
            }
            assertThat(ring.waiting()).isEqualTo(!plain.isEmpty());
        }
    }

    @Test
    void whatManyThreadsOfferIsTakenOnceAndInEachOnesOrder() throws InterruptedException {
        int threads = 4;
        int each = 50_000;
        AnswerRing<int[]> ring = new AnswerRing<>(64);
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch offered = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread offerer = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    if (!ring.offer(new int[] {thread, i})) {
                        refused.incrementAndGet();
                    }
                }
                offered.countDown();
            });
            offerer.setDaemon(true);
            offerer.start();
        }
        int[] next = new int[threads];
        long taken = 0;
        List<int[]> some = new ArrayList<>();
        boolean last;
        do {
            last = offered.getCount() == 0;
            ring.take(some, 16);
            for (int[] item : some) {
                assertThat(item[1]).isGreaterThanOrEqualTo(next[item[0]]);
                next[item[0]] = item[1] + 1;
            }
            taken += some.size();
            last &= some.isEmpty();
            some.clear();
        } while (!last);
        assertThat(offered.await(0, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(taken + refused.get()).isEqualTo((long) threads * each);
        assertThat(taken).isEqualTo(ring.given());
        assertThat(ring.waiting()).isFalse();
    }
}
