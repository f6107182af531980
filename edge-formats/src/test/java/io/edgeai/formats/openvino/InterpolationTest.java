package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Resizing against the coordinates and weights of the specification. */
class InterpolationTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(1, 2, 4, 6);

    private static double coordinate(String mode, int at, double scale, int in, int out) {
        return switch (mode) {
            case "half_pixel" -> (at + .5) / scale - .5;
            case "pytorch_half_pixel" -> out > 1 ? (at + .5) / scale - .5 : 0;
            case "asymmetric" -> at / scale;
            case "align_corners" -> out > 1 ? at * (in - 1.) / (out - 1) : 0;
            default -> throw new IllegalArgumentException(mode);
        };
    }

    private static int nearest(String mode, double at, boolean down) {
        return (int)
                switch (mode) {
                    case "floor" -> Math.floor(at);
                    case "ceil" -> Math.ceil(at);
                    case "round_prefer_floor" -> Math.ceil(at - .5);
                    case "round_prefer_ceil" -> Math.floor(at + .5);
                    case "simple" -> down ? Math.ceil(at) : (int) at;
                    default -> throw new IllegalArgumentException(mode);
                };
    }

    /** What the neighbours along one axis count, places beyond the edges standing for the edge. */
    private static double[] shares(
            String mode, String coordinates, String rounding, int at, double scale, int in, int out) {
        double[] shares = new double[in];
        double place = coordinate(coordinates, at, scale, in, out);
        if (mode.equals("nearest")) {
            shares[clamp(nearest(rounding, place, scale < 1), in)] = 1;
            return shares;
        }
        double[] weights =
                ResamplingTest.weights(place - Math.floor(place), mode.equals("cubic") ? "bicubic" : "bilinear", -.75);
        for (int k = 0; k < 4; k++) {
            shares[clamp((int) Math.floor(place) - 1 + k, in)] += weights[k];
        }
        return shares;
    }

    private static int clamp(int at, int size) {
        return Math.max(0, Math.min(size - 1, at));
    }

    private Grid resized(
            String mode, String coordinates, String rounding, int rows, int columns, double down, double across) {
        return Grid.filled(
                i -> {
                    double[] r = shares(mode, coordinates, rounding, i[2], down, 4, rows);
                    double[] c = shares(mode, coordinates, rounding, i[3], across, 6, columns);
                    double sum = 0;
                    for (int a = 0; a < 4; a++) {
                        for (int b = 0; b < 6; b++) {
                            sum += r[a] * c[b] * x.at(i[0], i[1], a, b);
                        }
                    }
                    return sum;
                },
                1,
                2,
                rows,
                columns);
    }

    private static String attributes(String mode, String coordinates, String rounding, String by) {
        return " mode='" + mode + "' coordinate_transformation_mode='" + coordinates + "' nearest_mode='" + rounding
                + "' shape_calculation_mode='" + by + "' antialias='false' pads_begin='0' pads_end='0'";
    }

    static Stream<Arguments> ways() {
        Stream<Arguments> nearest = Stream.of("floor", "ceil", "round_prefer_floor", "round_prefer_ceil", "simple")
                .flatMap(rounding -> Stream.of("half_pixel", "asymmetric", "align_corners")
                        .map(coordinates -> Arguments.of("nearest", coordinates, rounding)));
        Stream<Arguments> smooth = Stream.of("linear", "linear_onnx", "cubic")
                .flatMap(mode -> Stream.of("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners")
                        .map(coordinates -> Arguments.of(mode, coordinates, "floor")));
        return Stream.concat(nearest, smooth);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void largerAndSmallerBySize(String mode, String coordinates, String rounding) {
        for (int[] size : new int[][] {{7, 9}, {3, 4}}) {
            Grid wanted = resized(mode, coordinates, rounding, size[0], size[1], size[0] / 4., size[1] / 6.);
            IrFile file = new IrFile(folder);
            int y = file.op(
                    "Interpolate-4" + attributes(mode, coordinates, rounding, "sizes"),
                    port(wanted),
                    file.input(x),
                    file.longs(size[0], size[1]),
                    file.floats(Grid.of(1, 1)),
                    file.longs(2, -1));
            assertThat(file.answer(y)).as("to %s x %s", size[0], size[1]).is(near(wanted));
        }
    }

    @ParameterizedTest
    @CsvSource({"nearest", "linear", "cubic"})
    void byScalesTheSizeIsRoundedDown(String mode) {
        Grid wanted = resized(mode, "half_pixel", "round_prefer_floor", 6, 4, 1.625, .75);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Interpolate-11" + attributes(mode, "half_pixel", "round_prefer_floor", "scales"),
                port(wanted),
                file.input(x),
                file.floats(Grid.of(1.625, .75)),
                file.longs(2, 3));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void theEleventhSetNamesItsAxesThirdAndSizesMayBeComputed() {
        Grid wanted = resized("linear_onnx", "half_pixel", "floor", 7, 9, 7 / 4., 9 / 6.);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Interpolate-11" + attributes("linear_onnx", "half_pixel", "floor", "sizes"),
                port(wanted),
                file.input(x),
                file.input("i32", Grid.of(9, 7)),
                file.longs(3, 2));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void withoutAxesEverySizeIsStated() {
        Grid wanted = resized("nearest", "asymmetric", "floor", 8, 12, 2, 2);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Interpolate-4" + attributes("nearest", "asymmetric", "floor", "sizes"),
                port(wanted),
                file.input(x),
                file.longs(1, 2, 8, 12),
                file.floats(Grid.of(1, 1, 2, 2)));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource({"linear, true, align_corners", "linear, false, asymmetric", "nearest, false, asymmetric"})
    void theFirstSetAlignsCornersOrNot(String mode, boolean align, String coordinates) {
        Grid wanted = resized(mode, coordinates, "floor", 7, 9, 7 / 4., 9 / 6.);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Interpolate-1 axes='2,3' mode='" + mode + "' align_corners='" + align + "' antialias='0'",
                port(wanted),
                file.input(x),
                file.longs(7, 9));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "mode='linear' antialias='true' | resizes with antialias",
                "mode='nearest' pads_begin='0,0,1,0' | pads before it resizes",
                "mode='bilinear_pillow' | resizes by the mode bilinear_pillow",
                "mode='nearest' coordinate_transformation_mode='tf_half_pixel_for_nn' | by tf_half_pixel_for_nn",
                "mode='nearest' nearest_mode='simple' | in both directions"
            })
    void whatOnnxCannotResizeIsRefused(String attributes, String reason) {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "Interpolate-11 shape_calculation_mode='sizes' " + attributes,
                port("FP32", 1, 2, 8, 3),
                file.input(x),
                file.longs(8, 3),
                file.longs(2, 3)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(reason);
    }
}
