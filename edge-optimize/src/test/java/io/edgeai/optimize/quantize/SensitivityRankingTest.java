package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SensitivityRankingTest {
    private static final QuantizeSettings PER_TENSOR =
            QuantizeSettings.defaults().perChannel(false);

    @Test
    void theLayerWithOneHugeWeightIsTheMostSensitive() {
        for (String spoiled : List.of("c1", "c2", "c3")) {
            OnnxGraph graph = spoiled(spoiled);
            SensitivityRanking ranking = rank(graph);
            assertThat(ranking.layers()).hasSize(4);
            String shown = spoiled.equals("c1") ? "r1" : spoiled.equals("c2") ? "r2" : "c3";
            assertThat(ranking.layers().get(0).output()).isEqualTo(shown);
            assertThat(ranking.layers().get(0).op()).isEqualTo("Conv");
            assertThat(ranking.layers().get(0).sqnrDb())
                    .isLessThan(ranking.layers().get(1).sqnrDb());
            assertThat(ranking.mostSensitive(1)).containsExactly(shown);
        }
    }

    @ExactByteProducts
    @Test
    void keepingItFloatRepairsTheNetwork() {
        OnnxGraph graph = spoiled("c2");
        SensitivityRanking ranking = rank(graph);
        double all = sqnr(graph, Set.of());
        double without = sqnr(graph, ranking.mostSensitive(1));
        assertThat(without).isGreaterThan(all + 3);
        double floor = (all + without) / 2;
        assertThat(ranking.fewestFloat(keep -> sqnr(graph, keep) >= floor)).contains(ranking.mostSensitive(1));
    }

    @Test
    void bisectionFindsTheFewestWithFewQuestions() {
        for (int layers = 1; layers <= 60; layers += 7) {
            List<LayerSensitivity> measured = IntStream.range(0, layers)
                    .mapToObj(i -> new LayerSensitivity("v" + i, "Conv", 1, i))
                    .toList();
            SensitivityRanking ranking = new SensitivityRanking(measured);
            for (int needed = 0; needed <= layers; needed++) {
                int least = needed;
                AtomicInteger asked = new AtomicInteger();
                Set<String> found = ranking.fewestFloat(keep -> {
                            asked.incrementAndGet();
                            return keep.size() >= least;
                        })
                        .orElseThrow();
                assertThat(found).hasSize(needed);
                assertThat(found.contains("v0")).isEqualTo(needed > 0);
                assertThat(asked.get()).isLessThanOrEqualTo(2 + (int) Math.ceil(Math.log(layers + 1) / Math.log(2)));
            }
            assertThat(ranking.fewestFloat(keep -> false)).isEmpty();
        }
    }

    @Test
    void theGraphGivenStaysAndNoSamplesAreRefused() {
        OnnxGraph graph = spoiled("c1");
        byte[] before = io.edgeai.core.onnx.OnnxWriter.toBytes(graph);
        rank(graph);
        assertThat(io.edgeai.core.onnx.OnnxWriter.toBytes(graph)).isEqualTo(before);
        assertThatThrownBy(() -> SensitivityRanking.measure(
                        Ort.runtime(), graph, Map.of(), PER_TENSOR, List.of(), Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
    }

    private static SensitivityRanking rank(OnnxGraph graph) {
        return SensitivityRanking.measure(
                Ort.runtime(), graph, ranges(graph, PER_TENSOR), PER_TENSOR, feeds(4), Progress.NONE);
    }

    private static double sqnr(OnnxGraph graph, Set<String> keep) {
        QuantizeSettings settings = PER_TENSOR.keepFloat(keep);
        OnnxGraph quantized = new StaticQuantizer(graph, settings)
                .quantize(ranges(graph, settings))
                .graph();
        io.edgeai.optimize.fidelity.OutputComparison comparison = new io.edgeai.optimize.fidelity.OutputComparison("y");
        for (Map<String, Tensor> feed : feeds(6)) {
            comparison.add(
                    Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                    Objects.requireNonNull(Ort.run(quantized, feed).get("y")));
        }
        return comparison.result().sqnrDb();
    }

    private static Map<String, ValueRange> ranges(OnnxGraph graph, QuantizeSettings settings) {
        Set<String> values = new StaticQuantizer(graph, settings).values();
        return new Calibrator(Ort.runtime()).ranges(graph, feeds(8), values, CalibrationMethod.MIN_MAX, Progress.NONE);
    }

    private static List<Map<String, Tensor>> feeds(int count) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            feeds.add(Map.of("x", Ort.tensor(new Random(i), 1, 3, 8, 8)));
        }
        return feeds;
    }

    /** One weight is so large that a single scale leaves a handful of levels to the others; its bias makes up for it. */
    private static OnnxGraph spoiled(String layer) {
        OnnxGraph graph = GraphBuilder.residualNet(13, 4);
        OnnxTensor weight = Objects.requireNonNull(graph.constant(layer + "_w"));
        float[] values = weight.floats();
        values[4] = 12;
        graph.initializers().put(layer + "_w", OnnxTensor.ofFloats(values, weight.dims()));
        return graph;
    }
}
