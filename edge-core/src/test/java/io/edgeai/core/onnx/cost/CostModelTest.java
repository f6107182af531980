package io.edgeai.core.onnx.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.TestData;
import io.edgeai.core.onnx.shape.InputShapes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostModelTest {
    private static OnnxGraph perceptron() {
        OnnxGraph graph = OnnxGraph.create("mlp", 17);
        graph.inputs()
                .add(new OnnxValue(
                        "x", new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("batch"), Dim.of(10)))));
        graph.initializers().put("w1", OnnxTensor.ofFloats(new float[200], 10, 20));
        graph.initializers().put("b1", OnnxTensor.ofFloats(new float[20], 20));
        graph.initializers().put("w2", OnnxTensor.ofFloats(new float[60], 20, 3));
        graph.initializers().put("rows", OnnxTensor.ofLongs(new long[] {-1}, 1));
        graph.add("Gemm", "fc1", List.of("x", "w1", "b1"), List.of("h"));
        graph.add("Relu", "act", List.of("h"), List.of("a"));
        graph.add("MatMul", "fc2", List.of("a", "w2"), List.of("y"));
        graph.add("Reshape", "flat", List.of("y", "rows"), List.of("z"));
        graph.outputs().add(new OnnxValue("z", null));
        return graph;
    }

    /** By hand: 10·20 + 20·3 MACs; 20 bias additions and 20 Relus beside. */
    @Test
    void aPerceptronCountedByHand() {
        ModelCost cost = CostModel.of(perceptron());

        assertThat(cost.parameters()).isEqualTo(280);
        assertThat(cost.weightBytes()).isEqualTo(280 * 4 + 8);
        assertThat(cost.macs()).isEqualTo(260);
        assertThat(cost.flops()).isEqualTo(2 * 260 + 20 + 20);
        assertThat(cost.bytesRead()).isEqualTo(4 * ((10 + 200 + 20) + 20 + (20 + 60)));
        assertThat(cost.bytesWritten()).isEqualTo(4 * (20 + 20 + 3));
        assertThat(cost.peakActivationBytes()).isEqualTo(4 * (20 + 20));
        assertThat(cost.guessedValues()).isZero();
        assertThat(cost.nodes()).extracting(NodeCost::op).containsExactly("Gemm", "Relu", "MatMul", "Reshape");
        assertThat(cost.nodes().get(3)).isEqualTo(new NodeCost("Reshape(flat)", "Reshape", 0, 0, 0, 0));
    }

    @Test
    void workGrowsWithTheBatchAndWeightsDoNot() {
        ModelCost one = CostModel.of(perceptron());
        ModelCost eight = CostModel.of(perceptron(), InputShapes.declared().symbol("batch", 8));

        assertThat(eight.macs()).isEqualTo(8 * one.macs());
        assertThat(eight.flops()).isEqualTo(8 * one.flops());
        assertThat(eight.peakActivationBytes()).isEqualTo(8 * one.peakActivationBytes());
        assertThat(eight.parameters()).isEqualTo(one.parameters());
    }

    /** Depthwise 3×3 over 8 channels, 4×4 out: 8·16·9; pointwise to 5: 5·16·8. */
    @Test
    void convolutionsCountedByHand() {
        OnnxGraph graph = OnnxGraph.create("conv", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, 8, 4, 4));
        graph.initializers().put("d", OnnxTensor.ofFloats(new float[72], 8, 1, 3, 3));
        graph.initializers().put("p", OnnxTensor.ofFloats(new float[40], 5, 8, 1, 1));
        graph.initializers().put("t", OnnxTensor.ofFloats(new float[5 * 2 * 4], 5, 2, 2, 2));
        graph.add("Conv", "depth", List.of("x", "d"), List.of("a"))
                .attribute("group", 8)
                .attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Conv", "point", List.of("a", "p"), List.of("b"));
        graph.add("ConvTranspose", "up", List.of("b", "t"), List.of("c")).attribute("strides", new long[] {2, 2});
        graph.outputs().add(new OnnxValue("c", null));

        ModelCost cost = CostModel.of(graph);

        assertThat(cost.nodes()).extracting(NodeCost::macs).containsExactly(8L * 16 * 9, 5L * 16 * 8, 5L * 16 * 2 * 4);
    }

    @Test
    void recurrentLayersAndEinsumsCountedByHand() {
        OnnxGraph graph = OnnxGraph.create("rnn", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 7, 2, 3));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[2 * 16 * 3], 2, 16, 3));
        graph.initializers().put("r", OnnxTensor.ofFloats(new float[2 * 16 * 4], 2, 16, 4));
        graph.inputs().add(OnnxValue.tensor("q", ElementType.FLOAT, 2, 5, 4));
        graph.inputs().add(OnnxValue.tensor("k", ElementType.FLOAT, 2, 6, 4));
        graph.add("LSTM", "l", List.of("x", "w", "r"), List.of("y"))
                .attribute("hidden_size", 4)
                .attribute("direction", "bidirectional");
        graph.add("Einsum", "e", List.of("q", "k"), List.of("s")).attribute("equation", "bqd,bkd->bqk");

        assertThat(CostModel.of(graph).nodes())
                .extracting(NodeCost::macs)
                .containsExactly(7L * 2 * 2 * 4 * 4 * (3 + 4), 2L * 5 * 6 * 4);
    }

    @Test
    void treesCostTheirDepths() {
        OnnxGraph graph = OnnxGraph.create("tree", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 5, 2));
        graph.add("TreeEnsembleRegressor", "t", List.of("x"), List.of("y"))
                .domain("ai.onnx.ml")
                .attribute("nodes_treeids", new long[] {0, 0, 0, 0, 0, 1})
                .attribute("nodes_nodeids", new long[] {0, 1, 2, 3, 4, 0})
                .attribute("nodes_truenodeids", new long[] {1, 3, 0, 0, 0, 0})
                .attribute("nodes_falsenodeids", new long[] {2, 4, 0, 0, 0, 0})
                .attribute(
                        "nodes_modes",
                        new OnnxAttribute.OfStrings(List.of(
                                bytes("BRANCH_LEQ"),
                                bytes("BRANCH_LEQ"),
                                bytes("LEAF"),
                                bytes("LEAF"),
                                bytes("LEAF"),
                                bytes("LEAF"))));

        assertThat(CostModel.of(graph).flops())
                .as("two levels and a lone leaf, five samples")
                .isEqualTo(5 * 2);
    }

    private static com.google.protobuf.ByteString bytes(String text) {
        return com.google.protobuf.ByteString.copyFromUtf8(text);
    }

    @Test
    void aLoopOfKnownRoundsCountsItsBodyThatOften() {
        OnnxGraph graph = OnnxGraph.create("loop", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 4, 4));
        graph.initializers().put("trips", OnnxTensor.scalar(6L));
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.inputs().add(OnnxValue.tensor("i", ElementType.INT64));
        body.inputs().add(OnnxValue.tensor("go", ElementType.BOOL));
        body.inputs().add(OnnxValue.tensor("v", ElementType.FLOAT, 4, 4));
        body.add("Identity", "again", List.of("go"), List.of("go2"));
        body.add("MatMul", "square", List.of("v", "v"), List.of("v2"));
        body.outputs().add(new OnnxValue("go2", null));
        body.outputs().add(new OnnxValue("v2", null));
        graph.add("Loop", "l", List.of("trips", "", "x"), List.of("y"))
                .attribute("body", new OnnxAttribute.OfGraph(body));
        graph.outputs().add(new OnnxValue("y", null));

        assertThat(CostModel.of(graph).macs()).isEqualTo(6 * 64);
    }

    @Test
    void whatIsComputedFromConstantsIsFreeAndWhatIsUnknownIsSaid() {
        OnnxGraph graph = OnnxGraph.create("folded", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 3));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[] {1, 2, 3}, 3));
        graph.add("Exp", "e", List.of("w"), List.of("ew"));
        graph.add("Mul", "m", List.of("x", "ew"), List.of("y"));
        graph.add("NonZero", "nz", List.of("y"), List.of("places"));

        ModelCost cost = CostModel.of(graph);

        assertThat(cost.nodes()).extracting(NodeCost::op).containsExactly("Mul", "NonZero");
        assertThat(cost.guessedValues()).isEqualTo(1);
    }

    /**
     * Published figures for ImageNet models at 224×224, from torchvision's model pages (num_params, GFLOPS in MACs). What
     * a file has beside them is known exactly: ResNet-50 keeps 53,120 running statistics and one number of its exporter;
     * this MobileNetV2 has 1001 classes (1281 more), its 17,056 normalized channels folded into biases, and two bounds.
     * The SqueezeNet is 1.1 (1.0 has 1,248,424 parameters and 0.82 GMACs).
     */
    @ParameterizedTest
    @CsvSource({
        "light_resnet50.onnx, 4.09, 25557032, 53121",
        "light_vgg19.onnx, 19.63, 143667240, 0",
        "mobilenet_v2.onnx, 0.30, 3504872, -15773",
        "light_squeezenet.onnx, 0.35, 1235496, 0",
    })
    void publishedFigures(String file, double gigaMacs, long published, long beside) {
        ModelCost cost = CostModel.of(OnnxReader.read(TestData.model(file)));

        assertThat(cost.macs() / 1e9).as("GMACs").isCloseTo(gigaMacs, within(0.005));
        assertThat(cost.parameters()).as("parameters").isEqualTo(published + beside);
        assertThat(cost.guessedValues()).isZero();
        assertThat(cost.peakActivationBytes()).isGreaterThan(4L * 3 * 224 * 224);
    }

    /** Table 1 of Szegedy et al. 2015: in, 1×1, reduced for 3×3, 3×3, reduced for 5×5, 5×5, after the pool. */
    private static final long[][] INCEPTIONS = {
        {192, 64, 96, 128, 16, 32, 32},
        {256, 128, 128, 192, 32, 96, 64},
        {480, 192, 96, 208, 16, 48, 64},
        {512, 160, 112, 224, 24, 64, 64},
        {512, 128, 128, 256, 24, 64, 64},
        {512, 112, 144, 288, 32, 64, 64},
        {528, 256, 160, 320, 32, 128, 128},
        {832, 256, 160, 320, 32, 128, 128},
        {832, 384, 192, 384, 48, 128, 128},
    };

    /**
     * GoogLeNet counted from its paper's table. Pools that round up (56, 28, 14, 7) give the 1.6 GMACs usually stated;
     * this file rounds down (55, 27, 13, 6). Without the auxiliary heads it has 6,998,552 parameters.
     */
    @Test
    void googLeNetCountedFromItsTable() {
        assertThat(googLeNet(56, 28, 14, 7) / 1e9).isCloseTo(1.6, within(0.05));
        ModelCost cost = CostModel.of(OnnxReader.read(TestData.model("light_inception_v1.onnx")));

        assertThat(cost.macs()).isEqualTo(googLeNet(55, 27, 13, 6));
        assertThat(cost.parameters()).isEqualTo(6_998_552);
    }

    private static long googLeNet(long second, long third, long fourth, long fifth) {
        long sum = 112 * 112 * 64 * 3 * 49 + second * second * (64 * 64 + 192 * 64 * 9) + 1024 * 1000;
        for (int i = 0; i < INCEPTIONS.length; i++) {
            long[] c = INCEPTIONS[i];
            long side = i < 2 ? third : i < 7 ? fourth : fifth;
            long each = c[0] * (c[1] + c[2] + c[4] + c[6]) + c[2] * c[3] * 9 + c[4] * c[5] * 25;
            sum += side * side * each;
        }
        return sum;
    }
}
