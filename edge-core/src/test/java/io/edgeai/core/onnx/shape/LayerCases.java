package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Map;
import java.util.SplittableRandom;

/** Layers with weights, windows or states: convolutions, pools, matrix products, recurrent and quantized ones. */
final class LayerCases {
    private LayerCases() {}

    static void addTo(Map<String, OperatorCase> cases) {
        windows(cases);
        matrices(cases);
        quantized(cases);
        recurrent(cases);
        resizing(cases);
    }

    private static void windows(Map<String, OperatorCase> cases) {
        cases.put("Conv", (g, r) -> {
            int spatial = r.nextInt(1, 4);
            long group = r.nextInt(1, 3);
            long[] x = OperatorCase.shape(r, spatial + 2, 7, 12);
            x[1] = group * r.nextInt(1, 4);
            long[] w = OperatorCase.shape(r, spatial + 2, 1, 3);
            w[0] = group * r.nextInt(1, 4);
            w[1] = x[1] / group;
            window(g.node("Conv", g.floats(x), g.weights(r, w)).attribute("group", group), r, spatial);
        });
        cases.put("ConvTranspose", (g, r) -> {
            int spatial = r.nextInt(1, 3);
            long group = r.nextInt(1, 3);
            long[] x = OperatorCase.shape(r, spatial + 2, 4, 7);
            x[1] = group * r.nextInt(1, 4);
            long[] w = OperatorCase.shape(r, spatial + 2, 2, 3);
            w[0] = x[1];
            OnnxNode node =
                    g.node("ConvTranspose", g.floats(x), g.weights(r, w)).attribute("group", group);
            long stride = r.nextInt(2, 4);
            node.attribute("strides", OperatorCase.shape(r, spatial, (int) stride, (int) stride));
            node.attribute("dilations", OperatorCase.shape(r, spatial, 1, 2));
            node.attribute("pads", OperatorCase.shape(r, 2 * spatial, 0, 1));
            node.attribute("output_padding", OperatorCase.shape(r, spatial, 0, 1));
        });
        for (String op : new String[] {"MaxPool", "AveragePool", "LpPool"}) {
            cases.put(op, (g, r) -> {
                int spatial = r.nextInt(1, 4);
                boolean indices = op.equals("MaxPool") && r.nextBoolean();
                OnnxNode node = g.node(op, indices ? 2 : 1, g.floats(OperatorCase.shape(r, spatial + 2, 5, 11)));
                node.attribute("kernel_shape", OperatorCase.shape(r, spatial, 2, 3));
                window(node, r, spatial);
                if (!op.equals("MaxPool")) {
                    node.attributes().remove("dilations");
                }
                if (!op.equals("LpPool") && r.nextBoolean()) {
                    node.attribute("ceil_mode", 1);
                }
            });
        }
        cases.put(
                "GlobalAveragePool",
                (g, r) -> g.node("GlobalAveragePool", g.floats(OperatorCase.shape(r, r.nextInt(3, 6), 1, 4))));
        cases.put("MaxRoiPool", (g, r) -> g.node("MaxRoiPool", g.floats(1, 3, 8, 8), g.floats(r.nextInt(1, 4), 5))
                .attribute("pooled_shape", OperatorCase.shape(r, 2, 1, 4)));
    }

    private static void window(OnnxNode node, SplittableRandom random, int spatial) {
        int mode = random.nextInt(4);
        node.attribute("strides", OperatorCase.shape(random, spatial, 1, 3));
        if (mode == 0) {
            node.attribute("auto_pad", "SAME_UPPER");
        } else if (mode == 1) {
            node.attribute("auto_pad", "VALID").attribute("dilations", OperatorCase.shape(random, spatial, 1, 2));
        } else {
            node.attribute("pads", OperatorCase.shape(random, 2 * spatial, 0, 1));
            node.attribute("dilations", OperatorCase.shape(random, spatial, 1, 2));
        }
    }

