package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.output;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pools against the elements under their windows. */
class PoolingTest {
    @TempDir
    Path folder;

    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of("floor", new int[] {2, 2, 7}, Window.square(1, 3, 2, 1, 1)),
                Arguments.of("floor", new int[] {1, 3, 6, 7}, Window.square(2, 3, 2, 0, 1)),
                Arguments.of("ceil", new int[] {1, 3, 6, 7}, Window.square(2, 3, 2, 0, 1)),
                Arguments.of("ceil", new int[] {1, 2, 6, 8}, Window.square(2, 3, 2, 1, 1)),
                Arguments.of("ceil_torch", new int[] {1, 2, 6, 8}, Window.square(2, 3, 2, 1, 1)),
                Arguments.of("floor", new int[] {1, 2, 4, 5, 6}, Window.square(3, 2, 1, 1, 1)));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void theGreatestUnderTheWindow(String rounding, int[] dims, Window window) {
        Grid x = Grid.pattern(dims);
        Grid wanted = Grid.filled(
                out -> Arrays.stream(window.covered(x, out)).max().orElseThrow(),
                Window.shape(dims[0], dims[1], window.output(Window.spatial(x), rounding.startsWith("ceil"))));
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MaxPool-1 rounding_type='" + rounding + "'" + window.attributes(), port(wanted), file.input(x));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void theAverageOfWhatIsUnderTheWindow(String rounding, int[] dims, Window window) {
        Grid x = Grid.pattern(dims);
        Grid wanted = Grid.filled(
                out -> Arrays.stream(window.covered(x, out)).average().orElseThrow(),
                Window.shape(dims[0], dims[1], window.output(Window.spatial(x), rounding.startsWith("ceil"))));
        IrFile file = new IrFile(folder);
        int y = file.op(
                "AvgPool-14 exclude-pad='true' rounding_type='" + rounding + "'" + window.attributes(),
                port(wanted),
                file.input(x));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void paddingCountsWhereItIsNotExcluded() {
        Grid x = Grid.pattern(1, 2, 5, 5);
        Window window = Window.square(2, 3, 2, 1, 1);
        Grid wanted = Grid.filled(
                out -> Arrays.stream(window.covered(x, out)).sum() / 9,
                Window.shape(1, 2, window.output(Window.spatial(x), false)));
        IrFile file = new IrFile(folder);
        int y = file.op("AvgPool-1 exclude-pad='false'" + window.attributes(), port(wanted), file.input(x));
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Without padding a window that hangs over the edge averages what it covers, also where padding would count. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aWindowOverTheEdgeAveragesWhatItCovers(String exclude) {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "AvgPool-1 kernel='2' strides='2' pads_begin='0' pads_end='0' rounding_type='ceil' exclude-pad='"
                        + exclude + "'",
                port("FP32", 1, 1, 2),
                file.input(new Grid(new double[] {1, 2, 5}, 1, 1, 3)));
        assertThat(file.answer(y)).is(near(new Grid(new double[] {1.5, 5}, 1, 1, 2)));
    }

    /** The window of the last output would begin in the padding: ceil keeps it, ceil_torch and ONNX do not. */
    @Test
    void aWindowInThePaddingAloneIsRefusedAndTorchesRoundingLeavesItOut() {
        Grid x = Grid.of(1, 2, 3).shaped(1, 1, 3);
        String window = " kernel='2' strides='2' pads_begin='1' pads_end='1' exclude-pad='true'";
        IrFile kept = new IrFile(folder);
        kept.result(kept.op("AvgPool-1 rounding_type='ceil'" + window, port("FP32", 1, 1, 3), kept.input(x)));
        assertThatThrownBy(kept::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("window in the padding alone");

        IrFile left = new IrFile(folder);
        int y = left.op("AvgPool-14 rounding_type='ceil_torch'" + window, port("FP32", 1, 1, 2), left.input(x));
        assertThat(left.answer(y)).is(near(Grid.of(1, 2.5).shaped(1, 1, 2)));
    }

    @ParameterizedTest
    @CsvSource({"same_upper", "same_lower"})
    void samePaddingOfPools(String auto) {
        Grid x = Grid.pattern(1, 1, 6, 5);
        Window stated = Window.square(2, 4, 1, 0, 1);
        Window window = stated.same(Window.spatial(x), auto.equals("same_upper"));
        Grid wanted =
                Grid.filled(out -> Arrays.stream(window.covered(x, out)).max().orElseThrow(), 1, 1, 6, 5);
        IrFile file = new IrFile(folder);
        int y = file.op("MaxPool-1 auto_pad='" + auto + "'" + stated.attributes(), port(x), file.input(x));
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Set 8 dilates, and tells at which element of the whole input, counted from axis 0, the greatest lies. */
    @Test
    void placesOfTheGreatestAreCountedOverTheWholeInput() {
        Grid x = Grid.pattern(2, 2, 5, 5);
        Window window = Window.square(2, 2, 1, 0, 2);
        int[] dims = Window.shape(2, 2, window.output(Window.spatial(x), false));
        Grid greatest =
                Grid.filled(out -> Arrays.stream(window.covered(x, out)).max().orElseThrow(), dims);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MaxPool-8 index_element_type='i32' axis='0'" + window.attributes(),
                new String[] {port(greatest), port("I32", 2, 2, 3, 3)},
                file.input(x));
        var found = file.answers(y, 2);
        assertThat(found.get(0)).is(near(greatest));
        assertThat(found.get(1).map(place -> x.values()[(int) place]))
                .as("values at the places")
                .is(near(greatest));
        Grid.each(
                dims,
                out -> assertThat((int) found.get(1).at(out) / 25).as("plane").isEqualTo(out[0] * 2 + out[1]));
    }

    @ParameterizedTest
    @CsvSource({"1, 50", "2, 25", "-1, 5"})
    void placesAreCountedFromAnAxis(int axis, int inner) {
        Grid x = Grid.pattern(2, 2, 5, 5);
        Window window = Window.square(2, 2, 2, 0, 1);
        String[] ports = {port("FP32", 2, 2, 2, 2), port("I64", 2, 2, 2, 2)};
        IrFile whole = new IrFile(folder);
        Grid places = whole.answers(whole.op("MaxPool-8 axis='0'" + window.attributes(), ports, whole.input(x)), 2)
                .get(1);
        IrFile file = new IrFile(folder);
        int y = file.op("MaxPool-8 axis='" + axis + "'" + window.attributes(), ports, file.input(x));

        assertThat(file.answers(y, 2).get(1)).is(near(places.map(place -> place % inner)));
    }

    /** From floor(i * in / out) to ceil((i + 1) * in / out). */
    private static double[] share(Grid x, int[] out) {
        int rows = x.dims()[2];
        int columns = x.dims()[3];
        int top = out[2] * rows / 3;
        int bottom = ((out[2] + 1) * rows + 2) / 3;
        int left = out[3] * columns / 4;
        int right = ((out[3] + 1) * columns + 3) / 4;
        double[] found = new double[(bottom - top) * (right - left)];
        int n = 0;
        for (int r = top; r < bottom; r++) {
            for (int c = left; c < right; c++) {
                found[n++] = x.at(out[0], out[1], r, c);
            }
        }
        return found;
    }

    @Test
    void adaptivePoolsShareTheInputOut() {
        Grid x = Grid.pattern(2, 2, 7, 10);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int shape = file.longs(3, 4);
        String port = port("FP32", 2, 2, 3, 4);
        file.result(file.op("AdaptiveAvgPool-8", port, in, shape));
        file.result(file.op("AdaptiveMaxPool-8", new String[] {port, port("I64", 2, 2, 3, 4)}, in, shape));
        file.result(file.op("AdaptiveAvgPool-8", port("FP32", 2, 2, 1, 1), in, file.longs(1, 1)));
        var found = file.answers();
        assertThat(found.get(0))
                .is(near(Grid.filled(
                        out -> Arrays.stream(share(x, out)).average().orElseThrow(), 2, 2, 3, 4)));
        assertThat(found.get(1))
                .is(near(Grid.filled(out -> Arrays.stream(share(x, out)).max().orElseThrow(), 2, 2, 3, 4)));
        Grid whole = Grid.filled(
                out -> {
                    double[] sum = new double[1];
                    Grid.each(new int[] {7, 10}, at -> sum[0] += x.at(out[0], out[1], at[0], at[1]));
                    return sum[0] / 70;
                },
                2,
                2,
                1,
                1);
        assertThat(found.get(2)).is(near(whole));
    }

    /** The first of the greatest in each share, counted over rows and columns. */
    @Test
    void placesOfAdaptivePools() {
        Grid x = Grid.filled(at -> (at[0] * 31 + at[1] * 7 + at[2] * 5 + at[3] * 3) % 11, 2, 2, 7, 10);
        Grid wanted = Grid.filled(
                out -> {
                    int best = -1;
                    for (int r = out[2] * 7 / 3; r < ((out[2] + 1) * 7 + 2) / 3; r++) {
                        for (int c = out[3] * 10 / 4; c < ((out[3] + 1) * 10 + 3) / 4; c++) {
                            boolean more =
                                    best < 0 || x.at(out[0], out[1], r, c) > x.at(out[0], out[1], best / 10, best % 10);
                            best = more ? r * 10 + c : best;
                        }
                    }
                    return best;
                },
                2,
                2,
                3,
                4);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "AdaptiveMaxPool-8 index_element_type='i32'",
                new String[] {port("FP32", 2, 2, 3, 4), port("I32", 2, 2, 3, 4)},
                file.input(x),
                file.longs(3, 4));

        assertThat(file.answers(y, 2).get(1)).is(near(wanted));
    }

    @Test
    void placesOfMoreSharesThanNodesAreRefused() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "AdaptiveMaxPool-8",
                new String[] {port("FP32", 1, 1, 2000), port("I64", 1, 1, 2000)},
                file.input(Grid.pattern(1, 1, 4000)),
                file.longs(2000));
        file.result(output(y, 1));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("places of the greatest of 2000 shares")
                .hasMessageContaining("l2");
    }
}
