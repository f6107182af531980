package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.FlatOptimizer;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final int[] WIDTHS = {6, 16, 4};

    @TempDir
    Path folder;

    private final OnnxGraph model = HandMade.model(3, WIDTHS);
    private final GradientGraph gradient = HandMade.crossEntropy(model, WIDTHS);
    private final TensorData data = HandMade.clusters(5, 205, 6, 4);
    private final TensorData test = HandMade.clusters(6, 300, 6, 4);

    private Evaluation accuracy() {
        return Evaluation.accuracy(
                "x", test.columns().get("x"), test.columns().get("label").longs());
    }

    private Trainer.Builder trainer() {
        return Trainer.builder(model, gradient)
                .data(data)
                .epochs(4)
                .batchSize(16)
                .seed(9)
                .rule(UpdateRule.builder(Optimizer.momentum(0.9))
                        .weightDecay(1e-4)
                        .build())
                .schedule(Schedule.cosine(0.05, 0).warmUp(5))
                // random, so that resuming must repeat the same choices
                .augment((batch, random) -> {
                    FloatBuffer x = batch.get("x").buffer().asFloatBuffer();
                    x.put(0, x.get(0) + (float) random.nextDouble(-0.1, 0.1));
                });
    }

    private float[] theta(OnnxGraph trained) {
        return gradient.parameters().read(trained);
    }

    @Test
    void learnsAndLeavesTheGivenModelAsItWas() {
        float[] before = theta(model);
        Trained trained = trainer().epochs(12).evaluate(accuracy(), 1).build().run();

        assertThat(trained.history().epochs()).hasSize(12).allMatch(TrainingHistory.Epoch::evaluated);
        assertThat(trained.history().last().orElseThrow().score()).isGreaterThan(0.95);
        assertThat(trained.history().last().orElseThrow().loss())
                .isLessThan(trained.history().epochs().get(0).loss() / 2);
        assertThat(theta(model)).isEqualTo(before);
        assertThat(theta(trained.model()))
                .isNotEqualTo(before)
                .isEqualTo(trained.checkpoint().vector("theta"));
    }

    @Test
    void sameSeedSameBits() {
        assertThat(trainer().build().run().checkpoint())
                .isEqualTo(trainer().build().run().checkpoint());
        assertThat(theta(trainer().seed(10).build().run().model()))
                .isNotEqualTo(theta(trainer().build().run().model()));
    }

    /** Stops after every number of steps of the first two epochs, and goes on from the file. */
    @Test
    void resumesAtAnyStepWithTheSameBits() {
        Trained whole = trainer().evaluate(accuracy(), 1).build().run();
        for (int stopAfter : new int[] {1, 5, 12, 13, 14, 20, 26, 51}) {
            Path file = folder.resolve("run" + stopAfter);
            long[] done = new long[1];
            Trainer stopping = trainer()
                    .evaluate(accuracy(), 1)
                    .checkpoint(file)
                    .listener(counting(done))
                    .progress(cancelAt(done, stopAfter))
                    .build();
            assertThatThrownBy(stopping::run)
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("(" + stopAfter + ")")
                    .hasMessageContaining("resume");

            Trained resumed = trainer().evaluate(accuracy(), 1).seed(77).build().resume(Checkpoint.read(file));
            assertThat(resumed.checkpoint()).as("stopped after " + stopAfter).isEqualTo(whole.checkpoint());
            assertThat(theta(resumed.best())).isEqualTo(theta(whole.best()));
        }
    }

    private static TrainingListener counting(long[] done) {
        return new TrainingListener() {
            @Override
            public void step(Step step) {
                done[0] = step.number();
            }
        };
    }

    private static Progress cancelAt(long[] done, long step) {
        return new Progress() {
            @Override
            public void update(String phase, long at, long total) {
                assertThat(phase).isEqualTo("train");
            }

            @Override
            public boolean cancelled() {
                return done[0] == step;
            }
        };
    }

    @Test
    void resumesAdamAndOwnOptimizersToo() {
        List<Supplier<Trainer.Builder>> forms = List.of(
                () -> plain().rule(UpdateRule.of(Optimizer.adam())),
                () -> plain().rule(UpdateRule.of(Optimizer.adam())).partSize(5),
                () -> plain().optimizer(new Momentum(theta(model).length)));
        for (var form : forms) {
            Path file = folder.resolve("adam");
            long[] done = new long[1];
            Trainer stopping = form.get()
                    .checkpoint(file)
                    .listener(counting(done))
                    .progress(cancelAt(done, 17))
                    .build();
            assertThatThrownBy(stopping::run).isInstanceOf(OperationCancelledException.class);

            assertThat(form.get().build().resume(Checkpoint.read(file)).checkpoint())
                    .isEqualTo(form.get().build().run().checkpoint());
        }
    }

    private Trainer.Builder plain() {
        return Trainer.builder(model, gradient)
                .data(data)
                .epochs(2)
                .batchSize(16)
                .schedule(Schedule.constant(0.01));
    }

    private static final class Momentum implements FlatOptimizer {
        private final float[] velocity;

        Momentum(int size) {
            velocity = new float[size];
        }

        @Override
        public void update(float[] theta, float[] gradient, double learningRate, long step) {
            float rate = (float) learningRate;
            for (int i = 0; i < theta.length; i++) {
                velocity[i] = 0.9f * velocity[i] + gradient[i];
                theta[i] -= rate * velocity[i];
            }
        }

        @Override
        public List<float[]> slots() {
            return List.of(velocity);
        }
    }

    @Test
    void javaOptimizerAndPartsAgreeWithTheGraph() {
        Trained graph =
                plain().rule(UpdateRule.of(Optimizer.momentum(0.9))).build().run();
        Trained java =
                plain().optimizer(new Momentum(theta(model).length)).build().run();
        Trained javaParts = plain().optimizer(new Momentum(theta(model).length))
                .partSize(5)
                .build()
                .run();
        Trained parts = plain().rule(UpdateRule.of(Optimizer.momentum(0.9)))
                .partSize(7)
                .build()
                .run();

        for (Trained other : List.of(java, javaParts, parts)) {
            float[] expected = theta(graph.model());
            float[] got = theta(other.model());
            for (int i = 0; i < expected.length; i++) {
                assertThat(got[i]).isCloseTo(expected[i], within(2e-5f));
            }
            assertThat(other.history().last().orElseThrow().loss())
                    .isCloseTo(graph.history().last().orElseThrow().loss(), within(1e-5));
        }
    }

    @Test
    void defaultsAreMomentumAtOneHundredth() {
        Trained byDefault = Trainer.builder(model, gradient).data(data).build().run();
        Trained spelled = Trainer.builder(model, gradient)
                .data(data)
                .epochs(1)
                .batchSize(32)
                .seed(0)
                .rule(UpdateRule.of(Optimizer.momentum(0.9)))
                .schedule(Schedule.constant(0.01))
                .build()
                .run();

        assertThat(byDefault.checkpoint()).isEqualTo(spelled.checkpoint());
        assertThat(byDefault.best()).isSameAs(byDefault.model());
    }

    @Test
    void checkpointOfAnotherTrainingIsRefused() {
        Checkpoint mine = plain().build().run().checkpoint();
        int[] wider = {6, 17, 4};
        OnnxGraph other = HandMade.model(3, wider);
        Trainer.Builder elsewhere = Trainer.builder(other, HandMade.crossEntropy(other, wider))
                .data(data)
                .batchSize(16);

        assertThatThrownBy(() -> elsewhere.build().resume(mine))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("layout");
        assertThatThrownBy(() -> plain().batchSize(8)
                        .data(test)
                        .rule(UpdateRule.of(Optimizer.adam()))
                        .build()
                        .resume(mine))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("batch size 16 there, 8 here")
                .hasMessageContaining("examples 205 there, 300 here")
                .hasMessageContaining("optimizer momentum there, adam here");
    }

    @Test
    void moreEpochsGoOnFromTheEnd() {
        Checkpoint two = plain().build().run().checkpoint();
        Trained four = plain().epochs(4).build().resume(two);

        assertThat(four.history().epochs()).hasSize(4);
        assertThat(four.checkpoint()).isEqualTo(plain().epochs(4).build().run().checkpoint());
        assertThat(plain().build().resume(two).checkpoint()).isEqualTo(two);
    }

    @Test
    void divergenceNamesStepAndRepair() {
        assertThatThrownBy(
                        () -> plain().schedule(Schedule.constant(1e30)).build().run())
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageMatching("The loss at step \\([2-9]\\) is \\(.*")
                .hasMessageContaining("Maybe lower the rate");
    }

    @Test
    void stopsWhenThePointIsReachedOrNothingGains() {
        Trained reached = trainer()
                .epochs(50)
                .evaluate(accuracy(), 1)
                .stop(EarlyStop.atScore(0.9))
                .build()
                .run();
        assertThat(reached.history().epochs()).hasSizeLessThan(50);
        assertThat(reached.history().last().orElseThrow().score()).isGreaterThanOrEqualTo(0.9);

        double[] scores = {0.2, 0.5, 0.4, 0.5, 0.3, 0.9, 0.9};
        int[] at = new int[1];
        Trained patient = trainer()
                .epochs(7)
                .evaluate(session -> scores[at[0]++], 1)
                .stop(EarlyStop.patience(3))
                .build()
                .run();
        assertThat(patient.history().epochs()).hasSize(5);
        assertThat(patient.history().best().orElseThrow().number()).isEqualTo(2);
        at[0] = 0;
        Trained second = trainer()
                .epochs(2)
                .evaluate(session -> scores[at[0]++], 1)
                .schedule((step, steps) -> Schedule.cosine(0.05, 0).warmUp(5).at(step, 52))
                .build()
                .run();
        at[0] = 0;
        Trained longer = trainer()
                .epochs(4)
                .evaluate(session -> scores[at[0]++], 1)
                .schedule((step, steps) -> Schedule.cosine(0.05, 0).warmUp(5).at(step, 52))
                .build()
                .run();
        assertThat(theta(longer.best())).isEqualTo(theta(second.model())).isNotEqualTo(theta(longer.model()));
    }

    @Test
    void earlyStopCountsEvaluationsOrEpochs() {
        EarlyStop two = new EarlyStop(2, 0.1, Double.POSITIVE_INFINITY);

        assertThat(two.stops(history(1.0, Double.NaN, 0.5, Double.NaN, 0.45, Double.NaN)))
                .isFalse();
        assertThat(two.stops(history(1.0, Double.NaN, 0.95, Double.NaN, 0.93, Double.NaN)))
                .isTrue();
        assertThat(two.stops(history(9, 0.5, 8, Double.NaN, 7, 0.55))).isFalse();
        assertThat(two.stops(history(9, 0.5, 8, 0.55, 7, 0.56))).isTrue();
        assertThat(EarlyStop.NEVER.stops(history(1, 0.5, 1, 0.5))).isFalse();
        assertThat(EarlyStop.patience(1).stops(new TrainingHistory(List.of()))).isFalse();
        assertThatThrownBy(() -> EarlyStop.patience(-1)).isInstanceOf(InvalidInputException.class);
    }

    private static TrainingHistory history(double... lossesAndScores) {
        List<TrainingHistory.Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < lossesAndScores.length; i += 2) {
            epochs.add(new TrainingHistory.Epoch(i / 2 + 1, lossesAndScores[i], lossesAndScores[i + 1]));
        }
        return new TrainingHistory(epochs);
    }

    @Test
    void evaluatesEveryFewEpochsAndAtTheEnd() {
        Trained trained = trainer().epochs(5).evaluate(accuracy(), 2).build().run();

        assertThat(trained.history().epochs().stream().map(TrainingHistory.Epoch::evaluated))
                .containsExactly(false, true, false, true, true);
    }

    /** A clock that moves 10 ms a look: the rest is the mean time of a step so far times the steps left. */
    @Test
    void tellsHowLongItWillTake() {
        AtomicLong clock = new AtomicLong();
        List<TrainingListener.Step> steps = new ArrayList<>();
        List<Long> reports = new ArrayList<>();
        plain().ticker(() -> clock.getAndAdd(10_000_000))
                .listener(new TrainingListener() {
                    @Override
                    public void step(Step step) {
                        steps.add(step);
                    }
                })
                .progress((phase, done, total) -> {
                    assertThat(total).isEqualTo(26);
                    reports.add(done);
                })
                .build()
                .run();

        assertThat(steps).hasSize(26);
        assertThat(steps.get(0).remaining()).isEqualTo(Duration.ofMillis(250));
        assertThat(steps.get(25).remaining()).isZero();
        assertThat(steps.get(9).learningRate()).isEqualTo(0.01);
        assertThat(reports).containsExactly(1L, 26L);
    }

    @Test
    void checkpointsBetweenEpochsToo() {
        Path file = folder.resolve("often");
        List<Long> saved = new ArrayList<>();
        plain().checkpoint(file)
                .checkpointEvery(5)
                .listener(new TrainingListener() {
                    @Override
                    public void step(Step step) {
                        if (Files.exists(file)) {
                            saved.add(Checkpoint.read(file).position().step());
                        }
                    }
                })
                .build()
                .run();

        assertThat(saved.stream().distinct()).containsExactly(5L, 10L, 13L, 15L, 20L, 25L, 26L);
    }

    @Test
    void statisticsAndAnchorAreTheModels() {
        float[] start = HandMade.random(1, 8);
        OnnxGraph bowlModel = HandMade.bowlModel(start);
        GradientGraph bowl = HandMade.bowl(bowlModel, new float[] {1, 1, 1, 1, 1, 1, 1, 1});
        TensorData zeros = TensorData.of(Map.of("x", Tensor.of(new float[8 * 40], 40, 8)));
        Trained trained = Trainer.builder(bowlModel, bowl)
                .data(zeros)
                .batchSize(1)
                .epochs(5)
                .schedule(Schedule.constant(0.2))
                .rule(UpdateRule.builder(Optimizer.sgd()).proximal(1).control().build())
                .control(new float[] {1, 0, 0, 0, 0, 0, 0, 0})
                .build()
                .run();

        // gradient theta + (theta − start) + control is zero at (start − control) / 2
        float[] end = bowl.parameters().read(trained.model());
        assertThat(end[0]).isCloseTo((start[0] - 1) / 2, within(1e-5f));
        for (int i = 1; i < 8; i++) {
            assertThat(end[i]).isCloseTo(start[i] / 2, within(1e-5f));
        }
        assertThat(bowl.statistics().read(trained.model())).containsOnly(0f);
    }

    @Test
    void allThatDoesNotFitIsNamedAtOnce() {
        assertThatThrownBy(() -> Trainer.builder(model, gradient)
                        .data(TensorData.of(Map.of("x", Tensor.of(new float[6], 1, 6))))
                        .rule(UpdateRule.of(Optimizer.sgd()))
                        .optimizer((theta, g, rate, step) -> {})
                        .control(new float[1])
                        .stop(EarlyStop.atScore(1))
                        .checkpointEvery(1)
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[label, x]")
                .hasMessageContaining("both a rule")
                .hasMessageContaining("no rule takes the control")
                .hasMessageContaining("target")
                .hasMessageContaining("without a file");
        assertThatThrownBy(() -> Trainer.builder(model, gradient).build()).hasMessageContaining("no data");
        assertThatThrownBy(() -> trainer().epochs(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> trainer().batchSize(-1)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void accuracyCountsTheLargestScores() {
        Tensor examples = test.columns().get("x");
        assertThatThrownBy(() -> Evaluation.accuracy("x", examples, new long[3]))
                .isInstanceOf(InvalidInputException.class);
        double[] score = new double[1];
        trainer()
                .epochs(1)
                .evaluate(
                        session -> {
                            float[] y =
                                    session.run(Map.of("x", examples)).get("y").floats();
                            long[] labels = test.columns().get("label").longs();
                            int right = 0;
                            for (int row = 0; row < labels.length; row++) {
                                int best = 0;
                                for (int c = 1; c < 4; c++) {
                                    best = y[row * 4 + c] > y[row * 4 + best] ? c : best;
                                }
                                right += best == labels[row] ? 1 : 0;
                            }
                            score[0] = accuracy().score(session);
                            assertThat(score[0]).isEqualTo(right / 300.0);
                            return score[0];
                        },
                        1)
                .build()
                .run();
        assertThat(score[0]).isPositive();
    }
}
