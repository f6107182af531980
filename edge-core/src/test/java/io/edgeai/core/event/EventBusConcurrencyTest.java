package io.edgeai.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many publishers and subscribers at once, and a plain list as the model of a bus. */
@Timeout(600)
class EventBusConcurrencyTest {
    private static final int THREADS = 4;
    private static final int EVENTS = 2000;

    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS, EdgeThreads.named("bus-test"));
    private final AtomicInteger failures = new AtomicInteger();
    private final EventBus bus = new EventBus((event, failure) -> failures.incrementAndGet());

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void noEventIsLostAndEachPublishersOrderHolds() throws Exception {
        List<AlertRaised> seen = Collections.synchronizedList(new ArrayList<>());
        bus.subscribe(AlertRaised.class, seen::add);
        together(publisher -> {
            for (int i = 1; i <= EVENTS; i++) {
                bus.publish(alert("p" + publisher, i));
            }
        });
        assertThat(seen).hasSize(THREADS * EVENTS);
        for (int publisher = 0; publisher < THREADS; publisher++) {
            String name = "p" + publisher;
            List<Integer> numbers = seen.stream()
                    .filter(alert -> alert.version().model().name().equals(name))
                    .map(alert -> alert.version().number())
                    .toList();
            assertThat(numbers).hasSize(EVENTS).isSorted();
        }
        assertThat(failures).hasValue(0);
    }

    /** Who is subscribed during a whole publication gets it once; who has left gets nothing afterwards. */
    @Test
    void subscribersThatComeAndGoDisturbNobody() throws Exception {
        AtomicLong steady = new AtomicLong();
        bus.subscribe(EdgeEvent.class, event -> steady.incrementAndGet());
        AtomicInteger late = new AtomicInteger();
        together(thread -> {
            for (int i = 1; i <= EVENTS / 2; i++) {
                if (thread % 2 == 0) {
                    bus.publish(alert("p" + thread, i));
                } else {
                    AtomicInteger own = new AtomicInteger();
                    EventBus.AutoSubscription subscription =
                            bus.subscribe(StageChanged.class, event -> own.incrementAndGet());
                    bus.publish(change(i));
                    subscription.close();
                    int before = own.get();
                    late.addAndGet(before == 0 ? 1 : 0);
                }
            }
        });
        assertThat(steady).hasValue((long) THREADS * EVENTS / 2);
        assertThat(late).as("subscribers that missed their own event").hasValue(0);
        AtomicInteger after = new AtomicInteger();
        bus.subscribe(StageChanged.class, event -> after.incrementAndGet());
        bus.publish(change(1));
        assertThat(after).hasValue(1);
    }

    @Test
    void failuresOfManyThreadsAreAllReported() throws Exception {
        bus.subscribe(AlertRaised.class, event -> {
            throw new IllegalArgumentException("always");
        });
        AtomicInteger healthy = new AtomicInteger();
        bus.subscribe(AlertRaised.class, event -> healthy.incrementAndGet());
        together(thread -> {
            for (int i = 1; i <= 500; i++) {
                bus.publish(alert("p", i));
            }
        });
        assertThat(failures).hasValue(THREADS * 500);
        assertThat(healthy).hasValue(THREADS * 500);
    }

    /** Closing a handle twice once ended another subscription of the same listener. */
    @Test
    void closingTwiceLeavesASecondSubscriptionOfTheSameListener() {
        List<EdgeEvent> seen = new ArrayList<>();
        Consumer<EdgeEvent> listener = seen::add;
        EventBus.AutoSubscription first = bus.subscribe(EdgeEvent.class, listener);
        EventBus.AutoSubscription second = bus.subscribe(EdgeEvent.class, listener);
        bus.publish(change(1));
        assertThat(seen).hasSize(2);
        first.close();
        first.close();
        bus.publish(change(2));
        assertThat(seen).hasSize(3);
        second.close();
        bus.publish(change(3));
        assertThat(seen).hasSize(3);
    }

    /** Random subscriptions, closings and publications, against a list that does the same. */
    @Test
    void agreesWithAPlainList() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            EventBus tested = new EventBus((event, failure) -> {
                throw new AssertionError(failure);
            });
            List<String> log = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            List<Integer> open = new ArrayList<>();
            List<Class<? extends EdgeEvent>> types = new ArrayList<>();
            List<EventBus.AutoSubscription> handles = new ArrayList<>();
            for (int step = 0; step < 80; step++) {
                int now = step;
                switch (random.nextInt(3)) {
                    case 0 -> {
                        Class<? extends EdgeEvent> type = List.of(
                                        EdgeEvent.class, AlertRaised.class, StageChanged.class)
                                .get(random.nextInt(3));
                        int id = handles.size();
                        handles.add(tested.subscribe(
                                type, event -> log.add(id + " " + event.at().getEpochSecond())));
                        types.add(type);
                        open.add(id);
                    }
                    case 1 -> {
                        if (!handles.isEmpty()) {
                            int id = random.nextInt(handles.size());
                            handles.get(id).close();
                            open.remove(Integer.valueOf(id));
                        }
                    }
                    default -> {
                        EdgeEvent event = random.nextBoolean() ? alert("m", now + 1) : change(now + 1);
                        tested.publish(event);
                        for (int id : open) {
                            if (types.get(id).isInstance(event)) {
                                expected.add(id + " " + event.at().getEpochSecond());
                            }
                        }
                    }
                }
            }
            assertThat(log).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void subscribersMayPublishSubscribeAndLeaveFromWithin() {
        List<String> log = new ArrayList<>();
        EventBus.AutoSubscription[] self = new EventBus.AutoSubscription[1];
        self[0] = bus.subscribe(StageChanged.class, event -> {
            log.add("once");
            self[0].close();
            bus.subscribe(AlertRaised.class, alert -> log.add("new"));
            bus.publish(alert("m", 1));
        });
        bus.subscribe(AlertRaised.class, alert -> log.add("other"));
        bus.publish(change(1));
        bus.publish(change(2));
        assertThat(log).containsExactly("once", "other", "new");
    }

    @Test
    void errorsAreNotSubscriberFailures() {
        bus.subscribe(EdgeEvent.class, event -> {
            throw new AssertionError("not to be hidden");
        });
        assertThatThrownBy(() -> bus.publish(change(1))).isInstanceOf(AssertionError.class);
        assertThat(failures).hasValue(0);
    }

    private void together(java.util.function.IntConsumer work) throws Exception {
        CountDownLatch start = new CountDownLatch(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Callable<Boolean> task = () -> {
                start.countDown();
                boolean all = start.await(5, TimeUnit.MINUTES);
                work.accept(number);
                return all;
            };
            running.add(pool.submit(task));
        }
        for (Future<?> task : running) {
            assertThat(task.get(5, TimeUnit.MINUTES)).isEqualTo(true);
        }
    }

    private static AlertRaised alert(String model, int number) {
        return new AlertRaised(
                VersionRef.of(model, number), SignalKind.LATENCY, 0.9, "slow", Instant.ofEpochSecond(number));
    }

    private static StageChanged change(int number) {
        return new StageChanged(
                VersionRef.of("m", number), Stage.REGISTERED, Stage.ACTIVE, Instant.ofEpochSecond(number));
    }
}
