package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may send when, against a queue in the test, by a clock that only the test moves. */
class UploadsPropertyTest {
    private static final long PATIENCE = 100;

    private final AtomicLong now = new AtomicLong(-50);
    private final List<String> told = new ArrayList<>();

    private final class Sender implements Uploads.Upload {
        private final int number;

        Sender(int number) {
            this.number = number;
        }

        @Override
        public void granted() {
            told.add("granted " + number);
        }

        @Override
        public void tooSlow() {
            told.add("slow " + number);
        }
    }

    /** The rule in plain words: places are given in the order of asking, and lost after the patience. */
    private static final class Expected {
        private final int places;
        private final List<Integer> queue = new ArrayList<>();
        private final Map<Integer, Long> sending = new LinkedHashMap<>();
        private final List<String> told = new ArrayList<>();

        Expected(int places) {
            this.places = places;
        }

        void fill(long time) {
            while (sending.size() < places && !queue.isEmpty()) {
                int next = queue.remove(0);
                sending.put(next, time);
                told.add("granted " + next);
            }
        }

        void evict(long time) {
            for (int number : List.copyOf(sending.keySet())) {
                Long since = sending.get(number);
                if (since != null && time - since > PATIENCE) {
                    sending.remove(number);
                    told.add("slow " + number);
                    fill(time);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void placesAreGivenAndTakenByTheRule(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int places = 1 + random.nextInt(4);
        Uploads uploads = new Uploads(places, PATIENCE, now::get, Runnable::run);
        Expected expected = new Expected(places);
        List<Sender> senders = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            int kind = random.nextInt(5);
            if (kind < 2) {
                Sender fresh = new Sender(senders.size());
                senders.add(fresh);
                uploads.request(fresh);
                expected.queue.add(fresh.number);
                expected.fill(now.get());
            } else if (kind == 2 && !senders.isEmpty()) {
                Sender any = senders.get(Math.max(0, senders.size() - 1 - random.nextInt(2 * places + 2)));
                uploads.done(any);
                expected.queue.remove((Integer) any.number);
                expected.sending.remove(any.number);
                expected.fill(now.get());
            } else if (kind == 3) {
                now.addAndGet(random.nextInt(70));
            } else {
                uploads.evict();
                expected.evict(now.get());
            }
            assertThat(told).as("seed %d, step %d", seed, step).isEqualTo(expected.told);
        }
        assertThat(told).as("seed %d", seed).anyMatch(one -> one.startsWith("slow"));
    }

    /** Exactly the patience is still in time. */
    @Test
    void patienceEndsAfterItsLastNanosecond() {
        Uploads uploads = new Uploads(1, PATIENCE, now::get, Runnable::run);
        uploads.request(new Sender(1));
        uploads.request(new Sender(2));
        now.addAndGet(PATIENCE);
        uploads.evict();
        assertThat(told).containsExactly("granted 1");
        now.addAndGet(1);
        uploads.evict();
        assertThat(told).containsExactly("granted 1", "slow 1", "granted 2");
        uploads.evict();
        assertThat(told).hasSize(3);
    }

    /** Clocks of the JVM may pass from the largest long to the smallest. */
    @Test
    void patienceIsMeasuredAcrossTheOverflowOfTheClock() {
        now.set(Long.MAX_VALUE - 10);
        Uploads uploads = new Uploads(1, PATIENCE, now::get, Runnable::run);
        uploads.request(new Sender(1));
        now.addAndGet(60);
        uploads.evict();
        assertThat(told).containsExactly("granted 1");
        now.addAndGet(60);
        uploads.evict();
        assertThat(told).containsExactly("granted 1", "slow 1");
    }

    /** Who left while it waited is not granted anything, nor does it take a place. */
    @Test
    void whoLeavesTheQueueIsPassedOver() {
        Uploads uploads = new Uploads(1, PATIENCE, now::get, Runnable::run);
        Sender first = new Sender(1);
        Sender second = new Sender(2);
        uploads.request(first);
        uploads.request(second);
        uploads.request(new Sender(3));
        uploads.done(second);
        uploads.done(second);
        uploads.done(first);
        assertThat(told).containsExactly("granted 1", "granted 3");
    }
}
