package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.Grid.sigmoid;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regions of interest pooled and aligned, and YOLO's regions. */
class RegionsTest {
    @TempDir
    Path folder;

    private final Grid map = Grid.pattern(2, 2, 8, 9);

    /** The greatest in each of 2 x 3 parts of a region whose corners are rounded to whole places. */
    @ParameterizedTest
    @ValueSource(strings = {"pooled_h='2' pooled_w='3'", "output_size='2,3'"})
    void regionsArePooled(String size) {
        Grid regions = new Grid(new double[] {0, 2, 4, 12, 14, 1, 0, 0, 6, 3}, 2, 5);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ROIPooling-2 method='max' spatial_scale='0.5' " + size,
                port("FP32", 2, 2, 2, 3),
                file.input(map),
                file.input(regions));
        Grid wanted = Grid.filled(
                i -> {
                    long left = Math.round(regions.at(i[0], 1) * .5);
                    long top = Math.round(regions.at(i[0], 2) * .5);
                    double wide = Math.max(Math.round(regions.at(i[0], 3) * .5) - left + 1, 1) / 3.;
                    double high = Math.max(Math.round(regions.at(i[0], 4) * .5) - top + 1, 1) / 2.;
                    double greatest = Double.NEGATIVE_INFINITY;
                    for (int r = 0; r < 8; r++) {
                        for (int c = 0; c < 9; c++) {
                            boolean row = r >= top + Math.floor(i[2] * high) && r < top + Math.ceil((i[2] + 1) * high);
                            boolean column =
                                    c >= left + Math.floor(i[3] * wide) && c < left + Math.ceil((i[3] + 1) * wide);
                            if (row && column) {
                                greatest = Math.max(greatest, map.at((int) regions.at(i[0], 0), i[1], r, c));
                            }
                        }
                    }
                    return greatest;
                },
                2,
                2,
                2,
                3);
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Between pixels; 0 more than one pixel beyond the edges. */
    private double between(int batch, int channel, double row, double column) {
        if (row < -1 || row > 8 || column < -1 || column > 9) {
            return 0;
        }
        double r = Math.max(0, Math.min(7, row));
        double c = Math.max(0, Math.min(8, column));
        int top = (int) r;
        int left = (int) c;
        int bottom = Math.min(7, top + 1);
        int right = Math.min(8, left + 1);
        double upper =
                map.at(batch, channel, top, left) * (1 - (c - left)) + map.at(batch, channel, top, right) * (c - left);
        double lower = map.at(batch, channel, bottom, left) * (1 - (c - left))
                + map.at(batch, channel, bottom, right) * (c - left);
        return upper * (1 - (r - top)) + lower * (r - top);
    }

    @ParameterizedTest
    @CsvSource({
        "ROIAlign-3, asymmetric, 2",
        "ROIAlign-9, asymmetric, 2",
        "ROIAlign-9, half_pixel, 2",
        "ROIAlign-3, asymmetric, 0"
    })
    void regionsAreAlignedBySamples(String operation, String aligned, int ratio) {
        boolean half = aligned.equals("half_pixel");
        Grid regions = new Grid(new double[] {1, 2, 10, 13, 0, 4, 6, 5, 3, 3, 3.5, 3.5}, 3, 4);
        double[] batches = {0, 1, 1};
        IrFile file = new IrFile(folder);
        int y = file.op(
                operation + " mode='avg' pooled_h='3' pooled_w='2' sampling_ratio='" + ratio + "' spatial_scale='0.5'"
                        + (operation.endsWith("9") ? " aligned_mode='" + aligned + "'" : ""),
                port("FP32", 3, 2, 3, 2),
                file.input(map),
                file.input(regions),
                file.input("i32", Grid.of(batches)));
        Grid wanted = Grid.filled(
                i -> {
                    double shift = half ? .5 : 0;
                    double left = regions.at(i[0], 0) * .5 - shift;
                    double top = regions.at(i[0], 1) * .5 - shift;
                    double wide = regions.at(i[0], 2) * .5 - shift - left;
                    double high = regions.at(i[0], 3) * .5 - shift - top;
                    wide = (half ? wide : Math.max(wide, 1)) / 2;
                    high = (half ? high : Math.max(high, 1)) / 3;
                    int down = ratio > 0 ? ratio : (int) Math.ceil(high);
                    int across = ratio > 0 ? ratio : (int) Math.ceil(wide);
                    double sum = 0;
                    for (int a = 0; a < down; a++) {
                        for (int b = 0; b < across; b++) {
                            sum += between(
                                    (int) batches[i[0]],
                                    i[1],
                                    top + (i[2] + (a + .5) / down) * high,
                                    left + (i[3] + (b + .5) / across) * wide);
                        }
                    }
                    return sum / (down * across);
                },
                3,
                2,
                3,
                2);
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ROIPooling-2 method='average' pooled_h='2' pooled_w='2' | pools regions by the method average",
                "ROIAlign-3 mode='max' pooled_h='2' pooled_w='2' | aligns regions by the mode max",
                "ROIAlign-9 aligned_mode='half_pixel_for_nn' | aligns regions by half_pixel_for_nn"
            })
    void otherWaysAreRefused(String operation, String reason) {
        IrFile file = new IrFile(folder);
        int regions = file.input(Grid.pattern(1, 5));
        file.result(file.op(operation, port("FP32", 1, 2, 2, 2), file.input(map), regions, file.longs(0)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(reason);
    }

    /** Of each region x, y and the object's score by the logistic function, width and height as they are. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"true | num='2' mask='' | 2", "false | num='9' mask='0,4' | 2", "0 | num='3' mask='1' | 1"})
    void regionsOfYolo(String softmax, String regions, int count) {
        int classes = 3;
        int each = 5 + classes;
        boolean soft = softmax.equals("true");
        Grid x = Grid.pattern(2, count * each, 2, 3);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "RegionYolo-1 classes='3' coords='4' axis='1' end_axis='3' do_softmax='" + softmax + "' " + regions,
                soft ? port("FP32", 2, (long) count * each * 6) : port(x),
                file.input(x));
        Grid wanted = Grid.filled(
                i -> {
                    int part = i[1] % each;
                    if (part == 2 || part == 3) {
                        return x.at(i);
                    }
                    if (part < 5 || !soft) {
                        return sigmoid(x.at(i));
                    }
                    double total = 0;
                    for (int k = 0; k < classes; k++) {
                        total += Math.exp(x.at(i[0], i[1] - part + 5 + k, i[2], i[3]));
                    }
                    return Math.exp(x.at(i)) / total;
                },
                x.dims());
        assertThat(file.answer(y)).is(near(soft ? wanted.shaped(2, count * each * 6) : wanted));
    }

    @Test
    void moreChannelsThanRegionsAreRefused() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "RegionYolo-1 classes='3' coords='4' do_softmax='false' mask='0'",
                port("FP32", 1, 8, 2, 2),
                file.input(Grid.pattern(1, 16, 2, 2)));
        file.result(y);
        assertThatThrownBy(file::imported).hasMessageContaining("reads 1 regions of 16 channels");
    }
}
