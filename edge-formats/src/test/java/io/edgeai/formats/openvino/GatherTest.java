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

/** Elements and slices picked by their places. */
class GatherTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(3, 4, 5);

    @ParameterizedTest
    @CsvSource({"i32, 1", "i64, 1", "i64, -2"})
    void slicesAlongAnAxis(String type, long axis) {
        Grid places = new Grid(new double[] {3, 0, 1, 1, 2, 0}, 2, 3);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Gather-7", port("FP32", 3, 2, 3, 5), file.input(x), file.input(type, places), file.whole(axis));
        assertThat(file.answer(y))
                .is(near(Grid.filled(i -> x.at(i[0], (int) places.at(i[1], i[2]), i[3]), 3, 2, 3, 5)));
    }

    @Test
    void aSinglePlaceDropsTheAxisAndNegativeOnesCountFromTheEnd() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("Gather-1", port("FP32", 4, 5), in, file.whole(2), file.whole(0)));
        file.result(file.op("Gather-8", port("FP32", 3, 4, 2), in, file.longs(-1, -5), file.longs(2)));
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at(2, i[0], i[1]), 4, 5)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> x.at(i[0], i[1], i[2] == 0 ? 4 : 0), 3, 4, 2)));
    }

    /** A negative number of batch dimensions counts from the end of the places' own. */
    @ParameterizedTest
    @ValueSource(ints = {1, -2})
    void everyBatchPicksForItself(int batch) {
        Grid places = new Grid(new double[] {3, 0, 1, 1, 2, 2}, 3, 1, 2);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Gather-8 batch_dims='" + batch + "'",
                port("FP32", 3, 1, 2, 5),
                file.input(x),
                file.input("i32", places),
                file.whole(1));
        assertThat(file.answer(y))
                .is(near(Grid.filled(i -> x.at(i[0], (int) places.at(i[0], 0, i[2]), i[3]), 3, 1, 2, 5)));
    }

    @Test
    void batchesBehindOtherAxesAreRefused() {
        IrFile file = new IrFile(folder);
        int places = file.longs(0, 1, 2);
        file.result(file.op("Gather-8 batch_dims='1'", port("FP32", 3, 4), file.input(x), places, file.whole(2)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("gathers along axis 2 with 1 batch dimensions");
    }

    @Test
    void elementsAndSlicesByTuples() {
        Grid pairs = new Grid(new double[] {0, 3, 2, 1}, 2, 2);
        Grid triples = new Grid(new double[] {2, 3, 4}, 1, 3);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("GatherND-8", port("FP32", 2, 5), in, file.input("i32", pairs)));
        file.result(file.op("GatherND-5", port("FP32", 1), in, file.constant("i64", triples)));
        var found = file.answers();
        assertThat(found.get(0))
                .is(near(Grid.filled(i -> x.at((int) pairs.at(i[0], 0), (int) pairs.at(i[0], 1), i[1]), 2, 5)));
        assertThat(found.get(1)).is(near(Grid.of(x.at(2, 3, 4))));
    }

    /** Set 8 keeps the batch dimensions; set 5 made one of them. */
    @ParameterizedTest
    @ValueSource(ints = {5, 8})
    void tuplesWithinBatches(int set) {
        Grid places = new Grid(new double[] {1, 0, 4, 2, 3, 0, 0, 1, 2, 4, 3, 1}, 3, 4, 1, 1);
        IrFile file = new IrFile(folder);
        String port = set == 5 ? port("FP32", 12, 1) : port("FP32", 3, 4, 1);
        int y = file.op("GatherND-" + set + " batch_dims='2'", port, file.input(x), file.input("i64", places));
        Grid wanted = Grid.filled(i -> x.at(i[0], i[1], (int) places.at(i[0], i[1], 0, 0)), 3, 4, 1);
        assertThat(file.answer(y)).is(near(set == 5 ? wanted.shaped(12, 1) : wanted));
    }

    @ParameterizedTest
    @CsvSource({"i32, 1", "i64, -1"})
    void elementsAlongAnAxis(String type, int axis) {
        int at = axis < 0 ? 2 : axis;
        Grid places = Grid.filled(i -> (i[0] + 2 * i[1] + i[2]) % 4, 3, 4, 5);
        IrFile file = new IrFile(folder);
        int y = file.op("GatherElements-6 axis='" + axis + "'", port(x), file.input(x), file.input(type, places));
        Grid wanted = Grid.filled(
                i -> {
                    int[] from = i.clone();
                    from[at] = (int) places.at(i);
                    return x.at(from);
                },
                3,
                4,
                5);
        assertThat(file.answer(y)).is(near(wanted));
    }
}
