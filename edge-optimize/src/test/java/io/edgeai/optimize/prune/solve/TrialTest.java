package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final List<Map<String, Tensor>> FEEDS =
            List.of(Map.of("x", Ort.tensor(new Random(1), 4, 3)), Map.of("x", Ort.tensor(new Random(2), 2, 3)));

    /** y = factor · x, and z = x + shift. */
    private static OnnxGraph graph() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.constant("factor", OnnxTensor.scalar(2f)).constant("shift", OnnxTensor.scalar(0f));
        b.node("Mul", "y", "x", "factor");
        b.node("Add", "z", "x", "shift");
        return b.output("y").output("z").graph();
    }

    @Test
    void harmIsTheMeanSquareOfTheChangeOverThatOfTheAnswer() {
        Trial trial = new Trial(Ort.runtime(), graph(), FEEDS);
        assertThat(trial.harm(Map.of())).isZero();
        assertThat(trial.harm(Map.of("factor", OnnxTensor.scalar(3f)))).isCloseTo(0.25, within(1e-6));
        assertThat(trial.harm(Map.of("factor", OnnxTensor.scalar(0f)))).isCloseTo(1, within(1e-6));
        double squares = 0;
        for (Map<String, Tensor> feed : FEEDS) {
            for (float value : feed.get("x").floats()) {
                squares += value * value;
            }
        }
        assertThat(trial.harm(Map.of("shift", OnnxTensor.scalar(0.5f)))).isCloseTo(18 * 0.25 / squares, within(1e-6));
    }

    @Test
    void harmOfSeveralOutputsIsSummed() {
        Trial trial = new Trial(Ort.runtime(), graph(), FEEDS);
        OnnxTensor half = OnnxTensor.scalar(0.5f);
        assertThat(trial.harm(Map.of("factor", half, "shift", half)))
                .isCloseTo(trial.harm(Map.of("factor", half)) + trial.harm(Map.of("shift", half)), within(1e-9));
    }

    @Test
    void anAnswerOfZerosCountsNothing() {
        OnnxGraph graph = graph();
        graph.initializers().put("factor", OnnxTensor.scalar(0f));
        assertThat(new Trial(Ort.runtime(), graph, FEEDS).harm(Map.of("factor", OnnxTensor.scalar(9f))))
                .isZero();
    }

    @Test
    void tapsGiveInnerValuesAndInputsAndNameWhatIsMissing() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Neg", "n", "x");
        b.node("Exp", "y", "n");
        Map<String, Tensor> feed = FEEDS.get(0);
        try (Taps taps = new Taps(Ort.runtime(), b.output("y").graph(), List.of("x", "n"))) {
            Map<String, Tensor> run = taps.run(feed);
            float[] x = feed.get("x").floats();
            float[] n = Taps.get(run, "n").floats();
            for (int i = 0; i < x.length; i++) {
                assertThat(n[i]).isEqualTo(-x[i]);
            }
            assertThat(Taps.get(run, "x")).isSameAs(feed.get("x"));
            assertThatThrownBy(() -> Taps.get(run, "w"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(w)")
                    .hasMessageContaining("Maybe");
        }
    }

    @Test
    void inputsAloneNeedNoRun() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Neg", "y", "x");
        try (Taps taps = new Taps(Ort.runtime(), b.output("y").graph(), List.of("x"))) {
            assertThat(taps.run(Map.of("x", Tensor.of(new float[0], 0)))).containsOnlyKeys("x");
        }
    }
}
