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
import org.junit.jupiter.params.provider.ValueSource;

/** Values padded, mirrored, rolled and reversed. */
class ShiftsTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(3, 4);

    /** Where a place beyond an edge reads, -1 where nothing is. */
    private static int source(String mode, int at, int size) {
        if (at >= 0 && at < size) {
            return at;
        }
        return switch (mode) {
            case "edge" -> at < 0 ? 0 : size - 1;
            case "reflect" -> at < 0 ? -at : 2 * (size - 1) - at;
            case "symmetric" -> at < 0 ? -1 - at : 2 * size - 1 - at;
            default -> -1;
        };
    }

    private Grid padded(String mode, double value, int top, int left, int bottom, int right) {
        return Grid.filled(
                i -> {
                    int row = source(mode, i[0] - top, 3);
                    int column = source(mode, i[1] - left, 4);
                    return row < 0 || column < 0 ? value : x.at(row, column);
                },
                3 + top + bottom,
                4 + left + right);
    }

    @ParameterizedTest
    @CsvSource({"constant, false", "edge, false", "reflect, false", "symmetric, false", "constant, true", "edge, true"})
    void edgesAreFilledByMode(String mode, boolean computed) {
        Grid wanted = padded(mode, 0, 2, 1, 1, 3);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int begin = computed ? file.input("i64", Grid.of(2, 1)) : file.longs(2, 1);
        int end = computed ? file.input("i32", Grid.of(1, 3)) : file.longs(1, 3);
        assertThat(file.answer(file.op("Pad-1 pad_mode='" + mode + "'", port(wanted), in, begin, end)))
                .is(near(wanted));
    }

    @Test
    void aConstantMayBeStatedAndNegativePaddingCuts() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int value = file.scalar(7);
        String mode = "Pad-12 pad_mode='constant'";
        file.result(file.op(mode, port("FP32", 4, 5), in, file.longs(1, 0), file.longs(0, 1), value));
        file.result(file.op(mode, port("FP32", 2, 4), in, file.longs(-1, 2), file.longs(0, -2), value));
        var found = file.answers();
        assertThat(found.get(0)).is(near(padded("constant", 7, 1, 0, 0, 1)));
        assertThat(found.get(1)).is(near(padded("constant", 7, -1, 2, 0, -2)));
    }

    @Test
    void mirroringMoreThanThereIsIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "Pad-1 pad_mode='symmetric'", port("FP32", 7, 4), file.input(x), file.longs(4, 0), file.longs(0, 0)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("mirrors (4,0) of a dimension of (3)");
    }

    @Test
    void rollingOneAxisTwiceAddsUp() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("Roll-7", port(x), in, file.longs(1, -2, 1), file.longs(-2, 1, 0)));
        file.result(file.op("Roll-7", port(x), in, file.whole(5), file.longs(1)));
        file.result(file.op("Roll-7", port(x), in, file.longs(3), file.longs(0)));
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at((i[0] + 1) % 3, (i[1] + 2) % 4), 3, 4)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> x.at(i[0], (i[1] + 3) % 4), 3, 4)));
        assertThat(found.get(2)).as("a whole turn").is(near(x));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void sequencesAreReversedUpToTheirLengths(int batch) {
        Grid x = Grid.pattern(3, 3, 2);
        Grid lengths = Grid.of(3, 1, 2);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ReverseSequence-1 batch_axis='" + batch + "' seq_axis='" + (1 - batch) + "'",
                port(x),
                file.input(x),
                file.input("i32", lengths));
        Grid wanted = Grid.filled(
                i -> {
                    int[] from = i.clone();
                    int length = (int) lengths.at(i[batch]);
                    from[1 - batch] = i[1 - batch] < length ? length - 1 - i[1 - batch] : i[1 - batch];
                    return x.at(from);
                },
                x.dims());
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void reversingAnotherAxisIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "ReverseSequence-1 batch_axis='0' seq_axis='2'",
                port("FP32", 2, 2, 2),
                file.input(Grid.pattern(2, 2, 2)),
                file.input("i32", Grid.of(1, 2))));
        assertThatThrownBy(file::imported).hasMessageContaining("reverses axis 2 of batches along axis 0");
    }
}
