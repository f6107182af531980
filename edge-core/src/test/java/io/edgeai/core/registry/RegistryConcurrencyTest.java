package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.runtime.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryConcurrencyTest {
    private static final int THREADS = 8;
    private static final int EACH = 6;

    @TempDir
    Path home;

    @Test
    void eightThreadsOnOneRegistryLoseNothing() throws Exception {
        ConcurrentLinkedQueue<StageChanged> events = new ConcurrentLinkedQueue<>();
        EventBus bus = new EventBus((event, failure) -> {
            throw failure;
        });
        bus.subscribe(StageChanged.class, events::add);
        try (EdgeModelRegistry registry =
                EdgeModelRegistry.builder().home(home).events(bus).build()) {
            List<ModelVersion> registered = together(thread -> work(registry, thread));
            assertThat(registered.stream().map(ModelVersion::number))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, THREADS * EACH).boxed().toList());
            List<ModelVersion> versions = registry.versions("m");
            assertThat(versions).hasSize(THREADS * EACH);
            assertThat(versions.stream().filter(v -> v.stage() == Stage.ACTIVE)).hasSize(1);
            assertThat(versions.stream().filter(v -> v.stage() == Stage.SUPERSEDED))
                    .hasSize(THREADS * EACH - 1);
            assertThat(events.stream().filter(e -> e.to() == Stage.ACTIVE)).hasSize(THREADS * EACH);
            assertThat(registry.verify().ok()).isTrue();
        }
    }

    @Test
    void severalRegistriesOnOneHomeLoseNothing() throws Exception {
        List<EdgeModelRegistry> registries = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                registries.add(EdgeModelRegistry.open(home));
            }
            together(thread -> work(registries.get(thread % registries.size()), thread));
            for (EdgeModelRegistry registry : registries) {
                assertThat(registry.versions("m").stream().map(ModelVersion::number))
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, THREADS * EACH).boxed().toList());
                assertThat(registry.versions("m").stream().filter(v -> v.stage() == Stage.ACTIVE))
                        .hasSize(1);
                assertThat(registry.audit("m")).hasSize(THREADS * EACH * 5 - 1);
            }
        } finally {
            registries.forEach(EdgeModelRegistry::close);
        }
    }

    @Test
    void registriesThatOpenANewHomeTogetherAllSucceed() throws Exception {
        List<Integer> opened = together(thread -> {
            List<Integer> seen = new ArrayList<>();
            try (EdgeModelRegistry registry = EdgeModelRegistry.open(home.resolve("new"))) {
                seen.add(registry.models().size());
            }
            return seen;
        });
        assertThat(opened).hasSize(THREADS).containsOnly(0);
    }

    @Test
    void garbageCollectionBesideRegistrationsTakesNothingThatIsRegistered() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch collected = new CountDownLatch(1);
        ExecutorService collector = Executors.newSingleThreadExecutor();
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home);
                EdgeModelRegistry other = EdgeModelRegistry.open(home)) {
            Future<Integer> collecting = collector.submit(() -> {
                int runs = 0;
                for (; !done.get(); runs++) {
                    other.gc();
                    collected.countDown();
                }
                return runs;
            });
            assertThat(collected.await(5, TimeUnit.MINUTES)).isTrue();
            List<ModelVersion> registered = together(thread -> {
                List<ModelVersion> mine = new ArrayList<>();
                for (int i = 0; i < EACH; i++) {
                    // Few contents: a blob may be orphaned by an erasure and wanted again at the same time.
                    ModelVersion version = registry.register("m" + thread, TinyModels.affine(i % 2), r -> {});
                    if (i % 2 == 0) {
                        registry.retire(version.ref(), "test");
                        registry.erase(version.ref(), "test");
                    } else {
                        mine.add(version);
                    }
                }
                return mine;
            });
            done.set(true);
            assertThat(collecting.get(5, TimeUnit.MINUTES)).isPositive();
            assertThat(registered).hasSize(THREADS * EACH / 2);
            for (ModelVersion version : registered) {
                assertThat(Files.readAllBytes(other.file(version.ref()))).isEqualTo(TinyModels.affine(1));
            }
            assertThat(registry.verify().ok()).isTrue();
        } finally {
            done.set(true);
            collector.shutdownNow();
        }
    }

    @Test
    void readersNeverSeeAModelWithoutAnActiveVersionWhileItIsSwapped() throws Exception {
        CountDownLatch reads = new CountDownLatch(2);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            ModelVersion a = registry.register("m", TinyModels.affine(1), r -> {});
            ModelVersion b = registry.register("m", TinyModels.affine(2), r -> {});
            registry.promote(a.ref(), "first");
            List<Future<?>> reading = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                reading.add(readers.submit(() -> {
                    assertThat(registry.active("m").stage()).isEqualTo(Stage.ACTIVE);
                    reads.countDown();
                    while (!done.get()) {
                        assertThat(registry.active("m").stage()).isEqualTo(Stage.ACTIVE);
                    }
                }));
            }
            assertThat(reads.await(5, TimeUnit.MINUTES)).isTrue();
            for (int i = 0; i < 10; i++) {
                registry.promote((i % 2 == 0 ? b : a).ref(), "swap");
            }
            done.set(true);
            for (Future<?> future : reading) {
                future.get(5, TimeUnit.MINUTES);
            }
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }

    @Test
    void closingBesideUseGivesLifecycleErrorsOnly() throws Exception {
        EdgeModelRegistry registry = EdgeModelRegistry.open(home);
        registry.register("m", TinyModels.affine(1), r -> {});
        CountDownLatch first = new CountDownLatch(THREADS);
        List<String> seen = together(thread -> {
            List<String> outcome = new ArrayList<>();
            first.countDown();
            try {
                if (thread == 0) {
                    assertThat(first.await(5, TimeUnit.MINUTES)).isTrue();
                    registry.close();
                    outcome.add("closed");
                } else {
                    for (int i = 0; ; i++) {
                        registry.versions("m");
                        if (i % 10 == thread) {
                            registry.register("m", TinyModels.affine(i), r -> {});
                        }
                    }
                }
            } catch (LifecycleException e) {
                outcome.add("refused");
            }
            return outcome;
        });
        assertThat(seen).contains("closed").filteredOn("refused"::equals).hasSize(THREADS - 1);
    }

    private static List<ModelVersion> work(EdgeModelRegistry registry, int thread) {
        List<ModelVersion> mine = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            ModelVersion version = registry.register("m", TinyModels.affine(thread * EACH + i), r -> {});
            mine.add(version);
            registry.promote(version.ref(), "thread " + thread);
        }
        return mine;
    }

    private interface Job<T> {
        List<T> run(int thread) throws Exception;
    }

    private static <T> List<T> together(Job<T> job) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<List<T>>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                Callable<List<T>> call = () -> job.run(thread);
                futures.add(pool.submit(call));
            }
            List<T> all = new ArrayList<>();
            for (Future<List<T>> future : futures) {
                all.addAll(future.get(5, TimeUnit.MINUTES));
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }
}
