package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PipelineSplitTest {
    private static final OnnxGraph NET = GraphBuilder.residualNet(13, 6);
    private static PipelineSplit split;

    @BeforeAll
    static void split() {
        split = PipelineSplitter.builder()
                .stages(3)
                .rounds(1)
                .refinements(0)
                .build()
                .split(NET, List.of(Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8))));
    }

    private static List<Map<String, Tensor>> samples(int count) {
        Random random = new Random(9);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1 + i % 3, 3, 8, 8)));
        }
        return samples;
    }

    @Test
    void manySamplesUnderWayKeepTheirOwnAnswers() throws Exception {
        List<Map<String, Tensor>> samples = samples(200);
        try (StagedSession staged = split.open(Ort.runtime());
                InferenceSession whole = Ort.open(NET)) {
            List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
            for (Map<String, Tensor> sample : samples) {
                answers.add(staged.submit(sample));
            }
            for (int i = 0; i < samples.size(); i++) {
                byte[] expected = whole.run(samples.get(i)).get("y").bytes();
                assertThat(answers.get(i).get(2, TimeUnit.MINUTES).get("y").bytes())
                        .as("sample %d", i)
                        .isEqualTo(expected);
                assertThat(staged.run(samples.get(i)).get("y").bytes()).isEqualTo(expected);
            }
        }
    }

    @Test
    void severalCallersMaySubmitAtOnce() throws Exception {
        List<Map<String, Tensor>> samples = samples(40);
        try (StagedSession staged = split.open(Ort.runtime(), 1);
                InferenceSession whole = Ort.open(NET)) {
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                callers.add(CompletableFuture.runAsync(() -> {
                    for (Map<String, Tensor> sample : samples) {
                        try {
                            assertThat(staged.submit(sample).get().get("y").bytes())
                                    .isEqualTo(whole.run(sample).get("y").bytes());
                        } catch (InterruptedException | ExecutionException e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            for (CompletableFuture<Void> caller : callers) {
                caller.get(5, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void aBadSampleFailsAloneAndNamesTheInput() throws Exception {
        Map<String, Tensor> good = samples(1).get(0);
        try (StagedSession staged = split.open(Ort.runtime())) {
            CompletableFuture<Map<String, Tensor>> bad = staged.submit(Map.of("x", Tensor.of(new float[4], 1, 4)));
            CompletableFuture<Map<String, Tensor>> next = staged.submit(good);

            assertThatThrownBy(() -> bad.get(2, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(x");
            assertThat(next.get(2, TimeUnit.MINUTES)).containsOnlyKeys("y");
            assertThatThrownBy(() -> staged.run(Map.of())).isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void closingFinishesWhatIsUnderWayAndRefusesTheRest() {
        StagedSession staged = split.open(Ort.runtime());
        List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
        for (Map<String, Tensor> sample : samples(6)) {
            answers.add(staged.submit(sample));
        }
        staged.close();
        staged.close();

        assertThat(answers).allSatisfy(answer -> assertThat(answer)
                .isCompletedWithValueMatching(outputs -> outputs.containsKey("y")));
        assertThatThrownBy(() -> staged.submit(samples(1).get(0))).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> staged.run(samples(1).get(0))).isInstanceOf(LifecycleException.class);
    }

    @Test
    void anInterruptedCloseFinishesAllTheSameAndKeepsTheInterrupt() {
        StagedSession staged = split.open(Ort.runtime());
        CompletableFuture<Map<String, Tensor>> answer = staged.submit(samples(1).get(0));
        Thread.currentThread().interrupt();
        staged.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(answer).isCompletedWithValueMatching(outputs -> outputs.containsKey("y"));
    }

    @Test
    void aQueueDepthOutOfRangeIsNamed() {
        assertThatThrownBy(() -> split.open(Ort.runtime(), 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("queueDepth (0)");
    }
}
