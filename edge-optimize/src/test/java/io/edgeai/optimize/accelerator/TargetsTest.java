package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.quantize.ActivationType;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import io.edgeai.optimize.testing.WideNets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
    @TempDir
    Path folder;

    private static CalibrationData samples(long seed) {
        Random random = new Random(seed);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1, 3, 8, 8)));
        }
        return CalibrationData.of(samples);
    }

    private static double signalToNoise(Tensor reference, Tensor other) {
        double signal = 0;
        double noise = 0;
        float[] left = reference.floats();
        float[] right = other.floats();
        for (int i = 0; i < left.length; i++) {
            signal += (double) left[i] * left[i];
            noise += Math.pow(left[i] - right[i], 2);
        }
        return 10 * Math.log10(signal / Math.max(noise, 1e-30));
    }

    private static void check(String which, OnnxGraph graph, TargetModel model) {
        assertThat(model.findings()) // a clamp after a clamp, or a factor in a scale
                .as(which)
                .allMatch(finding -> List.of("fusion", "pair-scale").contains(finding.rule()));
        assertThat(model.passes()).as(which).isTrue();
        assertThat(model.graph().nodes()).as(which).extracting(OnnxNode::op).contains("QuantizeLinear");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(77), 2, 3, 8, 8));
        assertThat(signalToNoise(
                        Ort.run(graph, feed).get("y"),
                        Ort.run(model.graph(), feed).get("y")))
                .as(which)
                .isGreaterThan(12);
    }

    @ExactByteProducts
    @Test
    void randomNetworksPassTheRulesAndComputeTheSameOnTheCpu() {
        TensorRtTarget tensorRt = TensorRtTarget.builder().build();
        OpenVinoTarget unsigned = OpenVinoTarget.builder().build();
        OpenVinoTarget signed =
                OpenVinoTarget.builder().activations(ActivationType.S8).build();
        for (long seed = 0; seed < 10; seed++) {
            for (OnnxGraph graph : List.of(RandomNets.of(seed, 13), WideNets.of(seed, 13))) {
                byte[] before = OnnxWriter.toBytes(graph);
                check("TensorRT, seed " + seed, graph, tensorRt.emit(graph, samples(seed)));
                check("OpenVINO, seed " + seed, graph, unsigned.emit(graph, samples(seed)));
                check("OpenVINO S8, seed " + seed, graph, signed.emit(graph, samples(seed)));
                assertThat(OnnxWriter.toBytes(graph)).as("seed %d", seed).isEqualTo(before);
            }
        }
    }

    @Test
    void tensorRtGetsSignedBytesFloatBiasesAndRoundedSkips() {
        OnnxGraph graph = TensorRtTarget.builder()
                .build()
                .emit(GraphBuilder.residualNet(9, 3), samples(1))
                .graph();

        assertThat(graph.initializers().values())
                .extracting(OnnxTensor::type)
                .doesNotContain(ElementType.UINT8, ElementType.INT32);
        OnnxNode add = graph.nodes().stream()
                .filter(node -> node.op().equals("Add"))
                .findFirst()
                .orElseThrow();
        assertThat(List.of(
                        graph.producers().get(add.input(0)).op(),
                        graph.producers().get(add.input(1)).op()))
                .containsExactlyInAnyOrder("Conv", "DequantizeLinear");
        assertThat(graph.valueInfo()).as("shapes for the provider").containsKey(add.output(0));
    }

    @Test
    void openVinoGetsTheBytesAskedFor() {
        OnnxGraph net = GraphBuilder.residualNet(13, 3);
        OnnxGraph unsigned =
                OpenVinoTarget.builder().build().emit(net, samples(1)).graph();
        OnnxGraph signed = OpenVinoTarget.builder()
                .activations(ActivationType.S8)
                .build()
                .emit(net, samples(1))
                .graph();
        assertThat(unsigned.initializers().values())
                .extracting(OnnxTensor::type)
                .contains(ElementType.UINT8);
        assertThat(signed.initializers().values()).extracting(OnnxTensor::type).doesNotContain(ElementType.UINT8);
    }

    @Test
    void movesOnBytesBecomeMovesBetweenPairsOfTheSameValues() {
        GraphBuilder b = new GraphBuilder(13, 5).input("x", -1, 3, 8, 8);
        b.conv("c1", "x", 3, 4);
        b.node("MaxPool", "p", "c1")
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {2, 2});
        b.longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
        b.node("Pad", "q", "p", "pads");
        b.node("Transpose", "t", "q").attribute("perm", new long[] {0, 1, 3, 2});
        b.conv("y", "t", 4, 4);
        OnnxGraph net = b.output("y", 4).graph();

        TargetModel model = TensorRtTarget.builder().build().emit(net, samples(1));

        assertThat(model.findings()).isEmpty();
        Map<String, OnnxNode> producers = model.graph().producers();
        for (OnnxNode node : model.graph().nodes()) {
            if (List.of("MaxPool", "Pad", "Transpose").contains(node.op())) {
                assertThat(producers.get(node.input(0)).op()).as("%s", node).isEqualTo("DequantizeLinear");
                assertThat(model.graph().consumers().get(node.output(0)))
                        .extracting(OnnxNode::op)
                        .containsExactly("QuantizeLinear");
            }
        }
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(7), 1, 3, 8, 8));
        assertThat(signalToNoise(
                        Ort.run(net, feed).get("y"),
                        Ort.run(model.graph(), feed).get("y")))
                .isGreaterThan(20);
    }

    @ExactByteProducts
    @Test
    void transposedConvolutionsGetBytesTooUnlessKept() {
        GraphBuilder b = new GraphBuilder(13, 5).input("x", -1, 3, 8, 8);
        b.conv("c1", "x", 3, 4);
        b.weight("up", 0.3, 4, 6, 2, 2);
        b.node("ConvTranspose", "t", "c1", "up").attribute("strides", new long[] {2, 2});
        b.conv("y", "t", 6, 2);
        OnnxGraph net = b.output("y", 4).graph();

        TargetModel model = TensorRtTarget.builder().build().emit(net, samples(1));
        assertThat(model.findings()).isEmpty();
        assertThat(model.graph().initializers()).doesNotContainKey("up");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(7), 1, 3, 8, 8));
        assertThat(signalToNoise(
                        Ort.run(net, feed).get("y"),
                        Ort.run(model.graph(), feed).get("y")))
                .isGreaterThan(25);

        TargetModel kept = TensorRtTarget.builder()
                .keepFloat(java.util.Set.of("t"))
                .build()
                .emit(net, samples(1));
        assertThat(kept.passes()).isTrue();
        assertThat(kept.findings()).extracting(RuleFinding::rule).containsExactly("weighted-inputs");
    }

    @Test
    void optionsCarryCachesAndProfiles() {
        TargetModel model = TensorRtTarget.builder()
                .cache(folder)
                .half(false)
                .workspaceBytes(1 << 28)
                .device(1)
                .profile("x", new long[] {1, 3, 8, 8}, new long[] {4, 3, 8, 8}, new long[] {16, 3, 8, 8})
                .build()
                .emit(GraphBuilder.residualNet(13, 3), samples(1));

        assertThat(model.target()).isEqualTo("tensorrt");
        assertThat(model.options().engineOptions())
                .containsEntry("execution_provider", "tensorrt")
                .containsEntry("provider.device_id", "1")
                .containsEntry("provider.trt_int8_enable", "1")
                .containsEntry("provider.trt_fp16_enable", "0")
                .containsEntry("provider.trt_max_workspace_size", "268435456")
                .containsEntry("provider.trt_engine_cache_enable", "1")
                .containsEntry("provider.trt_engine_cache_path", folder.toString())
                .containsEntry("provider.trt_profile_min_shapes", "x:1x3x8x8")
                .containsEntry("provider.trt_profile_opt_shapes", "x:4x3x8x8")
                .containsEntry("provider.trt_profile_max_shapes", "x:16x3x8x8")
                .doesNotContainKey("provider.trt_int8_calibration_table_name");
        assertThat(OpenVinoTarget.builder()
                        .device("GPU")
                        .cache(folder)
                        .build()
                        .emit(GraphBuilder.residualNet(13, 3), samples(1))
                        .options()
                        .engineOptions())
                .containsEntry("execution_provider", "openvino")
                .containsEntry("provider.device_type", "GPU")
                .containsEntry("provider.cache_dir", folder.toString());
    }

    @Test
    void theTableHasEveryFloatValueOfTheGraphBesideIt() throws Exception {
        TargetModel model = TensorRtTarget.builder()
                .cache(folder.resolve("new"))
                .build()
                .emitTable(GraphBuilder.residualNet(13, 3), samples(1));

        CalibrationTable table =
                CalibrationTable.parse(Files.readString(folder.resolve("new").resolve("calibration.cache")));
        assertThat(table.scales().keySet())
                .containsExactlyInAnyOrder("x", "c1", "r1", "c2", "r2", "c3", "sum", "r3", "pool", "flat", "y");
        assertThat(model.graph().nodes()).extracting(OnnxNode::op).doesNotContain("QuantizeLinear");
        assertThat(model.options().engineOptions())
                .containsEntry("provider.trt_int8_calibration_table_name", "calibration.cache")
                .containsEntry("provider.trt_int8_use_native_calibration_table", "1");
        double largest = 0;
        for (Map<String, Tensor> sample : samples(1).feeds(GraphBuilder.residualNet(13, 3))) {
            for (float value : sample.get("x").floats()) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        assertThat((double) table.scales().get("x")).isEqualTo((float) largest / 127);
    }

    @Test
    void whereTheProviderIsMissingItIsSaidWithWhatToAdd() {
        assertThat(TensorRtTarget.builder().build().availability().usable()).isFalse();
        assertThat(TensorRtTarget.builder().build().availability().detail())
                .contains("tensorrt", "Maybe", "onnxruntime_gpu");
        assertThat(OpenVinoTarget.builder().build().availability().usable()).isFalse();
        assertThat(OpenVinoTarget.builder().build().availability().detail()).contains("openvino", "Maybe");
        TargetModel model = OpenVinoTarget.builder().build().emit(GraphBuilder.residualNet(13, 3), samples(1));
        assertThatThrownBy(() -> Ort.runtime().open(OnnxWriter.toBytes(model.graph()), model.options()))
                .isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void badSettingsAreNamed() {
        assertThatThrownBy(() -> OpenVinoTarget.builder().device("TPU")).hasMessageContaining("(TPU)");
        assertThatThrownBy(() -> TensorRtTarget.builder().workspaceBytes(1)).hasMessageContaining("workspaceBytes (1)");
        assertThatThrownBy(() -> TensorRtTarget.builder().device(-1)).hasMessageContaining("device (-1)");
        assertThatThrownBy(() -> TensorRtTarget.builder().profile("x", new long[] {2}, new long[] {1}, new long[] {3}))
                .hasMessageContaining("(x)");
        OnnxGraph net = GraphBuilder.residualNet(13, 3);
        assertThatThrownBy(() -> TensorRtTarget.builder()
                        .profile("z", new long[] {1}, new long[] {1}, new long[] {1})
                        .build()
                        .emit(net, samples(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("(?s).*\\((x|z)\\).*");
        assertThatThrownBy(() -> TensorRtTarget.builder().build().emitTable(net, samples(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cache");
    }
}