    private static void matrices(Map<String, OperatorCase> cases) {
        cases.put("MatMul", (g, r) -> {
            long k = r.nextInt(1, 5);
            long batch = r.nextInt(1, 4);
            long[][] left = {{k}, {3, k}, {batch, 2, k}, {2, 1, 4, k}};
            long[][] right = {{k}, {k, 3}, {batch, k, 2}, {2, batch, k, 1}};
            g.node("MatMul", g.floats(left[r.nextInt(4)]), g.floats(right[r.nextInt(4)]));
        });
        cases.put("Gemm", (g, r) -> {
            boolean a = r.nextBoolean();
            boolean b = r.nextBoolean();
            long[] s = OperatorCase.shape(r, 3, 1, 6);
            g.node(
                            "Gemm",
                            a ? g.floats(s[1], s[0]) : g.floats(s[0], s[1]),
                            b ? g.floats(s[2], s[1]) : g.floats(s[1], s[2]),
                            g.floats(s[2]))
                    .attribute("transA", a ? 1 : 0)
                    .attribute("transB", b ? 1 : 0);
        });
        cases.put("FusedMatMul", (g, r) -> {
            boolean a = r.nextBoolean();
            long[] s = OperatorCase.shape(r, 3, 1, 6);
            g.node(
                            "com.microsoft:FusedMatMul",
                            a ? g.floats(2, s[1], s[0]) : g.floats(2, s[0], s[1]),
                            g.floats(s[1], s[2]))
                    .attribute("transA", a ? 1 : 0);
        });
        cases.put("Einsum", (g, r) -> {
            long[] s = OperatorCase.shape(r, 5, 1, 4);
            switch (r.nextInt(4)) {
                case 0 ->
                    g.node("Einsum", g.floats(s[0], s[1], s[2]), g.floats(s[0], s[2], s[3]))
                            .attribute("equation", "bij,bjk->bik");
                case 1 ->
                    g.node("Einsum", g.floats(s[0], s[1]), g.floats(s[1], s[2])).attribute("equation", "zb, bc");
                case 2 ->
                    g.node("Einsum", g.floats(s[0], s[1], s[2], s[3]), g.floats(s[0], s[4], s[2], s[3]))
                            .attribute("equation", "bqhd,bkhd->bhqk");
                default -> g.node("Einsum", g.floats(s[0], s[1])).attribute("equation", "ij->ji");
            }
        });
        cases.put("MatMulNBits", (g, r) -> {
            long n = r.nextInt(1, 9);
            g.node(
                            "com.microsoft:MatMulNBits",
                            g.floats(r.nextInt(1, 3), r.nextInt(1, 4), 32),
                            g.constant(OnnxTensor.ofBytes(ElementType.UINT8, new byte[(int) n * 16], n, 1, 16)),
                            g.constant(OnnxTensor.ofFloats(new float[(int) n], n)))
                    .attribute("K", 32)
                    .attribute("N", n)
                    .attribute("bits", 4)
                    .attribute("block_size", 32);
        });
    }

