package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both sides of the training comparison do the same work; PyTorch is an oracle of gradient and optimizer at once. */
class TrainingSidesTest {
    private static final int ROWS = 8;

    private static long[] labels() {
        long[] labels = new long[ROWS];
        Arrays.setAll(labels, i -> i * 7 % 10);
        return labels;
    }

    @ParameterizedTest
    @EnumSource(TrainingNet.class)
    void lossFallsOnABatchSeenAgainAndAgain(TrainingNet net) {
        float[] x = net.examples(3, ROWS);
        try (EdgeTraining edge = new EdgeTraining(net, ROWS, 0.01f, 0.9f)) {
            float first = edge.step(x, labels());
            float last = first;
            for (int step = 0; step < 8; step++) {
                last = edge.step(x, labels());
            }
            assertThat(first).isBetween(1.5f, 4f);
            assertThat(last).isLessThan(0.8f * first);
        }
    }

    @ParameterizedTest
    @EnumSource(TrainingNet.class)
    void pyTorchSeesTheSameLosses(TrainingNet net) {
        assumeTrue(DjlTraining.available(), "skipped: no PyTorch here; run with the profile engines");
        float[] x = net.examples(3, ROWS);
        double bound = net == TrainingNet.RESNET_20 ? 1e-3 : 1e-5; // twenty layers amplify rounding
        try (EdgeTraining edge = new EdgeTraining(net, ROWS, 0.01f, 0.9f);
                DjlTraining djl = new DjlTraining(net, ROWS, 0.01f, 0.9f)) {
            for (int step = 0; step < 6; step++) {
                double theirs = djl.step(x, labels());
                assertThat((double) edge.step(x, labels())).as("step " + step).isCloseTo(theirs, within(bound));
            }
        }
    }

    /** Parameter counts as published: 199,210 for the 2NN; ResNet-20 with projections has about 0.27 million. */
    @Test
    void netsHaveTheirSizes() {
        assertThat(count(TrainingNet.MLP_2NN.graph())).isEqualTo(199_210);
        assertThat(count(TrainingNet.SMALL_CNN.graph())).isEqualTo(160 + 4640 + 1568 * 64 + 64 + 650);
        assertThat(count(TrainingNet.RESNET_20.graph())).isBetween(270_000L, 280_000L);
        assertThat(TrainingNet.MLP_2NN.graph().initializers().get("p0").floats())
                .isEqualTo(TrainingNet.MLP_2NN.graph().initializers().get("p0").floats());
    }

    private static long count(OnnxGraph graph) {
        return graph.initializers().values().stream()
                .mapToLong(OnnxTensor::elements)
                .sum();
    }

    @Test
    void rowsPrintAsMarkdown() {
        TrainingComparison.Row row =
                new TrainingComparison.Row(TrainingNet.MLP_2NN, 10, 123.4, 456.7, 0.2702, 0.25, 0.301);

        assertThat(row).hasToString("| MLP_2NN, batch 10 | 123 µs | 457 µs | **0.27** | 0.25–0.30 |");
    }
}
