package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions against sums over their windows written out. */
class ConvolutionTest {
    @TempDir
    Path folder;

    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of("one axis", new int[] {2, 3, 7}, Window.square(1, 3, 1, 1, 1)),
                Arguments.of("strides", new int[] {1, 2, 6, 7}, Window.square(2, 3, 2, 1, 1)),
                Arguments.of("dilations", new int[] {1, 2, 7, 8}, Window.square(2, 3, 1, 0, 2)),
                Arguments.of("three axes", new int[] {1, 2, 4, 5, 4}, Window.square(3, 2, 2, 0, 1)),
                Arguments.of(
                        "uneven",
                        new int[] {1, 2, 5, 9},
                        new Window(
                                new int[] {2, 4}, new int[] {1, 3}, new int[] {1, 0}, new int[] {0, 2}, new int[] {2, 1
                                })));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("windows")
    void convolutionsAreSumsOverWindows(String what, int[] dims, Window window) {
        Grid x = Grid.pattern(dims);
        Grid w = Grid.pattern(Window.shape(4, dims[1], window.kernel()));
        Grid wanted = window.convolve(x, w, 1);
        IrFile file = new IrFile(folder);
        int y = file.op("Convolution-1" + window.attributes(), port(wanted), file.input(x), file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void samePaddingPutsTheOddOneAtTheEndOrTheStart(boolean upper) {
        Grid x = Grid.pattern(1, 2, 6, 7);
        Grid w = Grid.pattern(3, 2, 4, 3);
        Window stated =
                new Window(new int[] {4, 3}, new int[] {1, 2}, new int[] {9, 9}, new int[] {9, 9}, new int[] {1, 1});
        Grid wanted = stated.same(Window.spatial(x), upper).convolve(x, w, 1);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Convolution-1 auto_pad='" + (upper ? "same_upper" : "same_lower") + "'" + stated.attributes(),
                port(wanted),
                file.input(x),
                file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void validPaddingIsNoneWhateverElseIsStated() {
        Grid x = Grid.pattern(1, 1, 5, 5);
        Grid w = Grid.pattern(1, 1, 2, 2);
        Grid wanted = Window.square(2, 2, 1, 0, 1).convolve(x, w, 1);
        IrFile file = new IrFile(folder);
        String attributes = Window.square(2, 2, 1, 3, 1).attributes();
        int y = file.op("Convolution-1 auto_pad='valid'" + attributes, port(wanted), file.input(x), file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Weights carry the groups in front: {@code [groups, outputs, inputs, kernel]}. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void groupsSeeTheirOwnChannels(boolean constant) {
        Grid x = Grid.pattern(2, 4, 5, 6);
        Grid w = Grid.pattern(2, 3, 2, 3, 3);
        Window window = Window.square(2, 3, 2, 1, 1);
        Grid wanted = window.convolve(x, w.shaped(6, 2, 3, 3), 2);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int weights = constant ? file.floats(w) : file.input(w);
        int y = file.op("GroupConvolution-1" + window.attributes(), port(wanted), in, weights);
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Every input adds the kernel to the output, spread by the strides; then the padding is cut off. */
    private static Grid backprop(Grid x, Grid w, Window window, int groups, int[] output) {
        int each = w.dims()[1];
        Grid sum = Grid.filled(i -> 0, Window.shape(x.dims()[0], groups * each, output));
        Grid.each(x.dims(), in -> {
            int group = in[1] / (x.dims()[1] / groups);
            for (int o = 0; o < each; o++) {
                int channel = o;
                Grid.each(window.kernel(), k -> {
                    int[] to = new int[in.length];
                    to[0] = in[0];
                    to[1] = group * each + channel;
                    for (int i = 0; i < k.length; i++) {
                        to[i + 2] = in[i + 2] * window.strides()[i] + k[i] * window.dilations()[i] - window.begin()[i];
                        if (to[i + 2] < 0 || to[i + 2] >= output[i]) {
                            return;
                        }
                    }
                    sum.add(x.at(in) * w.at(Window.shape(in[1], channel, k)), to);
                });
            }
        });
        return sum;
    }

    private static int[] grown(Grid x, Window window, int... extra) {
        int[] output = Window.spatial(x);
        for (int i = 0; i < output.length; i++) {
            output[i] = (output[i] - 1) * window.strides()[i]
                    + window.reach(i)
                    - window.begin()[i]
                    - window.end()[i]
                    + extra[i];
        }
        return output;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("windows")
    void backpropagationSpreadsTheKernel(String what, int[] dims, Window window) {
        Grid x = Grid.pattern(dims);
        Grid w = Grid.pattern(Window.shape(dims[1], 3, window.kernel()));
        Grid wanted = backprop(x, w, window, 1, grown(x, window, new int[dims.length - 2]));
        IrFile file = new IrFile(folder);
        int y = file.op("ConvolutionBackpropData-1" + window.attributes(), port(wanted), file.input(x), file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void outputPaddingUnlocksElementsAtTheEnd() {
        Grid x = Grid.pattern(1, 2, 2, 2);
        Grid w = Grid.pattern(2, 3, 3, 3);
        Window window = Window.square(2, 3, 3, 0, 1);
        Grid wanted = backprop(x, w, window, 1, grown(x, window, 2, 1));
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ConvolutionBackpropData-1 output_padding='2,1'" + window.attributes(),
                port(wanted),
                file.input(x),
                file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"same_upper", "same_lower", "valid", "explicit"})
    void aWantedOutputShapeDecidesThePadding(String auto) {
        Grid x = Grid.pattern(1, 2, 3, 4);
        Grid w = Grid.pattern(2, 2, 4, 3);
        int[] output = {7, 7};
        Window stated = Window.square(2, 3, 2, 0, 1);
        int[] less = new int[2];
        int[] more = new int[2];
        for (int i = 0; i < 2; i++) {
            int total = 2 * (x.dims()[i + 2] - 1) + w.dims()[i + 2] - output[i];
            less[i] = total / 2;
            more[i] = total - total / 2;
        }
        boolean upper = auto.equals("same_upper");
        Window window = new Window(
                new int[] {4, 3}, stated.strides(), upper ? more : less, upper ? less : more, stated.dilations());
        Grid wanted = backprop(x, w, window, 1, output);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ConvolutionBackpropData-1 auto_pad='" + auto + "'" + stated.attributes(),
                port(wanted),
                file.input(x),
                file.floats(w),
                file.longs(7, 7));
        assertThat(file.answer(y))
                .as("paddings %s %s", Window.list(less), Window.list(more))
                .is(near(wanted));
    }

    @Test
    void withoutAnOutputShapeAutomaticPaddingIsNone() {
        Grid x = Grid.pattern(1, 1, 3, 3);
        Grid w = Grid.pattern(1, 1, 3, 3);
        Window none = Window.square(2, 3, 2, 0, 1);
        Grid wanted = backprop(x, w, none, 1, grown(x, none, 0, 0));
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ConvolutionBackpropData-1 auto_pad='same_upper'"
                        + Window.square(2, 3, 2, 1, 1).attributes(),
                port(wanted),
                file.input(x),
                file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void groupsOfBackpropagation() {
        Grid x = Grid.pattern(1, 4, 3, 4);
        Grid w = Grid.pattern(2, 2, 3, 2, 2);
        Window window = Window.square(2, 2, 2, 0, 1);
        Grid wanted = backprop(x, w.shaped(4, 3, 2, 2), window, 2, grown(x, window, 0, 0));
        IrFile file = new IrFile(folder);
        int y = file.op(
                "GroupConvolutionBackpropData-1" + window.attributes(), port(wanted), file.input(x), file.floats(w));
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** The transpose is defined by the inner product: of conv(x) with y, and of x with backprop(y). */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void backpropagationIsTheTransposeOfConvolution(long seed) {
        Random random = new Random(seed);
        Window window = Window.square(2, random.nextInt(1, 4), random.nextInt(1, 4), 0, random.nextInt(1, 3));
        int[] small = {random.nextInt(1, 4), random.nextInt(1, 4)};
        Grid y = Grid.random(random, Window.shape(1, 3, small));
        Grid w = Grid.random(random, Window.shape(3, 2, window.kernel()));
        Grid x = Grid.random(random, Window.shape(1, 2, grown(y, window, 0, 0)));
        IrFile file = new IrFile(folder);
        int weights = file.floats(w);
        file.result(file.op("Convolution-1" + window.attributes(), port(y), file.input(x), weights));
        file.result(file.op("ConvolutionBackpropData-1" + window.attributes(), port(x), file.input(y), weights));
        var found = file.answers();
        assertThat(product(found.get(0), y))
                .as("seed " + seed)
                .isCloseTo(product(found.get(1), x), org.assertj.core.data.Offset.offset(1e-3));
    }

    private static double product(Grid a, Grid b) {
        double sum = 0;
        for (int i = 0; i < a.values().length; i++) {
            sum += a.values()[i] * b.values()[i];
        }
        return sum;
    }

    @Test
    void anOpenSizeWithAWantedOutputShapeIsRefused() {
        IrFile file = new IrFile(folder);
        int x = file.open(Grid.pattern(1, 1, 3, 3), 1, 1, -1, -1);
        int w = file.floats(Grid.pattern(1, 1, 3, 3));
        String attributes = Window.square(2, 3, 2, 0, 1).attributes();
        file.result(
                file.op("ConvolutionBackpropData-1" + attributes, port("FP32", 1, 1, 6, 6), x, w, file.longs(6, 6)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("output of unknown size")
                .hasMessageContaining("at l3");
    }
}