    private static void quantized(Map<String, OperatorCase> cases) {
        cases.put("QDQ", (g, r) -> {
            String scale = g.constant(OnnxTensor.scalar(0.1f));
            String zero = g.constant(
                    OnnxTensor.ofBytes(r.nextBoolean() ? ElementType.UINT8 : ElementType.INT8, new byte[] {3}));
            String q = g.node("QuantizeLinear", g.floats(OperatorCase.shape(r, 3, 1, 4)), scale, zero)
                    .output(0);
            g.node("DequantizeLinear", q, scale, zero);
            g.node("DynamicQuantizeLinear", 3, g.floats(OperatorCase.shape(r, 2, 1, 4)));
        });
        cases.put("integer products", (g, r) -> {
            String w = g.constant(OnnxTensor.ofBytes(ElementType.UINT8, new byte[12], 4, 3));
            g.node("MatMulInteger", g.input(ElementType.UINT8, r.nextInt(1, 3), 4), w);
            String scale = g.constant(OnnxTensor.scalar(0.1f));
            String zero = g.constant(OnnxTensor.ofBytes(ElementType.UINT8, new byte[] {1}));
            g.node(
                    "QLinearMatMul",
                    g.input(ElementType.UINT8, 2, r.nextInt(1, 3), 4),
                    scale,
                    zero,
                    w,
                    scale,
                    zero,
                    scale,
                    zero);
            String k = g.constant(OnnxTensor.ofBytes(ElementType.UINT8, new byte[18], 2, 1, 3, 3));
            String x = g.input(ElementType.UINT8, 1, 1, r.nextInt(3, 7), 5);
            g.node("ConvInteger", x, k);
            g.node("QLinearConv", x, scale, zero, k, scale, zero, scale, zero)
                    .attribute("pads", new long[] {1, 1, 0, 0});
            String b = g.input(ElementType.UINT8, 5);
            g.node("com.microsoft:QLinearAdd", x, scale, zero, b, scale, zero, scale, zero);
            g.node("com.microsoft:QLinearConcat", scale, zero, x, scale, zero, x, scale, zero)
                    .attribute("axis", 1);
        });
    }

    private static void recurrent(Map<String, OperatorCase> cases) {
        for (String op : new String[] {"RNN", "GRU", "LSTM"}) {
            cases.put(op, (g, r) -> {
                int gates = op.equals("RNN") ? 1 : op.equals("GRU") ? 3 : 4;
                int directions = r.nextInt(1, 3);
                long hidden = r.nextInt(1, 4);
                g.node(
                                op,
                                op.equals("LSTM") ? 3 : 2,
                                g.floats(r.nextInt(1, 5), r.nextInt(1, 3), 3),
                                g.weights(r, directions, gates * hidden, 3),
                                g.weights(r, directions, gates * hidden, hidden))
                        .attribute("hidden_size", hidden)
                        .attribute("direction", directions == 2 ? "bidirectional" : "forward");
            });
        }
    }

    private static void resizing(Map<String, OperatorCase> cases) {
        cases.put(
                "Resize by scales",
                (g, r) -> g.node(
                        "Resize",
                        g.floats(1, 2, r.nextInt(2, 9), r.nextInt(2, 9)),
                        "",
                        g.constant(OnnxTensor.ofFloats(
                                new float[] {1, 1, (float) r.nextDouble(0.4, 3), (float) r.nextDouble(0.4, 3)}, 4))));
        cases.put(
                "opset 11 Resize by sizes",
                (g, r) -> g.node(
                        "Resize",
                        g.floats(1, 2, r.nextInt(2, 5), 4),
                        g.constant(OnnxTensor.ofFloats(new float[0], 0)),
                        g.constant(OnnxTensor.ofFloats(new float[0], 0)),
                        g.longs(1, 2, r.nextInt(1, 9), r.nextInt(1, 9))));
        cases.put("DepthToSpace", (g, r) -> {
            g.node("DepthToSpace", g.floats(1, 4L * r.nextInt(1, 4), 2, 3)).attribute("blocksize", 2);
            g.node("SpaceToDepth", g.floats(1, r.nextInt(1, 4), 4, 6)).attribute("blocksize", 2);
            g.node("GridSample", g.floats(1, 3, 4, 4), g.floats(1, r.nextInt(1, 5), 2, 2));
        });
        cases.put("STFT", (g, r) -> {
            int length = r.nextInt(20, 40);
            g.node(
                    "STFT",
                    g.floats(1, length, 1),
                    g.constant(OnnxTensor.scalar(r.nextLong(2, 6))),
                    "",
                    g.constant(OnnxTensor.scalar(16L)));
            g.node("DFT", g.floats(1, r.nextInt(4, 9), 1)).attribute("axis", 1).attribute("onesided", r.nextInt(2));
            g.node("HannWindow", g.constant(OnnxTensor.scalar(r.nextLong(2, 9))));
        });
    }
}
