package io.edgeai.core.onnx.shape;

import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.INT32;
import static io.edgeai.core.model.ElementType.INT64;
import static io.edgeai.core.model.ElementType.INT8;
import static io.edgeai.core.model.ElementType.UINT8;

import io.edgeai.core.onnx.OnnxNode;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Operators of transformers and of com.microsoft, matrix products in all forms: against ONNX Runtime. */
class FusedShapesTest {
    private final SplittableRandom random = new SplittableRandom(17);

    @TestFactory
    Stream<DynamicTest> attention() {
        return new RuntimeCases()
                .whole("com.microsoft, equal sizes", 17, g -> g.node(
                                "com.microsoft:Attention",
                                g.floats(2, 5, 8),
                                g.weights(random, 8, 24),
                                g.weights(random, 24))
                        .attribute("num_heads", 2))
                .whole("com.microsoft, own value size", 17, g -> g.node(
                                "com.microsoft:Attention",
                                g.floats(2, 5, 8),
                                g.weights(random, 8, 8 + 8 + 12),
                                g.weights(random, 28))
                        .attribute("num_heads", 2)
                        .attribute("qkv_hidden_sizes", new long[] {8, 8, 12}))
                .whole("quantized", 17, g -> g.node(
                                "com.microsoft:QAttention",
                                g.input(UINT8, 1, 4, 8),
                                g.zeros(UINT8, 8, 24),
                                g.weights(random, 24),
                                g.scalar(0.1f),
                                g.scalar(0.1f),
                                "",
                                g.zeros(UINT8),
                                g.zeros(UINT8))
                        .attribute("num_heads", 2))
                .whole("multi-head", 17, g -> {
                    g.node("com.microsoft:MultiHeadAttention", g.floats(2, 3, 8), g.floats(2, 5, 8), g.floats(2, 5, 8))
                            .attribute("num_heads", 4);
                    g.node("com.microsoft:MultiHeadAttention", g.floats(2, 3, 8), g.floats(2, 5, 8), g.floats(2, 5, 12))
                            .attribute("num_heads", 4);
                    g.node(
                                    "com.microsoft:MultiHeadAttention",
                                    g.floats(2, 3, 8),
                                    g.floats(2, 4, 6, 2),
                                    g.floats(2, 4, 6, 2))
                            .attribute("num_heads", 4);
                })
                .whole("standard, four dimensions", 23, g -> {
                    g.node("Attention", g.floats(2, 4, 3, 8), g.floats(2, 4, 5, 8), g.floats(2, 4, 5, 6));
                    g.node("Attention", g.floats(2, 4, 3, 8), g.floats(2, 2, 5, 8), g.floats(2, 2, 5, 8));
                })
                .whole("standard, folded heads", 23, g -> {
                    g.node("Attention", g.floats(2, 3, 8), g.floats(2, 5, 8), g.floats(2, 5, 12))
                            .attribute("q_num_heads", 4)
                            .attribute("kv_num_heads", 4);
                    g.node("Attention", g.floats(2, 3, 8), g.floats(2, 5, 4), g.floats(2, 5, 6))
                            .attribute("q_num_heads", 4)
                            .attribute("kv_num_heads", 2);
                })
                .whole("rotary", 23, g -> {
                    g.node("RotaryEmbedding", g.floats(2, 4, 3, 8), g.floats(2, 3, 4), g.floats(2, 3, 4));
                    g.node(
                            "com.microsoft:RotaryEmbedding",
                            g.floats(1, 3, 8),
                            g.longs(0),
                            g.floats(16, 4),
                            g.floats(16, 4));
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> activations() {
        RuntimeCases cases = new RuntimeCases();
        for (String op : new String[] {"Gelu", "FastGelu", "QuickGelu"}) {
            cases.whole(op, 17, g -> g.node("com.microsoft:" + op, g.floats(2, 3, 4)));
        }
        return cases.whole("BiasGelu", 17, g -> g.node("com.microsoft:BiasGelu", g.floats(2, 3, 4), g.floats(4)))
                .whole("Trilu", 17, g -> {
                    g.node("Trilu", g.floats(2, 3, 4)).attribute("upper", 0);
                    g.node("Trilu", g.floats(3, 3), g.scalar(-1L));
                })
                .whole("standard activations", 21, g -> {
                    for (String op : new String[] {
                        "Celu",
                        "Elu",
                        "Gelu",
                        "HardSigmoid",
                        "HardSwish",
                        "LeakyRelu",
                        "Mish",
                        "Selu",
                        "Softplus",
                        "Softsign",
                        "ThresholdedRelu",
                        "Shrink",
                        "Reciprocal",
                        "Sign",
                        "Hardmax",
                        "LogSoftmax"
                    }) {
                        g.node(op, g.floats(2, 3));
                    }
                    g.node("PRelu", g.floats(2, 3), g.floats(3));
                    g.node("IsInf", g.floats(4));
                    g.node("BitwiseNot", g.input(INT32, 3));
                    g.node("BitShift", g.input(UINT8, 3), g.input(UINT8, 2, 1)).attribute("direction", "LEFT");
                    g.node("BitwiseXor", g.input(INT32, 3), g.input(INT32, 2, 1));
                })
                .whole("trigonometry", 17, g -> {
                    for (String op : new String[] {
                        "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cos", "Cosh", "Sin", "Sinh", "Tan", "Tanh"
                    }) {
                        g.node(op, g.floats(2, 3));
                    }
                })
                .whole("dropout", 17, g -> g.node("Dropout", 2, g.floats(2, 3)))
                .whole("random", 17, g -> {
                    g.node("RandomNormal").attribute("shape", new long[] {2, 3});
                    g.node("RandomUniformLike", g.floats(4, 5)).attribute("dtype", 11);
                    g.node("Bernoulli", g.floats(3)).attribute("dtype", 9);
                    g.node("Multinomial", g.floats(2, 3)).attribute("sample_size", 7);
                    g.node("EyeLike", g.floats(3, 4)).attribute("dtype", 7).attribute("k", 1);
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> normalizations() {
        return new RuntimeCases()
                .whole("layer, all statistics", 17, g -> {
                    for (int axis = -3; axis < 3; axis++) {
                        long[] scale =
                                java.util.Arrays.copyOfRange(new long[] {2, 3, 4}, axis < 0 ? axis + 3 : axis, 3);
                        g.node("LayerNormalization", 3, g.floats(2, 3, 4), g.weights(random, scale))
                                .attribute("axis", axis);
                    }
                })
                .whole("skip", 17, g -> {
                    OnnxNode node = g.node(
                            "com.microsoft:SkipLayerNormalization",
                            1,
                            g.floats(2, 3, 4),
                            g.floats(2, 3, 4),
                            g.floats(4),
                            g.floats(4),
                            g.floats(4));
                    g.node("Relu", node.output(0));
                    g.node(
                            "com.microsoft:SkipSimplifiedLayerNormalization",
                            g.floats(2, 3, 4),
                            g.floats(2, 3, 4),
                            g.floats(4));
                })
                .whole(
                        "embedding",
                        17,
                        g -> g.node(
                                "com.microsoft:EmbedLayerNormalization",
                                2,
                                g.input(INT32, 2, 5),
                                g.input(INT32, 2, 5),
                                g.weights(random, 7, 8),
                                g.weights(random, 9, 8),
                                g.weights(random, 2, 8),
                                g.weights(random, 8),
                                g.weights(random, 8)))
                .whole("groups", 21, g -> g.node("GroupNormalization", g.floats(2, 6, 4), g.floats(6), g.floats(6))
                        .attribute("num_groups", 3))
                .whole("powers and means", 17, g -> {
                    g.node("LpNormalization", g.floats(2, 3)).attribute("axis", 0);
                    g.node("MeanVarianceNormalization", g.floats(2, 3, 4, 5));
                })
                .whole("root mean square", 23, g -> g.node("RMSNormalization", g.floats(2, 3, 4), g.floats(4)))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> products() {
        return new RuntimeCases()
                .whole("integers to floats", 17, g -> {
                    String a = g.input(UINT8, 2, 3, 4);
                    String b = g.zeros(UINT8, 4, 5);
                    g.node("com.microsoft:MatMulIntegerToFloat", a, b, g.scalar(0.1f), g.scalar(0.2f));
                    g.node("com.microsoft:DynamicQuantizeMatMul", g.floats(2, 3, 4), b, g.scalar(0.1f));
                    g.node("MatMulInteger", g.input(UINT8, 4), b);
                })
                .whole("quantized Gemm", 17, g -> {
                    String a = g.input(UINT8, 3, 4);
                    String b = g.zeros(UINT8, 5, 4);
                    String scale = g.scalar(0.1f);
                    String zero = g.zeros(UINT8);
                    g.node("com.microsoft:QGemm", a, scale, zero, b, scale, zero, "", scale, zero)
                            .attribute("transB", 1);
                    g.node("com.microsoft:QGemm", a, scale, zero, b, scale, zero)
                            .attribute("transB", 1);
                })
                .whole("fused Gemm", 17, g -> g.node(
                                "com.microsoft:FusedGemm", g.floats(4, 3), g.floats(4, 5), g.floats(5))
                        .attribute("transA", 1)
                        .attribute("activation", "Relu"))
                .whole("fused MatMul", 17, g -> {
                    for (int a = 0; a <= 1; a++) {
                        for (int b = 0; b <= 1; b++) {
                            g.node(
                                            "com.microsoft:FusedMatMul",
                                            a == 1 ? g.floats(2, 4, 3) : g.floats(2, 3, 4),
                                            b == 1 ? g.floats(1, 5, 4) : g.floats(1, 4, 5))
                                    .attribute("transA", a)
                                    .attribute("transB", b);
                        }
                    }
                    g.node("com.microsoft:TransposeMatMul", g.floats(4, 3), g.floats(4, 5))
                            .attribute("transA", 1);
                })
                .whole("determinants and inverses", 17, g -> {
                    g.node("Det", g.floats(3, 3));
                    g.node("Det", g.floats(2, 5, 3, 3));
                    g.node("com.microsoft:Inverse", g.floats(2, 3, 3));
                })
                .whole("matrix product of vectors", 17, g -> {
                    g.node("MatMul", g.floats(4), g.floats(4));
                    g.node("MatMul", g.floats(4), g.floats(2, 4, 3));
                    g.node("MatMul", g.floats(5, 2, 3, 4), g.floats(4));
                    g.node("MatMul", g.floats(1, 2, 3, 4), g.floats(5, 1, 4, 2));
                    g.node("MatMul", g.floats(2, 0), g.floats(0, 3));
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> einsums() {
        RuntimeCases cases = new RuntimeCases();
        String[][] equations = {
            {"ij,jk->ik", "2,3", "3,4"},
            {"ij,jk", "2,3", "3,4"},
            {"ba,cb", "2,3", "4,2"},
            {"ii->i", "3,3"},
            {"ii", "3,3"},
            {"ij->", "2,3"},
            {"ijk->kij", "2,3,4"},
            {"i,j->ij", "2", "3"},
            {"i,i->", "4", "4"},
            {"bhqd,bhkd->bhqk", "2,3,4,5", "2,3,6,5"},
            {"ab,bc,cd->ad", "2,3", "3,4", "4,5"},
            {"ij,jk->ki", "1,3", "3,4"},
            {"bij,bjk->bik", "1,2,3", "4,3,2"},
            {" i j , j k -> i k ", "2,3", "3,4"},
        };
        for (String[] equation : equations) {
            cases.whole(equation[0], 17, g -> {
                String[] inputs = new String[equation.length - 1];
                for (int i = 1; i < equation.length; i++) {
                    inputs[i - 1] = g.input(
                            FLOAT,
                            Stream.of(equation[i].split(",", -1))
                                    .mapToLong(Long::parseLong)
                                    .toArray());
                }
                g.node("Einsum", inputs).attribute("equation", equation[0]);
            });
        }
        return cases.partly("an ellipsis stays open", 17, 1, g -> g.node("Einsum", g.floats(5, 2, 3), g.floats(5, 3, 4))
                        .attribute("equation", "...ij,...jk->...ik"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> quantization() {
        return new RuntimeCases()
                .whole("per axis", 17, g -> {
                    String scale = g.floatsOf(0.1f, 0.2f, 0.3f);
                    String q = g.node("QuantizeLinear", g.floats(2, 3, 4), scale, g.zeros(INT8, 3))
                            .attribute("axis", 1)
                            .output(0);
                    g.node("DequantizeLinear", q, scale, g.zeros(INT8, 3)).attribute("axis", 1);
                    g.node("QuantizeLinear", g.floats(2, 3), g.scalar(0.1f));
                })
                .whole("to a stated type", 21, g -> g.node("QuantizeLinear", g.floats(2, 3), g.scalar(0.1f))
                        .attribute("output_dtype", INT8.onnxCode()))
                .whole("in blocks", 21, g -> g.node("DequantizeLinear", g.zeros(INT8, 4, 6), g.weights(random, 4, 3))
                        .attribute("block_size", 2)
                        .attribute("axis", 1))
                .whole("elementwise", 17, g -> {
                    String scale = g.scalar(0.1f);
                    String zero = g.zeros(UINT8);
                    String x = g.input(UINT8, 2, 3, 4);
                    g.node("com.microsoft:QLinearMul", x, scale, zero, g.input(UINT8, 4), scale, zero, scale, zero);
                    g.node("com.microsoft:QLinearSigmoid", x, scale, zero, scale, zero);
                    g.node("com.microsoft:QLinearLeakyRelu", x, scale, zero, scale, zero)
                            .attribute("alpha", 0.1f);
                    g.node("com.microsoft:QLinearSoftmax", x, scale, zero, scale, zero)
                            .attribute("opset", 17)
                            .attribute("axis", -1);
                })
                .whole("recurrent", 17, g -> g.node(
                                "com.microsoft:DynamicQuantizeLSTM",
                                3,
                                g.floats(5, 2, 3),
                                g.zeros(UINT8, 1, 3, 16),
                                g.zeros(UINT8, 1, 4, 16),
                                "",
                                "",
                                "",
                                "",
                                "",
                                g.floatsOf(0.1f),
                                g.zeros(UINT8, 1),
                                g.floatsOf(0.1f),
                                g.zeros(UINT8, 1))
                        .attribute("hidden_size", 4))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> recurrent() {
        RuntimeCases cases = new RuntimeCases();
        for (String op : new String[] {"RNN", "GRU", "LSTM"}) {
            int gates = op.equals("RNN") ? 1 : op.equals("GRU") ? 3 : 4;
            for (String direction : new String[] {"forward", "reverse", "bidirectional"}) {
                int ways = direction.equals("bidirectional") ? 2 : 1;
                cases.whole(op + " " + direction, 17, g -> g.node(
                                op,
                                op.equals("LSTM") ? 3 : 2,
                                g.floats(6, 2, 3),
                                g.weights(random, ways, gates * 5L, 3),
                                g.weights(random, ways, gates * 5L, 5),
                                g.weights(random, ways, gates * 10L),
                                g.constant(io.edgeai.core.onnx.OnnxTensor.ofInts(new int[] {6, 4}, 2)),
                                g.floats(ways, 2, 5))
                        .attribute("hidden_size", 5)
                        .attribute("direction", direction));
            }
        }
        return cases.tests();
    }

    @TestFactory
    Stream<DynamicTest> spectra() {
        return new RuntimeCases()
                .whole("DFT before opset 20", 17, g -> {
                    g.node("DFT", g.floats(2, 9, 1)).attribute("onesided", 1);
                    g.node("DFT", g.floats(2, 9, 4, 2)).attribute("axis", 2).attribute("inverse", 1);
                    g.node("DFT", g.floats(2, 9, 1), g.scalar(6L));
                    g.node("DFT", g.floats(2, 9, 1), g.scalar(16L)).attribute("onesided", 1);
                })
                .whole("DFT from opset 20", 20, g -> {
                    g.node("DFT", g.floats(2, 9, 1));
                    g.node("DFT", g.floats(2, 9, 4, 1), "", g.scalar(1L)).attribute("onesided", 1);
                })
                .whole("windows", 17, g -> {
                    for (String op : new String[] {"HannWindow", "HammingWindow", "BlackmanWindow"}) {
                        g.node(op, g.scalar(10L)).attribute("output_datatype", 11);
                    }
                    g.node(
                            "MelWeightMatrix",
                            g.scalar(8L),
                            g.scalar(16L),
                            g.scalar(8192L),
                            g.scalar(0f),
                            g.scalar(4096f));
                })
                .whole("STFT", 17, g -> {
                    g.node("STFT", g.floats(1, 40, 1), g.scalar(4L), g.floats(16));
                    g.node("STFT", g.floats(2, 33, 1), g.scalar(5L), g.floats(16), g.scalar(16L))
                            .attribute("onesided", 0);
                })
                .whole("grids", 20, g -> {
                    g.node("AffineGrid", g.floats(2, 2, 3), g.longs(2, 3, 5, 6));
                    g.node("AffineGrid", g.floats(2, 3, 4), g.longs(2, 3, 4, 5, 6));
                    g.node("GridSample", g.floats(2, 3, 4, 5, 6), g.floats(2, 3, 2, 1, 3));
                })
                .whole("indices of type int64", 17, g -> g.node("ArgMin", g.floats(2, 3))
                        .attribute("axis", -1))
                .whole("a count of bits", 17, g -> g.node("Cast", g.input(INT64, 2))
                        .attribute("to", 9))
                .tests();
    }
}
