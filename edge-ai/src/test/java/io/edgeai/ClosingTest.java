package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingTest {
    @TempDir
    Path dir;

    private static Set<Thread> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("edgeai-"))
                .collect(Collectors.toSet());
    }

    /** Files below the home that this process holds open. */
    private List<Path> held() throws IOException {
        List<Path> held = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    Path target = Files.readSymbolicLink(descriptor);
                    if (target.startsWith(dir.toRealPath())) {
                        held.add(target);
                    }
                } catch (NoSuchFileException e) {
                    // another thread's, closed meanwhile
                }
            }
        }
        return held;
    }

    @Test
    void allThreadsAndSessionsEnd() throws Exception {
        Set<Thread> before = ours();
        Slowed engine = new Slowed(new FakeTime(), answer -> 0);
        EdgeAI edge = EdgeAI.builder().home(dir).engines(Engines.of(engine)).build();
        edge.registry().promote(Fixtures.times(edge, "m", 1).ref(), "first");
        ModelVersion other = Fixtures.times(edge, "n", 2);
        ModelEndpoint following = edge.serve("m");
        ModelEndpoint fixed = edge.serve("n", s -> s.split(other, 1));
        assertThat(following.predictAsync(new float[] {1, 1}).get(2, TimeUnit.MINUTES))
                .containsExactly(1, 1);
        assertThat(fixed.predictAsync(new float[] {1, 1}).get(2, TimeUnit.MINUTES))
                .containsExactly(2, 2);
        Set<Thread> begun = ours();
        begun.removeAll(before);
        assertThat(begun).isNotEmpty().allMatch(Thread::isDaemon);
        assertThat(engine.open).hasValue(2);

        edge.close();

        assertThat(engine.open).hasValue(0);
        assertThat(following.closed()).isTrue();
        assertThat(fixed.closed()).isTrue();
        patiently().until(() -> before.containsAll(ours()));
    }

    @Test
    void closingTwiceDoesNothingAndLaterUseIsRefused() {
        EdgeAI edge = EdgeAI.builder().home(dir).build();
        ModelVersion version = Fixtures.times(edge, "m", 1);
        edge.registry().promote(version.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        edge.close();
        edge.close();

        assertThatThrownBy(() -> edge.serve("m"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining(dir.toString())
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> endpoint.predict(new float[] {1, 1})).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> edge.registry().get(version.ref())).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> edge.monitor().tick()).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> edge.importModel("x", dir.resolve("x.onnx"))).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> edge.optimize(version).fp16().run()).isInstanceOf(LifecycleException.class);
    }

    @Test
    void anEndpointClosedEarlierIsNoProblem() {
        Slowed engine = new Slowed(new FakeTime(), answer -> 0);
        EdgeAI edge = EdgeAI.builder().home(dir).engines(Engines.of(engine)).build();
        edge.registry().promote(Fixtures.times(edge, "m", 1).ref(), "first");
        edge.serve("m").close();
        try (ModelEndpoint again = edge.serve("m")) {
            assertThat(again.predict(new float[] {1, 2})).containsExactly(1, 2);
        }
        assertThat(engine.open).hasValue(0);
        edge.close();
    }

    @Test
    void aSessionThatFailsToCloseHidesNothingElse() {
        Slowed engine = new Slowed(new FakeTime(), answer -> 0);
        EdgeAI edge = EdgeAI.builder().home(dir).engines(Engines.of(engine)).build();
        ModelVersion version = Fixtures.times(edge, "m", 1);
        edge.serve("m", s -> s.split(version, 1));
        edge.serve("m", s -> s.split(version, 1));
        engine.failToClose = true;

        assertThatThrownBy(edge::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cannot close")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(engine.open).hasValue(0);
        assertThatThrownBy(() -> edge.registry().get(version.ref())).isInstanceOf(LifecycleException.class);
        edge.close();
    }

    @Test
    void closingUnderLoadGivesRightAnswersAndThenOneTypedRefusal() throws Exception {
        EdgeAI edge = EdgeAI.builder().home(dir).build();
        edge.registry().promote(Fixtures.times(edge, "m", 3).ref(), "first");
        ModelEndpoint endpoint = edge.serve("m", Serving::noDeadline);
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        AtomicLong answered = new AtomicLong();
        CountDownLatch warm = new CountDownLatch(16 * 20);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            float mine = t;
            boolean async = t % 4 == 3;
            Thread thread = new Thread(() -> {
                try {
                    while (true) {
                        float[] answer = async
                                ? joined(endpoint.predictAsync(new float[] {mine, 1}))
                                : endpoint.predict(new float[] {mine, 1});
                        assertThat(answer).containsExactly(3 * mine, 3);
                        answered.incrementAndGet();
                        warm.countDown();
                    }
                } catch (LifecycleException e) {
                    warm.countDown();
                } catch (Throwable e) {
                    wrong.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        assertThat(warm.await(2, TimeUnit.MINUTES)).isTrue();
        edge.close();
        for (Thread thread : threads) {
            thread.join(Patience.LONGEST.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isPositive();
    }

    private static float[] joined(CompletableFuture<float[]> answer) {
        try {
            return answer.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
    }

    @Test
    void nothingBelowTheHomeStaysOpen() throws IOException {
        assumeThat(Path.of("/proc/self/fd")).as("needs /proc").isDirectory();
        EdgeAI edge = EdgeAI.builder().home(dir.resolve("home")).build();
        ModelVersion version = edge.importModel("trees", Fixtures.xgboost(dir));
        edge.registry().promote(version.ref(), "first");
        edge.serve("trees", Serving::noDeadline).predict(new float[] {1, 1});
        edge.optimize(version).recipe(r -> r.latencyRounds(0)).fp16().run();
        assertThat(held()).as("the registry's files while open").isNotEmpty();
        edge.close();
        assertThat(held()).isEmpty();
    }

    @Test
    void manyInstancesOneAfterTheOtherLeaveNothingBehind() throws Exception {
        Set<Thread> before = ours();
        for (int i = 0; i < 10; i++) {
            try (EdgeAI edge = EdgeAI.builder().home(dir).build()) {
                ModelVersion version = Fixtures.times(edge, "m", i + 1);
                assertThat(version.number()).isEqualTo(i + 1);
                edge.registry().promote(version.ref(), "next");
                assertThat(edge.serve("m").predict(new float[] {1, 1})).containsExactly(i + 1, i + 1);
            }
        }
        patiently().until(() -> before.containsAll(ours()));
    }
}
