package io.edgeai.core.ensemble;

import static io.edgeai.core.ensemble.ScriptedSession.floats;
import static io.edgeai.core.ensemble.ScriptedSession.scaled;
import static io.edgeai.core.ensemble.ScriptedSession.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.testing.Ort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ModelGraphTest {
    private static final Map<String, Tensor> X = Map.of("x", Tensor.of(new float[] {1, 2}, 2));

    private static InferenceSession affine(float factor) {
        return Ort.runtime().open(TinyModels.affine(factor), SessionOptions.defaults());
    }

    /** (3·x + 1) / 2 · 5 + 1, where every step is exact in floats of few bits. */
    private static ModelGraph chain() {
        return ModelGraph.builder()
                .input(TensorSpec.of("in", ElementType.FLOAT, -1, 3))
                .step("second", affine(5), w -> w.input("x", "half").output("y", "out"))
                .step("halve", t -> Map.of("h", scaled(t.get("v"), 0.5f)), w -> w.input("v", "first")
                        .output("h", "half"))
                .step("first", affine(3), w -> w.input("x", "in").output("y", "first"))
                .output("out")
                .build();
    }

    @Test
    void sessionsAndFunctionsAnswerTogetherWhateverTheirOrder() {
        try (ModelGraph graph = chain()) {
            float[] answer = graph.predict(new float[] {0, 1, 2, 3, 4, 5}, 0);

            assertThat(graph.steps()).containsExactly("first", "halve", "second");
            assertThat(answer).containsExactly(3.5f, 11, 18.5f, 26, 33.5f, 41);
        }
    }

    @Test
    void anEndpointServesAGraphAsItServesAModel() {
        VersionRef version = new VersionRef(new ModelId("chain"), 1);
        try (ModelEndpoint endpoint = ModelEndpoint.builder()
                .opener(ref -> chain())
                .split(TrafficSplit.all(version))
                .deadline(Ample.TIME)
                .build()) {
            assertThat(endpoint.predict(new float[] {2, 2, 2})).containsExactly(18.5f, 18.5f, 18.5f);
            assertThat(endpoint.predictAll(new float[][] {{0, 0, 0}, {1, 1, 1}}))
                    .isDeepEqualTo(new float[][] {{3.5f, 3.5f, 3.5f}, {11, 11, 11}});
            assertThat(endpoint.answered()).containsEntry(version, 3L);
        }
    }

    @Test
    void eachStepIsHandedTheTimeThatIsLeft() {
        AtomicLong clock = new AtomicLong(1_000_000);
        ScriptedSession slow = ScriptedSession.of(
                "a",
                inputs -> {
                    clock.addAndGet(Duration.ofMillis(30).toNanos());
                    return Map.of("a", inputs.get("x"));
                },
                "x");
        ScriptedSession next = times(2, "a", "y");
        try (ModelGraph graph = ModelGraph.builder()
                .input(floats("x"))
                .step("slow", slow)
                .step("next", next)
                .output("y")
                .ticker(clock::get)
                .build()) {
            graph.run(X, Duration.ofMillis(100));
            assertThat(slow.deadlines).containsExactly(Duration.ofMillis(100));
            assertThat(next.deadlines).containsExactly(Duration.ofMillis(70));

            assertThatThrownBy(() -> graph.run(X, Duration.ofMillis(30)))
                    .isInstanceOf(InferenceTimeoutException.class)
                    .hasMessageContaining("PT0.03S");
            assertThat(next.runs).hasValue(1);
        }
    }

    @Test
    void independentStepsRunAtTheSameTimeWhereAsked() {
        CyclicBarrier bothAreThere = new CyclicBarrier(2);
        TensorFunction meeting = inputs -> {
            try {
                bothAreThere.await(5, TimeUnit.MINUTES);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return Map.of("o", inputs.get("x"));
        };
        try (ModelGraph graph = ModelGraph.builder()
                .input(floats("x"))
                .step("left", meeting, w -> w.input("x").output("o", "l"))
                .step("right", meeting, w -> w.input("x").output("o", "r"))
                .output(floats("l"))
                .output(floats("r"))
                .parallel(1)
                .build()) {
            assertThat(graph.run(X)).containsOnlyKeys("l", "r");
        }
    }

    @Test
    void anAnswerThatOtherThreadsOweIsGivenUpInTime() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicLong beganAt = new AtomicLong();
        Ticker stoodStillBefore = () -> begun.getCount() == 0 ? System.nanoTime() - beganAt.get() : 0;
        TensorFunction stuck = inputs -> {
            beganAt.set(System.nanoTime());
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Map.of("o", inputs.get("x"));
        };
        TensorFunction afterOther = inputs -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Map.of("o", inputs.get("x"));
        };
        ModelGraph graph = ModelGraph.builder()
                .input(floats("x"))
                .step("quick", afterOther, w -> w.input("x").output("o", "q"))
                .step("stuck", stuck, w -> w.input("x").output("o", "s"))
                .output(floats("q"))
                .output(floats("s"))
                .parallel(1)
                .ticker(stoodStillBefore)
                .build();
        try (graph) {
            assertThatThrownBy(() -> graph.run(X, Duration.ofMillis(200)))
                    .isInstanceOf(InferenceTimeoutException.class);
        } finally {
            never.countDown();
        }
    }

    @Test
    void aStepThatFailsFailsTheAnswerWithItsOwnError() {
        for (int threads = 0; threads < 2; threads++) {
            ModelGraph.Builder builder = ModelGraph.builder()
                    .input(floats("x"))
                    .step("bad", inputs -> Map.of("other", inputs.get("x")), w -> w.input("x")
                            .output("y"))
                    .step("good", times(2, "x", "z"))
                    .output(floats("y"))
                    .output("z");
            try (ModelGraph graph = (threads == 0 ? builder : builder.parallel(threads)).build()) {
                assertThatThrownBy(() -> graph.run(X))
                        .isInstanceOf(InferenceException.class)
                        .hasMessageContaining("Step (bad) gave no output (y) but [other]");
            }
        }
    }

    @Test
    void closingClosesEachSessionOnceUnlessToldNotTo() {
        ScriptedSession shared = times(2, "x", "y");
        ModelGraph.Builder builder = ModelGraph.builder()
                .input(floats("x"))
                .step("once", shared)
                .step("twice", shared, w -> w.input("x", "y").output("y", "z"))
                .output("z");
        try (ModelGraph borrowed = builder.closesSessions(false).build()) {
            assertThat(borrowed.run(X).get("z").floats()).containsExactly(4, 8);
        }
        assertThat(shared.closings).hasValue(0);

        ModelGraph owner = builder.closesSessions(true).build();
        owner.close();
        owner.close();
        assertThat(shared.closings).hasValue(1);
        assertThatThrownBy(() -> owner.run(X))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("The graph is closed");
    }

    @Test
    void manyThreadsMayAskAtOnce() {
        try (ModelGraph graph = chain()) {
            List<float[]> answers = new Random(5)
                    .ints(400, 0, 50).boxed().toList().parallelStream()
                            .map(n -> {
                                float[] answer = graph.predict(new float[] {n, n, n}, 0);
                                return new float[] {n, answer[0]};
                            })
                            .toList();
            assertThat(answers).hasSize(400).allSatisfy(pair -> assertThat(pair[1])
                    .isEqualTo((3 * pair[0] + 1) / 2 * 5 + 1));
        }
    }
}
