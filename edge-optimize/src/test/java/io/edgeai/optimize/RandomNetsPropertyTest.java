package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What must hold for every network, on 40 random ones; the seed of a failing one is in the message. */
class RandomNetsPropertyTest {
    private static final int NETS = 40;

    @Test
    void simplifyingKeepsTheAnswers() {
        for (long seed = 0; seed < NETS; seed++) {
            OnnxGraph graph = RandomNets.of(seed, 13);
            OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
            wellFormed(simplified, seed);
            assertThat(difference(graph, simplified)).as("seed %d", seed).isLessThan(2e-4);
            assertThat(simplified.nodes())
                    .hasSizeLessThanOrEqualTo(graph.nodes().size());
        }
    }

    @Test
    void simplifyingTwiceChangesNothingMore() {
        for (long seed = 0; seed < NETS; seed++) {
            OnnxGraph once = GraphPasses.simplified(RandomNets.of(seed, 13), Ort.runtime());
            OnnxGraph twice = GraphPasses.simplified(once, Ort.runtime());
            boolean same = Arrays.equals(OnnxWriter.toBytes(twice), OnnxWriter.toBytes(once));
            assertThat(same)
                    .as("seed %d: %s, then %s", seed, once.nodes(), twice.nodes())
                    .isTrue();
        }
    }

    @Test
    void raisingTheOperatorSetKeepsTheAnswers() {
        for (long seed = 0; seed < NETS; seed++) {
            long opset = 8 + seed % 5;
            OnnxGraph graph = RandomNets.of(seed, opset);
            Cleanup.deadCode(graph);
            OnnxGraph raised = OpsetUpgrade.raised(graph);
            wellFormed(raised, seed);
            assertThat(difference(graph, raised))
                    .as("seed %d, set %d", seed, opset)
                    .isLessThan(1e-5);
        }
    }

    @ExactByteProducts
    @Test
    void staticQuantizationStaysCloseAndWellFormed() {
        for (long seed = 0; seed < NETS; seed++) {
            OnnxGraph graph = GraphPasses.simplified(RandomNets.of(seed, 13), Ort.runtime());
            Quantized quantized = statically(graph);
            wellFormed(quantized.graph(), seed);
            assertThat(sqnr(graph, quantized.graph())).as("seed %d", seed).isGreaterThan(12);
            assertThat(quantized.quantizedOps()).as("seed %d", seed).containsKey("Conv");
        }
    }

    /** With and without the engine's fusions the quantized network means the same, within a few rounding steps. */
    @ExactByteProducts
    @Test
    void fusionsOfTheEngineKeepTheMeaning() {
        for (long seed = 0; seed < NETS; seed++) {
            OnnxGraph graph = GraphPasses.simplified(RandomNets.of(seed, 13), Ort.runtime());
            OnnxGraph quantized = statically(graph).graph();
            OutputComparison comparison = new OutputComparison("y");
            comparison.add(
                    Objects.requireNonNull(Ort.runPlain(quantized, feed(9)).get("y")),
                    Objects.requireNonNull(Ort.run(quantized, feed(9)).get("y")));
            assertThat(comparison.result().sqnrDb()).as("seed %d", seed).isGreaterThan(20);
        }
    }

    @Test
    void everyNodeIsQuantizedOrHasAReason() {
        for (long seed = 0; seed < NETS; seed++) {
            OnnxGraph graph = GraphPasses.simplified(RandomNets.of(seed, 13), Ort.runtime());
            Quantized quantized = statically(graph);
            int counted = quantized.quantizedOps().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            long clamps = graph.nodes().stream()
                    .filter(node -> node.op().equals("Relu") || node.op().equals("Clip"))
                    .count();
            assertThat((long) counted + quantized.left().size())
                    .as("seed %d", seed)
                    .isBetween(graph.nodes().size() - clamps - 1, (long)
                            graph.nodes().size());
            assertThat(quantized.left())
                    .allSatisfy(node -> assertThat(node.reason()).isNotBlank());
        }
    }

    @Test
    void storedBytesAndHalvesStayClose() {
        for (long seed = 0; seed < NETS; seed++) {
            OnnxGraph graph = GraphPasses.simplified(RandomNets.of(seed, 13), Ort.runtime());
            Quantized dynamic = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
            wellFormed(dynamic.graph(), seed);
            assertThat(sqnr(graph, dynamic.graph())).as("bytes, seed %d", seed).isGreaterThan(20);
            Quantized half = HalfWeights.apply(graph);
            wellFormed(half.graph(), seed);
            assertThat(sqnr(graph, half.graph())).as("halves, seed %d", seed).isGreaterThan(45);
        }
    }

    private static Quantized statically(OnnxGraph graph) {
        StaticQuantizer quantizer = new StaticQuantizer(graph, QuantizeSettings.defaults());
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            feeds.add(feed(100 + i));
        }
        return quantizer.quantize(new Calibrator(Ort.runtime())
                .ranges(graph, feeds, quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE));
    }

    private static Map<String, Tensor> feed(long seed) {
        return Map.of("x", Ort.tensor(new Random(seed), 4, 3, 8, 8));
    }

    private static double difference(OnnxGraph a, OnnxGraph b) {
        return Ort.maxDifference(
                Objects.requireNonNull(Ort.runPlain(a, feed(9)).get("y")),
                Objects.requireNonNull(Ort.runPlain(b, feed(9)).get("y")));
    }

    private static double sqnr(OnnxGraph graph, OnnxGraph quantized) {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(
                Objects.requireNonNull(Ort.run(graph, feed(9)).get("y")),
                Objects.requireNonNull(Ort.run(quantized, feed(9)).get("y")));
        return comparison.result().sqnrDb();
    }

    /** Every value is made once, before it is read; no initializer is unread. */
    private static void wellFormed(OnnxGraph graph, long seed) {
        Set<String> made = new HashSet<>(graph.initializers().keySet());
        graph.inputs()
                .forEach(input ->
                        assertThat(made.add(input.name())).as("seed %d", seed).isTrue());
        Set<String> read = new HashSet<>();
        for (OnnxNode node : graph.nodes()) {
            for (String input : node.inputs()) {
                assertThat(input.isEmpty() || made.contains(input))
                        .as("seed %d: %s reads %s", seed, node, input)
                        .isTrue();
                read.add(input);
            }
            for (String output : node.outputs()) {
                assertThat(made.add(output))
                        .as("seed %d: %s is made twice", seed, output)
                        .isTrue();
            }
        }
        graph.outputs().forEach(output -> assertThat(made).contains(output.name()));
        assertThat(read).as("seed %d", seed).containsAll(graph.initializers().keySet());
    }
}
