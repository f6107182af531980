package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** GridSample: an image read at places between its pixels. */
class ResamplingTest {
    @TempDir
    Path folder;

    static Stream<Arguments> ways() {
        return Stream.of("bilinear", "nearest", "bicubic").flatMap(mode -> Stream.of("zeros", "border", "reflection")
                .flatMap(padding -> Stream.of(true, false).map(align -> Arguments.of(mode, padding, align))));
    }

    /** From -1..1 to pixels: to the centres of the outer ones where corners are aligned, else to their edges. */
    private static double pixel(double at, int size, boolean align) {
        return align ? (at + 1) / 2 * (size - 1) : ((at + 1) * size - 1) / 2;
    }

    private static int inside(int at, int size, String padding, boolean align) {
        if (padding.equals("border")) {
            return Math.max(0, Math.min(size - 1, at));
        }
        int place = at;
        while (padding.equals("reflection") && (place < 0 || place >= size)) {
            if (align) {
                place = place < 0 ? -place : 2 * (size - 1) - place;
            } else {
                place = place < 0 ? -1 - place : 2 * size - 1 - place;
            }
        }
        return place;
    }

    /** What each of the neighbours around a place counts, the first of them at {@code floor - 1}. */
    static double[] weights(double fraction, String mode, double a) {
        if (mode.equals("bilinear")) {
            return new double[] {0, 1 - fraction, fraction, 0};
        }
        double[] weights = new double[4];
        for (int k = 0; k < 4; k++) {
            double d = Math.abs(k - 1 - fraction);
            weights[k] = d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
        }
        return weights;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anImageIsReadBetweenItsPixels(String mode, String padding, boolean align) {
        Grid image = Grid.pattern(2, 2, 4, 5);
        Grid places = Grid.random(new Random(9), 2, 3, 4, 2).map(v -> v / 2 + .01);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "GridSample-9 mode='" + mode + "' padding_mode='" + padding + "' align_corners='" + align + "'",
                port("FP32", 2, 2, 3, 4),
                file.input(image),
                file.input(places));
        Grid wanted = Grid.filled(
                i -> {
                    double column = pixel(places.at(i[0], i[2], i[3], 0), 5, align);
                    double row = pixel(places.at(i[0], i[2], i[3], 1), 4, align);
                    if (mode.equals("nearest")) {
                        return image.padded(
                                i[0],
                                i[1],
                                inside((int) Math.rint(row), 4, padding, align),
                                inside((int) Math.rint(column), 5, padding, align));
                    }
                    double[] down = weights(row - Math.floor(row), mode, -.75);
                    double[] across = weights(column - Math.floor(column), mode, -.75);
                    double sum = 0;
                    for (int r = 0; r < 4; r++) {
                        for (int c = 0; c < 4; c++) {
                            int fromRow = inside((int) Math.floor(row) - 1 + r, 4, padding, align);
                            int fromColumn = inside((int) Math.floor(column) - 1 + c, 5, padding, align);
                            sum += down[r] * across[c] * image.padded(i[0], i[1], fromRow, fromColumn);
                        }
                    }
                    return sum;
                },
                2,
                2,
                3,
                4);
        assertThat(file.answer(y)).is(near(wanted));
    }
}
