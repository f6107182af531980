package io.edgeai.core.ensemble;

import static io.edgeai.core.ensemble.ScriptedSession.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class StagedSessionTest {
    private static Map<String, Tensor> x(float value) {
        return Map.of("x", Tensor.of(new float[] {value}, 1));
    }

    private static float y(CompletableFuture<Map<String, Tensor>> answer) throws Exception {
        return answer.get(5, TimeUnit.MINUTES).get("y").floats()[0];
    }

    /** Hands x on as h once the latch is down; fails on negative values. */
    private static ScriptedSession held(CountDownLatch latch) {
        return ScriptedSession.of(
                "h",
                inputs -> {
                    try {
                        latch.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    if (inputs.get("x").floats()[0] < 0) {
                        throw new IllegalStateException("negative");
                    }
                    return Map.of("h", inputs.get("x"));
                },
                "x");
    }

    private static StagedSession pipeline(ScriptedSession... stages) {
        StagedSession.Builder builder =
                StagedSession.builder().outputs(List.of("y")).queueDepth(1);
        for (ScriptedSession stage : stages) {
            builder.stage(stage);
        }
        return builder.build();
    }

    @Test
    void stagesWorkOnDifferentRequestsAtTheSameTime() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        CountDownLatch met = new CountDownLatch(2);
        TensorFunction meeting = inputs -> {
            try {
                both.await(5, TimeUnit.MINUTES);
                met.countDown();
            } catch (Exception e) {
                throw new IllegalStateException("nobody else came", e);
            }
            return Map.of("h", inputs.values().iterator().next());
        };
        ScriptedSession second = ScriptedSession.of(
                "y", inputs -> Map.of("y", meeting.apply(inputs).get("h")), "h");
        StagedSession staged = pipeline(ScriptedSession.of("h", meeting, "x"), second);
        List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> {
            try {
                both.await(5, TimeUnit.MINUTES); // lets the first request through alone
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 1; i <= 2; i++) {
            answers.add(staged.submit(x(i)));
        }

        assertThat(met.await(5, TimeUnit.MINUTES)).isTrue();
        first.get(5, TimeUnit.MINUTES);
        both.await(5, TimeUnit.MINUTES); // and the last one out
        assertThat(y(answers.get(0))).isEqualTo(1);
        assertThat(y(answers.get(1))).isEqualTo(2);
        staged.close();
    }

    @Test
    void whereThePipelineIsFullCallersWaitAndGiveUpInTime() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        try (StagedSession staged = pipeline(held(latch), times(2, "h", "y"))) {
            List<CompletableFuture<Map<String, Tensor>>> inside = List.of(staged.submit(x(1)), staged.submit(x(2)));
            assertThatThrownBy(() -> staged.submit(x(3), Duration.ofMillis(100))
                            .thenCombine(staged.submit(x(4), Duration.ofMillis(100)), (one, other) -> one))
                    .isInstanceOf(InferenceTimeoutException.class);
            assertThatThrownBy(() -> staged.run(x(5), Duration.ofMillis(100)))
                    .isInstanceOf(InferenceTimeoutException.class)
                    .hasMessageContaining("PT0.1S");
            latch.countDown();
            assertThat(y(inside.get(0))).isEqualTo(2);
            assertThat(y(inside.get(1))).isEqualTo(4);
        }
    }

    @Test
    void aRequestThatFailsDoesNotHoldUpTheOthers() throws Exception {
        try (StagedSession staged = pipeline(held(new CountDownLatch(0)), times(2, "h", "y"))) {
            CompletableFuture<Map<String, Tensor>> before = staged.submit(x(1));
            CompletableFuture<Map<String, Tensor>> bad = staged.submit(x(-1));
            CompletableFuture<Map<String, Tensor>> wrong = staged.submit(Map.of());
            CompletableFuture<Map<String, Tensor>> after = staged.submit(x(2));

            assertThat(y(before)).isEqualTo(2);
            assertThat(y(after)).isEqualTo(4);
            assertThatThrownBy(bad::get).hasRootCauseMessage("negative");
            assertThatThrownBy(wrong::get).hasCauseInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> staged.run(x(-1))).hasRootCauseMessage("negative");
        }
    }

    @Test
    void whatIsCancelledOrLateSkipsTheStagesThatHaveNotBegun() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        AtomicLong clock = new AtomicLong();
        ScriptedSession second = times(2, "h", "y");
        try (StagedSession staged = StagedSession.builder()
                .stage(held(latch))
                .stage(second)
                .outputs(List.of("y"))
                .queueDepth(4)
                .ticker(clock::get)
                .build()) {
            CompletableFuture<Map<String, Tensor>> cancelled = staged.submit(x(1));
            CompletableFuture<Map<String, Tensor>> late = staged.submit(x(2), Duration.ofMillis(5));
            CompletableFuture<Map<String, Tensor>> last = staged.submit(x(3), Duration.ofMillis(50));
            cancelled.cancel(false);
            clock.addAndGet(Duration.ofMillis(10).toNanos());
            latch.countDown();

            assertThat(y(last)).isEqualTo(6);
            assertThatThrownBy(late::get).hasCauseInstanceOf(InferenceTimeoutException.class);
            assertThat(second.runs).hasValue(1);
            assertThat(second.deadlines).containsExactly(Duration.ofMillis(40));
        }
    }

    @Test
    void anInterruptedCallerGoesWithoutTheAnswer() {
        CountDownLatch latch = new CountDownLatch(1);
        StagedSession staged = pipeline(held(latch), times(2, "h", "y"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> staged.run(x(1))).isInstanceOf(OperationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        latch.countDown();
        staged.close();
    }

    @Test
    void closingFinishesWhatIsUnderWay() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        ScriptedSession second = times(2, "h", "y");
        StagedSession staged = pipeline(held(latch), second);
        CompletableFuture<Map<String, Tensor>> answer = staged.submit(x(4));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(staged::close);
        latch.countDown();
        closing.get(5, TimeUnit.MINUTES);

        assertThat(answer).isCompleted();
        assertThat(y(answer)).isEqualTo(8);
        assertThat(second.closings).hasValue(1);
        assertThatThrownBy(() -> staged.submit(x(1))).isInstanceOf(LifecycleException.class);
    }

    @Test
    void itsThreadsEndWithIt() {
        List<Thread> threads = new ArrayList<>();
        StagedSession staged = StagedSession.builder()
                .stage(times(2, "x", "y"))
                .outputs(List.of("y"))
                .threads(task -> {
                    threads.add(new Thread(task));
                    return threads.get(threads.size() - 1);
                })
                .build();
        assertThat(threads).isEmpty();
        staged.run(x(1));
        assertThat(threads).hasSize(1);
        staged.close();
        Ample.await().until(() -> !threads.get(0).isAlive());
    }

    @Test
    void stagesThatDoNotFitAreNamedAllAtOnce() {
        ScriptedSession takesLongs = new ScriptedSession(
                new Signature(List.of(TensorSpec.of("h", ElementType.INT64, -1)), List.of(ScriptedSession.floats("x"))),
                inputs -> Map.of());
        assertThatThrownBy(() -> pipeline(times(1, "x", "h"), takesLongs, times(1, "late", "late")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(6) problems")
                .hasMessageContaining("stage 1 takes (h: INT64[?]) but is given (h: FLOAT[?])")
                .hasMessageContaining("stage 1 gives tensor (x), which is there already")
                .hasMessageContaining("stage 2 takes (late), which stage 2 gives")
                .hasMessageContaining("no stage gives output (y)");
        assertThatThrownBy(() -> StagedSession.builder().build()).hasMessageContaining("0 stages and 0 outputs");
        assertThatThrownBy(() -> StagedSession.builder().queueDepth(0)).hasMessageContaining("queueDepth (0)");
    }
}
