package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresTest {
    @ParameterizedTest
    @CsvSource({"SOFTMAX, Softmax", "SIGMOID, Sigmoid", "NONE, Identity"})
    void activationsAreOnnxs(Activation activation, String operator) {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            float[] scores = Ort.normal(random, 1 + random.nextInt(40));
            for (int i = 0; i < scores.length; i++) {
                scores[i] *= 1 << random.nextInt(7);
            }
            GraphBuilder builder = new GraphBuilder(17, 0).input("x", -1, -1);
            builder.node(operator, "y", "x");
            Map<String, Tensor> input = Map.of("x", Tensor.of(scores, 1, scores.length));

            assertThat(activation.apply(scores))
                    .as("seed %d", seed)
                    .usingComparatorWithPrecision(2e-6f)
                    .containsExactly(Ort.run(builder.output("y", 2).graph(), input)
                            .get("y")
                            .floats());
        }
    }

    @Test
    void largeScoresDoNotOverflow() {
        assertThat(Activation.SOFTMAX.apply(new float[] {3000, 3000, -3000})).containsExactly(0.5f, 0.5f, 0);
        assertThat(Activation.SOFTMAX.apply(new float[0])).isEmpty();
    }

    @Test
    void theBestComeFirstAndOfEqualOnesTheLowerIndex() {
        TopK three = new TopK(List.of("a", "b", "c", "d"), 3);
        assertThat(three.apply(new float[] {0.1f, 0.4f, 0.1f, 0.4f}))
                .extracting(Classification::label)
                .containsExactly("b", "d", "a");
        assertThat(new TopK(List.of(), 9).apply(new float[] {1, 2}))
                .containsExactly(new Classification("1", 1, 2), new Classification("0", 0, 1));
    }

    @Test
    void stepsFollowEachOther() {
        List<Classification> best =
                Activation.SOFTMAX.then(new TopK(List.of("no", "yes"), 1)).apply(new float[] {0, (float) Math.log(3)});
        assertThat(best).singleElement().satisfies(one -> {
            assertThat(one.label()).isEqualTo("yes");
            assertThat(one.score()).isEqualTo(0.75);
        });
    }

    @Test
    void labelsOfAnotherModelAreNoticed() {
        assertThatThrownBy(() -> new TopK(List.of("a"), 1).apply(new float[2]))
                .hasMessageContaining("(2) scores but there are (1) labels");
        assertThatThrownBy(() -> new TopK(List.of(), 0)).hasMessageContaining("k (0)");
    }
}
