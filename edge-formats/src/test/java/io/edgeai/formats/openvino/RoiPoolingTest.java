package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ROIPooling between points of regions, and lists of regions that end early. */
class RoiPoolingTest {
    @TempDir
    Path folder;

    /** Between the four places around a point; 0 outside the map. */
    static double between(Grid map, int image, int channel, double y, double x) {
        int high = map.dims()[2];
        int wide = map.dims()[3];
        if (y < 0 || y > high - 1 || x < 0 || x > wide - 1) {
            return 0;
        }
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        int bottom = Math.min((int) Math.ceil(y), high - 1);
        int right = Math.min((int) Math.ceil(x), wide - 1);
        double above = map.at(image, channel, top, left)
                + (map.at(image, channel, top, right) - map.at(image, channel, top, left)) * (x - left);
        double below = map.at(image, channel, bottom, left)
                + (map.at(image, channel, bottom, right) - map.at(image, channel, bottom, left)) * (x - left);
        return above + (below - above) * (y - top);
    }

    /** The place of a point along one axis, in the map's places. */
    private static double point(double from, double to, int number, int count, int size) {
        if (count == 1) {
            return (from + to) / 2 * (size - 1);
        }
        return number == count - 1
                ? to * (size - 1)
                : from * (size - 1) + number * (to - from) * (size - 1) / (count - 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 3", "2, 1, 5", "3, 7, 7", "4, 2, 1"})
    void pointsFromEdgeToEdge(long seed, int rows, int columns) {
        Random random = new Random(seed);
        Grid map = Grid.random(random, 2, 3, 6, 9);
        int count = 12;
        int end = 9; // from there on the list has ended
        Grid regions = Grid.filled(
                at -> at[1] == 0
                        ? (at[0] == end ? -1 : random.nextInt(2))
                        : at[1] < 3 ? random.nextInt(-1, 8) / 8. : random.nextInt(0, 10) / 8.,
                count,
                5);
        Grid wanted = Grid.filled(
                at -> at[0] >= end
                        ? 0
                        : between(
                                map,
                                (int) regions.at(at[0], 0),
                                at[1],
                                point(regions.at(at[0], 2), regions.at(at[0], 4), at[2], rows, 6),
                                point(regions.at(at[0], 1), regions.at(at[0], 3), at[3], columns, 9)),
                count,
                3,
                rows,
                columns);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ROIPooling-2 method='bilinear' pooled_h='" + rows + "' pooled_w='" + columns
                        + "' spatial_scale='0.0625'",
                port(wanted),
                file.input(map),
                file.input(regions));

        assertThat(file.answer(y)).as("seed %d", seed).is(near(wanted));
    }

    @Test
    void regionsBehindTheEndOfTheListPoolToZero() {
        Grid map = Grid.pattern(1, 2, 4, 4).map(v -> v + 10);
        Grid regions = new Grid(new double[] {0, 0, 0, 3, 3, -1, 0, 0, 0, 0, 0, 0, 0, 3, 3}, 3, 5);
        Grid wanted = Grid.filled(
                at -> {
                    double greatest = 0;
                    for (int i = 0; i < 16; i++) {
                        greatest = Math.max(greatest, map.at(0, at[1], i / 4, i % 4));
                    }
                    return at[0] == 0 ? greatest : 0;
                },
                3,
                2,
                1,
                1);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ROIPooling-2 method='max' pooled_h='1' pooled_w='1' spatial_scale='1'",
                port(wanted),
                file.input(map),
                file.input(regions));

        assertThat(file.answer(y)).is(near(wanted));
    }
}
