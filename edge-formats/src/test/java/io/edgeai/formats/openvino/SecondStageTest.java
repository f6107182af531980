package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling by position, convolutions at learned places, and Darknet's way to take maps apart. */
class SecondStageTest {
    @TempDir
    Path folder;

    /** Each bin of each region, summed over whole places from the floor of its start to the ceiling of its end. */
    @ParameterizedTest
    @CsvSource({"1, 3, 0.25", "2, 1, 1", "3, 2, 0.5"})
    void regionsPoolBinsOfMapsOfTheirOwn(long seed, int bins, float scale) {
        Random random = new Random(seed);
        int outputs = 2;
        int high = 8;
        int wide = 10;
        Grid maps = Grid.random(random, 2, outputs * bins * bins, high, wide);
        int count = 6;
        double[] rois = new double[count * 5];
        for (int r = 0; r < count; r++) {
            rois[5 * r] = random.nextInt(2);
            rois[5 * r + 1] = random.nextInt(0, (int) (wide / scale) - 2) + random.nextInt(4) / 4.;
            rois[5 * r + 2] = random.nextInt(0, (int) (high / scale) - 2) + random.nextInt(4) / 4.;
            rois[5 * r + 3] = rois[5 * r + 1] + random.nextInt(0, (int) (wide / scale));
            rois[5 * r + 4] = rois[5 * r + 2] + random.nextInt(0, (int) (high / scale));
        }
        Grid boxes = new Grid(rois, count, 5);
        Grid wanted = Grid.filled(
                at -> {
                    float left = Math.round((float) boxes.at(at[0], 1)) * scale;
                    float top = Math.round((float) boxes.at(at[0], 2)) * scale;
                    float binWide = ((Math.round((float) boxes.at(at[0], 3)) + 1) * scale - left) / bins;
                    float binHigh = ((Math.round((float) boxes.at(at[0], 4)) + 1) * scale - top) / bins;
                    int x0 = (int) Math.min(Math.floor(left + at[3] * binWide), wide - 1);
                    int y0 = (int) Math.min(Math.floor(top + at[2] * binHigh), high - 1);
                    int x1 = (int) Math.min(Math.ceil(left + (at[3] + 1) * binWide), wide);
                    int y1 = (int) Math.min(Math.ceil(top + (at[2] + 1) * binHigh), high);
                    int channel = (at[1] * bins + at[2]) * bins + at[3];
                    double sum = 0;
                    for (int y = y0; y < y1; y++) {
                        for (int x = x0; x < x1; x++) {
                            sum += maps.at((int) boxes.at(at[0], 0), channel, y, x);
                        }
                    }
                    return sum / ((x1 - x0) * (y1 - y0));
                },
                count,
                outputs,
                bins,
                bins);
        IrFile file = new IrFile(folder);

        int pooled = file.op(
                "PSROIPooling-1 output_dim='2' group_size='" + bins + "' spatial_scale='" + scale
                        + "' mode='average' spatial_bins_x='1' spatial_bins_y='1'",
                port(wanted),
                file.input(maps),
                file.input(boxes));

        assertThat(file.answer(pooled)).as("seed %d", seed).is(near(wanted));
    }

    /** The mean over parts of a region, each of maps of its own, of points from edge to edge of the part. */
    @ParameterizedTest
    @CsvSource({"1, 3, 2, 2", "2, 1, 3, 1", "3, 4, 1, 2"})
    void regionsPoolPointsOfMapsOfTheirOwn(long seed, int side, int binsX, int binsY) {
        Random random = new Random(seed);
        int outputs = 2;
        Grid maps = Grid.random(random, 2, outputs * binsX * binsY, 6, 9);
        Grid boxes = Grid.filled(
                at -> at[1] == 0
                        ? at[0] == 5 ? -1 : random.nextInt(2)
                        : at[1] < 3 ? random.nextInt(6) / 8. : random.nextInt(6, 9) / 8.,
                6,
                5);
        Grid wanted = Grid.filled(
                at -> {
                    double sum = 0;
                    for (int bin = 0; bin < binsX * binsY && boxes.at(at[0], 0) >= 0; bin++) {
                        double wide = (boxes.at(at[0], 3) - boxes.at(at[0], 1)) / binsX;
                        double high = (boxes.at(at[0], 4) - boxes.at(at[0], 2)) / binsY;
                        double left = boxes.at(at[0], 1) + bin % binsX * wide;
                        int row = bin / binsX;
                        double top = boxes.at(at[0], 2) + row * high;
                        double x = side == 1 ? (left + wide / 2) * 8 : left * 8 + at[3] * wide * 8 / (side - 1);
                        double y = side == 1 ? (top + high / 2) * 5 : top * 5 + at[2] * high * 5 / (side - 1);
                        sum += RoiPoolingTest.between(maps, (int) boxes.at(at[0], 0), bin * outputs + at[1], y, x);
                    }
                    return sum / (binsX * binsY);
                },
                6,
                outputs,
                side,
                side);
        IrFile file = new IrFile(folder);

        int pooled = file.op(
                "PSROIPooling-1 output_dim='2' group_size='" + side + "' spatial_scale='1' mode='bilinear'"
                        + " spatial_bins_x='" + binsX + "' spatial_bins_y='" + binsY + "'",
                port(wanted),
                file.input(maps),
                file.input(boxes));

        assertThat(file.answer(pooled)).as("seed %d", seed).is(near(wanted));
    }

