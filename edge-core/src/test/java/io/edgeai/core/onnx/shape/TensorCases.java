package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Map;

/** What rearranges, joins, reduces or looks up values. */
final class TensorCases {
    private TensorCases() {}

    static void addTo(Map<String, OperatorCase> cases) {
        layouts(cases);
        joins(cases);
        elements(cases);
        reductions(cases);
        indexing(cases);
    }

    private static void layouts(Map<String, OperatorCase> cases) {
        cases.put("Reshape", (g, r) -> {
            long[] s = OperatorCase.shape(r, 3, 1, 4);
            long[][] targets = {{-1}, {0, -1}, {s[2], -1, 1}, {0, 0, -1, 1}, {s[0] * s[1], s[2]}, {1, s[0], s[1] * s[2]}
            };
            g.node("Reshape", g.floats(s), g.longs(targets[r.nextInt(targets.length)]));
        });
        cases.put("Flatten", (g, r) -> g.node("Flatten", g.floats(OperatorCase.shape(r, 4, 1, 4)))
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
                        "Unsqueeze",
                        g.floats(OperatorCase.shape(r, 2, 1, 4)),
                        r.nextBoolean() ? g.longs(-1, 0) : g.longs(1, 3)));
        cases.put("Transpose", (g, r) -> {
            OnnxNode node = g.node("Transpose", g.floats(OperatorCase.shape(r, 3, 1, 5)));
            if (r.nextBoolean()) {
                node.attribute("perm", new long[] {1, 2, 0});
            }
        });
        cases.put("Expand", (g, r) -> {
            long n = r.nextInt(1, 5);
            long[][] targets = {{n}, {2, 1, n}, {3, 2, 1, 1}, {1, 1}};
            g.node("Expand", g.floats(2, 1, n), g.longs(targets[r.nextInt(4)]));
        });
        cases.put(
                "Tile",
                (g, r) -> g.node(
                        "Tile", g.floats(OperatorCase.shape(r, 3, 1, 3)), g.longs(OperatorCase.shape(r, 3, 0, 3))));
        cases.put(
                "Pad",
                (g, r) -> g.node(
                        "Pad", g.floats(OperatorCase.shape(r, 3, 3, 5)), g.longs(OperatorCase.shape(r, 6, -1, 2))));
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
            g.node("Pad", g.floats(OperatorCase.shape(r, 3, 2, 4)), flat);
        });
    }

    private static void joins(Map<String, OperatorCase> cases) {
        cases.put("Concat", (g, r) -> {
            long[] a = OperatorCase.shape(r, 3, 1, 4);
            long[] b = a.clone();
            int axis = r.nextInt(3);
            b[axis] = r.nextInt(1, 5);
            g.node("Concat", g.floats(a), g.floats(b)).attribute("axis", axis - (r.nextBoolean() ? 3 : 0));
        });
        cases.put("Split", (g, r) -> {
            long[] pieces = OperatorCase.shape(r, 3, 0, 3);
            g.node("Split", 3, g.floats(2, pieces[0] + pieces[1] + pieces[2]), g.longs(pieces))
                    .attribute("axis", -1);
            g.node("Split", 2, g.floats(2L * r.nextInt(1, 4), 3));
        });
        cases.put("Slice", (g, r) -> {
            long[] starts = OperatorCase.shape(r, 2, -8, 8);
            long[] ends = r.nextInt(4) == 0 ? new long[] {Long.MAX_VALUE, -1} : OperatorCase.shape(r, 2, -8, 8);
            long[] steps = {r.nextBoolean() ? r.nextInt(1, 4) : -r.nextInt(1, 4), 1};
            g.node(
                    "Slice",
                    g.floats(OperatorCase.shape(r, 3, 1, 6)),
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

    private static void elements(Map<String, OperatorCase> cases) {
        for (String op : new String[] {"Add", "Mul", "Greater", "Pow", "Max"}) {
            cases.put(op, (g, r) -> {
                long n = r.nextInt(1, 4);
                long[][] shapes = {{}, {1}, {n}, {3, 1}, {2, 3, n}, {2, 1, 1}};
                g.node(op, g.floats(shapes[r.nextInt(6)]), g.floats(shapes[r.nextInt(6)]));
            });
        }
        cases.put("unary", (g, r) -> {
            String[] ops = {"Relu", "Sigmoid", "Softmax", "Erf", "Floor", "LeakyRelu", "IsNaN", "Neg", "Clip"};
            g.node(ops[r.nextInt(ops.length)], g.floats(OperatorCase.shape(r, 3, 1, 4)));
        });
        cases.put("Cast", (g, r) -> {
            ElementType[] types = {ElementType.INT64, ElementType.DOUBLE, ElementType.BOOL, ElementType.UINT8};
            g.node("Cast", g.floats(OperatorCase.shape(r, 2, 1, 4))).attribute("to", types[r.nextInt(4)].onnxCode());
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
            long[] s = OperatorCase.shape(r, 4, 1, 5);
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

    private static void reductions(Map<String, OperatorCase> cases) {
        for (String op : new String[] {"ReduceMean", "ReduceMax", "ReduceL2"}) {
            cases.put(op, (g, r) -> {
                OnnxNode node =
                        g.node(op, g.floats(OperatorCase.shape(r, 3, 1, 4))).attribute("keepdims", r.nextInt(2));
                if (r.nextInt(3) > 0) {
                    node.attribute("axes", r.nextBoolean() ? new long[] {-1} : new long[] {0, 2});
                }
            });
        }
        cases.put("ReduceSum", (g, r) -> g.node(
                        "ReduceSum", g.floats(OperatorCase.shape(r, 3, 1, 4)), g.longs(r.nextInt(-3, 3)))
                .attribute("keepdims", r.nextInt(2)));
        cases.put("ArgMax", (g, r) -> g.node("ArgMax", g.floats(OperatorCase.shape(r, 3, 1, 4)))
                .attribute("axis", r.nextInt(-3, 3))
                .attribute("keepdims", r.nextInt(2)));
        cases.put("TopK", (g, r) -> g.node("TopK", 2, g.floats(3, 4), g.longs(r.nextInt(0, 4)))
                .attribute("axis", r.nextInt(-2, 2)));
        cases.put(
                "CumSum",
                (g, r) ->
                        g.node("CumSum", g.floats(OperatorCase.shape(r, 2, 1, 4)), g.constant(OnnxTensor.scalar(1L))));
    }

    private static void indexing(Map<String, OperatorCase> cases) {
        cases.put("Gather", (g, r) -> {
            long[][] shapes = {{}, {2}, {2, 3}};
            g.node("Gather", g.floats(OperatorCase.shape(r, 3, 2, 4)), g.input(ElementType.INT64, shapes[r.nextInt(3)]))
                    .attribute("axis", r.nextInt(-3, 3));
        });
        cases.put(
                "GatherElements",
                (g, r) -> g.node(
                        "GatherElements", g.floats(3, 4), g.input(ElementType.INT64, OperatorCase.shape(r, 2, 1, 3))));
        cases.put(
                "GatherND",
                (g, r) -> g.node(
                        "GatherND",
                        g.floats(2, 3, 4),
                        g.input(ElementType.INT64, 2, r.nextInt(1, 4), r.nextInt(1, 4))));
        cases.put("OneHot", (g, r) -> g.node(
                        "OneHot",
                        g.input(ElementType.INT64, OperatorCase.shape(r, 2, 1, 3)),
                        g.constant(OnnxTensor.scalar((long) r.nextInt(1, 5))),
                        g.constant(OnnxTensor.ofFloats(new float[] {0, 1}, 2)))
                .attribute("axis", r.nextInt(-3, 3)));
        cases.put(
                "ScatterElements",
                (g, r) -> g.node("ScatterElements", g.floats(3, 4), g.input(ElementType.INT64, 2, 2), g.floats(2, 2)));
    }
}
