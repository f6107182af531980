package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.data.Shuffle;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The forms of training agree with each other and with a step in double precision. */
class TrainingGraphTest {
    private static final int[] WIDTHS = {6, 9, 4};

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private final OnnxGraph model = HandMade.model(3, WIDTHS);
    private final GradientGraph gradient = HandMade.crossEntropy(model, WIDTHS);
    private final TensorData data = HandMade.clusters(5, 64, 6, 4);
    private final float[] theta = gradient.parameters().read(model);

    private Map<String, Tensor> batch(int from, int to) {
        return data.select(IntStream.range(from, to).toArray()).columns();
    }

    @Test
    void handMadeGradientIsThatOfDifferences() {
        try (StatefulSession session = TrainingGraph.gradientOnly(gradient).open(engine, SessionOptions.defaults())) {
            session.write("theta", theta);
            session.run(batch(0, 10));
            float[] g = session.read("gradient");
            for (int i = 0; i < theta.length; i += 5) {
                float[] moved = theta.clone();
                moved[i] += 1e-3f;
                session.write("theta", moved);
                session.run(batch(0, 10));
                float up = session.read("loss")[0];
                moved[i] -= 2e-3f;
                session.write("theta", moved);
                session.run(batch(0, 10));
                double slope = (up - session.read("loss")[0]) / 2e-3;
                assertThat(Math.abs(slope - g[i])).as("parameter " + i).isLessThan(2e-3);
            }
        }
    }

    @Test
    void stepIsGradientThenUpdate() {
        UpdateRule rule =
                UpdateRule.builder(Optimizer.momentum(0.9)).clipNorm(0.5).build();
        try (StatefulSession step = TrainingGraph.step(gradient, rule).open(engine, SessionOptions.defaults());
                StatefulSession first = TrainingGraph.gradientOnly(gradient).open(engine, SessionOptions.defaults());
                StatefulSession second =
                        TrainingGraph.update(gradient.parameters(), rule).open(engine, SessionOptions.defaults())) {
            step.write("theta", theta);
            second.write("theta", theta);
            for (int n = 1; n <= 6; n++) {
                float[] scalars = rule.scalars(n, 0.1);
                step.write(UpdateWriter.SCALARS, scalars);
                second.write(UpdateWriter.SCALARS, scalars);
                step.run(batch(n, n + 8));
                first.write("theta", second.read("theta"));
                first.run(batch(n, n + 8));
                second.run(Map.of("gradient", first.view("gradient")));
                assertThat(step.read("loss")).isEqualTo(first.read("loss"));
                assertThat(step.read("theta")).isEqualTo(second.read("theta"));
            }
            assertThat(step.read("theta")).isNotEqualTo(theta);
        }
    }

    @Test
    void gradientsOfPartsSumToThatOfTheBatch() {
        try (StatefulSession whole = TrainingGraph.gradientOnly(gradient).open(engine, SessionOptions.defaults());
                StatefulSession parts = TrainingGraph.accumulate(gradient).open(engine, SessionOptions.defaults())) {
            whole.write("theta", theta);
            whole.run(batch(0, 20));
            float[] expected = whole.read("gradient");
            for (int repeat = 0; repeat < 2; repeat++) {
                parts.clear(TrainingGraph.SUM);
                for (int[] part : new int[][] {{0, 8}, {8, 16}, {16, 20}}) {
                    parts.write(TrainingGraph.WEIGHT, new float[] {(part[1] - part[0]) / 20f});
                    Map<String, Tensor> fed = new HashMap<>(batch(part[0], part[1]));
                    fed.put("theta", Tensor.of(theta, theta.length));
                    parts.run(fed);
                }
                assertClose(parts.read(TrainingGraph.SUM), expected, 1e-6f);
            }
        }
    }

    @Test
    void loopGivesTheBitsOfStepAfterStep() {
        for (UpdateRule rule : List.of(
                UpdateRule.of(Optimizer.sgd()),
                UpdateRule.builder(Optimizer.adamW())
                        .weightDecay(0.01)
                        .clipNorm(1)
                        .build(),
                UpdateRule.builder(Optimizer.nesterov(0.9))
                        .proximal(0.1)
                        .control()
                        .build())) {
            ShardTrainer.Plan plan = new ShardTrainer.Plan(3, 7, (at, of) -> 0.1 / (1 + at), 11, rule);
            float[] control = rule.hasControl() ? HandMade.random(4, theta.length) : null;
            try (ShardTrainer shards = ShardTrainer.open(engine, gradient, rule, SessionOptions.defaults());
                    StatefulSession step = TrainingGraph.step(gradient, rule).open(engine, SessionOptions.defaults())) {
                ShardTrainer.Outcome outcome = shards.train(plan, data, theta, new float[0], control, null);

                float[] losses = stepByStep(step, rule, plan, control);
                assertThat(outcome.losses()).as(rule.optimizer().name()).isEqualTo(losses);
                assertThat(outcome.theta()).isEqualTo(step.read("theta"));
                assertThat(shards.train(plan, data, theta, new float[0], control, null)
                                .theta())
                        .as("the optimizer starts anew")
                        .isEqualTo(outcome.theta());
            }
        }
    }

