package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ModelEndpointTest {
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

    @Test
    void answersSyncAsyncAndInBulk() {
        try (ModelEndpoint endpoint = endpoint().maxBatch(4).build()) {
            float[][] inputs = new float[11][];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = new float[] {i, 2 * i, -i};
            }
            List<CompletableFuture<float[]>> later = new ArrayList<>();
            for (float[] input : inputs) {
                later.add(endpoint.predictAsync(input));
            }
            float[][] bulk = endpoint.predictAll(inputs);
            for (int i = 0; i < inputs.length; i++) {
                float[] expected = {i + 1, 2 * i + 1, -i + 1};
                assertThat(endpoint.predict(inputs[i])).containsExactly(expected);
                assertThat(later.get(i).join()).containsExactly(expected);
                assertThat(bulk[i]).containsExactly(expected);
            }
            assertThat(endpoint.predict(Map.of("x", Tensor.of(new float[] {1, 2, 3}, 1, 3)))
                            .get("y")
                            .floats())
                    .containsExactly(2, 3, 4);
            assertThat(endpoint.predictAll(new float[0][])).isEmpty();
        }
    }

    @Test
    void unitsStickToTheirVersionAndSharesFollowTheSplit() {
        try (ModelEndpoint endpoint =
                endpoint().split(TrafficSplit.all(V1).and(V2, 1)).build()) {
            int second = 0;
            for (int i = 0; i < 400; i++) {
                float[] input = {1, 1, 1};
                float first = endpoint.predict("user-" + i, input)[0];
                assertThat(endpoint.predict("user-" + i, input)[0]).isEqualTo(first);
                second += first == 3 ? 1 : 0;
            }
            assertThat(second).isBetween(140, 260);
            assertThat(endpoint.answered().get(V1) + endpoint.answered().get(V2))
                    .isEqualTo(800);
        }
    }

    @Test
    void aUnitMeetsOneVersionWhateverFormItsRequestHas() {
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 1);
        try (ModelEndpoint endpoint = endpoint().split(split).build()) {
            Map<String, Tensor> inputs = Map.of("x", Tensor.of(new float[] {1, 1, 1}, 1, 3));
            for (int i = 0; i < 40; i++) {
                NamedAnswer named = endpoint.answer("user-" + i, inputs, null);
                assertThat(named.version())
                        .isEqualTo(split.arms().get(split.armOf("user-" + i)).version());
                assertThat(endpoint.predict("user-" + i, new float[] {1, 1, 1}))
                        .isEqualTo(named.outputs().get("y").floats());
                assertThat(endpoint.predict("user-" + i, inputs).get("y").floats())
                        .isEqualTo(named.outputs().get("y").floats());
            }
        }
    }

    @Test
    void namedRequestsAreSampledRowByRow() {
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        try (ModelEndpoint endpoint = endpoint()
                .sampleEvery(1)
                .listeners(version -> new Recording(version, heard))
                .build()) {
            endpoint.predict(Map.of("x", Tensor.of(new float[] {1, 2, 3, 1, 2, 3}, 2, 3)));
        }
        assertThat(heard).anyMatch(line -> line.contains("sample"));
    }

    @Test
    void listenersHearEverySuccessAndFailureWithItsLatency() {
        AtomicLong now = new AtomicLong();
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        try (ModelEndpoint endpoint = endpoint()
                .ticker(() -> now.getAndAdd(500))
                .sampleEvery(1)
                .listeners(version -> new Recording(version, heard))
                .build()) {
            endpoint.predict(new float[] {1, 2, 3});
            assertThatThrownBy(() -> endpoint.predict(new float[2])).isInstanceOf(InvalidInputException.class);
        }
        assertThat(heard).containsExactly("m@1 ok 500", "m@1 sample 3 3", "m@1 InvalidInputException 500");
    }

    @Test
    void noSamplesWhereNoneAreWanted() {
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        try (ModelEndpoint endpoint = endpoint()
                .sampleEvery(0)
                .listeners(version -> new Recording(version, heard))
                .build()) {
            for (int i = 0; i < 3000; i++) {
                endpoint.predict(new float[] {1, 2, 3});
            }
        }
        assertThat(heard).noneMatch(line -> line.contains("sample")).hasSize(3000);
    }

    @Test
    void swappingVersionsUnderLoadGivesOnlyRightAnswersAndNoErrors() throws Exception {
        AtomicInteger open = new AtomicInteger();
        Function<VersionRef, InferenceSession> opener = version -> {
            open.incrementAndGet();
            InferenceSession session = affine(version);
            return new ForwardingSession(session) {
                @Override
                public void close() {
                    open.decrementAndGet();
                    super.close();
                }
            };
        };
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<Object> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch answered = new CountDownLatch(4);
        ModelEndpoint endpoint = endpoint().opener(opener).build();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                try {
                    while (!stop.get()) {
                        float answer = endpoint.predict(new float[] {1, 1, 1})[0];
                        answered.countDown();
                        if (answer != 2 && answer != 3) {
                            wrong.add(answer);
                        }
                    }
                } catch (RuntimeException e) {
                    wrong.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        boolean underLoad = answered.await(5, TimeUnit.MINUTES);
        for (int i = 0; i < 150; i++) {
            endpoint.split(TrafficSplit.all(i % 2 == 0 ? V2 : V1));
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(underLoad).isTrue();
        assertThat(open).hasValue(1);
        endpoint.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void aVersionThatCannotBeOpenedLeavesTheSplitAsItWas() {
        Function<VersionRef, InferenceSession> opener = version -> {
            if (version.equals(V2)) {
                throw new ModelNotFoundException("gone");
            }
            return affine(version);
        };
        try (ModelEndpoint endpoint = endpoint().opener(opener).build()) {
            assertThatThrownBy(() -> endpoint.split(TrafficSplit.all(V2))).isInstanceOf(ModelNotFoundException.class);
            assertThat(endpoint.split().arms())
                    .extracting(TrafficSplit.Arm::version)
                    .containsExactly(V1);
            assertThat(endpoint.predict(new float[] {1, 1, 1})).containsExactly(2, 2, 2);
        }
    }

    @Test
    void modelsWhoseAnswersDependOnBatchMatesAreNeverBatched() {
        try (ModelEndpoint endpoint = endpoint()
                .opener(v -> engine.open(TinyModels.shareOfBatch(), SessionOptions.defaults()))
                .build()) {
            float[][] answers = endpoint.predictAll(new float[][] {{1, 3}, {2, 2}, {4, 1}});

            assertThat(answers[0]).containsExactly(0.25f, 0.75f);
            assertThat(answers[1]).containsExactly(0.5f, 0.5f);
            assertThat(answers[2]).containsExactly(0.8f, 0.2f);
        }
    }

    @Test
    void oneBadRequestDoesNotFailItsNeighbours() {
        Gate gate = new Gate(affine(V1));
        try (ModelEndpoint endpoint = endpoint().opener(v -> gate).build()) {
            CompletableFuture<float[]> first = endpoint.predictAsync(new float[] {0, 0, 0});
            CompletableFuture<float[]> good = endpoint.predictAsync(new float[] {1, 1, 1});
            CompletableFuture<float[]> bad = endpoint.predictAsync(new float[] {Gate.POISON, 1, 1});
            CompletableFuture<float[]> alsoGood = endpoint.predictAsync(new float[] {2, 2, 2});
            gate.open.release(1000);

            assertThat(first.join()).containsExactly(1, 1, 1);
            assertThat(good.join()).containsExactly(2, 2, 2);
            assertThat(alsoGood.join()).containsExactly(3, 3, 3);
            assertThatThrownBy(bad::join).hasRootCauseMessage("poison");
        }
    }

    @Test
    void aFullQueueIsATypedRetriableRefusal() {
        Gate gate = new Gate(affine(V1));
        try (ModelEndpoint endpoint = endpoint().opener(v -> gate).maxQueue(2).build()) {
            List<CompletableFuture<float[]>> accepted = new ArrayList<>();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 5; i++) {
                            accepted.add(endpoint.predictAsync(new float[3]));
                        }
                    })
                    .isInstanceOfSatisfying(OverloadedException.class, e -> assertThat(e.retriable())
                            .isTrue());
            gate.open.release(1000);
            assertThat(accepted).isNotEmpty().allSatisfy(answer -> assertThat(answer.join())
                    .containsExactly(1, 1, 1));
        }
    }

    @Test
    void bulkRequestsMeetTheSplitOneByOne() {
        try (ModelEndpoint endpoint =
                endpoint().split(TrafficSplit.all(V1).and(V2, 1)).build()) {
            float[][] inputs = new float[10_000][];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = new float[] {i, 1, 1};
            }
            float[][] answers = endpoint.predictAll(inputs);
            int second = 0;
            for (int i = 0; i < inputs.length; i++) {
                int version = (int) (answers[i][1] - 1);
                assertThat(answers[i]).containsExactly(version * i + 1f, version + 1, version + 1);
                second += version - 1;
            }
            assertThat(second).isBetween(4700, 5300); // six standard deviations
            assertThat(endpoint.answered().get(V1) + endpoint.answered().get(V2))
                    .isEqualTo(10_000);
        }
    }

    @Test
    void bulkThrowsWhatTheFirstBadInputEarned() {
        try (ModelEndpoint endpoint = endpoint().build()) {
            assertThatThrownBy(() -> endpoint.predictAll(new float[][] {{1, 2, 3}, {1, 2}, {1, 2, 3, 4}}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(2)");
        }
    }

    @Test
    void aCancelledFutureIsSkippedAndADeadlineCountsTheWait() throws Exception {
        Gate gate = new Gate(affine(V1));
        AtomicLong now = new AtomicLong();
        try (ModelEndpoint endpoint = endpoint()
                .opener(v -> gate)
                .deadline(Ample.TIME)
                .ticker(now::get)
                .build()) {
            CompletableFuture<float[]> first = endpoint.predictAsync(new float[] {0, 0, 0});
            gate.entered.await();
            CompletableFuture<float[]> cancelled = endpoint.predictAsync(new float[] {Gate.POISON, 1, 1});
            CompletableFuture<float[]> late = endpoint.predictAsync(new float[] {1, 1, 1});
            cancelled.cancel(true);
            now.set(Ample.TIME.toNanos() + 1);
            gate.open.release(1000);

            assertThatThrownBy(late::join).hasCauseInstanceOf(InferenceTimeoutException.class);
            assertThat(cancelled).isCancelled();
            assertThat(first.join()).containsExactly(1, 1, 1);
        }
    }

    @Test
    void theBuilderNamesWhatIsMissingOrWrong() {
        assertThatThrownBy(() -> ModelEndpoint.builder().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("opener: missing")
                .hasMessageContaining("split: missing");
        assertThatThrownBy(() -> endpoint().deadline(Duration.ZERO)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> endpoint().deadline(Duration.ofDays(400))).hasMessageContaining("365");
        assertThatThrownBy(() -> endpoint().maxBatch(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> endpoint().maxQueue(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> endpoint().sampleEvery(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> endpoint().maxBatchDelay(Duration.ofNanos(-1)))
                .isInstanceOf(InvalidInputException.class);
    }

    private record Recording(VersionRef version, ConcurrentLinkedQueue<String> heard) implements InferenceListener {
        @Override
        public void success(long latencyNanos) {
            heard.add(version + " ok " + latencyNanos);
        }

        @Override
        public void failure(long latencyNanos, Throwable error) {
            heard.add(version + " " + error.getClass().getSimpleName() + " " + latencyNanos);
        }

        @Override
        public void sample(float[] input, float[] output) {
            heard.add(version + " sample " + input.length + " " + output.length);
        }
    }

    /** Runs only while permits last, and fails on poison. */
    private static final class Gate extends ForwardingSession {
        static final float POISON = -666;
        final Semaphore open = new Semaphore(0);
        final CountDownLatch entered = new CountDownLatch(1);

        Gate(InferenceSession session) {
            super(session);
        }

        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            entered.countDown();
            try {
                if (!open.tryAcquire(5, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("gate stayed shut");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            for (float value : input) {
                if (value == POISON) {
                    throw new IllegalStateException("poison");
                }
            }
            return super.predict(input, deadlineNanos);
        }
    }
}
