package io.edgeai.core.onnx.shape;

import static io.edgeai.core.model.ElementType.BOOL;
import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.INT64;

import io.edgeai.core.onnx.OnnxNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Slices, pads, gathers, scatters, splits and resamplings with negative axes and odd bounds, against ONNX Runtime. */
class IndexShapesTest {
    private static final long END = Long.MAX_VALUE;

    @TestFactory
    Stream<DynamicTest> slices() {
        long[][] bounds = {
            {0, END, 1},
            {-1, END, 1},
            {5, 2, 1},
            {2, 5, 1},
            {-3, -1, 1},
            {0, -1, 2},
            {1, 100, 3},
            {-100, 3, 1},
            {-1, Long.MIN_VALUE + 1, -1},
            {4, 0, -1},
            {4, 0, -2},
            {100, -100, -3},
            {0, 4, -1},
            {3, 3, 1},
            {-2, 1, -1},
            {6, END, 1},
            {0, Integer.MAX_VALUE, 2},
            {END, 0, -2},
            {0, END, END},
            {5, -100, Long.MIN_VALUE + 1},
        };
        RuntimeCases cases = new RuntimeCases();
        for (long[] b : bounds) {
            cases.whole("from " + b[0] + " to " + b[1] + " by " + b[2], 17, g -> {
                for (int size : new int[] {1, 2, 6, 7}) {
                    g.node("Slice", g.floats(size, 3), g.longs(b[0]), g.longs(b[1]), g.longs(-2), g.longs(b[2]));
                }
            });
        }
        return cases.whole("of nothing", 17, g -> {
                    g.node("Slice", g.floats(0, 3), g.longs(0), g.longs(END), g.longs(0));
                    g.node("Slice", g.floats(0, 3), g.longs(-1), g.longs(Long.MIN_VALUE), g.longs(0), g.longs(-1));
                })
                .whole(
                        "several axes, none named",
                        17,
                        g -> g.node("Slice", g.floats(4, 5, 6), g.longs(1, 2), g.longs(3, -1)))
                .whole("attributes before opset 10", 9, g -> g.node("Slice", g.floats(4, 5, 6))
                        .attribute("starts", new long[] {-2, 1})
                        .attribute("ends", new long[] {1000, -1})
                        .attribute("axes", new long[] {2, 0}))
                .partly(
                        "bounds from a caller",
                        17,
                        1,
                        g -> g.node("Slice", g.floats(4, 5), g.input(INT64, 1), g.input(INT64, 1), g.longs(1)))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> pads() {
        RuntimeCases cases = new RuntimeCases();
        for (String mode : new String[] {"constant", "edge", "reflect"}) {
            cases.whole(mode, 18, g -> {
                g.node("Pad", g.floats(3, 4), g.longs(1, 2, 0, 3)).attribute("mode", mode);
                g.node("Pad", g.floats(3, 4, 5), g.longs(1, 2), "", g.longs(-2)).attribute("mode", mode);
                g.node("Pad", g.floats(3, 4, 5), g.longs(1, 2, 2, 0), g.scalar(1f), g.longs(2, 0))
                        .attribute("mode", mode);
            });
        }
        return cases.whole("wrapped", 19, g -> g.node("Pad", g.floats(3, 4), g.longs(1, 0, 1, 2))
                        .attribute("mode", "wrap"))
                .whole("cropping", 18, g -> g.node("Pad", g.floats(5, 6), g.longs(-1, -2, 0, -3)))
                .whole("attributes before opset 11", 10, g -> g.node("Pad", g.floats(3, 4))
                        .attribute("pads", new long[] {1, 0, 2, 3}))
                .whole("center crops", 18, g -> {
                    g.node("CenterCropPad", g.floats(5, 6, 7), g.longs(4, 8, 7));
                    g.node("CenterCropPad", g.floats(5, 6, 7), g.longs(9, 2)).attribute("axes", new long[] {-1, 0});
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> gathers() {
        RuntimeCases cases = new RuntimeCases();
        for (int axis = -3; axis < 3; axis++) {
            int at = axis;
            cases.whole("Gather on axis " + at, 17, g -> {
                String x = g.floats(2, 3, 4);
                g.node("Gather", x, g.scalar(-1L)).attribute("axis", at);
                g.node("Gather", x, g.longs(1, 0, -2)).attribute("axis", at);
                g.node("Gather", x, g.input(INT64, 2, 1, 2)).attribute("axis", at);
                g.node("Gather", x, g.input(INT64, 0)).attribute("axis", at);
                g.node("GatherElements", x, g.input(INT64, 2, 1, 2)).attribute("axis", at);
                g.node("ScatterElements", x, g.input(INT64, 1, 2, 2), g.floats(1, 2, 2))
                        .attribute("axis", at);
                g.node("Unsqueeze", x, g.longs(at));
                g.node("ArgMax", x).attribute("axis", at).attribute("keepdims", 0);
                g.node("CumSum", x, g.scalar((long) at)).attribute("reverse", 1);
                g.node("Softmax", x).attribute("axis", at);
                g.node("Flatten", x).attribute("axis", at);
                g.node("Split", 2, x, at == 1 || at == -2 ? g.longs(1, 2) : g.longs(2, at == 0 || at == -3 ? 0 : 2))
                        .attribute("axis", at);
                g.node("Concat", x, x, x).attribute("axis", at);
                g.node("TopK", 2, x, g.longs(2)).attribute("axis", at).attribute("largest", 0);
            });
        }
        return cases.whole("GatherND", 17, g -> {
                    g.node("GatherND", g.floats(2, 3, 4), g.input(INT64, 5, 3));
                    g.node("GatherND", g.floats(2, 3, 4), g.input(INT64, 2, 2, 1))
                            .attribute("batch_dims", 1);
                    g.node("GatherND", g.floats(2, 3, 4), g.input(INT64, 2, 3, 1))
                            .attribute("batch_dims", 2);
                    g.node("GatherND", g.floats(2, 3), g.input(INT64, 2));
                })
                .whole("ScatterND", 17, g -> {
                    g.node("ScatterND", g.floats(4, 3), g.longs(1), g.floats(3));
                    g.node("ScatterND", g.floats(4, 3), g.input(INT64, 2, 2), g.floats(2));
                })
                .whole(
                        "Scatter before opset 11",
                        10,
                        g -> g.node("Scatter", g.floats(2, 3), g.input(INT64, 1, 2), g.floats(1, 2)))
                .whole("one-hot", 17, g -> {
                    String values = g.constant(io.edgeai.core.onnx.OnnxTensor.ofLongs(new long[] {0, 1}, 2));
                    for (int axis = -4; axis < 4; axis++) {
                        g.node("OneHot", g.input(INT64, 2, 3, 4), g.scalar(5L), values)
                                .attribute("axis", axis);
                    }
                    g.node("OneHot", g.input(INT64, 2), g.longs(3), values);
                })
                .whole("reversals", 17, g -> g.node("ReverseSequence", g.floats(4, 3, 2), g.longs(1, 2, 4)))
                .partly("found places", 17, 4, g -> {
                    g.node("NonZero", g.input(BOOL, 3));
                    g.node("Compress", g.floats(3, 4), g.input(BOOL, 12));
                    g.node("Compress", g.floats(3, 4), g.input(BOOL, 4)).attribute("axis", -1);
                    g.node("Unique", g.floats(3, 4)).attribute("axis", 1);
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> splits() {
        RuntimeCases cases = new RuntimeCases();
        for (int size = 4; size <= 9; size++) {
            int n = size;
            cases.whole(n + " in pieces rounded up", 18, g -> {
                for (int pieces = 1; pieces <= 4; pieces++) {
                    if ((n + pieces - 1) / pieces * (pieces - 1) < n) {
                        g.node("Split", pieces, g.floats(n, 2)).attribute("num_outputs", pieces);
                    }
                }
            });
        }
        return cases.whole("attributes before opset 13", 11, g -> g.node("Split", 3, g.floats(2, 9))
                        .attribute("axis", 1)
                        .attribute("split", new long[] {2, 3, 4}))
                .whole("nothing on one side", 17, g -> g.node("Split", 2, g.floats(3), g.longs(0, 3)))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> resizes() {
        RuntimeCases cases = new RuntimeCases();
        for (String mode : new String[] {"nearest", "linear", "cubic"}) {
            for (String place : new String[] {
                "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"
            }) {
                cases.whole(mode + " " + place, 19, g -> {
                    String x = g.floats(1, 2, 5, 7);
                    g.node("Resize", x, "", g.floatsOf(1, 1, 1.7f, 0.6f))
                            .attribute("mode", mode)
                            .attribute("coordinate_transformation_mode", place);
                    g.node("Resize", x, "", "", g.longs(1, 2, 3, 11))
                            .attribute("mode", mode)
                            .attribute("coordinate_transformation_mode", place);
                });
            }
        }
        return cases.whole("some axes", 18, g -> {
                    g.node("Resize", g.floats(1, 2, 5, 7), "", g.floatsOf(2.5f, 0.5f))
                            .attribute("axes", new long[] {2, 3});
                    g.node("Resize", g.floats(1, 2, 5, 7), "", "", g.longs(4)).attribute("axes", new long[] {-1});
                })
                .whole("a region", 17, g -> g.node(
                                "Resize",
                                g.floats(1, 1, 6, 6),
                                g.floatsOf(0, 0, 0.2f, 0.2f, 1, 1, 0.8f, 0.9f),
                                "",
                                g.longs(1, 1, 3, 4))
                        .attribute("mode", "linear")
                        .attribute("coordinate_transformation_mode", "tf_crop_and_resize"))
                .partly("kept proportions stay open", 18, 1, g -> g.node(
                                "Resize", g.floats(1, 2, 5, 7), "", "", g.longs(9, 9))
                        .attribute("axes", new long[] {2, 3})
                        .attribute("keep_aspect_ratio_policy", "not_larger"))
                .whole("opset 10", 10, g -> g.node("Resize", g.floats(1, 2, 5, 7), g.floatsOf(1, 1, 1.5f, 2)))
                .whole("Upsample", 9, g -> g.node("Upsample", g.floats(1, 2, 5, 7), g.floatsOf(1, 1, 1.5f, 2)))
                .whole("Upsample before opset 9", 7, g -> g.node("Upsample", g.floats(1, 2, 5, 7))
                        .attribute("scales", Graphs.floatList(1, 1, 2, 3)))
                .tests();
    }

    /** The product of size and scale lies so near a whole number that single and double precision differ. */
    @TestFactory
    Stream<DynamicTest> scalesNearAWholeNumber() {
        return new RuntimeCases()
                .whole("x / n times n", 17, g -> {
                    for (int size = 3; size <= 30; size++) {
                        float scale = (size + 7) / (float) size;
                        g.node("Resize", g.floats(1, 1, size, 1), "", g.floatsOf(1, 1, scale, 1));
                    }
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> shapesOfOldOperatorSets() {
        return new RuntimeCases()
                .whole("axes as attributes", 12, g -> {
                    g.node("Squeeze", g.floats(1, 3, 1)).attribute("axes", new long[] {-1});
                    g.node("Unsqueeze", g.floats(3)).attribute("axes", new long[] {0, 2});
                    for (String op : new String[] {
                        "ReduceSum",
                        "ReduceMax",
                        "ReduceProd",
                        "ReduceL1",
                        "ReduceLogSum",
                        "ReduceLogSumExp",
                        "ReduceSumSquare",
                        "ReduceMin"
                    }) {
                        g.node(op, g.floats(2, 3, 4))
                                .attribute("axes", new long[] {-1, 0})
                                .attribute("keepdims", 0);
                    }
                })
                .whole("axes as inputs", 18, g -> {
                    for (String op : new String[] {"ReduceMean", "ReduceMax", "ReduceL2", "ReduceLogSumExp"}) {
                        g.node(op, g.floats(2, 3, 4), g.longs(-1, 0)).attribute("keepdims", 0);
                        g.node(op, g.floats(2, 3, 4)).attribute("keepdims", 1);
                        g.node(op, g.floats(2, 3, 4), g.zeros(INT64, 0)).attribute("noop_with_empty_axes", 1);
                    }
                })
                .whole("TopK with k as attribute", 9, g -> g.node("TopK", 2, g.floats(3, 4))
                        .attribute("k", 2)
                        .attribute("axis", 0))
                .whole("Dropout before opset 10", 9, g -> g.node("Dropout", g.floats(2, 3)))
                .whole("zeros allowed", 14, g -> g.node("Reshape", g.floats(0, 3), g.longs(3, 0))
                        .attribute("allowzero", 1))
                .whole("part of a shape", 15, g -> {
                    String x = g.floats(2, 3, 4, 5);
                    for (long[] part : new long[][] {{0, 2}, {1, 4}, {-2, 4}, {-3, -1}, {3, 1}, {-9, 9}}) {
                        OnnxNode node = g.node("Shape", x).attribute("start", part[0]);
                        node.attribute("end", part[1]);
                    }
                })
                .whole("tiles and expansions", 13, g -> {
                    g.node("Tile", g.floats(2, 3), g.longs(3, 2));
                    g.node("Expand", g.floats(3, 1), g.longs(2, 1, 6));
                    g.node("Expand", g.floats(1, 1), g.longs(0, 4));
                    g.node("Expand", g.input(FLOAT), g.longs(2, 2));
                })
                .tests();
    }
}
