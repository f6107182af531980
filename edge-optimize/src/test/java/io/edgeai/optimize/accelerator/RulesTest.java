package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.accelerator.RuleFinding.Severity;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One hand-made graph that both engines take, and for each rule the smallest change that breaks it. */
class RulesTest {
    /** q(x) → conv → + q(x) → relu → q → matmul → y, as TensorRT's guide draws it. */
    private static OnnxGraph good() {
        OnnxGraph graph = OnnxGraph.create("good", 13);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, 4, 6, 6));
        put(graph, "s", OnnxTensor.scalar(0.1f));
        put(graph, "s2", OnnxTensor.scalar(0.2f));
        put(graph, "z", OnnxTensor.ofBytes(ElementType.INT8, new byte[] {0}));
        put(graph, "w", OnnxTensor.ofBytes(ElementType.INT8, new byte[4 * 4 * 3 * 3], 4, 4, 3, 3));
        put(graph, "ws", OnnxTensor.ofFloats(new float[] {.1f, .2f, .3f, .4f}, 4));
        put(graph, "wz", OnnxTensor.ofBytes(ElementType.INT8, new byte[4], 4));
        put(graph, "b", OnnxTensor.ofFloats(new float[4], 4));
        put(graph, "m", OnnxTensor.ofBytes(ElementType.INT8, new byte[36 * 5], 36, 5));
        put(graph, "ms", OnnxTensor.ofFloats(new float[] {.1f, .2f, .3f, .4f, .5f}, 5));
        put(graph, "mz", OnnxTensor.ofBytes(ElementType.INT8, new byte[5], 5));
        add(graph, "QuantizeLinear", "xq", "x", "s", "z");
        add(graph, "DequantizeLinear", "xd", "xq", "s", "z");
        add(graph, "DequantizeLinear", "wd", "w", "ws", "wz").attribute("axis", 0);
        add(graph, "Conv", "c", "xd", "wd", "b").attribute("pads", new long[] {1, 1, 1, 1});
        add(graph, "Add", "sum", "c", "xd");
        add(graph, "Relu", "r", "sum");
        add(graph, "QuantizeLinear", "rq", "r", "s2", "z");
        add(graph, "DequantizeLinear", "rd", "rq", "s2", "z");
        add(graph, "Flatten", "f", "rd").attribute("axis", 2);
        add(graph, "QuantizeLinear", "fq", "f", "s2", "z");
        add(graph, "DequantizeLinear", "fd", "fq", "s2", "z");
        add(graph, "DequantizeLinear", "md", "m", "ms", "mz").attribute("axis", 1);
        add(graph, "MatMul", "y", "fd", "md");
        graph.outputs().add(new OnnxValue("y", null));
        return graph;
    }

    private static void put(OnnxGraph graph, String name, OnnxTensor tensor) {
        graph.initializers().put(name, tensor);
    }

    private static OnnxNode add(OnnxGraph graph, String op, String output, String... inputs) {
        return graph.add(op, output, List.of(inputs), List.of(output));
    }

    private static OnnxNode node(OnnxGraph graph, String output) {
        return java.util.Objects.requireNonNull(graph.producers().get(output));
    }

    private static void broken(String rule, Severity severity, String where, Consumer<OnnxGraph> change) {
        OnnxGraph graph = good();
        change.accept(graph);
        assertThat(TensorRtRules.check(graph)).as("TensorRT").anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.node()).contains(where);
        });
        assertThat(TensorRtRules.passes(TensorRtRules.check(graph))).isEqualTo(severity == Severity.WARNING);
    }

    private static List<RuleFinding> openVino(Consumer<OnnxGraph> change) {
        OnnxGraph graph = good();
        change.accept(graph);
        return OpenVinoRules.check(graph);
    }

    private static void bothBreak(String rule, String where, Consumer<OnnxGraph> change) {
        broken(rule, Severity.ERROR, where, change);
        assertThat(openVino(change)).as("OpenVINO").anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.node()).contains(where);
        });
    }

    @Test
    void theGoodGraphBreaksNothing() {
        assertThat(TensorRtRules.check(good())).isEmpty();
        assertThat(OpenVinoRules.check(good())).isEmpty();
    }

    @Test
    void zeroPointsAreZeroForTensorRt() {
        Consumer<OnnxGraph> change = graph -> put(graph, "z", OnnxTensor.ofBytes(ElementType.INT8, new byte[] {3}));
        broken("zero-point", Severity.ERROR, "QuantizeLinear(xq)", change);
        assertThat(openVino(change)).allSatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("signed-zero-point");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        });
    }

    @Test
    void aZeroPointThatIsComputedIsRefused() {
        Consumer<OnnxGraph> change = graph -> {
            graph.inputs().add(OnnxValue.tensor("zero", ElementType.INT8));
            node(graph, "rq").inputs().set(2, "zero");
        };
        broken("zero-point", Severity.ERROR, "QuantizeLinear(rq)", change);
        assertThat(openVino(change)).extracting(RuleFinding::rule).contains("zero-point");
    }

    @Test
    void unsignedBytesAreForOpenVinoOnly() {
        Consumer<OnnxGraph> change = graph -> put(graph, "z", OnnxTensor.ofBytes(ElementType.UINT8, new byte[] {0}));
        broken("int8", Severity.ERROR, "QuantizeLinear(xq)", change);
        assertThat(openVino(change)).isEmpty();
        Consumer<OnnxGraph> shifted =
                graph -> put(graph, "z", OnnxTensor.ofBytes(ElementType.UINT8, new byte[] {(byte) 128}));
        assertThat(openVino(shifted)).isEmpty();
    }

    @Test
    void aMissingZeroPointMeansUnsignedBytes() {
        broken("int8", Severity.ERROR, "QuantizeLinear(rq)", graph -> {
            node(graph, "rq").inputs().remove(2);
            node(graph, "rd").inputs().remove(2);
        });
    }

    @Test
    void sixteenBitsAreForNeither() {
        Consumer<OnnxGraph> change =
                graph -> put(graph, "z", OnnxTensor.ofRaw(ElementType.INT16, java.nio.ByteBuffer.allocate(2)));
        broken("int8", Severity.ERROR, "xq", change);
        assertThat(openVino(change)).extracting(RuleFinding::rule).contains("byte-type");
    }

    @Test
    void scalesAreStoredAndPositive() {
        for (float bad : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            bothBreak(
                    "scale",
                    "DequantizeLinear(wd)",
                    graph -> put(graph, "ws", OnnxTensor.ofFloats(new float[] {.1f, bad, .3f, .4f}, 4)));
        }
        bothBreak("scale", "QuantizeLinear(rq)", graph -> {
            graph.inputs().add(OnnxValue.tensor("fed", ElementType.FLOAT));
            node(graph, "rq").inputs().set(1, "fed");
        });
    }

    @Test
    void activationsHaveOneScale() {
        bothBreak("activation-per-tensor", "QuantizeLinear(rq)", graph -> {
            put(graph, "s2", OnnxTensor.ofFloats(new float[] {.1f, .2f, .3f, .4f}, 4));
            put(graph, "z4", OnnxTensor.ofBytes(ElementType.INT8, new byte[4], 4));
            node(graph, "rq").inputs().set(2, "z4");
            node(graph, "rd").inputs().set(2, "z4");
        });
    }

    @Test
    void weightsHaveTheirScalesAlongOutputChannels() {
        bothBreak("weight-axis", "Conv(c)", graph -> node(graph, "wd").attribute("axis", 1));
        bothBreak("weight-axis", "Conv(c)", graph -> node(graph, "wd")
                .attributes()
                .remove("axis"));
        bothBreak("weight-axis", "MatMul(y)", graph -> {
            put(graph, "ms", OnnxTensor.ofFloats(new float[36], 36));
            put(graph, "mz", OnnxTensor.ofBytes(ElementType.INT8, new byte[36], 36));
            java.util.Arrays.stream(new int[] {0})
                    .forEach(axis -> node(graph, "md").attribute("axis", axis));
        });
        OnnxGraph negative = good();
        node(negative, "md").attribute("axis", -1);
        assertThat(TensorRtRules.check(negative)).isEmpty();
        OnnxGraph whole = good();
        put(whole, "ws", OnnxTensor.scalar(.5f));
        put(whole, "wz", OnnxTensor.ofBytes(ElementType.INT8, new byte[1]));
        assertThat(TensorRtRules.check(whole)).isEmpty();
    }

    @Test
    void weightsThatAreStillFloatBeforeTheirPairCountAsWeights() {
        OnnxGraph graph = good();
        put(graph, "w", OnnxTensor.ofFloats(new float[144], 4, 4, 3, 3));
        graph.nodes()
                .add(
                        0,
                        new OnnxNode("QuantizeLinear", "", List.of("w", "ws", "wz"), List.of("wq"))
                                .attribute("axis", 0));
        node(graph, "wd").inputs().set(0, "wq");
        assertThat(TensorRtRules.check(graph)).isEmpty();
        node(graph, "wd").attribute("axis", 2);
        assertThat(TensorRtRules.check(graph)).extracting(RuleFinding::rule).containsExactly("weight-axis");
    }

    @Test
    void bothInputsOfAWeightedNodeAreQuantized() {
        bothBreak(
                "weighted-inputs", "Conv(c)", graph -> node(graph, "c").inputs().set(0, "x"));
        Consumer<OnnxGraph> floatWeights = graph -> {
            put(graph, "float", OnnxTensor.ofFloats(new float[180], 36, 5));
            node(graph, "y").inputs().set(1, "float");
        };
        broken("weighted-inputs", Severity.WARNING, "MatMul(y)", floatWeights);
        assertThat(openVino(floatWeights)).extracting(RuleFinding::rule).containsExactly("weighted-inputs");
    }

    @Test
    void biasesStayFloatForTensorRt() {
        Consumer<OnnxGraph> change = graph -> {
            put(graph, "b32", OnnxTensor.ofInts(new int[4], 4));
            put(graph, "bz", OnnxTensor.ofInts(new int[4], 4));
            graph.nodes()
                    .add(
                            0,
                            new OnnxNode("DequantizeLinear", "bias", List.of("b32", "ws", "bz"), List.of("bd"))
                                    .attribute("axis", 0));
            node(graph, "c").inputs().set(2, "bd");
        };
        broken("bias-float", Severity.ERROR, "Conv(c)", change);
        broken("int8", Severity.ERROR, "DequantizeLinear(bias)", change);
        assertThat(openVino(change)).isEmpty();
    }

    @Test
    void whatSkipsPastAConvolutionIsQuantized() {
        broken("residual", Severity.ERROR, "Add(sum)", graph -> node(graph, "sum")
                .inputs()
                .set(1, "x"));
        OnnxGraph both = good();
        node(both, "sum").inputs().set(0, "xd");
        assertThat(TensorRtRules.check(both)).isEmpty();
        OnnxGraph constant = good();
        put(constant, "k", OnnxTensor.scalar(1f));
        node(constant, "sum").inputs().set(1, "k");
        assertThat(TensorRtRules.check(constant)).isEmpty();
    }

    @Test
    void nothingWorksOnBytes() {
        bothBreak("bytes-between", "Flatten(f)", graph -> node(graph, "f")
                .inputs()
                .set(0, "rq"));
        bothBreak("bytes-between", "DequantizeLinear(xd)", graph -> {
            graph.inputs().add(OnnxValue.tensor("bytes", ElementType.INT8, 1, 4, 6, 6));
            node(graph, "xd").inputs().set(0, "bytes");
        });
    }

    @Test
    void pairsHaveOneScale() {
        Consumer<OnnxGraph> change = graph -> node(graph, "rd").inputs().set(1, "s");
        broken("pair-scale", Severity.WARNING, "DequantizeLinear(rd)", change);
        assertThat(openVino(change)).extracting(RuleFinding::rule).containsExactly("pair-scale");
    }

    @Test
    void aPairBetweenConvAndReluIsAWarning() {
        Consumer<OnnxGraph> change = graph -> {
            node(graph, "r").inputs().set(0, "cd");
            int at = graph.nodes().indexOf(node(graph, "sum"));
            graph.nodes().remove(at);
            graph.nodes().add(at, new OnnxNode("DequantizeLinear", "", List.of("cq", "s", "z"), List.of("cd")));
            graph.nodes().add(at, new OnnxNode("QuantizeLinear", "", List.of("c", "s", "z"), List.of("cq")));
        };
        broken("fusion", Severity.WARNING, "Relu(r)", change);
        assertThat(openVino(change)).extracting(RuleFinding::rule).containsExactly("fusion");
    }

    @Test
    void operatorSetsHaveBounds() {
        bothBreak("opset", "good", graph -> graph.info().opsets().put("", 12L));
        broken("opset", Severity.WARNING, "good", graph -> graph.info().opsets().put("", 21L));
        assertThat(openVino(graph -> graph.info().opsets().put("", 21L))).isEmpty();
        assertThat(openVino(graph -> graph.info().opsets().put("", 22L)))
                .extracting(RuleFinding::rule)
                .containsExactly("opset");
    }

    @Test
    void operatorsThatRunElsewhereAreWarnings() {
        broken("operator", Severity.WARNING, "TfIdfVectorizer(t)", graph -> add(graph, "TfIdfVectorizer", "t", "x"));
        broken("operator", Severity.WARNING, "Gelu(g)", graph -> add(graph, "Gelu", "g", "x")
                .domain("com.microsoft"));
        assertThat(openVino(graph -> add(graph, "Gelu", "g", "x").domain("com.microsoft")))
                .extracting(RuleFinding::rule)
                .containsExactly("operator");
        assertThat(openVino(graph -> add(graph, "MatMulInteger", "g", "xq", "w")))
                .extracting(RuleFinding::rule)
                .contains("operator");
    }

    @Test
    void constantsTensorRtDoesNotHoldAreWarnings() {
        broken(
                "element-type",
                Severity.WARNING,
                "d",
                graph -> put(graph, "d", OnnxTensor.ofRaw(ElementType.DOUBLE, java.nio.ByteBuffer.allocate(8), 1)));
    }

    @Test
    void openVinoWantsSymmetricSignedWeights() {
        assertThat(openVino(
                        graph -> put(graph, "wz", OnnxTensor.ofBytes(ElementType.INT8, new byte[] {0, 1, 0, 0}, 4))))
                .extracting(RuleFinding::rule)
                .containsExactly("weight-zero-point");
        assertThat(openVino(graph -> {
                    put(graph, "w", OnnxTensor.ofBytes(ElementType.UINT8, new byte[144], 4, 4, 3, 3));
                    put(graph, "wz", OnnxTensor.ofBytes(ElementType.UINT8, new byte[4], 4));
                }))
                .extracting(RuleFinding::rule)
                .containsExactly("byte-type");
    }
}
