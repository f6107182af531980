package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The comparison runs, and what it compares is the same network. */
class StagesComparisonTest {
    @Test
    void bothSidesAnswerAlikeAndAreTimed() {
        StagesComparison.Row row = StagesComparison.compare(new ConvTower(4, 8, 8), 1, 0.02);

        assertThat(row.exact()).isTrue();
        assertThat(row.whole()).isPositive();
        assertThat(row.gain()).isEqualTo(row.staged() / row.whole());
        assertThat(row.line()).contains("4 convolutions, 8 channels, 8×8", "equal");
    }

    @Test
    void anotherProcessAnswersTheSameBytes() throws Exception {
        assertThat(RemoteCost.measure(1, 0.02)).hasSize(4).allSatisfy(row -> {
            assertThat(row.exact()).isTrue();
            assertThat(row.there()).isPositive();
        });
    }

    @Test
    void halvesOfATowerAreEqualByConstruction() {
        OnnxGraph graph = new ConvTower(6, 4, 5).graph();
        Map<String, Long> operators = graph.nodes().stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        node -> node.op(), java.util.stream.Collectors.counting()));

        assertThat(operators).containsExactlyInAnyOrderEntriesOf(Map.of("Conv", 6L, "Relu", 6L));
        assertThat(graph.initializers().values()).hasSize(6).allSatisfy(weights -> assertThat(weights.dims())
                .containsExactly(4, 4, 3, 3));
    }

    @Test
    void aMedianOfEvenlyManyIsTheMeanOfTheMiddleTwo() {
        assertThat(StagesComparison.median(new double[] {9, 1, 3, 5})).isEqualTo(4);
        assertThat(StagesComparison.median(new double[] {2})).isEqualTo(2);
    }
}
