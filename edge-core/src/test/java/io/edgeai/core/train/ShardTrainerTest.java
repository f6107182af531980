package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Federated clients on quadratic bowls, where the end is known in closed form. */
class ShardTrainerTest {
    private static final int SIZE = 6;
    private static final float[] ONES = filled(1);

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private final OnnxGraph model = HandMade.bowlModel(new float[SIZE]);
    private final GradientGraph bowl = HandMade.bowl(model, ONES);

    private static float[] filled(float value) {
        float[] values = new float[SIZE];
        Arrays.fill(values, value);
        return values;
    }

    /** Two equal examples at a point. */
    private static TensorData at(float point) {
        float[] both = new float[2 * SIZE];
        Arrays.fill(both, point);
        return TensorData.of(Map.of("x", Tensor.of(both, 2, SIZE)));
    }

    private ShardTrainer open(UpdateRule rule) {
        return ShardTrainer.open(engine, bowl, rule, SessionOptions.defaults());
    }

    private static ShardTrainer.Plan plan(int epochs, UpdateRule rule) {
        return new ShardTrainer.Plan(epochs, 2, Schedule.constant(0.25), 0, rule);
    }

    /** One step moves theta a quarter of the way to the client's point. */
    @Test
    void plainDescentGoesToTheClientsOwnPoint() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        try (ShardTrainer trainer = open(rule)) {
            for (int epochs = 1; epochs <= 5; epochs++) {
                float[] theta =
                        trainer.train(plan(epochs, rule), at(8), filled(0)).theta();
                assertThat(theta).containsOnly((float) (8 - 8 * Math.pow(0.75, epochs)));
            }
        }
    }

    /** With strength μ the end is (point + μ · start) / (1 + μ), wherever the client's point is. */
    @Test
    void fedProxEndsBetweenTheClientsPointAndTheStart() {
        UpdateRule rule = UpdateRule.builder(Optimizer.sgd()).proximal(1).build();
        try (ShardTrainer trainer = open(rule)) {
            for (double mu : new double[] {0, 0.5, 1, 2}) {
                UpdateRule stronger = rule.toBuilder().proximal(mu).build();
                float[] theta =
                        trainer.train(plan(60, stronger), at(8), filled(2)).theta();
                for (float value : theta) {
                    assertThat((double) value).isCloseTo((8 + 2 * mu) / (1 + mu), within(1e-4));
                }
            }
        }
    }

    /**
     * Two clients pull to 0 and to 8. With the control variate c − cᵢ, each client's gradient at theta is that of the mean,
     * so both end at 4, the optimum of the whole, while without it they end at their own points.
     */
    @Test
    void scaffoldBringsUnequalClientsToTheCommonOptimum() {
        UpdateRule rule = UpdateRule.builder(Optimizer.sgd()).control().build();
        try (ShardTrainer trainer = open(rule)) {
            for (float point : new float[] {0, 8}) {
                // at any theta: cᵢ = theta − point, c = theta − 4, so c − cᵢ = point − 4
                float[] control = filled(point - 4);
                ShardTrainer.Outcome outcome =
                        trainer.train(plan(60, rule), at(point), filled(1), new float[SIZE], control, null);
                for (float value : outcome.theta()) {
                    assertThat(value).isCloseTo(4, within(1e-4f));
                }
            }
        }
    }

    @Test
    void statisticsStartWhereTheyWere() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        try (ShardTrainer trainer = open(rule)) {
            ShardTrainer.Outcome first = trainer.train(plan(2, rule), at(8), filled(0), filled(3), null, null);
            for (float value : first.statistics()) {
                assertThat((double) value).isCloseTo(0.9 * (0.9 * 3 + 0.8) + 0.8, within(1e-5));
            }
            assertThat(trainer.train(plan(2, rule), at(8), filled(0)).statistics()[0])
                    .isLessThan(2);
        }
    }

    @Test
    void lossesAreThoseBeforeEachStep() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        try (ShardTrainer trainer = open(rule)) {
            float[] losses = trainer.train(plan(4, rule), at(8), filled(0)).losses();
            assertThat(losses).hasSize(4);
            for (int step = 0; step < 4; step++) {
                double distance = 8 * Math.pow(0.75, step);
                assertThat((double) losses[step]).isCloseTo(SIZE * distance * distance / 2, within(1e-3));
            }
        }
    }

    @Test
    void theLastBatchOfAnEpochMayBeSmaller() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        float[] five = new float[5 * SIZE];
        Arrays.fill(five, 1);
        TensorData data = TensorData.of(Map.of("x", Tensor.of(five, 5, SIZE)));
        try (ShardTrainer trainer = open(rule)) {
            for (int batch : new int[] {1, 2, 3, 5, 100}) {
                int steps = 3 * ((5 + batch - 1) / batch);
                ShardTrainer.Outcome outcome = trainer.train(
                        new ShardTrainer.Plan(3, batch, Schedule.constant(0.5), 1, rule), data, filled(0));
                assertThat(outcome.losses()).hasSize(steps);
                assertThat((double) outcome.theta()[0]).isCloseTo(1 - Math.pow(0.5, steps), within(1e-6));
            }
        }
    }

    @Test
    void divergenceNamesTheStep() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        try (ShardTrainer trainer = open(rule)) {
            ShardTrainer.Plan wild = new ShardTrainer.Plan(50, 2, Schedule.constant(1e6), 0, rule);
            assertThatThrownBy(() -> trainer.train(wild, at(8), filled(0)))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageMatching("The loss at step \\(\\d+\\) of 50 is \\((Infinity|NaN)\\).*")
                    .hasMessageContaining("Maybe");
            assertThat(trainer.train(plan(1, rule), at(8), filled(0)).theta())
                    .as("the next client starts clean")
                    .containsOnly(2);
        }
    }

    @Test
    void aShardThatTakesTooLongIsStopped() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        try (ShardTrainer trainer = open(rule)) {
            ShardTrainer.Plan endless = new ShardTrainer.Plan(1_000_000, 2, Schedule.constant(0.1), 0, rule);
            assertThatThrownBy(() ->
                            trainer.train(endless, at(8), filled(0), new float[SIZE], null, Duration.ofMillis(30)))
                    .isInstanceOf(InferenceTimeoutException.class);
            assertThat(trainer.train(plan(1, rule), at(8), filled(0)).theta()).containsOnly(2);
        }
    }

    @Test
    void clientsOnManyThreadsShareOneSession() throws Exception {
        UpdateRule rule = UpdateRule.of(Optimizer.momentum(0.5));
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try (ShardTrainer trainer = open(rule)) {
            List<float[]> alone = new ArrayList<>();
            for (int client = 0; client < 24; client++) {
                alone.add(trainer.train(plan(3, rule), at(client), filled(0)).theta());
            }
            List<Future<float[]>> together = new ArrayList<>();
            for (int client = 0; client < 24; client++) {
                TensorData data = at(client);
                together.add(pool.submit(
                        () -> trainer.train(plan(3, rule), data, filled(0)).theta()));
            }
            for (int client = 0; client < 24; client++) {
                assertThat(together.get(client).get()).as("client " + client).isEqualTo(alone.get(client));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void wrongDataAndClosedTrainersAreRefused() {
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        ShardTrainer trainer = open(rule);
        TensorData narrow = TensorData.of(Map.of("x", Tensor.of(new float[2], 1, 2)));
        TensorData misnamed = TensorData.of(Map.of("z", Tensor.of(new float[SIZE], 1, SIZE)));
        assertThatThrownBy(() -> trainer.train(plan(1, rule), narrow, filled(0)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> trainer.train(plan(1, rule), misnamed, filled(0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x");
        assertThatThrownBy(() -> trainer.train(plan(1, rule), at(1), filled(0), new float[1], null, null))
                .isInstanceOf(InvalidInputException.class);
        trainer.close();
        trainer.close();
        assertThatThrownBy(() -> trainer.train(plan(1, rule), at(1), filled(0))).isInstanceOf(LifecycleException.class);
    }
}
