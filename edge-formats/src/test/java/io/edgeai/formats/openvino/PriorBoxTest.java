package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prior boxes around the places of a map of 2 x 3 on an image of 40 x 60. */
class PriorBoxTest {
    private static final int HIGH = 40;
    private static final int WIDE = 60;

    @TempDir
    Path folder;

    private Grid answer(String operation, int boxes) {
        IrFile file = new IrFile(folder);
        int y = file.op(operation, port("FP32", 2, 4L * boxes), file.longs(2, 3), file.longs(HIGH, WIDE));
        return file.answer(y);
    }

    private static double[] box(double x, double y, double wide, double high) {
        return new double[] {(x - wide / 2) / WIDE, (y - high / 2) / HIGH, (x + wide / 2) / WIDE, (y + high / 2) / HIGH
        };
    }

    /** Boxes of every place, rows first, then as often the variances. */
    private static Grid around(
            double stepX, double stepY, double offset, double[] variance, BiConsumer<double[], List<double[]>> boxes) {
        List<double[]> all = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
            for (int c = 0; c < 3; c++) {
                boxes.accept(new double[] {(c + offset) * stepX, (r + offset) * stepY}, all);
            }
        }
        return Grid.filled(
                i -> i[0] == 0 ? all.get(i[1] / 4)[i[1] % 4] : variance[i[1] % variance.length], 2, 4 * all.size());
    }

    private static void clip(double[] box) {
        Arrays.setAll(box, i -> Math.max(0, Math.min(1, box[i])));
    }

    /** The least size, its geometric mean with the greatest, then the ratios and, flipped, their inverses. */
    @ParameterizedTest
    @CsvSource({"true, true, 0", "false, true, 10", "true, false, 10", "false, false, 0"})
    void sizesMeansAndRatios(boolean flip, boolean meanFirst, int step) {
        double stepX = step == 0 ? 20 : step;
        double stepY = step == 0 ? 20 : step;
        double[] ratios = flip ? new double[] {2, .5, 3, 1 / 3.} : new double[] {2, 3};
        Grid wanted = around(stepX, stepY, .5, new double[] {.1, .1, .2, .2}, (at, all) -> {
            double[][] sizes = {{8, 18}, {12, 27}};
            for (double[] size : sizes) {
                double mean = Math.sqrt(size[0] * size[1]);
                all.add(box(at[0], at[1], size[0], size[0]));
                if (meanFirst) {
                    all.add(box(at[0], at[1], mean, mean));
                }
                for (double ratio : ratios) {
                    all.add(box(at[0], at[1], size[0] * Math.sqrt(ratio), size[0] / Math.sqrt(ratio)));
                }
                if (!meanFirst) {
                    all.add(box(at[0], at[1], mean, mean));
                }
            }
        });
        Grid found = answer(
                "PriorBox-8 min_size='8,12' max_size='18,27' aspect_ratio='2,1,3,2' flip='" + flip + "' step='" + step
                        + "' offset='0.5' variance='0.1,0.1,0.2,0.2' min_max_aspect_ratios_order='" + meanFirst
                        + "' scale_all_sizes='true' clip='false'",
                wanted.dims()[1] / 4);
        assertThat(found).is(near(wanted));
    }

    /** MXNet's way: sizes are parts of the image's height, and ratios belong to the first of them only. */
    @Test
    void sizesAsPartsOfTheImage() {
        Grid wanted = around(20, 20, .5, new double[] {.1}, (at, all) -> {
            all.add(box(at[0], at[1], .25 * HIGH, .25 * HIGH));
            all.add(box(at[0], at[1], .5 * HIGH, .5 * HIGH));
            all.add(box(at[0], at[1], .25 * HIGH * Math.sqrt(2), .25 * HIGH / Math.sqrt(2)));
        });
        Grid found = answer(
                "PriorBox-1 min_size='0.25,0.5' max_size='' aspect_ratio='2' flip='0' step='-1' offset='0.5'"
                        + " scale_all_sizes='false'",
                18);
        assertThat(found).is(near(wanted));
    }

    /** Boxes of one size spread over it in a lattice, kept inside the image. */
    @Test
    void denseBoxesWithAndWithoutTheirOwnRatios() {
        Grid plain = around(20, 20, .5, new double[] {.1}, (at, all) -> {
            for (double ratio : new double[] {1, 4}) {
                for (int n = 0; n < 4; n++) {
                    double x = at[0] - 6 + 3 + n % 2 * 6;
                    double y = at[1] - 6 + 3 + n / 2 * 6;
                    all.add(box(x, y, 13 * Math.sqrt(ratio), 13 / Math.sqrt(ratio)));
                    clip(all.get(all.size() - 1));
                }
            }
        });
        String dense = "PriorBox-1 min_size='' fixed_size='13' density='2' step='20' offset='0.5' ";
        assertThat(answer(dense + "fixed_ratio='1,4'", 48)).as("own ratios").is(near(plain));
        assertThat(answer(dense + "aspect_ratio='4'", 48)).as("common ratios").is(near(plain));
    }

    @Test
    void clippedBoxesLieInsideTheImage() {
        Grid wanted = around(20, 20, .5, new double[] {.1}, (at, all) -> {
            all.add(box(at[0], at[1], 50, 50));
            clip(all.get(all.size() - 1));
        });
        assertThat(answer("PriorBox-1 min_size='50' clip='True' step='0' offset='0' variance=''", 6))
                .is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource({"step='0', 20, 20", "step='8', 8, 8", "step_w='10' step_h='5', 10, 5"})
    void clusteredBoxesHaveTheirOwnWidthsAndHeights(String steps, double stepX, double stepY) {
        Grid wanted = around(stepX, stepY, .25, new double[] {.1, .2, .3, .4}, (at, all) -> {
            all.add(box(at[0], at[1], 10, 4));
            all.add(box(at[0], at[1], 6, 30));
        });
        Grid found = answer(
                "PriorBoxClustered-1 width='10,6' height='4,30' clip='false' offset='0.25' variance='0.1,0.2,0.3,0.4' "
                        + steps,
                12);
        assertThat(found).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "PriorBox-1 min_size='4' variance='0.1,0.2' | has 2 variances",
                "PriorBox-1 fixed_size='4,8' density='1' | has no density for its size (8.0)",
                "PriorBoxClustered-1 width='1,2' height='1' | has 2 widths and 1 heights",
                "PriorBox-1 min_size='four' | has min_size=four"
            })
    void whatDoesNotFitIsRefused(String operation, String reason) {
        assertThatThrownBy(() -> answer(operation, 6))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource({"4294967296, 4294967296", "9223372036854775807, 1", "0, 3"})
    void mapsOfAbsurdSizesAreRefused(long rows, long columns) {
        IrFile file = new IrFile(folder);
        int image = file.longs(HIGH, WIDE);
        file.result(file.op("PriorBox-1 min_size='4'", port("FP32", 2, 4), file.longs(rows, columns), image));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("PriorBox has a map of");
    }

    @Test
    void moreBoxesThanMemoryHoldsAreRefused() {
        assertThatThrownBy(() -> answer("PriorBox-1 fixed_size='9000' density='9000'", 6))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has more than 1048576 boxes");
    }

    @Test
    void theMapMayComeFromAShapeThatIsTakenApart() {
        IrFile file = new IrFile(folder);
        int map = file.input(Grid.pattern(1, 4, 2, 3));
        int shape = file.op("ShapeOf-3 output_type='i64'", port("I64", 4), map);
        int size = file.op(
                "StridedSlice-1 begin_mask='0' end_mask='1'",
                port("I64", 2),
                shape,
                file.longs(2),
                file.longs(0),
                file.longs(1));
        int y = file.op("PriorBox-1 min_size='4' step='10'", port("FP32", 2, 24), size, file.longs(HIGH, WIDE));
        Grid wanted = around(10, 10, 0, new double[] {.1}, (at, all) -> all.add(box(at[0], at[1], 4, 4)));
        assertThat(file.answer(y)).is(near(wanted));
    }
}
