package io.edgeai.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class EdgeThreadsConcurrencyTest {
    @Test
    void numbersAreUsedOnceEvenWhereManyAsk() throws InterruptedException {
        EdgeThreads factory = EdgeThreads.named("many");
        Set<String> names = new ConcurrentSkipListSet<>();
        List<Thread> askers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            askers.add(new Thread(() -> IntStream.range(0, 500)
                    .forEach(n -> names.add(factory.newThread(() -> {}).getName()))));
        }
        askers.forEach(Thread::start);
        for (Thread asker : askers) {
            asker.join();
        }
        Set<String> expected = new TreeSet<>();
        IntStream.rangeClosed(1, 2000).forEach(n -> expected.add("edgeai-many-" + n));
        assertThat(names).isEqualTo(expected);
    }

    @Test
    void factoriesOfOnePurposeCountByThemselves() {
        EdgeThreads.named("twin").newThread(() -> {});
        Thread first = EdgeThreads.named("twin").newThread(() -> {});
        assertThat(first.getName()).isEqualTo("edgeai-twin-1");
        assertThat(first.getState()).as("the caller starts it").isEqualTo(Thread.State.NEW);
    }

    /** Daemons whoever asks, so that a forgotten pool never keeps a process alive. */
    @Test
    void poolsRunTheirTasksOnNamedDaemons() throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(2, EdgeThreads.named("pool"));
        CountDownLatch both = new CountDownLatch(2);
        List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 2; i++) {
            pool.execute(() -> {
                seen.add(Thread.currentThread().getName()
                        + Thread.currentThread().isDaemon());
                both.countDown();
            });
        }
        assertThat(both.await(5, TimeUnit.MINUTES)).isTrue();
        pool.shutdown();
        assertThat(seen).allMatch(name -> name.startsWith("edgeai-pool-") && name.endsWith("true"));
    }

    @Test
    void aProgressMayStopLongWorkAtAStep() {
        List<String> log = new ArrayList<>();
        Progress stopping = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                log.add(phase + " " + done + "/" + total);
            }

            @Override
            public boolean cancelled() {
                return log.size() >= 3;
            }
        };
        for (int step = 1; step <= 10 && !stopping.cancelled(); step++) {
            stopping.update("count", step, 10);
        }
        assertThat(log).containsExactly("count 1/10", "count 2/10", "count 3/10");
    }

    @Test
    void listenersGetTheirVersionAndOnlyWhatTheyAskFor() {
        List<String> log = new ArrayList<>();
        InferenceListener.Factory factory = version -> new InferenceListener() {
            @Override
            public void success(long latencyNanos) {
                log.add(version + " " + latencyNanos);
            }

            @Override
            public void failure(long latencyNanos, Throwable error) {
                log.add(version + " " + error.getMessage());
            }
        };
        InferenceListener one = factory.listen(VersionRef.of("m", 1));
        InferenceListener two = factory.listen(VersionRef.of("m", 2));
        one.success(5);
        two.failure(6, new IllegalStateException("why"));
        one.sample(new float[1], new float[1]);
        InferenceListener.NONE.failure(1, new IllegalStateException("ignored"));
        assertThat(log).containsExactly("m@1 5", "m@2 why");
    }
}
