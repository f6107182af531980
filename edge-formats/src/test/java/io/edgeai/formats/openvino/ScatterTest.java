package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements and slices put in their places. */
class ScatterTest {
    private static final Map<String, DoubleBinaryOperator> REDUCTIONS = Map.of(
            "none", (old, fresh) -> fresh,
            "sum", Double::sum,
            "prod", (old, fresh) -> old * fresh,
            "min", Math::min,
            "max", Math::max);

    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(3, 4, 2);

    private static Grid copy(Grid grid) {
        return grid.map(v -> v);
    }

    private static void put(Grid grid, DoubleBinaryOperator rule, double value, int... place) {
        double old = grid.at(place);
        grid.add(rule.applyAsDouble(old, value) - old, place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "sum", "prod", "min", "max"})
    void slicesByTuples(String reduction) {
        Grid places = new Grid(new double[] {2, 0, 0, 3}, 2, 2);
        Grid updates = new Grid(new double[] {.5, -8, 8, .25}, 2, 2);
        IrFile file = new IrFile(folder);
        int y = file.op(
                (reduction.equals("none") ? "ScatterNDUpdate-3" : "ScatterNDUpdate-15 reduction='" + reduction + "'"),
                port(x),
                file.input(x),
                file.input("i32", places),
                file.input(updates));
        Grid wanted = copy(x);
        Grid.each(
                updates.dims(),
                i -> put(
                        wanted,
                        REDUCTIONS.get(reduction),
                        updates.at(i),
                        (int) places.at(i[0], 0),
                        (int) places.at(i[0], 1),
                        i[1]));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource({"none, 1", "sum, 1", "prod, -2", "min, 0", "max, 0"})
    void elementsAlongAnAxis(String reduction, int axis) {
        int at = axis < 0 ? axis + 3 : axis;
        // Different places in each line, for without a reduction the order of equal ones is open.
        Grid places = Grid.filled(i -> (i[at] + i[0] + i[1] + i[2] - i[at]) % 3, 2, 3, 2);
        Grid updates = Grid.pattern(2, 3, 2).map(v -> v * 3);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ScatterElementsUpdate-12 reduction='" + reduction + "' use_init_val='true'",
                port(x),
                file.input(x),
                file.input("i64", places),
                file.input(updates),
                file.whole(axis));
        Grid wanted = copy(x);
        Grid.each(updates.dims(), i -> {
            int[] to = i.clone();
            to[at] = (int) places.at(i);
            put(wanted, REDUCTIONS.get(reduction), updates.at(i), to);
        });
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "reduction='mean' | scatters with the reduction mean",
                "reduction='sum' use_init_val='false' | scatters without the first value"
            })
    void whatOnnxCannotPutIsRefused(String attributes, String reason) {
        IrFile file = new IrFile(folder);
        Grid row = Grid.of(1, 2);
        file.result(file.op(
                "ScatterElementsUpdate-12 " + attributes,
                port(row),
                file.input(row),
                file.longs(0, 1),
                file.floats(row),
                file.whole(0)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1})
    void wholeSlicesOfAnAxis(int axis) {
        int at = axis < 0 ? 2 : axis;
        int[] dims = x.dims().clone();
        dims[at] = 2;
        Grid updates = Grid.pattern(dims).map(v -> v + 50);
        double[] places = {1, 0};
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ScatterUpdate-3",
                port(x),
                file.input(x),
                file.input("i32", Grid.of(places)),
                file.input(updates),
                file.whole(axis));
        Grid wanted = copy(x);
        Grid.each(dims, i -> {
            int[] to = i.clone();
            to[at] = (int) places[i[at]];
            put(wanted, REDUCTIONS.get("none"), updates.at(i), to);
        });
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void aSinglePlaceTakesASliceWithoutTheAxis() {
        Grid slice = Grid.pattern(3, 2).map(v -> v + 50);
        IrFile file = new IrFile(folder);
        int y = file.op("ScatterUpdate-3", port(x), file.input(x), file.whole(2), file.input(slice), file.longs(1));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> i[1] == 2 ? slice.at(i[0], i[2]) : x.at(i), 3, 4, 2)));
    }
}
