package io.edgeai.core.onnx.cost;

import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.FLOAT16;
import static io.edgeai.core.model.ElementType.INT64;
import static io.edgeai.core.model.ElementType.INT8;
import static io.edgeai.core.model.ElementType.UINT4;
import static io.edgeai.core.model.ElementType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each family of operators against the closed form of its definition, or against loops that count step by step. */
class OperatorCostsTest {
    private final OnnxGraph graph = OnnxGraph.create("cost", 23);
    private int names;

    private String input(ElementType type, long... dims) {
        String name = "in" + names++;
        graph.inputs().add(OnnxValue.tensor(name, type, dims));
        return name;
    }

    private String floats(long... dims) {
        return input(FLOAT, dims);
    }

    private String weights(ElementType type, long... dims) {
        String name = "w" + names++;
        long count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        graph.initializers().put(name, OnnxTensor.ofRaw(type, ByteBuffer.allocate((int) type.bytes(count)), dims));
        return name;
    }

    private OnnxNode node(String op, String... inputs) {
        int colon = op.indexOf(':');
        return graph.add(op.substring(colon + 1), "n" + names, List.of(inputs), List.of("v" + names++))
                .domain(colon < 0 ? "" : op.substring(0, colon));
    }

    private NodeCost last() {
        List<NodeCost> nodes = CostModel.of(graph).nodes();
        return nodes.get(nodes.size() - 1);
    }

    /** Counts a convolution as it runs: for each output, each kernel tap of each channel of its group. */
    @ParameterizedTest
    @CsvSource({
        // channels, filters, size, kernel, stride, dilation, pad, group
        "3, 8, 9, 3, 1, 1, 0, 1",
        "3, 8, 9, 3, 2, 1, 1, 1",
        "4, 8, 11, 3, 1, 2, 2, 2",
        "6, 6, 8, 5, 3, 1, 2, 6",
        "6, 12, 10, 2, 2, 3, 1, 3",
        "1, 1, 5, 5, 1, 1, 0, 1",
    })
    void convolutions(int channels, int filters, int size, int kernel, int stride, int dilation, int pad, int group) {
        long counted = 0;
        int extent = (kernel - 1) * dilation + 1;
        for (int y = 0; y * stride + extent <= size + 2 * pad; y++) {
            for (int x = 0; x * stride + extent <= size + 2 * pad; x++) {
                for (int f = 0; f < filters; f++) {
                    counted += (long) channels / group * kernel * kernel;
                }
            }
        }
        node("Conv", floats(1, channels, size, size), weights(FLOAT, filters, channels / group, kernel, kernel))
                .attribute("strides", new long[] {stride, stride})
                .attribute("dilations", new long[] {dilation, dilation})
                .attribute("pads", new long[] {pad, pad, pad, pad})
                .attribute("group", group);

        assertThat(last().macs()).isEqualTo(counted);
        assertThat(last().flops()).as("no bias").isEqualTo(2 * counted);
        assertThat(CostModel.of(graph).parameters()).isEqualTo((long) filters * channels / group * kernel * kernel);
    }

    @Test
    void convolutionsWithBiasAndBatch() {
        node("Conv", floats(4, 3, 8, 8), weights(FLOAT, 5, 3, 1, 1), weights(FLOAT, 5));
        long outputs = 4 * 5 * 8 * 8;
        assertThat(last())
                .isEqualTo(new NodeCost(
                        "Conv(n3)",
                        "Conv",
                        outputs * 3,
                        2 * outputs * 3 + outputs,
                        4 * (4 * 3 * 64 + 15 + 5),
                        4 * outputs));
    }

