package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two outputs, a·x and b·x, on inputs 1 and 2: a factor changed by d makes a noise of (d / factor)² in its output. */
class AnswerNoiseTest {
    private final List<Map<String, Tensor>> feeds =
            List.of(Map.of("x", Tensor.of(new float[] {1}, 1)), Map.of("x", Tensor.of(new float[] {2}, 1)));
    private final AnswerNoise noise = new AnswerNoise(Ort.runtime(), products(4, 8), feeds);

    private static OnnxGraph products(float a, float b) {
        GraphBuilder graph = new GraphBuilder(17, 1).input("x", 1);
        graph.constant("a", OnnxTensor.ofFloats(new float[] {a}, 1));
        graph.constant("b", OnnxTensor.ofFloats(new float[] {b}, 1));
        graph.node("Mul", "ax", "x", "a");
        graph.node("Mul", "bx", "x", "b");
        return graph.output("ax").output("bx").graph();
    }

    @Test
    void theMeanOverOutputs() {
        assertThat(noise.of(products(5, 8))).isCloseTo((1 / 16.0 + 0) / 2, within(1e-12));
        assertThat(noise.of(products(3, 10))).isCloseTo((1 / 16.0 + 1 / 16.0) / 2, within(1e-12));
    }

    @Test
    void theSameAnswersHaveNone() {
        assertThat(noise.of(products(4, 8))).isZero();
    }

    @Test
    void whatIsNoNumberIsInfinitelyNoisy() {
        assertThat(noise.of(products(Float.NaN, 8))).isInfinite();
    }
}
