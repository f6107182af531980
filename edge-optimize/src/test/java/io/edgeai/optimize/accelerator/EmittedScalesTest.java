package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.quantize.ActivationType;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Naive;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scales of emitted graphs and tables, against extremes found by running the float model on the samples. */
class EmittedScalesTest {
    private static final OnnxGraph NET = GraphBuilder.residualNet(13, 4);
    private static final List<Map<String, Tensor>> SAMPLES = samples();

    private static List<Map<String, Tensor>> samples() {
        Random random = new Random(8);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1, 3, 8, 8)));
        }
        return samples;
    }

    /** Smallest and largest number a value has on the samples, 0 among them. */
    private static double[] range(String value) {
        OnnxGraph tapped = NET.copy();
        tapped.outputs().add(new OnnxValue(value, null));
        double low = 0;
        double high = 0;
        for (Map<String, Tensor> sample : SAMPLES) {
            Tensor seen = value.equals("x")
                    ? sample.get("x")
                    : Ort.run(tapped, sample).get(value);
            for (float number : seen.floats()) {
                low = Math.min(low, number);
                high = Math.max(high, number);
            }
        }
        return new double[] {low, high};
    }

    private static OnnxNode quantizer(OnnxGraph graph, String value) {
        return graph.nodes().stream()
                .filter(node -> QdqGraph.quantizes(node) && node.input(0).equals(value))
                .findFirst()
                .orElseThrow();
    }

    private static double scale(OnnxGraph graph, OnnxNode quantizer) {
        return graph.initializers().get(quantizer.input(1)).floats()[0];
    }

    @Test
    void signedActivationsReachTheirLargestMagnitudeAt127() {
        for (OnnxGraph graph : List.of(
                TensorRtTarget.builder()
                        .build()
                        .emit(NET, CalibrationData.of(SAMPLES))
                        .graph(),
                OpenVinoTarget.builder()
                        .activations(ActivationType.S8)
                        .build()
                        .emit(NET, CalibrationData.of(SAMPLES))
                        .graph())) {
            double[] range = range("x");
            double expected = Math.max(-range[0], range[1]) / 127;
            assertThat(scale(graph, quantizer(graph, "x"))).isCloseTo(expected, within(0.01 * expected));
        }
    }

    @Test
    void unsignedActivationsSpreadOverAllLevelsWithZeroExact() {
        OnnxGraph graph = OpenVinoTarget.builder()
                .build()
                .emit(NET, CalibrationData.of(SAMPLES))
                .graph();
        OnnxNode quantizer = quantizer(graph, "x");
        double[] range = range("x");
        double expected = (range[1] - range[0]) / 255;
        assertThat(scale(graph, quantizer)).isCloseTo(expected, within(0.01 * expected));
        int zero = graph.initializers().get(quantizer.input(2)).data().get(0) & 0xFF;
        assertThat((double) zero).isCloseTo(-range[0] / expected, within(1.5));
    }

    @Test
    void weightsHaveTheLargestMagnitudeOfEachChannelAt127() {
        OnnxGraph graph = TensorRtTarget.builder()
                .build()
                .emit(NET, CalibrationData.of(SAMPLES))
                .graph();
        int compared = 0;
        for (OnnxNode node : graph.nodes()) {
            if (!node.op().equals("Conv")) {
                continue;
            }
            OnnxNode pair = graph.producers().get(node.input(1));
            float[] scales = graph.initializers().get(pair.input(1)).floats();
            boolean found = false;
            for (String name : List.of("c1_w", "c2_w", "c3_w")) {
                double[] largest = Naive.largest(
                        NET.initializers().get(name).floats(),
                        NET.initializers().get(name).dims(),
                        0);
                boolean same = largest.length == scales.length;
                for (int c = 0; same && c < scales.length; c++) {
                    same = Math.abs(scales[c] - largest[c] / 127) < 1e-5 * largest[c];
                }
                found |= same;
            }
            assertThat(found).as("%s", node).isTrue();
            compared++;
        }
        assertThat(compared).isEqualTo(3);
    }

    @Test
    void theTableHoldsTheRangeOfEveryInnerValue(@TempDir Path folder) throws Exception {
        TensorRtTarget.builder().cache(folder).build().emitTable(NET, CalibrationData.of(SAMPLES));
        CalibrationTable table = CalibrationTable.parse(Files.readString(folder.resolve("calibration.cache")));
        for (String value : List.of("x", "c1", "r1", "c2", "sum", "pool", "y")) {
            double[] range = range(value);
            double expected = Math.max(-range[0], range[1]) / 127;
            assertThat((double) table.scales().get(value)).as(value).isCloseTo(expected, within(1e-4 * expected));
        }
        assertThat(CalibrationTable.parse(table.toText())).isEqualTo(table);
    }

    @Test
    void everyLevelOfAnEmittedGraphIsOfTheTypeItsEngineTakes() {
        OnnxGraph graph = TensorRtTarget.builder()
                .build()
                .emit(NET, CalibrationData.of(SAMPLES))
                .graph();
        QdqGraph view = new QdqGraph(graph);
        assertThat(graph.nodes())
                .filteredOn(node -> QdqGraph.quantizes(node) || QdqGraph.dequantizes(node))
                .isNotEmpty()
                .allSatisfy(node -> {
                    assertThat(view.levels(node)).isEqualTo(ElementType.INT8);
                    assertThat(view.zeroPointIsZero(node)).isTrue();
                });
    }
}