    /** Each input element meets each tap of each filter of its group. */
    @Test
    void transposedConvolutions() {
        node("ConvTranspose", floats(2, 6, 5, 4), weights(FLOAT, 6, 4, 3, 2))
                .attribute("group", 2)
                .attribute("strides", new long[] {2, 2});
        assertThat(last().macs()).isEqualTo(2 * 6 * 5 * 4 * (4 * 3 * 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Gemm", "com.microsoft:FusedGemm"})
    void generalMatrixProducts(String op) {
        for (int transA = 0; transA <= 1; transA++) {
            String a = transA == 1 ? floats(7, 3) : floats(3, 7);
            node(op, a, weights(FLOAT, 7, 5), weights(FLOAT, 5)).attribute("transA", transA);
            assertThat(last().macs()).isEqualTo(3 * 7 * 5);
            assertThat(last().flops()).as("15 sums with the bias").isEqualTo(2 * 105 + 15);
        }
    }

    @Test
    void matrixProductsOfEveryRank() {
        long[][][] cases = {
            // a, b, expected MACs
            {{4}, {4}, {4}},
            {{4}, {4, 3}, {12}},
            {{2, 4}, {4}, {8}},
            {{2, 4}, {4, 3}, {24}},
            {{5, 2, 4}, {4, 3}, {5 * 24}},
            {{5, 2, 4}, {5, 4, 3}, {5 * 24}},
            {{1, 6, 2, 4}, {5, 1, 4, 3}, {5 * 6 * 24}},
        };
        for (long[][] each : cases) {
            node("MatMul", floats(each[0]), floats(each[1]));
            assertThat(last().macs()).isEqualTo(each[2][0]);
        }
    }

    @Test
    void quantizedProductsCountLikeTheirRealCounterparts() {
        String scale = weights(FLOAT);
        String zero = weights(UINT8);
        String a = input(UINT8, 2, 3, 4);
        node("MatMulInteger", a, weights(UINT8, 4, 5));
        assertThat(last().macs()).isEqualTo(2 * 3 * 4 * 5);
        node("QLinearMatMul", a, scale, zero, weights(UINT8, 4, 5), scale, zero, scale, zero);
        assertThat(last().macs()).isEqualTo(2 * 3 * 4 * 5);
        node("com.microsoft:DynamicQuantizeMatMul", floats(2, 3, 4), weights(UINT8, 4, 5), scale);
        assertThat(last().macs()).isEqualTo(2 * 3 * 4 * 5);
        String image = input(UINT8, 1, 4, 6, 6);
        node("QLinearConv", image, scale, zero, weights(INT8, 8, 2, 3, 3), scale, zero, scale, zero)
                .attribute("group", 2);
        assertThat(last().macs()).isEqualTo(8 * 4 * 4 * (2 * 9));
        assertThat(last().flops()).as("and a requantization of each").isEqualTo(2 * 128 * 18 + 2 * 128);
        node("ConvInteger", image, weights(UINT8, 8, 4, 3, 3));
        assertThat(last().macs()).isEqualTo(8 * 4 * 4 * (4 * 9));
        node("com.microsoft:MatMulNBits", floats(3, 64), weights(UINT8, 10, 2, 16), weights(FLOAT, 20))
                .attribute("K", 64)
                .attribute("N", 10)
                .attribute("bits", 4)
                .attribute("block_size", 32);
        assertThat(last().macs()).isEqualTo(3 * 64 * 10);
    }

    /** LSTM: 4 gates, GRU: 3, RNN: 1; each h·(in + h) products a step, sample and direction. */
    @ParameterizedTest
    @CsvSource({"RNN, 1, 1", "GRU, 3, 1", "LSTM, 4, 1", "RNN, 1, 2", "GRU, 3, 2", "LSTM, 4, 2"})
    void recurrentLayers(String op, int gates, int directions) {
        int steps = 7;
        int batch = 2;
        int in = 5;
        int hidden = 6;
        node(
                        op,
                        floats(steps, batch, in),
                        weights(FLOAT, directions, (long) gates * hidden, in),
                        weights(FLOAT, directions, (long) gates * hidden, hidden))
                .attribute("hidden_size", hidden)
                .attribute("direction", directions == 2 ? "bidirectional" : "forward");
        assertThat(last().macs()).isEqualTo((long) steps * batch * directions * gates * hidden * (in + hidden));
    }

    /** Scores: B·heads·L·S·d; mix: B·heads·L·S·v. */
    @Test
    void attention() {
        node("Attention", floats(2, 4, 3, 8), floats(2, 4, 5, 8), floats(2, 4, 5, 6));
        assertThat(last().macs()).isEqualTo(2 * 4 * 3 * 5 * (8 + 6));
        node("Attention", floats(2, 3, 32), floats(2, 5, 16), floats(2, 5, 12))
                .attribute("q_num_heads", 4)
                .attribute("kv_num_heads", 2);
        assertThat(last().macs()).as("value heads of size 6 are shared by two").isEqualTo(2 * 4 * 3 * 5 * (8 + 6));
        node("com.microsoft:MultiHeadAttention", floats(2, 3, 32), floats(2, 5, 32), floats(2, 5, 48))
                .attribute("num_heads", 4);
        assertThat(last().macs()).isEqualTo(2 * 3 * 5 * (32 + 48));
    }

    /** Projections B·L·in·3h, then scores and mix of B·L·L·h each. */
    @Test
    void attentionWithItsProjections() {
        node("com.microsoft:Attention", floats(2, 5, 8), weights(FLOAT, 8, 24), weights(FLOAT, 24))
                .attribute("num_heads", 2);
        assertThat(last().macs()).isEqualTo(2 * 5 * 8 * 24 + 2 * (2 * 5 * 5 * 8));
    }

    /** All combinations of labels, counted by loops over a random equation. */
    @Test
    void einsums() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] sizes = random.longs(4, 1, 5).toArray();
            String left = random.nextBoolean() ? "ab" : "abc";
            String right = random.nextBoolean() ? "bd" : "db";
            node("Einsum", floats(dims(left, sizes)), floats(dims(right, sizes)))
                    .attribute("equation", left + "," + right + "->ad");
            long combinations = 0;
            for (long a = 0; a < sizes[0]; a++) {
                for (long b = 0; b < sizes[1]; b++) {
                    for (long c = 0; c < (left.contains("c") ? sizes[2] : 1); c++) {
                        for (long d = 0; d < sizes[3]; d++) {
                            combinations++;
                        }
                    }
                }
            }
            assertThat(last().macs()).as("seed %d, %s,%s", seed, left, right).isEqualTo(combinations);
        }
    }

