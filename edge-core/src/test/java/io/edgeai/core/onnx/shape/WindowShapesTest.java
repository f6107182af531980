package io.edgeai.core.onnx.shape;

import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.INT64;
import static io.edgeai.core.model.ElementType.INT8;
import static io.edgeai.core.model.ElementType.UINT8;

import io.edgeai.core.onnx.OnnxNode;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Convolutions and pools in every combination of padding, stride, dilation and rounding, against ONNX Runtime. */
class WindowShapesTest {
    private static final String[] MODES = {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"};

    private static OnnxNode strided(OnnxNode node, long... strides) {
        return node.attribute("strides", strides);
    }

    /** Sizes from 5 to 9 by mode, stride and dilation; ONNX Runtime does not dilate where padding is automatic. */
    @TestFactory
    Stream<DynamicTest> convolutions() {
        RuntimeCases cases = new RuntimeCases();
        for (String mode : MODES) {
            for (long stride = 1; stride <= 3; stride++) {
                for (long dilation = 1; dilation <= (mode.startsWith("SAME") ? 1 : 2); dilation++) {
                    long s = stride;
                    long d = dilation;
                    cases.whole("Conv " + mode + " stride " + s + " dilation " + d, 17, g -> {
                        String w = g.weights(new SplittableRandom(s), 2, 3, 3, 2);
                        for (int size = 5; size <= 9; size++) {
                            strided(g.node("Conv", g.floats(1, 3, size, 14 - size), w), s, 1)
                                    .attribute("auto_pad", mode)
                                    .attribute("dilations", new long[] {d, 1});
                        }
                    });
                }
            }
        }
        return cases.tests();
    }

    @TestFactory
    Stream<DynamicTest> convolutionsOfOtherKinds() {
        SplittableRandom random = new SplittableRandom(5);
        return new RuntimeCases()
                .whole("depthwise", 17, g -> strided(
                                g.node("Conv", g.floats(2, 6, 9, 9), g.weights(random, 12, 1, 3, 3)), 2, 2)
                        .attribute("group", 6)
                        .attribute("pads", new long[] {0, 1, 2, 1}))
                .whole("one and three dimensions", 17, g -> {
                    g.node("Conv", g.floats(1, 2, 10), g.weights(random, 3, 2, 4))
                            .attribute("pads", new long[] {3, 0});
                    strided(g.node("Conv", g.floats(1, 2, 6, 5, 4), g.weights(random, 3, 2, 2, 3, 1)), 1, 2, 3)
                            .attribute("kernel_shape", new long[] {2, 3, 1});
                })
                .whole("a batch of none", 17, g -> g.node("Conv", g.floats(0, 2, 5, 5), g.weights(random, 3, 2, 3, 3)))
                .whole("integers", 17, g -> {
                    String x = g.input(UINT8, 1, 2, 7, 7);
                    String w = g.zeros(UINT8, 4, 2, 3, 3);
                    strided(g.node("ConvInteger", x, w), 2, 2).attribute("auto_pad", "SAME_UPPER");
                    String scale = g.scalar(0.5f);
                    String zero = g.zeros(UINT8);
                    String weightZero = g.zeros(INT8);
                    strided(
                                    g.node(
                                            "QLinearConv",
                                            x,
                                            scale,
                                            zero,
                                            g.zeros(INT8, 4, 1, 3, 3),
                                            scale,
                                            weightZero,
                                            scale,
                                            zero),
                                    1,
                                    2)
                            .attribute("group", 2)
                            .attribute("dilations", new long[] {2, 1});
                })
                .whole("fused", 17, g -> g.node(
                                "com.microsoft:FusedConv", g.floats(1, 2, 6, 6), g.weights(random, 3, 2, 3, 3))
                        .attribute("activation", "Relu")
                        .attribute("pads", new long[] {1, 1, 1, 1}))
                .whole("deformable", 19, g -> g.node(
                                "DeformConv",
                                g.floats(1, 2, 6, 6),
                                g.weights(random, 3, 2, 3, 3),
                                g.floats(1, 18, 4, 4))
                        .attribute("kernel_shape", new long[] {3, 3}))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> pools() {
        RuntimeCases cases = new RuntimeCases();
        for (String op : new String[] {"MaxPool", "AveragePool", "LpPool"}) {
            for (String mode : MODES) {
                for (int ceil = 0; ceil <= 1; ceil++) {
                    int up = ceil;
                    cases.whole(op + " " + mode + (up == 1 ? " rounded up" : " rounded down"), 22, g -> {
                        for (int size = 5; size <= 8; size++) {
                            for (long stride = 1; stride <= 3; stride++) {
                                strided(g.node(op, g.floats(1, 2, size, 7)), stride, 2)
                                        .attribute("kernel_shape", new long[] {3, 2})
                                        .attribute("auto_pad", mode)
                                        .attribute("ceil_mode", up);
                            }
                        }
                    });
                }
            }
            cases.whole(op + " dilated and padded", 22, g -> {
                for (int size = 6; size <= 9; size++) {
                    strided(g.node(op, g.floats(1, 2, size, size)), 2, 1)
                            .attribute("kernel_shape", new long[] {2, 3})
                            .attribute("pads", new long[] {1, 0, 0, 2})
                            .attribute("dilations", new long[] {2, 2})
                            .attribute("ceil_mode", size % 2);
                }
            });
        }
        return cases.tests();
    }

    /** A window that would start in the padding after the input is dropped when rounding up. */
    @TestFactory
    Stream<DynamicTest> roundingUpNeverStartsInThePadding() {
        RuntimeCases cases = new RuntimeCases();
        for (long pad = 0; pad <= 2; pad++) {
            long p = pad;
            cases.whole("padding " + p, 22, g -> {
                for (int size = 4; size <= 9; size++) {
                    for (long stride = 2; stride <= 4; stride++) {
                        strided(g.node("MaxPool", g.floats(1, 1, size)), stride)
                                .attribute("kernel_shape", new long[] {3})
                                .attribute("pads", new long[] {p, p})
                                .attribute("ceil_mode", 1);
                    }
                }
            });
        }
        return cases.tests();
    }

    @TestFactory
    Stream<DynamicTest> poolsOfOtherKinds() {
        return new RuntimeCases()
                .whole("indices", 17, g -> strided(g.node("MaxPool", 2, g.floats(1, 2, 7, 7)), 2, 2)
                        .attribute("kernel_shape", new long[] {2, 2}))
                .whole("global", 17, g -> {
                    for (String op : new String[] {"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"}) {
                        g.node(op, g.floats(2, 3, 4, 5));
                        g.node(op, g.floats(2, 3, 4));
                    }
                })
                .whole("unpooled", 17, g -> {
                    OnnxNode pool = strided(g.node("MaxPool", 2, g.floats(1, 1, 6, 6)), 2, 2)
                            .attribute("kernel_shape", new long[] {2, 2});
                    strided(g.node("MaxUnpool", pool.output(0), pool.output(1)), 2, 2)
                            .attribute("kernel_shape", new long[] {2, 2});
                    strided(g.node("MaxUnpool", pool.output(0), pool.output(1), g.longs(1, 1, 7, 8)), 2, 2)
                            .attribute("kernel_shape", new long[] {2, 2});
                })
                .whole("regions", 17, g -> {
                    g.node("MaxRoiPool", g.floats(1, 3, 8, 8), g.floats(4, 5))
                            .attribute("pooled_shape", new long[] {2, 3});
                    g.node("RoiAlign", g.floats(2, 3, 8, 8), g.floats(5, 4), g.input(INT64, 5))
                            .attribute("output_height", 3)
                            .attribute("output_width", 2);
                    g.node("RoiAlign", g.floats(2, 3, 8, 8), g.floats(1, 4), g.input(INT64, 1));
                })
                .whole("quantized", 17, g -> {
                    String x = g.input(UINT8, 1, 3, 8, 8);
                    String scale = g.scalar(0.5f);
                    String zero = g.zeros(UINT8);
                    strided(g.node("com.microsoft:QLinearAveragePool", x, scale, zero, scale, zero), 2, 3)
                            .attribute("kernel_shape", new long[] {3, 2})
                            .attribute("pads", new long[] {1, 0, 1, 0});
                    g.node("com.microsoft:QLinearGlobalAveragePool", x, scale, zero, scale, zero);
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> transposedConvolutions() {
        RuntimeCases cases = new RuntimeCases();
        SplittableRandom random = new SplittableRandom(9);
        for (String mode : MODES) {
            for (long stride = 1; stride <= 3; stride++) {
                long s = stride;
                cases.whole("ConvTranspose " + mode + " stride " + s, 17, g -> {
                    String w = g.weights(random, 2, 3, 3, 2);
                    for (int size = 3; size <= 6; size++) {
                        strided(g.node("ConvTranspose", g.floats(1, 2, size, 4), w), s, 2)
                                .attribute("auto_pad", mode);
                    }
                });
            }
        }
        return cases.whole("output_padding", 17, g -> strided(
                                g.node("ConvTranspose", g.floats(1, 4, 5, 4), g.weights(random, 4, 3, 3, 3)), 3, 2)
                        .attribute("output_padding", new long[] {2, 1})
                        .attribute("pads", new long[] {1, 0, 0, 1})
                        .attribute("group", 2))
                .whole("output_shape", 17, g -> {
                    String x = g.floats(1, 2, 5, 4);
                    String w = g.weights(random, 2, 3, 3, 3);
                    strided(g.node("ConvTranspose", x, w), 2, 2).attribute("output_shape", new long[] {10, 9});
                    strided(g.node("ConvTranspose", x, w), 2, 3)
                            .attribute("output_shape", new long[] {11, 12})
                            .attribute("auto_pad", "SAME_LOWER");
                })
                .whole("dilations", 17, g -> g.node("ConvTranspose", g.floats(1, 2, 5), g.weights(random, 2, 3, 3))
                        .attribute("dilations", new long[] {3})
                        .attribute("kernel_shape", new long[] {3}))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> imagesFromColumns() {
        return new RuntimeCases()
                .whole("Col2Im", 18, g -> {
                    g.node("Col2Im", g.floats(1, 5, 5), g.longs(5, 5), g.longs(1, 5));
                    g.node("Col2Im", g.floats(2, 3 * 4, 9), g.longs(4, 4), g.longs(2, 2));
                    g.node("Col2Im", g.floats(1, 9, 4), g.longs(5, 5), g.longs(3, 3))
                            .attribute("strides", new long[] {2, 2});
                    g.node("Col2Im", g.floats(1, 8, 1), g.longs(2, 2, 2), g.longs(2, 2, 2));
                })
                .whole("pixel shuffles", 17, g -> {
                    for (long block = 1; block <= 3; block++) {
                        String x = g.input(FLOAT, 2, block * block * 2, 3, 2);
                        for (String mode : new String[] {"DCR", "CRD"}) {
                            OnnxNode up = g.node("DepthToSpace", x)
                                    .attribute("blocksize", block)
                                    .attribute("mode", mode);
                            g.node("SpaceToDepth", up.output(0)).attribute("blocksize", block);
                        }
                    }
                })
                .tests();
    }
}
