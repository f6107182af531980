package io.edgeai.optimize.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FusionAuditTest {
    private final FusionAudit audit = new FusionAudit(Ort.runtime());

    @Test
    void aWholeResidualNetIsFused() {
        FusedShare share = audit.of(quantized(GraphBuilder.residualNet(13, 3), QuantizeSettings.defaults()));
        assertThat(share.ops())
                .contains(new FusedOps("Conv", 3, 3, 3), new FusedOps("Add", 1, 1, 1), new FusedOps("Gemm", 1, 1, 1));
        assertThat(share.unfused()).isEmpty();
        assertThat(share.share("Conv")).isEqualTo(1);
        assertThat(share.engineOps()).containsEntry("QLinearConv", 3).containsEntry("QLinearAdd", 1);
        assertThat(share.share("LSTM")).as("none is meant to be").isEqualTo(1);
    }

    @Test
    void theGraphGivenKeepsItsNodeNames() {
        OnnxGraph graph = quantized(GraphBuilder.residualNet(13, 3), QuantizeSettings.defaults());
        List<String> before = graph.nodes().stream().map(OnnxNode::name).toList();
        audit.of(graph);
        assertThat(graph.nodes().stream().map(OnnxNode::name).toList()).isEqualTo(before);
    }

    @Test
    void aLayerKeptFloatIsNamedWithTheFloatInput() {
        OnnxGraph graph = quantized(
                GraphBuilder.residualNet(13, 3), QuantizeSettings.defaults().keepFloat(Set.of("c2")));
        FusedShare share = audit.of(graph);
        assertThat(share.ops()).contains(new FusedOps("Conv", 3, 2, 2));
        assertThat(share.unfused()).singleElement().satisfies(node -> {
            assertThat(node.op()).isEqualTo("Conv");
            assertThat(node.reason()).contains("weight").contains("is float");
        });
    }

    @Test
    void whatBreaksThePatternIsSaidInWords() {
        assertThat(reasonAfter(graph -> conv(graph).inputs().set(2, bias(graph, ElementType.INT8))))
                .contains("not stored as 32-bit integers");
        assertThat(reasonAfter(graph -> {
                    String output = conv(graph).output(0);
                    graph.add("Neg", "", List.of(output), List.of("negated"));
                    graph.outputs().add(new OnnxValue("negated", null));
                }))
                .contains("is read as float by Neg");
        assertThat(reasonAfter(
                        graph -> graph.outputs().add(new OnnxValue(conv(graph).output(0), null))))
                .contains("is an output of the graph");
        OnnxGraph plain = GraphBuilder.residualNet(13, 3);
        FusedShare share = audit.of(plain);
        assertThat(share.share("Conv")).as("none is meant to be").isEqualTo(1);
        assertThat(share.unfused()).hasSize(4).allSatisfy(node -> assertThat(node.reason())
                .contains("its input")
                .contains("are float"));
        assertThat(share.unfused()).extracting(UnfusedNode::becomes).contains("Gemm");
    }

    @Test
    void theTableListsOperatorsAndReasons() {
        OnnxGraph graph = quantized(
                GraphBuilder.residualNet(13, 3), QuantizeSettings.defaults().keepFloat(Set.of("c2")));
        assertThat(audit.of(graph).toString())
                .contains("operator")
                .containsPattern("Conv +3 +2 +2")
                .contains("Conv (");
    }

    @Test
    void anEngineThatDoesNotTellIsRefused() {
        InferenceRuntime silent = new InferenceRuntime() {
            @Override
            public String name() {
                return "silent";
            }

            @Override
            public Set<ModelFormat> formats() {
                return Set.of();
            }

            @Override
            public int rank() {
                return 0;
            }

            @Override
            public Availability availability() {
                return new Availability(true, "");
            }

            @Override
            public InferenceSession open(Path model, SessionOptions options) {
                throw new UnsupportedOperatorException("not asked for");
            }

            @Override
            public InferenceSession open(byte[] model, SessionOptions options) {
                throw new UnsupportedOperatorException("not asked for");
            }
        };
        assertThatThrownBy(() -> new FusionAudit(silent).of(GraphBuilder.residualNet(13, 1)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(silent)")
                .hasMessageContaining("Maybe");
    }

    private interface Change {
        void to(OnnxGraph graph);
    }

    /** The reason given for the second convolution after a quantized graph was spoiled. */
    private String reasonAfter(Change change) {
        OnnxGraph graph = quantized(GraphBuilder.residualNet(13, 3), QuantizeSettings.defaults());
        String output = conv(graph).output(0);
        change.to(graph);
        return new QdqPattern(graph)
                .obstacle(graph.nodes().stream()
                        .filter(node -> node.output(0).equals(output))
                        .findFirst()
                        .orElseThrow());
    }

    private static OnnxNode conv(OnnxGraph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op().equals("Conv"))
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    private static String bias(OnnxGraph graph, ElementType type) {
        graph.initializers().put("levels", OnnxTensor.ofBytes(type, new byte[16], 16));
        graph.initializers().put("one", OnnxTensor.ofFloats(new float[] {1}));
        OnnxNode dequantize = new OnnxNode("DequantizeLinear", "", List.of("levels", "one"), List.of("small"));
        graph.nodes().add(0, dequantize);
        return "small";
    }

    private static OnnxGraph quantized(OnnxGraph graph, QuantizeSettings settings) {
        StaticQuantizer quantizer = new StaticQuantizer(graph, settings);
        List<Map<String, Tensor>> feeds = List.of(Map.of("x", Ort.tensor(new Random(4), 4, 3, 8, 8)));
        return quantizer
                .quantize(new Calibrator(Ort.runtime())
                        .ranges(graph, feeds, quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE))
                .graph();
    }
}
