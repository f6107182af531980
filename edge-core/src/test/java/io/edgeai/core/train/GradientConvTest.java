package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Convolutions of every form against central differences in doubles. */
class GradientConvTest {
    private record Form(
            int in, int out, int group, int[] size, int[] kernel, int[] stride, int[] dilation, int[] pads) {
        static Form square(int in, int out, int group, int size, int kernel, int stride, int pad) {
            return new Form(
                    in,
                    out,
                    group,
                    new int[] {size, size},
                    new int[] {kernel, kernel},
                    new int[] {stride, stride},
                    new int[] {1, 1},
                    new int[] {pad, pad, pad, pad});
        }
    }

    private static long[] longs(int... values) {
        return java.util.Arrays.stream(values).asLongStream().toArray();
    }

    private static void verify(Form form, boolean bias, long seed) {
        for (boolean free : new boolean[] {false, true}) {
            GradientCheck check = new GradientCheck(seed, free);
            int axes = form.kernel().length;
            long[] x = new long[axes + 2];
            long[] w = new long[axes + 2];
            x[0] = 2;
            x[1] = form.in();
            w[0] = form.out();
            w[1] = form.in() / form.group();
            for (int i = 0; i < axes; i++) {
                x[2 + i] = form.size()[i];
                w[2 + i] = form.kernel()[i];
            }
            String input = check.value("x", x);
            check.weight("w", w);
            if (bias) {
                check.weight("b", form.out());
            }
            OnnxNode node = bias ? check.b.node("Conv", "y", input, "w", "b") : check.b.node("Conv", "y", input, "w");
            node.attribute("strides", longs(form.stride()))
                    .attribute("dilations", longs(form.dilation()))
                    .attribute("pads", longs(form.pads()))
                    .attribute("group", form.group());
            check.verify("y");
        }
    }

    @Test
    void windowsOfOneElement() {
        verify(Form.square(5, 4, 1, 4, 1, 1, 0), true, 1);
        verify(Form.square(9, 4, 1, 5, 1, 2, 0), false, 2);
    }

    @Test
    void fewAndManyChannels() {
        verify(Form.square(3, 4, 1, 6, 3, 1, 1), true, 3);
        verify(Form.square(9, 5, 1, 5, 3, 1, 1), true, 4);
        verify(Form.square(8, 2, 1, 6, 3, 1, 0), false, 5);
    }

    @Test
    void stridesOverOddAndEvenSizes() {
        for (int size = 5; size <= 8; size++) {
            verify(Form.square(3, 2, 1, size, 3, 2, 1), false, 10 + size);
            verify(Form.square(8, 2, 1, size, 3, 2, 1), true, 20 + size);
            verify(Form.square(8, 2, 1, size, 2, 3, 0), true, 30 + size);
        }
    }

    @Test
    void stridesWithManyChannels() {
        verify(Form.square(32, 2, 1, 5, 3, 2, 1), false, 40);
        verify(Form.square(32, 2, 1, 4, 2, 2, 0), false, 41);
    }

    @Test
    void wideWindows() {
        verify(Form.square(8, 2, 1, 7, 5, 1, 2), true, 42);
        verify(Form.square(8, 2, 1, 8, 5, 2, 1), false, 43);
        verify(Form.square(2, 3, 1, 7, 7, 1, 3), false, 44);
    }

    @Test
    void depthwiseAndGroups() {
        verify(Form.square(4, 4, 4, 6, 3, 1, 1), true, 50);
        verify(Form.square(8, 8, 8, 5, 3, 2, 1), true, 51);
        verify(Form.square(9, 9, 9, 4, 3, 1, 1), false, 56);
        verify(Form.square(4, 8, 4, 5, 3, 1, 1), false, 52);
        verify(Form.square(8, 6, 2, 5, 3, 1, 1), true, 53);
        verify(Form.square(12, 6, 3, 5, 3, 2, 1), false, 54);
        verify(Form.square(8, 8, 2, 4, 1, 1, 0), false, 55);
    }

