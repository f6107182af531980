package io.edgeai.core.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.HandMade;
import io.edgeai.core.train.TrainingGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every update, many steps, against the definition in double precision. */
class OptimizersTest {
    private static final int SIZE = 40;
    private static final int HALF = SIZE / 2;
    private static final int STEPS = 200;
    private static final float[] START = HandMade.random(1, SIZE);
    private static final float[] SCALE = scale();
    private static final float[] ANCHOR = HandMade.random(7, SIZE);
    private static final float[] CONTROL = HandMade.random(8, SIZE);

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    private static float[] scale() {
        float[] scale = HandMade.random(2, SIZE);
        for (int i = 0; i < SIZE; i++) {
            scale[i] = 0.3f + Math.abs(scale[i]);
        }
        return scale;
    }

    private static float[] point(int step) {
        return HandMade.random(1000 + step, SIZE);
    }

    private static double rate(int step) {
        return 0.02 / (1 + 0.01 * step);
    }

    /** One vector's update by its definition. */
    private interface Oracle {
        void step(double[] theta, double[] gradient, double rate, int step);
    }

    private double[] reference(Oracle oracle) {
        double[] theta = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            theta[i] = START[i];
        }
        for (int step = 1; step <= STEPS; step++) {
            float[] point = point(step);
            double[] gradient = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                gradient[i] = SCALE[i] * (theta[i] - point[i]);
            }
            oracle.step(theta, gradient, rate(step), step);
        }
        return theta;
    }

    private float[] inGraph(UpdateRule rule) {
        GradientGraph gradient = HandMade.bowl(HandMade.bowlModel(START), SCALE);
        try (StatefulSession session = TrainingGraph.step(gradient, rule).open(engine, SessionOptions.defaults())) {
            session.write("theta", START);
            if (rule.hasAnchor()) {
                session.write(UpdateWriter.ANCHOR, ANCHOR);
            }
            if (rule.hasControl()) {
                session.write(UpdateWriter.CONTROL, CONTROL);
            }
            for (int step = 1; step <= STEPS; step++) {
                session.write(UpdateWriter.SCALARS, rule.scalars(step, rate(step)));
                session.run(Map.of("x", Tensor.of(point(step), 1, SIZE)));
            }
            return session.read("theta");
        }
    }

    private void compare(UpdateRule rule, Oracle oracle) {
        double[] expected = reference(oracle);
        float[] got = inGraph(rule);
        double[] errors = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            errors[i] = Math.abs(got[i] - expected[i]);
        }
        Arrays.sort(errors);
        assertThat(errors[SIZE / 2]).as("median error").isLessThan(2e-6);
        assertThat(errors[SIZE - 2]).as("largest error but one").isLessThan(2e-5);
        double moved = 0;
        for (int i = 0; i < SIZE; i++) {
            moved = Math.max(moved, Math.abs(expected[i] - START[i]));
        }
        assertThat(moved).as("distance moved").isGreaterThan(0.1);
    }

    @Test
    void plainDescent() {
        compare(UpdateRule.of(Optimizer.sgd()), (theta, g, rate, step) -> {
            for (int i = 0; i < SIZE; i++) {
                theta[i] -= rate * g[i];
            }
        });
    }

    @Test
    void momentum() {
        double[] v = new double[SIZE];
        compare(UpdateRule.of(Optimizer.momentum(0.9)), (theta, g, rate, step) -> {
            for (int i = 0; i < SIZE; i++) {
                v[i] = 0.9 * v[i] + g[i];
                theta[i] -= rate * v[i];
            }
        });
    }

    @Test
    void nesterov() {
        double[] v = new double[SIZE];
        compare(UpdateRule.of(Optimizer.nesterov(0.8)), (theta, g, rate, step) -> {
            for (int i = 0; i < SIZE; i++) {
                v[i] = 0.8 * v[i] + g[i];
                theta[i] -= rate * (g[i] + 0.8 * v[i]);
            }
        });
    }

    /** The paper's form: corrected moments, ε beside the root of the corrected second one. */
    private static void adam(double[] theta, double[] g, double[] m, double[] v, double rate, int step) {
        for (int i = 0; i < SIZE; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            double first = m[i] / (1 - Math.pow(0.9, step));
            double second = v[i] / (1 - Math.pow(0.999, step));
            theta[i] -= rate * first / (Math.sqrt(second) + 1e-8);
        }
    }

    @Test
    void adam() {
        double[] m = new double[SIZE];
        double[] v = new double[SIZE];
        compare(UpdateRule.of(Optimizer.adam()), (theta, g, rate, step) -> adam(theta, g, m, v, rate, step));
    }

    @Test
    void adamWithDecayInTheGradient() {
        double[] m = new double[SIZE];
        double[] v = new double[SIZE];
        UpdateRule rule = UpdateRule.builder(Optimizer.adam())
                .weightDecay(0.2)
                .decayOnly((name, dims) -> true)
                .build();
        compare(rule, (theta, g, rate, step) -> {
            for (int i = 0; i < SIZE; i++) {
                g[i] += 0.2 * theta[i];
            }
            adam(theta, g, m, v, rate, step);
        });
    }

    @Test
    void adamWShrinksMatricesButNotBiases() {
        double[] m = new double[SIZE];
        double[] v = new double[SIZE];
        UpdateRule rule = UpdateRule.builder(Optimizer.adamW()).weightDecay(0.5).build();
        compare(rule, (theta, g, rate, step) -> {
            for (int i = 0; i < HALF; i++) {
                theta[i] -= rate * 0.5 * theta[i];
            }
            adam(theta, g, m, v, rate, step);
        });
    }

    @Test
    void decaySparesBiases() {
        UpdateRule rule = UpdateRule.builder(Optimizer.sgd()).weightDecay(0.3).build();
        compare(rule, (theta, g, rate, step) -> {
            for (int i = 0; i < SIZE; i++) {
                theta[i] -= rate * (g[i] + (i < HALF ? 0.3 * theta[i] : 0));
            }
        });
    }

    @Test
    void longGradientsAreClippedAndShortOnesAreNot() {
        UpdateRule rule = UpdateRule.builder(Optimizer.sgd()).clipNorm(3).build();
        int[] clipped = new int[2];
        compare(rule, (theta, g, rate, step) -> {
            double norm = Math.sqrt(Arrays.stream(g).map(x -> x * x).sum());
            double factor = Math.min(1, 3 / (norm + 1e-6));
            clipped[factor < 1 ? 1 : 0]++;
            for (int i = 0; i < SIZE; i++) {
                theta[i] -= rate * factor * g[i];
            }
        });
        assertThat(clipped[0]).isPositive();
        assertThat(clipped[1]).isPositive();
    }

    @Test
    void anchorPullsAndControlShiftsAfterClipping() {
        double[] v = new double[SIZE];
        UpdateRule rule = UpdateRule.builder(Optimizer.momentum(0.5))
                .clipNorm(2)
                .control()
                .proximal(0.7)
                .weightDecay(0.1)
                .build();
        compare(rule, (theta, g, rate, step) -> {
            double norm = Math.sqrt(Arrays.stream(g).map(x -> x * x).sum());
            double factor = Math.min(1, 2 / (norm + 1e-6));
            for (int i = 0; i < SIZE; i++) {
                double sum = factor * g[i] + CONTROL[i] + 0.7 * (theta[i] - ANCHOR[i]);
                sum += i < HALF ? 0.1 * theta[i] : 0;
                v[i] = 0.5 * v[i] + sum;
                theta[i] -= rate * v[i];
            }
        });
    }

    @Test
    void updateAloneIsAnOrdinaryGraph() {
        OnnxGraph graph = TrainingGraph.update(
                        HandMade.bowl(HandMade.bowlModel(START), SCALE).parameters(), UpdateRule.of(Optimizer.sgd()))
                .graph();
        try (InferenceSession session = engine.open(OnnxWriter.toBytes(graph), SessionOptions.defaults())) {
            float[] next = session.run(Map.of(
                            "gradient",
                            Tensor.of(CONTROL, SIZE),
                            "theta",
                            Tensor.of(START, SIZE),
                            UpdateWriter.SCALARS,
                            Tensor.of(new float[] {2f}, 1)))
                    .get("theta_next")
                    .floats();
            for (int i = 0; i < SIZE; i++) {
                assertThat(next[i]).isEqualTo(START[i] - 2 * CONTROL[i]);
            }
        }
    }

    @Test
    void settingsOutOfRangeFailWhereTheyAreMade() {
        List<Runnable> wrong = List.of(
                () -> Optimizer.momentum(1),
                () -> Optimizer.momentum(Double.NaN),
                () -> Optimizer.nesterov(0),
                () -> new Adam(1, 0.9, 1e-8, false),
                () -> new Adam(0.9, 0.9, 0, false),
                () -> UpdateRule.builder(Optimizer.sgd()).weightDecay(-1),
                () -> UpdateRule.builder(Optimizer.sgd()).clipNorm(Double.POSITIVE_INFINITY),
                () -> UpdateRule.builder(Optimizer.sgd()).proximal(Double.NaN));

        for (Runnable make : wrong) {
            assertThatThrownBy(make::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }

    @Test
    void anUpdateIsAppendedOnlyOnce() {
        OnnxGraph model = HandMade.bowlModel(START);
        GradientGraph gradient = HandMade.bowl(model, SCALE);
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        OnnxGraph once = TrainingGraph.step(gradient, rule).graph();
        GradientGraph twice = new GradientGraph(once, gradient.parameters(), gradient.statistics(), gradient.data());

        assertThatThrownBy(() -> TrainingGraph.step(twice, rule))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("theta_next");
    }

    @Test
    void rebuiltRuleHasTheSameScalars() {
        UpdateRule rule = UpdateRule.builder(Optimizer.adamW())
                .weightDecay(0.1)
                .clipNorm(1)
                .proximal(0.2)
                .control()
                .build();
        UpdateRule again = rule.toBuilder().build();

        assertThat(again.scalarNames()).isEqualTo(rule.scalarNames()).endsWith("shrink", "clip_norm", "proximal");
        assertThat(again.scalars(3, 0.5)).isEqualTo(rule.scalars(3, 0.5)).endsWith(0.05f, 1f, 0.2f);
        assertThat(again.hasControl()).isTrue();
    }
}