    private float[] stepByStep(StatefulSession step, UpdateRule rule, ShardTrainer.Plan plan, float[] control) {
        step.write("theta", theta);
        if (rule.hasAnchor()) {
            step.write(UpdateWriter.ANCHOR, theta);
        }
        if (control != null) {
            step.write(UpdateWriter.CONTROL, control);
        }
        int ofEpoch = (data.size() + plan.batchSize() - 1) / plan.batchSize();
        float[] losses = new float[ofEpoch * plan.epochs()];
        for (int at = 0; at < losses.length; at++) {
            int[] order = Shuffle.order(data.size(), plan.seed(), at / ofEpoch);
            int from = at % ofEpoch * plan.batchSize();
            int to = Math.min(from + plan.batchSize(), data.size());
            step.write(
                    UpdateWriter.SCALARS, rule.scalars(at + 1L, plan.schedule().at(at, losses.length)));
            step.run(data.select(Arrays.copyOfRange(order, from, to)).columns());
            losses[at] = step.read("loss")[0];
        }
        return losses;
    }

    @Test
    void loopCarriesStatistics() {
        float[] start = HandMade.random(1, 8);
        GradientGraph bowl = HandMade.bowl(HandMade.bowlModel(start), new float[] {1, 1, 1, 1, 1, 1, 1, 1});
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        float[] ones = new float[8 * 5];
        Arrays.fill(ones, 1);
        TensorData shard = TensorData.of(Map.of("x", Tensor.of(ones, 5, 8)));
        try (ShardTrainer shards = ShardTrainer.open(engine, bowl, rule, SessionOptions.defaults())) {
            ShardTrainer.Outcome outcome =
                    shards.train(new ShardTrainer.Plan(1, 1, (at, of) -> 0.5, 0, rule), shard, start);

            // s ← .9 s + .1, five times from 0; theta ← theta − (theta − 1) / 2, five times
            for (int i = 0; i < 8; i++) {
                assertThat(outcome.statistics()[i]).isCloseTo((float) (1 - Math.pow(0.9, 5)), within(1e-6f));
                assertThat(outcome.theta()[i]).isCloseTo(1 + (start[i] - 1) / 32, within(1e-6f));
            }
        }
    }

    @Test
    void plansOfAnotherFormAreRefused() {
        UpdateRule rule = UpdateRule.builder(Optimizer.sgd()).proximal(0.1).build();
        try (ShardTrainer shards = ShardTrainer.open(engine, gradient, rule, SessionOptions.defaults())) {
            for (UpdateRule other : List.of(
                    UpdateRule.of(Optimizer.sgd()),
                    UpdateRule.builder(Optimizer.momentum(0.9)).proximal(0.1).build(),
                    UpdateRule.builder(Optimizer.sgd()).proximal(0.1).control().build())) {
                assertThatThrownBy(
                                () -> shards.train(new ShardTrainer.Plan(1, 8, (at, of) -> 0.1, 0, other), data, theta))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("form");
            }
            ShardTrainer.Plan stronger = new ShardTrainer.Plan(
                    1, 8, (at, of) -> 0.1, 0, rule.toBuilder().proximal(5).build());
            ShardTrainer.Plan weaker = new ShardTrainer.Plan(1, 8, (at, of) -> 0.1, 0, rule);
            assertThat(distance(shards.train(stronger, data, theta).theta()))
                    .isLessThan(distance(shards.train(weaker, data, theta).theta()));
            assertThatThrownBy(() -> shards.train(weaker, data, new float[3]))
                    .isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> shards.train(weaker, data, theta, new float[0], new float[theta.length], null))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("control");
        }
        assertThatThrownBy(() -> new ShardTrainer.Plan(0, 1, (at, of) -> 0.1, 0, rule))
                .isInstanceOf(InvalidInputException.class);
    }

    private double distance(float[] moved) {
        double sum = 0;
        for (int i = 0; i < theta.length; i++) {
            sum += Math.pow(moved[i] - theta[i], 2);
        }
        return sum;
    }

    @Test
    void oneSessionTakesAllOfItsOutputsBack() {
        TrainingGraph graph = TrainingGraph.step(gradient, UpdateRule.of(Optimizer.adam()));

        assertThat(graph.states().stream().map(state -> state.name()))
                .containsExactly("loss", "theta", "update.first_moment", "update.second_moment", "update.scalars");
        assertThat(graph.graph().outputs()).noneMatch(output -> output.name().equals("gradient"));
        assertThat(gradient.graph().outputs()).anyMatch(output -> output.name().equals("gradient"));
        assertThat(gradient.graph().inputs()).hasSize(3);
        try (StatefulSession session = graph.open(engine, SessionOptions.defaults())) {
            assertThatThrownBy(() -> session.run(batch(0, 4), Set.of("theta_next"), null))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void nothingToTrainIsRefused() {
        GradientGraph none = new GradientGraph(
                gradient.graph(), new ParameterLayout(List.of()), new ParameterLayout(List.of()), gradient.data());

        assertThatThrownBy(() -> TrainingGraph.step(none, UpdateRule.of(Optimizer.sgd())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("frozen");
    }

    private static void assertClose(float[] got, float[] expected, float bound) {
        float largest = 0;
        float error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(got[i] - expected[i]));
        }
        assertThat(error / largest).isLessThan(bound);
    }
}
