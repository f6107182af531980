package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random models with random state and random calls, against the same arithmetic on arrays. */
class StatefulSessionPropertyTest {
    private static final long SEEDS = new SplittableRandom().nextLong();

    /**
     * States s0, s1, …: sᵢ' = sᵢ / 2 + weightᵢ · (sum of x over rows) + biasᵢ with bias an input of its own; a kept output
     * holds the sum of all new states and a free output tells x doubled.
     */
    private static final class Model {
        final int width;
        final float[] weights;
        final float[][] state;
        final float[][] bias;

        Model(SplittableRandom random) {
            width = 1 + random.nextInt(6);
            int count = 1 + random.nextInt(4);
            weights = new float[count];
            for (int i = 0; i < count; i++) {
                weights[i] = random.nextInt(-3, 4);
            }
            state = new float[count][width];
            bias = new float[count][width];
        }

        byte[] bytes() {
            OnnxGraph graph = OnnxGraph.create("random", 17);
            graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, width));
            graph.initializers().put("axis", OnnxTensor.ofLongs(new long[] {0}, 1));
            graph.initializers().put("half", OnnxTensor.scalar(0.5f));
            graph.initializers().put("two", OnnxTensor.scalar(2f));
            graph.add("ReduceSum", "sum", List.of("x", "axis"), List.of("sum")).attribute("keepdims", 0);
            List<String> next = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                graph.inputs().add(OnnxValue.tensor("s" + i, ElementType.FLOAT, width));
                graph.inputs().add(OnnxValue.tensor("b" + i, ElementType.FLOAT, width));
                graph.initializers().put("w" + i, OnnxTensor.scalar(weights[i]));
                graph.add("Mul", "old" + i, List.of("s" + i, "half"), List.of("old" + i));
                graph.add("Mul", "new" + i, List.of("sum", "w" + i), List.of("new" + i));
                graph.add("Add", "add" + i, List.of("old" + i, "new" + i), List.of("both" + i));
                graph.add("Add", "bias" + i, List.of("both" + i, "b" + i), List.of("s" + i + "'"));
                graph.outputs().add(OnnxValue.tensor("s" + i + "'", ElementType.FLOAT, width));
                next.add("s" + i + "'");
            }
            graph.add("Sum", "total", next, List.of("total"));
            graph.add("Mul", "double", List.of("x", "two"), List.of("twice"));
            graph.outputs().add(OnnxValue.tensor("total", ElementType.FLOAT, width));
            graph.outputs().add(OnnxValue.tensor("twice", ElementType.FLOAT, -1, width));
            return OnnxWriter.toBytes(graph);
        }

        List<StateTensor> states(SplittableRandom random) {
            List<StateTensor> states = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                states.add(StateTensor.carried("s" + i, "s" + i + "'", width));
                states.add(random.nextInt(states.size() + 1), StateTensor.held("b" + i, width));
            }
            states.add(StateTensor.kept("total", width));
            return states;
        }

        void run(float[] x) {
            for (int k = 0; k < width; k++) {
                float sum = 0;
                for (int row = 0; row < x.length / width; row++) {
                    sum += x[row * width + k];
                }
                for (int i = 0; i < weights.length; i++) {
                    state[i][k] = state[i][k] * 0.5f + sum * weights[i] + bias[i][k];
                }
            }
        }

        float[] total() {
            float[] total = new float[width];
            for (float[] one : state) {
                for (int k = 0; k < width; k++) {
                    total[k] += one[k];
                }
            }
            return total;
        }
    }

    /** Whole numbers and halves, so that float sums are exact in any order. */
    private static float[] numbers(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-8, 9);
        }
        return values;
    }

    @Test
    void anyOrderOfCallsGivesWhatArraysGive() {
        for (int round = 0; round < 30; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            Model model = new Model(random);
            try (StatefulSession session = new OnnxRuntimeEngine()
                    .openStateful(model.bytes(), model.states(random), SessionOptions.defaults())) {
                Map<Integer, Tensor> again = new HashMap<>();
                for (int call = 0; call < 25; call++) {
                    int which = random.nextInt(model.weights.length);
                    String as = "seed " + seed + ", call " + call;
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            model.state[which] = numbers(random, model.width);
                            session.write("s" + which, model.state[which]);
                        }
                        case 1 -> {
                            model.bias[which] = numbers(random, model.width);
                            session.write("b" + which, model.bias[which]);
                        }
                        case 2 -> {
                            model.state[which] = new float[model.width];
                            session.clear("s" + which);
                        }
                        case 3 ->
                            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.of(new float[0], 0, 99))))
                                    .as(as)
                                    .isInstanceOf(InvalidInputException.class);
                        default -> run(session, model, random, again, as);
                    }
                    for (int i = 0; i < model.weights.length; i++) {
                        assertClose(as, session.read("s" + i), model.state[i]);
                        assertClose(as, session.read("b" + i), model.bias[i]);
                    }
                }
            }
        }
    }

    /** Now with a tensor used before, filled anew, now with a fresh one; now with the free output, now without. */
    private static void run(
            StatefulSession session, Model model, SplittableRandom random, Map<Integer, Tensor> again, String as) {
        int rows = 1 + random.nextInt(7);
        float[] x = numbers(random, rows * model.width);
        Tensor tensor = random.nextBoolean()
                ? Tensor.of(x, rows, model.width)
                : again.computeIfAbsent(rows, r -> Tensor.allocate(ElementType.FLOAT, r, model.width));
        tensor.buffer().asFloatBuffer().put(x);
        Set<String> wanted = random.nextBoolean() ? Set.of("twice") : Set.of();
        Map<String, Tensor> given = session.run(Map.of("x", tensor), wanted, null);
        model.run(x);
        assertThat(given.keySet()).as(as).isEqualTo(wanted);
        if (!wanted.isEmpty()) {
            float[] twice = given.get("twice").floats();
            for (int i = 0; i < x.length; i++) {
                assertThat(twice[i]).as(as).isEqualTo(2 * x[i]);
            }
        }
        assertClose(as, session.read("total"), model.total());
    }

    private static void assertClose(String as, float[] got, float[] expected) {
        assertThat(got).as(as).hasSameSizeAs(expected);
        for (int i = 0; i < got.length; i++) {
            assertThat(Math.abs(got[i] - expected[i])).as(as).isLessThan(1e-3f * Math.max(1, Math.abs(expected[i])));
        }
    }
}