    @Test
    void lopsidedPaddingAndDilations() {
        int[] one = {1, 1};
        verify(new Form(3, 2, 1, new int[] {6, 5}, new int[] {3, 2}, one, one, new int[] {0, 1, 2, 0}), true, 60);
        verify(
                new Form(8, 2, 1, new int[] {7, 6}, new int[] {3, 2}, new int[] {1, 2}, new int[] {2, 1}, new int[] {
                    2, 0, 1, 1
                }),
                true,
                61);
        verify(
                new Form(8, 3, 1, new int[] {7, 6}, new int[] {3, 3}, one, new int[] {2, 2}, new int[] {2, 2, 2, 2}),
                false,
                62);
    }

    @Test
    void paddingWiderThanTheWindow() {
        verify(Form.square(8, 2, 1, 4, 2, 1, 3), false, 63);
        verify(Form.square(3, 2, 1, 4, 1, 1, 1), false, 64);
    }

    @Test
    void oneAndThreeSpatialAxes() {
        verify(
                new Form(3, 4, 1, new int[] {9}, new int[] {3}, new int[] {1}, new int[] {1}, new int[] {1, 1}),
                true,
                70);
        verify(
                new Form(8, 4, 1, new int[] {9}, new int[] {5}, new int[] {2}, new int[] {1}, new int[] {2, 1}),
                true,
                71);
        verify(
                new Form(6, 6, 6, new int[] {9}, new int[] {3}, new int[] {1}, new int[] {2}, new int[] {0, 0}),
                true,
                72);
        int[] ones = {1, 1, 1};
        verify(new Form(2, 3, 1, new int[] {4, 3, 5}, new int[] {2, 3, 2}, ones, ones, new int[6]), true, 73);
        verify(
                new Form(8, 2, 1, new int[] {4, 3, 3}, new int[] {2, 2, 2}, new int[] {2, 1, 1}, ones, new int[6]),
                false,
                74);
    }

    @Test
    void automaticPadding() {
        for (String auto : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
            for (int stride = 1; stride <= 2; stride++) {
                GradientCheck check = new GradientCheck(80 + stride, true);
                String x = check.value("x", 2, 8, 6, 5);
                check.b
                        .node("Conv", "y", x, check.weight("w", 3, 8, 3, 2))
                        .attribute("auto_pad", auto)
                        .attribute("strides", new long[] {stride, stride});
                check.verify("y");
            }
        }
    }

    @Test
    void randomForms() {
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            int group = 1 + random.nextInt(3);
            int axes = 1 + random.nextInt(2);
            int[] size = new int[axes];
            int[] kernel = new int[axes];
            int[] stride = new int[axes];
            int[] dilation = new int[axes];
            int[] pads = new int[2 * axes];
            for (int i = 0; i < axes; i++) {
                kernel[i] = 1 + random.nextInt(3);
                stride[i] = 1 + random.nextInt(3);
                dilation[i] = 1 + random.nextInt(2);
                pads[i] = random.nextInt(3);
                pads[axes + i] = random.nextInt(3);
                size[i] = dilation[i] * (kernel[i] - 1) + 1 + random.nextInt(4);
            }
            int in = group * (1 + random.nextInt(4));
            int out = group * (1 + random.nextInt(3));
            verify(new Form(in, out, group, size, kernel, stride, dilation, pads), random.nextBoolean(), 1000 + seed);
        }
    }

    @Test
    void transposedConvolutions() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            GradientCheck check = new GradientCheck(seed, seed % 2 == 0);
            int group = 1 + seed % 2;
            int stride = 1 + random.nextInt(3);
            int dilation = 1 + random.nextInt(2);
            int kernel = 2 + random.nextInt(2);
            int in = group * (1 + random.nextInt(5));
            String x = check.value("x", 2, in, 3, 4);
            check.weight("w", in, 2, kernel, kernel);
            check.weight("b", 2L * group);
            OnnxNode node = check.b
                    .node("ConvTranspose", "y", x, "w", "b")
                    .attribute("strides", new long[] {stride, stride})
                    .attribute("dilations", new long[] {dilation, dilation})
                    .attribute("pads", new long[] {1, 0, 0, 1})
                    .attribute("group", group);
            if (stride > 1) {
                node.attribute("output_padding", new long[] {1, 0});
            }
            check.verify("y");
        }
    }
}
