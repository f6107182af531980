package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
    /** R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (Wilson score without correction). */
    @ParameterizedTest
    @CsvSource({"81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605", "0, 20, 0.0000, 0.1611", "1, 29, 0.0061, 0.1718"})
    void wilsonIntervalIsAsPublished(long correct, long total, double lower, double upper) {
        Accuracy accuracy = Accuracy.of(correct, total);
        assertThat(accuracy.lower()).isCloseTo(lower, within(5e-5));
        assertThat(accuracy.upper()).isCloseTo(upper, within(5e-5));
        assertThat(accuracy.value()).isEqualTo((double) correct / total);
    }

    @Test
    void boundsSolveTheScoreEquation() {
        double z = 1.959963984540054;
        for (int total = 1; total < 60; total++) {
            for (int correct = 0; correct <= total; correct++) {
                Accuracy accuracy = Accuracy.of(correct, total);
                for (double p : new double[] {accuracy.lower(), accuracy.upper()}) {
                    double left = Math.abs(accuracy.value() - p);
                    assertThat(left).isCloseTo(z * Math.sqrt(Math.max(0, p * (1 - p)) / total), within(1e-7));
                }
            }
        }
    }

    @Test
    void intervalStaysInTheUnitIntervalAndHoldsTheValue() {
        for (int correct = 0; correct <= 7; correct++) {
            Accuracy accuracy = Accuracy.of(correct, 7);
            assertThat(accuracy.lower()).isBetween(0.0, accuracy.value());
            assertThat(accuracy.upper()).isBetween(accuracy.value(), 1.0);
        }
    }

    @Test
    void countsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Accuracy.of(3, 2)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Accuracy.of(0, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Accuracy.of(-1, 2)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void countsLargestScores() {
        OnnxGraph graph = identity(-1, 3);
        float[][] samples = {{1, 2, 3}, {3, 2, 1}, {0, 5, 1}, {2, 2, 1}};
        Accuracy accuracy = measure(graph, LabelledData.of(samples, new int[] {2, 1, 1, 0}), Progress.NONE);
        assertThat(accuracy.correct()).isEqualTo(3);
        assertThat(accuracy.total()).isEqualTo(4);
    }

    @Test
    void fixedBatchOfOneIsAskedOneByOne() {
        float[][] samples = new float[130][];
        int[] labels = new int[130];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = new float[] {i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0};
            labels[i] = i % 3;
        }
        LabelledData data = LabelledData.of(samples, labels);
        assertThat(measure(identity(1, 3), data, Progress.NONE).value()).isEqualTo(1);
        assertThat(measure(identity(-1, 3), data, Progress.NONE).value()).isEqualTo(1);
    }

    @Test
    void labelBeyondTheClassesIsNamed() {
        LabelledData data = LabelledData.of(new float[][] {{1, 2, 3}}, new int[] {3});
        assertThatThrownBy(() -> measure(identity(-1, 3), data, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Label (3) of sample 0")
                .hasMessageContaining("Maybe labels count from 1");
    }

    @Test
    void outputWithOneValueIsNoClassifier() {
        LabelledData data = LabelledData.of(new float[][] {{1}}, new int[] {0});
        assertThatThrownBy(() -> measure(identity(-1, 1), data, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not a classifier");
    }

    @Test
    void reportsProgressAndStopsWhenAsked() {
        LabelledData data = LabelledData.of(new float[120][2], new int[120]);
        List<Long> done = new ArrayList<>();
        measure(identity(-1, 2), data, (phase, at, total) -> {
            assertThat(phase).isEqualTo("accuracy");
            assertThat(total).isEqualTo(120);
            done.add(at);
        });
        assertThat(done).hasSize(120).isSorted().endsWith(119L, 120L);
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long at, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> measure(identity(-1, 2), data, cancelling))
                .isInstanceOf(OperationCancelledException.class);
    }

    private static Accuracy measure(OnnxGraph graph, LabelledData data, Progress progress) {
        try (InferenceSession session = Ort.open(graph)) {
            return Accuracy.measure(session, graph, data, progress);
        }
    }

    private static OnnxGraph identity(long batch, long width) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", batch, width);
        b.node("Identity", "y", "x");
        return b.output("y", 2).graph();
    }
}
