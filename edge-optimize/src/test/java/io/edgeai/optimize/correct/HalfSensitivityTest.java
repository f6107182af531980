package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.quantize.HalfFormat;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On y = s·x + t element by element, where what rounding a constant does to the answers can be written down. */
class HalfSensitivityTest {
    private static final int WIDTH = 40;
    private static final int SAMPLES = 5;

    private final Random random = new Random(23);
    private final float[] scale = Ort.normal(random, WIDTH);
    private final float[] shift = Ort.normal(random, WIDTH);
    private final List<Map<String, Tensor>> samples = new ArrayList<>();
    private final OnnxGraph graph;

    HalfSensitivityTest() {
        for (int i = 0; i < WIDTH; i++) {
            shift[i] *= 100;
        }
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1, WIDTH)));
        }
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 1, WIDTH);
        b.constant("scale", OnnxTensor.ofFloats(scale, WIDTH)).constant("shift", OnnxTensor.ofFloats(shift, WIDTH));
        b.node("Mul", "scaled", "x", "scale");
        b.node("Add", "y", "scaled", "shift");
        b.weight("wide", 1, WIDTH, 20 * WIDTH);
        b.node("MatMul", "unread", "y", "wide");
        this.graph = b.output("y").graph();
    }

    private static double rounding(float value) {
        return (double) OnnxFloats.half(HalfWeights.half(value)) - value;
    }

    /** Squared error by squared signal of y, summed up by hand. */
    private double noise(boolean roundScale) {
        double error = 0;
        double signal = 0;
        for (Map<String, Tensor> sample : samples) {
            float[] x = sample.get("x").floats();
            for (int i = 0; i < WIDTH; i++) {
                double y = (double) scale[i] * x[i] + shift[i];
                double difference = roundScale ? rounding(scale[i]) * x[i] : rounding(shift[i]);
                error += difference * difference;
                signal += y * y;
            }
        }
        return error / signal;
    }

    private Map<String, Double> kept(double share) {
        return HalfSensitivity.kept(Ort.runtime(), graph, samples, share, Progress.NONE);
    }

    /** 40 elements each of 32,080: a share of 0.0025 is room for both short constants, one of 0.0015 for one. */
    @Test
    void noiseIsThatOfRoundingOneAlone() {
        Map<String, Double> kept = kept(0.0025);
        assertThat(kept.keySet()).containsExactly("shift", "scale");
        assertThat(kept.get("shift")).isCloseTo(Math.sqrt(noise(false)), within(1e-6));
        assertThat(kept.get("scale")).isCloseTo(Math.sqrt(noise(true)), within(1e-6));
        assertThat(noise(false)).as("the constants differ").isGreaterThan(100 * noise(true));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0013, 0.0024})
    void theWorstComesFirstWhereThereIsRoomForOne(double share) {
        assertThat(kept(share).keySet()).containsExactly("shift");
    }

    @Test
    void nothingIsKeptWithoutRoomAndNothingThatNoAnswerDependsOn() {
        assertThat(kept(0.001)).isEmpty();
        assertThat(kept(1)).containsOnlyKeys("shift", "scale");
    }

    @Test
    void keptConstantsKeepTheirBitsAndAreListed() {
        Quantized half = HalfWeights.apply(graph, HalfFormat.FLOAT16, Map.of("shift", 0.0125));
        assertThat(half.graph().initializers().get("shift").floats()).isEqualTo(shift);
        assertThat(half.graph().initializers()).doesNotContainKeys("scale", "wide");
        assertThat(half.left()).singleElement().satisfies(node -> {
            assertThat(node.node()).isEqualTo("shift");
            assertThat(node.reason()).contains("kept in 32 bits").contains("1.3e-02");
        });
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        assertThatThrownBy(() -> HalfSensitivity.kept(Ort.runtime(), graph, List.of(), 0.01, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at least one sample, not (0)");
        assertThatThrownBy(() -> kept(1.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("share (1.5)");
        Progress cancelled = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> HalfSensitivity.kept(Ort.runtime(), graph, samples, 0.01, cancelled))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("(0) of 2 constants");
    }
}
