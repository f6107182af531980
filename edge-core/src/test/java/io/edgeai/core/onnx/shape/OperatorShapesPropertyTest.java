package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each operator on random shapes and attributes: what is inferred is what ONNX Runtime computes, and complete. */
class OperatorShapesPropertyTest {
    private static final int SEEDS = 25;

    private interface Case {
        void build(Graphs graph, SplittableRandom random);
    }

    @TestFactory
    Stream<DynamicTest> inferredIsComputed() {
        return cases().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
    }

    private static void check(String name, Case build) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Graphs graph = new Graphs(name.startsWith("opset 11") ? 11 : 17);
            build.build(graph, new SplittableRandom(seed));
            ShapeOracle.Coverage coverage = graph.compare(name + ", seed " + seed);
            assertThat(coverage.open())
                    .as("%s, seed %d: not inferred", name, seed)
                    .isEmpty();
        }
    }

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        windows(cases);
        matrices(cases);
        layouts(cases);
        joins(cases);
        elements(cases);
        reductions(cases);
        indexing(cases);
        quantized(cases);
        recurrent(cases);
        resizing(cases);
        return cases;
    }

    private static long[] shape(SplittableRandom random, int rank, int least, int most) {
        return random.longs(rank, least, most + 1L).toArray();
    }

    private static void windows(Map<String, Case> cases) {
        cases.put("Conv", (g, r) -> {
            int spatial = r.nextInt(1, 4);
            long group = r.nextInt(1, 3);
            long[] x = shape(r, spatial + 2, 7, 12);
            x[1] = group * r.nextInt(1, 4);
            long[] w = shape(r, spatial + 2, 1, 3);
            w[0] = group * r.nextInt(1, 4);
            w[1] = x[1] / group;
            window(g.node("Conv", g.floats(x), g.weights(r, w)).attribute("group", group), r, spatial);
        });
        cases.put("ConvTranspose", (g, r) -> {
            int spatial = r.nextInt(1, 3);
            long group = r.nextInt(1, 3);
            long[] x = shape(r, spatial + 2, 4, 7);
            x[1] = group * r.nextInt(1, 4);
            long[] w = shape(r, spatial + 2, 2, 3);
            w[0] = x[1];
            OnnxNode node =
                    g.node("ConvTranspose", g.floats(x), g.weights(r, w)).attribute("group", group);
            long stride = r.nextInt(2, 4);
            node.attribute("strides", shape(r, spatial, (int) stride, (int) stride));
            node.attribute("dilations", shape(r, spatial, 1, 2));
            node.attribute("pads", shape(r, 2 * spatial, 0, 1));
            node.attribute("output_padding", shape(r, spatial, 0, 1));
        });
        for (String op : new String[] {"MaxPool", "AveragePool", "LpPool"}) {
            cases.put(op, (g, r) -> {
                int spatial = r.nextInt(1, 4);
                boolean indices = op.equals("MaxPool") && r.nextBoolean();
                OnnxNode node = g.node(op, indices ? 2 : 1, g.floats(shape(r, spatial + 2, 5, 11)));
                node.attribute("kernel_shape", shape(r, spatial, 2, 3));
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
                "GlobalAveragePool", (g, r) -> g.node("GlobalAveragePool", g.floats(shape(r, r.nextInt(3, 6), 1, 4))));
        cases.put("MaxRoiPool", (g, r) -> g.node("MaxRoiPool", g.floats(1, 3, 8, 8), g.floats(r.nextInt(1, 4), 5))
                .attribute("pooled_shape", shape(r, 2, 1, 4)));
    }

    private static void window(OnnxNode node, SplittableRandom random, int spatial) {
        int mode = random.nextInt(4);
        node.attribute("strides", shape(random, spatial, 1, 3));
        if (mode == 0) {
            node.attribute("auto_pad", "SAME_UPPER");
        } else if (mode == 1) {
            node.attribute("auto_pad", "VALID").attribute("dilations", shape(random, spatial, 1, 2));
        } else {
            node.attribute("pads", shape(random, 2 * spatial, 0, 1));
            node.attribute("dilations", shape(random, spatial, 1, 2));
        }
    }

    private static void matrices(Map<String, Case> cases) {
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
            long[] s = shape(r, 3, 1, 6);
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
            long[] s = shape(r, 3, 1, 6);
            g.node(
                            "com.microsoft:FusedMatMul",
                            a ? g.floats(2, s[1], s[0]) : g.floats(2, s[0], s[1]),
                            g.floats(s[1], s[2]))
                    .attribute("transA", a ? 1 : 0);
        });
        cases.put("Einsum", (g, r) -> {
            long[] s = shape(r, 5, 1, 4);
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

    private static void layouts(Map<String, Case> cases) {
        cases.put("Reshape", (g, r) -> {
            long[] s = shape(r, 3, 1, 4);
            long[][] targets = {{-1}, {0, -1}, {s[2], -1, 1}, {0, 0, -1, 1}, {s[0] * s[1], s[2]}, {1, s[0], s[1] * s[2]}
            };
            g.node("Reshape", g.floats(s), g.longs(targets[r.nextInt(targets.length)]));
        });
        cases.put("Flatten", (g, r) -> g.node("Flatten", g.floats(shape(r, 4, 1, 4)))
                .attribute("axis", r.nextInt(-4, 5)));
        cases.put("Squeeze", (g, r) -> {
            String x = g.floats(1, r.nextInt(1, 3), 1, r.nextInt(2, 4));
            if (r.nextBoolean()) {
                g.node("Squeeze", x, g.longs(0, -2));
            } else {
                g.node("Squeeze", x);
            }
        });
        cases.put(
                "Unsqueeze",
                (g, r) -> g.node(
                        "Unsqueeze", g.floats(shape(r, 2, 1, 4)), r.nextBoolean() ? g.longs(-1, 0) : g.longs(1, 3)));
        cases.put("Transpose", (g, r) -> {
            OnnxNode node = g.node("Transpose", g.floats(shape(r, 3, 1, 5)));
            if (r.nextBoolean()) {
                node.attribute("perm", new long[] {1, 2, 0});
            }
        });
        cases.put("Expand", (g, r) -> {
            long n = r.nextInt(1, 5);
            long[][] targets = {{n}, {2, 1, n}, {3, 2, 1, 1}, {1, 1}};
            g.node("Expand", g.floats(2, 1, n), g.longs(targets[r.nextInt(4)]));
        });
        cases.put("Tile", (g, r) -> g.node("Tile", g.floats(shape(r, 3, 1, 3)), g.longs(shape(r, 3, 0, 3))));
        cases.put("Pad", (g, r) -> g.node("Pad", g.floats(shape(r, 3, 3, 5)), g.longs(shape(r, 6, -1, 2))));
        cases.put("computed Reshape", (g, r) -> {
            // The idiom of exporters: [Shape(x)[0], heads, -1] put together from pieces.
            String x = g.floats(r.nextInt(1, 4), r.nextInt(1, 4), 12);
            String all = g.node("Shape", x).output(0);
            String first =
                    g.node("Gather", all, g.constant(OnnxTensor.scalar(0L))).output(0);
            String batch = g.node("Unsqueeze", first, g.longs(0)).output(0);
            String half = g.node("Div", g.node("Size", x).output(0), g.constant(OnnxTensor.scalar(2L)))
                    .output(0);
            String two = g.node("Mul", batch, g.longs(2)).output(0);
            String target = g.node("Concat", two, g.longs(3), g.longs(-1))
                    .attribute("axis", 0)
                    .output(0);
            g.node("Reshape", x, target);
            g.node("ConstantOfShape", g.node("Reshape", half, g.longs(1)).output(0));
            String wide = g.node("Where", g.node("Equal", target, g.longs(-1)).output(0), g.longs(5, 5, 5), target)
                    .output(0);
            g.node("Expand", g.constant(OnnxTensor.scalar(1f)), wide);
        });
        cases.put("Slice of pads", (g, r) -> {
            // torch.onnx's padding: reversed pairs, turned and flattened.
            String pairs =
                    g.node("Reshape", g.longs(1, 2, 3, 0, 0, 1), g.longs(-1, 2)).output(0);
            String back = g.node("Slice", pairs, g.longs(-1), g.longs(Long.MIN_VALUE + 1), g.longs(0), g.longs(-1))
                    .output(0);
            String flat = g.node(
                            "Reshape",
                            g.node("Transpose", back)
                                    .attribute("perm", new long[] {1, 0})
                                    .output(0),
                            g.longs(-1))
                    .output(0);
            g.node("Pad", g.floats(shape(r, 3, 2, 4)), flat);
        });
    }

    private static void joins(Map<String, Case> cases) {
        cases.put("Concat", (g, r) -> {
            long[] a = shape(r, 3, 1, 4);
            long[] b = a.clone();
            int axis = r.nextInt(3);
            b[axis] = r.nextInt(1, 5);
            g.node("Concat", g.floats(a), g.floats(b)).attribute("axis", axis - (r.nextBoolean() ? 3 : 0));
        });
        cases.put("Split", (g, r) -> {
            long[] pieces = shape(r, 3, 0, 3);
            g.node("Split", 3, g.floats(2, pieces[0] + pieces[1] + pieces[2]), g.longs(pieces))
                    .attribute("axis", -1);
            g.node("Split", 2, g.floats(2L * r.nextInt(1, 4), 3));
        });
        cases.put("Slice", (g, r) -> {
            long[] starts = shape(r, 2, -8, 8);
            long[] ends = r.nextInt(4) == 0 ? new long[] {Long.MAX_VALUE, -1} : shape(r, 2, -8, 8);
            long[] steps = {r.nextBoolean() ? r.nextInt(1, 4) : -r.nextInt(1, 4), 1};
            g.node(
                    "Slice",
                    g.floats(shape(r, 3, 1, 6)),
                    g.longs(starts),
                    g.longs(ends),
                    g.longs(0, -1),
                    g.longs(steps));
        });
        cases.put("Slice of constants", (g, r) -> {
            String part = g.node(
                            "Slice",
                            g.longs(2, 3, 4, 5, 6),
                            g.longs(r.nextInt(-6, 6)),
                            g.longs(r.nextInt(-6, 7)),
                            g.longs(0),
                            g.longs(r.nextBoolean() ? 1 : -2))
                    .output(0);
            g.node("ConstantOfShape", part);
        });
    }

    private static void elements(Map<String, Case> cases) {
        for (String op : new String[] {"Add", "Mul", "Greater", "Pow", "Max"}) {
            cases.put(op, (g, r) -> {
                long n = r.nextInt(1, 4);
                long[][] shapes = {{}, {1}, {n}, {3, 1}, {2, 3, n}, {2, 1, 1}};
                g.node(op, g.floats(shapes[r.nextInt(6)]), g.floats(shapes[r.nextInt(6)]));
            });
        }
        cases.put("unary", (g, r) -> {
            String[] ops = {"Relu", "Sigmoid", "Softmax", "Erf", "Floor", "LeakyRelu", "IsNaN", "Neg", "Clip"};
            g.node(ops[r.nextInt(ops.length)], g.floats(shape(r, 3, 1, 4)));
        });
        cases.put("Cast", (g, r) -> {
            ElementType[] types = {ElementType.INT64, ElementType.DOUBLE, ElementType.BOOL, ElementType.UINT8};
            g.node("Cast", g.floats(shape(r, 2, 1, 4))).attribute("to", types[r.nextInt(4)].onnxCode());
        });
        cases.put(
                "Where",
                (g, r) -> g.node(
                        "Where", g.input(ElementType.BOOL, 3, 1), g.floats(1, r.nextInt(1, 5)), g.floats(2, 1, 1)));
        cases.put(
                "Range",
                (g, r) -> g.node(
                        "Range",
                        g.constant(OnnxTensor.scalar(r.nextLong(-5, 5))),
                        g.constant(OnnxTensor.scalar(r.nextLong(-5, 9))),
                        g.constant(OnnxTensor.scalar(r.nextBoolean() ? 2L : -3L))));
        cases.put("float arithmetic to sizes", (g, r) -> {
            String x = g.floats(r.nextInt(1, 9));
            String scaled = g.node(
                            "Mul",
                            g.node("Cast", g.node("Shape", x).output(0))
                                    .attribute("to", 1)
                                    .output(0),
                            g.constant(OnnxTensor.ofFloats(new float[] {(float) r.nextDouble(0.3, 3)}, 1)))
                    .output(0);
            String size = g.node("Cast", g.node("Floor", scaled).output(0))
                    .attribute("to", 7)
                    .output(0);
            g.node("ConstantOfShape", size);
        });
        cases.put("normalizations", (g, r) -> {
            long[] s = shape(r, 4, 1, 5);
            String c = g.weights(r, s[1]);
            g.node("BatchNormalization", g.floats(s), c, c, c, g.constant(OnnxTensor.ofFloats(ones(s[1]), s[1])));
            g.node("InstanceNormalization", g.floats(s), c, c);
            g.node("LayerNormalization", 3, g.floats(s), g.weights(r, s[2], s[3]))
                    .attribute("axis", 2);
            g.node("LRN", g.floats(s)).attribute("size", 3);
            g.node("com.microsoft:SkipLayerNormalization", g.floats(2, 3, 4), g.floats(2, 3, 4), g.weights(r, 4));
            g.node("com.microsoft:Gelu", g.floats(s));
        });
    }

    private static float[] ones(long count) {
        float[] ones = new float[(int) count];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    private static void reductions(Map<String, Case> cases) {
        for (String op : new String[] {"ReduceMean", "ReduceMax", "ReduceL2"}) {
            cases.put(op, (g, r) -> {
                OnnxNode node = g.node(op, g.floats(shape(r, 3, 1, 4))).attribute("keepdims", r.nextInt(2));
                if (r.nextInt(3) > 0) {
                    node.attribute("axes", r.nextBoolean() ? new long[] {-1} : new long[] {0, 2});
                }
            });
        }
        cases.put("ReduceSum", (g, r) -> g.node("ReduceSum", g.floats(shape(r, 3, 1, 4)), g.longs(r.nextInt(-3, 3)))
                .attribute("keepdims", r.nextInt(2)));
        cases.put("ArgMax", (g, r) -> g.node("ArgMax", g.floats(shape(r, 3, 1, 4)))
                .attribute("axis", r.nextInt(-3, 3))
                .attribute("keepdims", r.nextInt(2)));
        cases.put("TopK", (g, r) -> g.node("TopK", 2, g.floats(3, 4), g.longs(r.nextInt(0, 4)))
                .attribute("axis", r.nextInt(-2, 2)));
        cases.put("CumSum", (g, r) -> g.node("CumSum", g.floats(shape(r, 2, 1, 4)), g.constant(OnnxTensor.scalar(1L))));
    }

    private static void indexing(Map<String, Case> cases) {
        cases.put("Gather", (g, r) -> {
            long[][] shapes = {{}, {2}, {2, 3}};
            g.node("Gather", g.floats(shape(r, 3, 2, 4)), g.input(ElementType.INT64, shapes[r.nextInt(3)]))
                    .attribute("axis", r.nextInt(-3, 3));
        });
        cases.put(
                "GatherElements",
                (g, r) -> g.node("GatherElements", g.floats(3, 4), g.input(ElementType.INT64, shape(r, 2, 1, 3))));
        cases.put(
                "GatherND",
                (g, r) -> g.node(
                        "GatherND",
                        g.floats(2, 3, 4),
                        g.input(ElementType.INT64, 2, r.nextInt(1, 4), r.nextInt(1, 4))));
        cases.put("OneHot", (g, r) -> g.node(
                        "OneHot",
                        g.input(ElementType.INT64, shape(r, 2, 1, 3)),
                        g.constant(OnnxTensor.scalar((long) r.nextInt(1, 5))),
                        g.constant(OnnxTensor.ofFloats(new float[] {0, 1}, 2)))
                .attribute("axis", r.nextInt(-3, 3)));
        cases.put(
                "ScatterElements",
                (g, r) -> g.node("ScatterElements", g.floats(3, 4), g.input(ElementType.INT64, 2, 2), g.floats(2, 2)));
    }

    private static void quantized(Map<String, Case> cases) {
        cases.put("QDQ", (g, r) -> {
            String scale = g.constant(OnnxTensor.scalar(0.1f));
            String zero = g.constant(
                    OnnxTensor.ofBytes(r.nextBoolean() ? ElementType.UINT8 : ElementType.INT8, new byte[] {3}));
            String q = g.node("QuantizeLinear", g.floats(shape(r, 3, 1, 4)), scale, zero)
                    .output(0);
            g.node("DequantizeLinear", q, scale, zero);
            g.node("DynamicQuantizeLinear", 3, g.floats(shape(r, 2, 1, 4)));
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

    private static void recurrent(Map<String, Case> cases) {
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

    private static void resizing(Map<String, Case> cases) {
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
