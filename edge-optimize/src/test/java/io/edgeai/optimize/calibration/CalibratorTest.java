package io.edgeai.optimize.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibratorTest {
    private final Calibrator calibrator = new Calibrator(Ort.runtime());

    @Test
    void extremesOfInputsIntermediatesAndOutputs() {
        OnnxGraph graph = twice();
        Map<String, ValueRange> ranges =
                ranges(graph, CalibrationMethod.MIN_MAX, new float[] {-1, 2}, new float[] {3, 0});
        assertThat(ranges.get("x")).isEqualTo(new ValueRange(-1, 3));
        assertThat(ranges.get("double")).isEqualTo(new ValueRange(-2, 6));
        assertThat(ranges.get("y")).isEqualTo(new ValueRange(0, 6));
    }

    @Test
    void movingAverageByHand() {
        Map<String, ValueRange> ranges = ranges(
                twice(), CalibrationMethod.MOVING_AVERAGE, new float[] {0, 1}, new float[] {0, 11}, new float[] {-10, 2
                });
        assertThat(ranges.get("x").high()).isCloseTo(2, within(1e-5f));
        assertThat(ranges.get("x").low()).isCloseTo(-1, within(1e-5f));
    }

    @Test
    void histogramMethodsStayInsideTheExtremes() {
        Random random = new Random(2);
        float[][] samples = new float[20][];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Ort.normal(random, 2);
        }
        ValueRange extremes =
                ranges(twice(), CalibrationMethod.MIN_MAX, samples).get("x");
        for (CalibrationMethod method : CalibrationMethod.values()) {
            ValueRange range = ranges(twice(), method, samples).get("x");
            assertThat(range.low()).as("%s", method).isGreaterThanOrEqualTo(extremes.low());
            assertThat(range.high()).as("%s", method).isLessThanOrEqualTo(extremes.high());
        }
    }

    @Test
    void moreValuesThanFitOneSessionGoInChunks() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2).constant("one", OnnxTensor.scalar(1f));
        List<String> names = new ArrayList<>();
        String last = "x";
        for (int i = 1; i <= 110; i++) {
            b.node("Add", "v" + i, last, "one");
            last = "v" + i;
            names.add(last);
        }
        OnnxGraph graph = b.output(last, 2).graph();
        long[] most = {0};
        Map<String, ValueRange> ranges = new Calibrator(Ort.runtime(), 40 * 8)
                .ranges(graph, feeds(new float[] {0, 0}), names, CalibrationMethod.MIN_MAX, (phase, done, total) -> {
                    assertThat(total).isEqualTo(3);
                    most[0] = done;
                });
        assertThat(most[0]).isEqualTo(3);
        assertThat(calibrator.ranges(
                        graph,
                        feeds(new float[] {0, 0}),
                        names,
                        CalibrationMethod.MIN_MAX,
                        (phase, done, total) ->
                                assertThat(total).as("all at once").isEqualTo(1)))
                .isEqualTo(ranges);
        for (int i = 1; i <= 110; i++) {
            assertThat(ranges.get("v" + i)).isEqualTo(new ValueRange(i, i));
        }
    }

    @Test
    void notFiniteIntermediateIsNamedWithTheSample() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2);
        b.node("Log", "log", "x");
        b.node("Relu", "y", "log");
        OnnxGraph graph = b.output("y", 2).graph();
        assertThatThrownBy(() -> calibrator.ranges(
                        graph,
                        feeds(new float[] {1, 1}, new float[] {1, -1}),
                        List.of("log"),
                        CalibrationMethod.MIN_MAX,
                        Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Value (log) is (NaN)")
                .hasMessageContaining("sample 1");
    }

    @Test
    void noSamplesAndIntegerValuesAreRefused() {
        assertThatThrownBy(() ->
                        calibrator.ranges(twice(), List.of(), List.of("y"), CalibrationMethod.MIN_MAX, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0) samples");
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2);
        b.node("Shape", "shape", "x");
        b.node("Relu", "y", "x");
        OnnxGraph graph = b.output("y", 2).graph();
        assertThatThrownBy(() -> calibrator.ranges(
                        graph, feeds(new float[2]), List.of("shape"), CalibrationMethod.MIN_MAX, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Value (shape)");
    }

    @Test
    void stopsBetweenSamples() {
        long[] seen = {0};
        Progress afterOne = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                seen[0] = done;
            }

            @Override
            public boolean cancelled() {
                return seen[0] > 0;
            }
        };
        assertThatThrownBy(() -> calibrator.ranges(
                        twice(), feeds(new float[2], new float[2]), List.of("y"), CalibrationMethod.MIN_MAX, afterOne))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("(1) of 2");
    }

    @Test
    void valuesOfOneRun() {
        Map<String, Tensor> values =
                calibrator.values(twice(), feeds(new float[] {1, -2}).get(0), List.of("double", "x"));
        assertThat(values.get("double").floats()).containsExactly(2, -4);
        assertThat(values.get("x").floats()).containsExactly(1, -2);
    }

    @Test
    void calibrationLeavesTheGraphAlone() {
        OnnxGraph graph = twice();
        ranges(graph, CalibrationMethod.ENTROPY, new float[] {1, 2});
        assertThat(graph.outputs())
                .extracting(io.edgeai.core.onnx.OnnxValue::name)
                .containsExactly("y");
    }

    @Test
    void rangesMustBeIntervals() {
        assertThatThrownBy(() -> new ValueRange(1, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ValueRange(Float.NaN, 0)).isInstanceOf(InvalidInputException.class);
        assertThat(new ValueRange(-1, 0).union(new ValueRange(2, 3))).isEqualTo(new ValueRange(-1, 3));
    }

    private Map<String, ValueRange> ranges(OnnxGraph graph, CalibrationMethod method, float[]... samples) {
        return calibrator.ranges(graph, feeds(samples), List.of("x", "double", "y"), method, Progress.NONE);
    }

    private static List<Map<String, Tensor>> feeds(float[]... samples) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (float[] sample : samples) {
            feeds.add(Map.of("x", Tensor.of(sample, 1, sample.length)));
        }
        return feeds;
    }

    private static OnnxGraph twice() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2).constant("two", OnnxTensor.scalar(2f));
        b.node("Mul", "double", "x", "two");
        b.node("Relu", "y", "double");
        return b.output("y", 2).graph();
    }
}