    private static long[] dims(String labels, long[] sizes) {
        return labels.chars().mapToLong(label -> sizes[label - 'a']).toArray();
    }

    @Test
    void anEinsumOfOneOperandMultipliesNothing() {
        node("Einsum", floats(3, 4)).attribute("equation", "ij->ji");
        assertThat(last().macs()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Relu, 1",
        "Sigmoid, 1",
        "Exp, 1",
        "Neg, 1",
        "Softmax, 3",
        "LogSoftmax, 3",
        "Cast, 0",
        "Transpose, 0",
    })
    void elementwise(String op, int perElement) {
        node(op, floats(2, 3, 4)).attribute("to", 11);
        graph.nodes().get(0).attributes().remove(op.equals("Cast") ? "none" : "to");
        assertThat(last().flops()).isEqualTo(24L * perElement);
        assertThat(last().macs()).isZero();
        assertThat(last().bytesRead()).isEqualTo(24 * 4);
        assertThat(last().bytesWritten()).isEqualTo(24L * (op.equals("Cast") ? 8 : 4));
    }

    @Test
    void broadcastsCountTheirResult() {
        node("Add", floats(3, 1), floats(1, 5));
        assertThat(last()).isEqualTo(new NodeCost("Add(n2)", "Add", 0, 15, 4 * (3 + 5), 4 * 15));
        node("Sum", floats(15), floats(15), floats(15), floats(1));
        assertThat(last().flops()).as("three sums an element").isEqualTo(45);
        String x = floats(6);
        node("Mul", x, x);
        assertThat(last().bytesRead()).as("one input read once").isEqualTo(24);
    }

