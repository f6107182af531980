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

/** Sums over all pairs of places, as the definition of the transform has them. */
class FourierTest {
    @TempDir
    Path folder;

    /** One axis of complex numbers, cut or filled with zeros to a size. */
    private static Grid along(Grid x, int axis, int size, boolean inverse) {
        int[] dims = x.dims().clone();
        dims[axis] = size;
        Grid wanted = Grid.filled(at -> 0, dims);
        Grid.each(dims, at -> {
            if (at[at.length - 1] == 1) {
                return;
            }
            int[] from = at.clone();
            double real = 0;
            double imaginary = 0;
            for (int n = 0; n < Math.min(size, x.dims()[axis]); n++) {
                from[axis] = n;
                from[at.length - 1] = 0;
                double a = x.at(from);
                from[at.length - 1] = 1;
                double b = x.at(from);
                double angle = (inverse ? 2 : -2) * Math.PI * n * at[axis] / size;
                real += a * Math.cos(angle) - b * Math.sin(angle);
                imaginary += a * Math.sin(angle) + b * Math.cos(angle);
            }
            double scale = inverse ? 1. / size : 1;
            wanted.add(real * scale, at);
            int[] other = at.clone();
            other[at.length - 1] = 1;
            wanted.add(imaginary * scale, other);
        });
        return wanted;
    }

    @ParameterizedTest
    @CsvSource({"DFT, false, 4, 6", "IDFT, true, 4, 6", "DFT, false, 3, 8", "IDFT, true, 7, 5"})
    void complexNumbersAlongTwoAxes(String name, boolean inverse, int first, int second) {
        Grid x = Grid.pattern(2, 4, 6, 2);
        Grid wanted = along(along(x, 1, first, inverse), 2, second, inverse);
        boolean own = first == 4 && second == 6;
        IrFile file = new IrFile(folder);
        int data = file.input(x);
        int axes = file.longs(1, -1);
        String operation = inverse ? "IDFT-7" : "DFT-7";

        int transformed = own
                ? file.op(operation, port(wanted), data, axes)
                : file.op(operation, port(wanted), data, axes, file.longs(first, second));

        assertThat(file.answer(transformed)).as(name).is(near(wanted, 1e-4));
    }

    /** Half of the last axis is left: the rest mirrors it. */
    @ParameterizedTest
    @CsvSource({"6, 4", "5, 4", "8, 6"})
    void realNumbersAlongTwoAxes(int last, int first) {
        Grid x = Grid.pattern(3, 4, 6);
        Grid pairs = Grid.filled(at -> at[3] == 0 ? x.at(at[0], at[1], at[2]) : 0, 3, 4, 6, 2);
        Grid whole = along(along(pairs, 2, last, false), 1, first, false);
        Grid wanted = Grid.filled(whole::at, 3, first, last / 2 + 1, 2);
        IrFile file = new IrFile(folder);

        int transformed = file.op("RDFT-9", port(wanted), file.input(x), file.longs(1, 2), file.longs(first, last));

        assertThat(file.answer(transformed)).is(near(wanted, 1e-4));
    }

    /** What mirrors the given half is put in its place; a part of the imaginary numbers then does not matter. */
    @ParameterizedTest
    @CsvSource({"6, 4, true", "5, 4, true", "9, 3, true", "4, 6, true", "6, 4, false"})
    void backToRealNumbersAlongTwoAxes(int last, int first, boolean stated) {
        Grid x = Grid.pattern(3, 4, 4, 2);
        int size = stated ? last : 6;
        Grid rows = along(x, 1, stated ? first : 4, true);
        int half = size / 2 + 1;
        Grid whole = Grid.filled(
                at -> {
                    int from = at[2] < half ? at[2] : size - at[2];
                    return from >= 4 ? 0 : rows.at(at[0], at[1], from, at[3]) * (at[2] < half || at[3] == 0 ? 1 : -1);
                },
                3,
                rows.dims()[1],
                size,
                2);
        Grid back = along(whole, 2, size, true);
        Grid wanted = Grid.filled(at -> back.at(at[0], at[1], at[2], 0), 3, rows.dims()[1], size);
        IrFile file = new IrFile(folder);
        int data = file.input(x);

        int transformed = stated
                ? file.op("IRDFT-9", port(wanted), data, file.longs(1, 2), file.longs(first, last))
                : file.op("IRDFT-9", port(wanted), data, file.longs(1, 2));

        assertThat(file.answer(transformed)).is(near(wanted, 1e-4));
    }

    @ParameterizedTest
    @CsvSource({"8, 8, 3, false", "8, 5, 4, true", "7, 4, 2, false"})
    void framesUnderAWindow(int size, int window, int step, boolean transposed) {
        Grid signal = Grid.pattern(2, 21);
        Grid shape = Grid.pattern(window);
        int frames = (21 - size) / step + 1;
        int before = (size - window) / 2;
        Grid pieces = Grid.filled(
                at -> {
                    int in = at[2] - before;
                    return at[3] == 1 || in < 0 || in >= window
                            ? 0
                            : signal.at(at[0], at[1] * step + at[2]) * shape.at(in);
                },
                2,
                frames,
                size,
                2);
        Grid whole = along(pieces, 2, size, false);
        int half = size / 2 + 1;
        Grid wanted = transposed
                ? Grid.filled(at -> whole.at(at[0], at[2], at[1], at[3]), 2, half, frames, 2)
                : Grid.filled(whole::at, 2, frames, half, 2);
        IrFile file = new IrFile(folder);

        int found = file.op(
                "STFT-15 transpose_frames='" + transposed + "'",
                port(wanted),
                file.input(signal),
                file.floats(shape),
                file.whole(size),
                file.whole(step));

        assertThat(file.answer(found)).is(near(wanted, 1e-4));
    }

    @Test
    void axesThatAreComputedAreRefused() {
        IrFile file = new IrFile(folder);
        Grid x = Grid.pattern(4, 2);
        file.result(file.op("DFT-7", port(x), file.input(x), file.input("i64", Grid.of(0))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(DFT computes its axes) x 1 at l2");
    }
}
