package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ModelEndpointClosingTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);
    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    /** Version n multiplies by n. */
    private InferenceSession affine(VersionRef version) {
        return engine.open(TinyModels.affine(version.number()), SessionOptions.defaults());
    }

    private ModelEndpoint.Builder endpoint() {
        return ModelEndpoint.builder().opener(this::affine).split(TrafficSplit.all(V1));
    }

    /** Threads of that purpose which were not there before. */
    private static List<Thread> fresh(String purpose, Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(purpose) && !before.contains(thread))
                .toList();
    }

    @Test
    void afterCloseEverythingIsRefusedAndNoThreadStays() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ModelEndpoint endpoint = endpoint().build();
        endpoint.predictAsync(new float[3]).join();
        assertThat(fresh("edgeai-batcher", before)).isNotEmpty();
        endpoint.close();
        endpoint.close();

        assertThatThrownBy(() -> endpoint.predict(new float[3])).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> endpoint.predictAsync(new float[3])).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> endpoint.split().arms()).isInstanceOf(LifecycleException.class);
        assertThat(fresh("edgeai-batcher", before)).isEmpty();
    }

    @Test
    void aClosedEndpointCannotBeSplitAgain() {
        AtomicInteger opened = new AtomicInteger();
        ModelEndpoint endpoint = endpoint()
                .opener(version -> {
                    opened.incrementAndGet();
                    return affine(version);
                })
                .build();
        endpoint.close();

        assertThatThrownBy(() -> endpoint.split(TrafficSplit.all(V2))).isInstanceOf(LifecycleException.class);
        assertThat(opened).hasValue(1);
    }

    @Test
    void aSessionIsClosedAgainWhereItsListenerCannotBeMade() {
        AtomicInteger open = new AtomicInteger();
        ModelEndpoint.Builder builder = endpoint()
                .opener(version -> {
                    open.incrementAndGet();
                    return new ForwardingSession(affine(version)) {
                        @Override
                        public void close() {
                            open.decrementAndGet();
                            super.close();
                        }
                    };
                })
                .listeners(version -> {
                    throw new IllegalStateException("no listener");
                });

        assertThatThrownBy(builder::build).hasMessage("no listener");
        assertThat(open).hasValue(0);
    }

    @Test
    void oneSessionThatFailsToCloseDoesNotKeepTheOthersOpen() {
        AtomicInteger closed = new AtomicInteger();
        ModelEndpoint endpoint = endpoint()
                .opener(version -> new ForwardingSession(affine(version)) {
                    @Override
                    public void close() {
                        super.close();
                        closed.incrementAndGet();
                        throw new IllegalStateException("close " + version);
                    }
                })
                .split(TrafficSplit.all(V1).and(V2, 1))
                .build();

        assertThatThrownBy(endpoint::close).hasMessage("close m@1").satisfies(e -> assertThat(e.getSuppressed())
                .hasSize(1));
        assertThat(closed).hasValue(2);
    }

    @Test
    void closingWhile64ThreadsPredictGivesRightAnswersAndThenOneTypedRefusal() throws Exception {
        for (int round = 0; round < 5; round++) {
            ModelEndpoint endpoint = endpoint().deadline(Ample.TIME).build();
            CountDownLatch warm = new CountDownLatch(64);
            ConcurrentLinkedQueue<Object> wrong = new ConcurrentLinkedQueue<>();
            AtomicInteger refused = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 64; t++) {
                float own = t;
                Thread thread = new Thread(() -> {
                    try {
                        while (true) {
                            float[] answer = endpoint.predict(new float[] {own, 1, 2});
                            if (answer[0] != own + 1) {
                                wrong.add(answer[0]);
                            }
                            warm.countDown();
                        }
                    } catch (LifecycleException e) {
                        refused.incrementAndGet();
                    } catch (RuntimeException e) {
                        wrong.add(e);
                    }
                });
                thread.setDaemon(true);
                threads.add(thread);
                thread.start();
            }
            assertThat(warm.await(5, TimeUnit.MINUTES)).isTrue();
            endpoint.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(wrong).isEmpty();
            assertThat(refused).hasValue(64);
        }
    }

    @Test
    void twoEndpointsInOneJvmDoNotTouchEachOther() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ModelEndpoint first = endpoint().deadline(Ample.TIME).build();
        try (ModelEndpoint second =
                endpoint().split(TrafficSplit.all(V2)).deadline(Ample.TIME).build()) {
            assertThat(first.predict(new float[] {1, 1, 1})).containsExactly(2, 2, 2);
            assertThat(second.predict(new float[] {1, 1, 1})).containsExactly(3, 3, 3);
            first.close();
            assertThat(second.predict(new float[] {1, 1, 1})).containsExactly(3, 3, 3);
            assertThat(second.predictAsync(new float[] {1, 1, 1}).join()).containsExactly(3, 3, 3);
            assertThat(fresh("edgeai-onnx-watchdog", before)).hasSize(1);
        }
        assertThat(fresh("edgeai-onnx-watchdog", before)).isEmpty();
    }

    /** Closing once held a lock while it waited for workers, whose callbacks waited for the lock. */
    @Test
    @Timeout(120)
    void whatDependsOnAnAnswerMayCloseOrSplitTheEndpointWhileItIsClosed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        FakeSession session = new FakeSession(new AtomicLong(), 1, 1, input -> {
            await(go);
            return FakeSession.doubled(input);
        });
        ModelEndpoint endpoint = endpoint().opener(version -> session).build();
        CompletableFuture<Void> done = endpoint.predictAsync(new float[] {1, 1}).thenAccept(answer -> {
            answered.countDown();
            Ample.await().until(endpoint::closed);
            assertThatThrownBy(() -> endpoint.split(TrafficSplit.all(V2))).isInstanceOf(LifecycleException.class);
            endpoint.close();
        });
        go.countDown();
        answered.await();
        endpoint.close();
        done.join();
        assertThat(session.closed).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