    @Test
    void normalizationsCountEachElementSeveralTimes() {
        String c = weights(FLOAT, 3);
        node("BatchNormalization", floats(2, 3, 4), c, c, c, c);
        assertThat(last().flops()).as("a multiplication and a sum").isEqualTo(2 * 24);
        node("LayerNormalization", floats(2, 3, 4), weights(FLOAT, 4));
        assertThat(last().flops()).isEqualTo(5 * 24);
    }

    @ParameterizedTest
    @CsvSource({"ReduceSum", "ReduceMean", "ReduceMax", "ReduceL2", "ArgMax", "GlobalAveragePool", "GlobalMaxPool"})
    void reductionsCountWhatTheyRead(String op) {
        node(op, floats(2, 3, 4, 5));
        assertThat(last().flops()).isEqualTo(2 * 3 * 4 * 5);
    }

    @Test
    void poolsCountTheirWindows() {
        node("MaxPool", floats(1, 2, 8, 8))
                .attribute("kernel_shape", new long[] {3, 2})
                .attribute("strides", new long[] {2, 2});
        assertThat(last().flops()).isEqualTo(2 * 3 * 4 * (3 * 2));
        String scale = weights(FLOAT);
        String zero = weights(UINT8);
        node("com.microsoft:QLinearGlobalAveragePool", input(UINT8, 1, 3, 8, 8), scale, zero, scale, zero);
        assertThat(last().flops())
                .as("a reduction of its input, whatever its type")
                .isEqualTo(3 * 64);
    }

    @Test
    void viewsAreFreeAndGathersReadWhatTheyPick() {
        String x = floats(1000, 16);
        for (OnnxNode view :
                List.of(node("Flatten", x), node("Identity", x), node("Unsqueeze", x, axes(0)), node("Dropout", x))) {
            assertThat(last().bytesRead() + last().bytesWritten() + last().flops())
                    .as(view.op())
                    .isZero();
        }
        node("Gather", x, input(INT64, 3));
        assertThat(last().bytesRead()).as("three rows and three places").isEqualTo(3 * 16 * 4 + 3 * 8);
        assertThat(last().flops()).isZero();
        node("Shape", x);
        assertThat(last().bytesRead()).isZero();
    }

    private String axes(long... values) {
        String name = "axes" + names++;
        graph.initializers().put(name, OnnxTensor.ofLongs(values, values.length));
        return name;
    }

    @Test
    void bytesFollowTheElementType() {
        node("Relu", input(FLOAT16, 3, 5));
        assertThat(last().bytesWritten()).isEqualTo(30);
        node("Relu", input(UINT4, 3, 5));
        assertThat(last().bytesWritten()).as("15 nibbles").isEqualTo(8);
        node("DequantizeLinear", weights(INT8, 4, 4), weights(FLOAT), weights(INT8));
        ModelCost cost = CostModel.of(graph);
        assertThat(cost.nodes()).as("a constant once computed").hasSize(2);
        assertThat(cost.weightBytes()).isEqualTo(16 + 4 + 1);
        assertThat(cost.parameters()).isEqualTo(16 + 1 + 1);
    }

    @Test
    void classicModels() {
        node("ai.onnx.ml:LinearClassifier", floats(6, 4)).attribute("coefficients", floatList(new float[12]));
        assertThat(last().macs()).isEqualTo(6 * 12);
        node("ai.onnx.ml:SVMRegressor", floats(6, 4)).attribute("support_vectors", floatList(new float[20]));
        assertThat(last().macs()).isEqualTo(6 * 20);
        node("ai.onnx.ml:LinearRegressor", floats(4)).attribute("coefficients", floatList(new float[4]));
        assertThat(last().macs()).as("a vector is one sample").isEqualTo(4);
    }

