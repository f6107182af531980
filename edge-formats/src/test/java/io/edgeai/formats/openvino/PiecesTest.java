package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patches cut out, columns put together, slices written to. */
class PiecesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "valid, 3, 2, 2, 1, 1, 2",
        "same_upper, 2, 3, 2, 3, 1, 1",
        "same_lower, 2, 4, 3, 2, 2, 1",
        "valid, 1, 1, 4, 4, 1, 1"
    })
    void patchesBecomeChannels(String mode, int kh, int kw, int sh, int sw, int rh, int rw) {
        Grid x = Grid.pattern(2, 3, 8, 9);
        int[] reach = {(kh - 1) * rh + 1, (kw - 1) * rw + 1};
        int[] stride = {sh, sw};
        int[] out = new int[2];
        int[] before = new int[2];
        for (int i = 0; i < 2; i++) {
            int size = x.dims()[i + 2];
            out[i] = mode.equals("valid")
                    ? (size - reach[i]) / stride[i] + 1
                    : (int) Math.ceil(size / (double) stride[i]);
            int missing = mode.equals("valid") ? 0 : Math.max(0, (out[i] - 1) * stride[i] + reach[i] - size);
            before[i] = mode.equals("same_lower") ? (missing + 1) / 2 : missing / 2;
        }
        Grid wanted = Grid.filled(
                at -> x.padded(
                        at[0],
                        at[1] % 3,
                        at[2] * sh - before[0] + at[1] / 3 / kw * rh,
                        at[3] * sw - before[1] + at[1] / 3 % kw * rw),
                2,
                3 * kh * kw,
                out[0],
                out[1]);
        IrFile file = new IrFile(folder);

        int patches = file.op(
                "ExtractImagePatches-3 sizes='" + kh + "," + kw + "' strides='" + sh + "," + sw + "' rates='" + rh + ","
                        + rw + "' auto_pad='" + mode + "'",
                port(wanted),
                file.input(x));

        assertThat(file.answer(patches)).is(near(wanted));
    }

    /** Each column is a patch; where patches overlap their numbers are added. */
    @ParameterizedTest
    @CsvSource({"false, 1, 0", "false, 2, 1", "true, 1, 1"})
    void columnsBecomeAnImage(boolean single, int stride, int pad) {
        int[] image = {6, 5};
        int[] kernel = {3, 2};
        int high = (image[0] + 2 * pad - kernel[0]) / stride + 1;
        int wide = (image[1] + 2 * pad - kernel[1]) / stride + 1;
        Grid columns = Grid.pattern(2, 2 * kernel[0] * kernel[1], high * wide);
        Grid wanted = Grid.filled(at -> 0, 2, 2, image[0], image[1]);
        Grid.each(columns.dims(), at -> {
            int k = at[1] % 6;
            int y = at[2] / wide * stride - pad + k / kernel[1];
            int z = at[2] % wide * stride - pad + k % kernel[1];
            if (y >= 0 && z >= 0 && y < image[0] && z < image[1]) {
                wanted.add(columns.at(at), at[0], at[1] / 6, y, z);
            }
        });
        Grid given = single ? Grid.filled(at -> columns.at(1, at[0], at[1]), 12, high * wide) : columns;
        Grid hoped = single ? Grid.filled(at -> wanted.at(1, at[0], at[1], at[2]), 2, 6, 5) : wanted;
        IrFile file = new IrFile(folder);

        int joined = file.op(
                "Col2Im-15 strides='" + stride + "," + stride + "' dilations='1,1' pads_begin='" + pad + "," + pad
                        + "' pads_end='" + pad + "," + pad + "'",
                port(hoped),
                file.input(given),
                file.longs(6, 5),
                file.longs(3, 2));

        assertThat(file.answer(joined)).is(near(hoped));
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 2, 2", "-2, -6, -1, 4", "0, 99, 3, 2", "4, -99, -2, 3"})
    void slicesAreWrittenTo(int start, int stop, int step, int length) {
        Grid x = Grid.pattern(3, 5, 2);
        Grid updates = Grid.pattern(3, length, 2).map(v -> 100 + v);
        int first = start < 0 ? start + 5 : start;
        Grid wanted = Grid.filled(
                at -> {
                    int steps = (at[1] - first) / step;
                    boolean inside = first + steps * step == at[1] && steps >= 0 && steps < length;
                    return inside ? updates.at(at[0], steps, at[2]) : x.at(at);
                },
                3,
                5,
                2);
        IrFile file = new IrFile(folder);

        int written = file.op(
                "SliceScatter-15",
                port(x),
                file.input(x),
                file.input(updates),
                file.longs(start),
                file.longs(stop),
                file.longs(step),
                file.longs(1));

        assertThat(file.answer(written)).is(near(wanted));
    }

    @Test
    void slicesThatAreComputedAreRefused() {
        IrFile file = new IrFile(folder);
        Grid x = Grid.pattern(4);
        file.result(file.op(
                "SliceScatter-15",
                port(x),
                file.input(x),
                file.input(Grid.pattern(2)),
                file.input("i64", Grid.of(1)),
                file.longs(3),
                file.longs(1)));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(SliceScatter computes its start) x 1");
    }
}
