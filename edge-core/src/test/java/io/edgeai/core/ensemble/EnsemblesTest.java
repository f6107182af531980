package io.edgeai.core.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Means against ONNX's own Mean over the same networks in one graph; votes against counting. */
class EnsemblesTest {
    private static final int CLASSES = 4;

    private static GraphBuilder layer(GraphBuilder builder, String suffix) {
        builder.weight("w" + suffix, 1, 3, CLASSES);
        builder.node("MatMul", "y" + suffix, "x", "w" + suffix);
        return builder;
    }

    private static InferenceSession member(long seed) {
        return Ort.open(layer(new GraphBuilder(17, seed).input("x", -1, 3), "")
                .output("y", 2)
                .graph());
    }

    private static Tensor scores(float... values) {
        return Tensor.of(values, values.length / CLASSES, CLASSES);
    }

    private static InferenceSession saying(Tensor scores) {
        return ScriptedSession.of("y", inputs -> Map.of("y", scores), "x");
    }

    private static final Map<String, Tensor> ANY = Map.of("x", Tensor.of(new float[1], 1));

    @Test
    void theMeanIsOnnxsMean() {
        OnnxGraph whole = new GraphBuilder(17, 0).input("x", -1, 3).graph();
        for (int seed = 1; seed <= 3; seed++) {
            OnnxGraph one = layer(new GraphBuilder(17, seed), "").graph();
            whole.initializers().put("w" + seed, one.initializers().get("w"));
            whole.add("MatMul", "m" + seed, List.of("x", "w" + seed), List.of("y" + seed));
        }
        whole.add("Mean", "mean", List.of("y1", "y2", "y3"), List.of("y"));
        whole.outputs().add(new io.edgeai.core.onnx.OnnxValue("y", null));
        Map<String, Tensor> input = Map.of("x", Ort.tensor(new Random(8), 6, 3));

        try (ModelGraph ensemble = Ensembles.averaging(List.of(member(1), member(2), member(3)))
                .parallel(2)
                .build()) {
            assertThat(ensemble.run(input).get("y").floats())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(Ort.run(whole, input).get("y").floats());
        }
    }

    @Test
    void weightsSayWhoseWordCounts() {
        try (ModelGraph ensemble = Ensembles.averaging(
                        List.of(saying(scores(1, 2, 3, 4)), saying(scores(5, 6, 7, 8))), 3, 1)
                .build()) {
            assertThat(ensemble.run(ANY).get("y").floats()).containsExactly(2, 3, 4, 5);
        }
    }

    @Test
    void sharesOfVotesAreCounted() {
        Random random = new Random(3);
        List<Tensor> answers = List.of(
                Ort.tensor(random, 20, CLASSES), Ort.tensor(random, 20, CLASSES), Ort.tensor(random, 20, CLASSES));
        try (ModelGraph ensemble = Ensembles.voting(
                        answers.stream().map(EnsemblesTest::saying).toList())
                .build()) {
            float[] shares = ensemble.run(ANY).get("y").floats();
            for (int row = 0; row < 20; row++) {
                for (int label = 0; label < CLASSES; label++) {
                    int votes = 0;
                    for (Tensor answer : answers) {
                        float[] all = answer.floats();
                        boolean best = true;
                        for (int other = 0; other < CLASSES; other++) {
                            best &= all[row * CLASSES + label] >= all[row * CLASSES + other];
                        }
                        votes += best ? 1 : 0;
                    }
                    assertThat(shares[row * CLASSES + label])
                            .as("row %d, class %d, seed 3", row, label)
                            .isCloseTo(votes / 3f, within(1e-6f));
                }
            }
        }
    }

    @Test
    void ofEqualScoresTheFirstGetsTheVote() {
        try (ModelGraph ensemble =
                Ensembles.voting(List.of(saying(scores(1, 7, 7, 2)))).build()) {
            assertThat(ensemble.run(ANY).get("y").floats()).containsExactly(0, 1, 0, 0);
        }
    }

    @Test
    void modelsThatDoNotFitAreRefused() {
        InferenceSession other = ScriptedSession.times(1, "x", "z");
        InferenceSession counts = new ScriptedSession(
                new Signature(List.of(ScriptedSession.floats("x")), List.of(TensorSpec.of("y", ElementType.INT64, -1))),
                inputs -> Map.of());

        assertThatThrownBy(() -> Ensembles.voting(List.of())).hasMessageContaining("(0) models");
        assertThatThrownBy(() -> Ensembles.averaging(List.of(saying(scores(1, 2, 3, 4)), other)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Model 1");
        assertThatThrownBy(() -> Ensembles.averaging(List.of(counts))).hasMessageContaining("FLOAT outputs");
        assertThatThrownBy(() -> Ensembles.averaging(List.of(other), 0)).hasMessageContaining("Weights ([0.0])");
        try (ModelGraph uneven = Ensembles.averaging(
                        List.of(saying(scores(1, 2, 3, 4)), saying(scores(1, 2, 3, 4, 5, 6, 7, 8))))
                .build()) {
            assertThatThrownBy(() -> uneven.run(ANY))
                    .hasMessageContaining("[1, 4]")
                    .hasMessageContaining("[2, 4]");
        }
    }
}