    private static OnnxAttribute floatList(float... values) {
        java.util.ArrayList<Float> list = new java.util.ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return new OnnxAttribute.OfFloats(list);
    }

    /** Random trees against a recursive depth: the worst path of each tree, summed. */
    @Test
    void treesCostTheirWorstPaths() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Forest forest = new Forest();
            long depths = 0;
            int trees = random.nextInt(1, 5);
            for (int tree = 0; tree < trees; tree++) {
                forest.tree = tree;
                forest.next = 0;
                depths += forest.grow(random, 5);
            }
            node("ai.onnx.ml:TreeEnsembleClassifier", floats(3, 2))
                    .attribute("nodes_treeids", array(forest.trees))
                    .attribute("nodes_nodeids", array(forest.ids))
                    .attribute("nodes_truenodeids", array(forest.whenTrue))
                    .attribute("nodes_falsenodeids", array(forest.whenFalse))
                    .attribute(
                            "nodes_modes",
                            new OnnxAttribute.OfStrings(forest.modes.stream()
                                    .map(ByteString::copyFromUtf8)
                                    .toList()));
            assertThat(last().flops()).as("seed %d", seed).isEqualTo(3 * depths);
        }
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static final class Forest {
        private final List<Long> trees = new java.util.ArrayList<>();
        private final List<Long> ids = new java.util.ArrayList<>();
        private final List<Long> whenTrue = new java.util.ArrayList<>();
        private final List<Long> whenFalse = new java.util.ArrayList<>();
        private final List<String> modes = new java.util.ArrayList<>();
        private long tree;
        private long next;

        /** Grows a node and what is below it; gives its depth. */
        long grow(SplittableRandom random, int most) {
            int place = ids.size();
            trees.add(tree);
            ids.add(next++);
            whenTrue.add(0L);
            whenFalse.add(0L);
            boolean leaf = most == 0 || random.nextInt(3) == 0;
            modes.add(leaf ? "LEAF" : "BRANCH_LEQ");
            if (leaf) {
                return 0;
            }
            whenTrue.set(place, next);
            long left = grow(random, most - 1);
            whenFalse.set(place, next);
            long right = grow(random, most - 1);
            return 1 + Math.max(left, right);
        }
    }

    /** Damaged trees: a node that is its own child, and lists of different lengths. */
    @Test
    void damagedTreesEnd() {
        OnnxNode node = node("ai.onnx.ml:TreeEnsembleRegressor", floats(3, 2))
                .attribute("nodes_treeids", new long[] {0, 0})
                .attribute("nodes_nodeids", new long[] {0, 1})
                .attribute("nodes_truenodeids", new long[] {0, 0})
                .attribute("nodes_falsenodeids", new long[] {1, 1})
                .attribute(
                        "nodes_modes",
                        new OnnxAttribute.OfStrings(Stream.of("BRANCH_LEQ", "BRANCH_LEQ")
                                .map(ByteString::copyFromUtf8)
                                .toList()));
        assertThat(last().flops()).as("two levels, then nothing new").isEqualTo(3 * 2);
        node.attribute("nodes_nodeids", new long[] {0});
        assertThat(last().flops()).isZero();
    }

    @Test
    void sumsStopAtTheLargestLong() {
        graph.inputs().add(OnnxValue.tensor("a", FLOAT, 1L << 31, 1L << 31));
        node("MatMul", "a", "a");
        node("MatMul", "a", "a");
        ModelCost cost = CostModel.of(graph);
        assertThat(cost.macs()).as("2^93").isEqualTo(Long.MAX_VALUE);
        assertThat(cost.flops()).isEqualTo(Long.MAX_VALUE);
        assertThat(cost.bytesRead()).isEqualTo(Long.MAX_VALUE);
    }
}