    @Test
    void otherPoolingByPositionIsRefused() {
        IrFile file = new IrFile(folder);
        Grid maps = Grid.pattern(1, 4, 4, 4);
        file.result(file.op(
                "PSROIPooling-1 output_dim='1' group_size='2' spatial_scale='1' mode='maximum'",
                port(Grid.pattern(1, 1, 2, 2)),
                file.input(maps),
                file.input(Grid.pattern(1, 5))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(PSROIPooling pools by maximum) x 1 at l2");
    }

    /** Between four places, those outside count as zero. */
    private static double between(Grid x, int n, int c, double y, double at) {
        if (y <= -1 || at <= -1 || y >= x.dims()[2] || at >= x.dims()[3]) {
            return 0;
        }
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(at);
        double down = y - top;
        double right = at - left;
        return (1 - down) * ((1 - right) * x.padded(n, c, top, left) + right * x.padded(n, c, top, left + 1))
                + down * ((1 - right) * x.padded(n, c, top + 1, left) + right * x.padded(n, c, top + 1, left + 1));
    }

    @ParameterizedTest
    @CsvSource({"DeformableConvolution-8, true, 1, 1", "DeformableConvolution-8, false, 2, 2"})
    void kernelsReadAtLearnedPlaces(String operation, boolean masked, int group, int deformable) {
        Random random = new Random(5);
        Grid x = Grid.random(random, 2, 4, 6, 5);
        Grid kernel = Grid.random(random, 6, 4 / group, 3, 2);
        int high = 3;
        int wide = 5;
        Grid offsets = Grid.random(random, 2, deformable * 12, high, wide);
        Grid mask = Grid.random(random, 2, deformable * 6, high, wide);
        Grid wanted = Grid.filled(
                at -> {
                    double sum = 0;
                    for (int c = 0; c < 4 / group; c++) {
                        int channel = at[1] / (6 / group) * (4 / group) + c;
                        int set = channel / (4 / deformable);
                        for (int k = 0; k < 6; k++) {
                            double y = at[2] * 2 - 1 + k / 2 + offsets.at(at[0], set * 12 + 2 * k, at[2], at[3]);
                            double z = at[3] - 1 + k % 2 * 2 + offsets.at(at[0], set * 12 + 2 * k + 1, at[2], at[3]);
                            sum += between(x, at[0], channel, y, z)
                                    * kernel.at(at[1], c, k / 2, k % 2)
                                    * (masked ? mask.at(at[0], set * 6 + k, at[2], at[3]) : 1);
                        }
                    }
                    return sum;
                },
                2,
                6,
                high,
                wide);
        IrFile file = new IrFile(folder);
        String attributes = operation
                + " strides='2,1' dilations='1,2' pads_begin='1,1' pads_end='1,1' auto_pad='explicit'" + " group='"
                + group + "' deformable_group='" + deformable + "' bilinear_interpolation_pad='true'";
        int data = file.input(x);
        int moved = file.input(offsets);

        int convolved = masked
                ? file.op(attributes, port(wanted), data, moved, file.floats(kernel), file.input(mask))
                : file.op(attributes, port(wanted), data, moved, file.floats(kernel));

        assertThat(file.answer(convolved)).is(near(wanted, 1e-4));
    }

    @Test
    void theirOwnWayToReadBeyondTheEdgeIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "DeformableConvolution-1 strides='1,1' dilations='1,1' pads_begin='0,0' pads_end='0,0'",
                port(Grid.pattern(1, 1, 2, 2)),
                file.input(Grid.pattern(1, 1, 3, 3)),
                file.input(Grid.pattern(1, 8, 2, 2)),
                file.floats(Grid.pattern(1, 1, 2, 2))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("bilinear_interpolation_pad is off");
    }

    /** Where each output is read, as the reference computes it: the input indexed as if it were larger and thinner. */
    @ParameterizedTest
    @CsvSource({"2, 8, 4, 6", "2, 4, 2, 2", "3, 9, 3, 6"})
    void darknetsReorganization(int stride, int channels, int high, int wide) {
        Grid x = Grid.pattern(2, channels, high, wide);
        int thin = channels / (stride * stride);
        double[] flat = new double[x.values().length];
        for (int i = 0; i < flat.length; i++) {
            int w = i % wide;
            int h = i / wide % high;
            int c = i / (wide * high) % channels;
            int n = i / (wide * high * channels);
            int part = c / thin;
            int row = h * stride + part / stride;
            int column = w * stride + part % stride;
            flat[i] = x.values()[((n * thin + c % thin) * high * stride + row) * wide * stride + column];
        }
        Grid wanted = new Grid(flat, 2, channels * stride * stride, high / stride, wide / stride);
        IrFile file = new IrFile(folder);

        assertThat(file.answer(file.op("ReorgYolo-2 stride='" + stride + "'", port(wanted), file.input(x))))
                .is(near(wanted));
    }
}
