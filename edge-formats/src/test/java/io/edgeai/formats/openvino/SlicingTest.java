package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values cut into parts. */
class SlicingTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(3, 4, 5);

    private Grid strided(String masks, long[] begin, long[] end, long[] strides, int... dims) {
        IrFile file = new IrFile(folder);
        String port = port(new Grid(new double[0], dims));
        int in = file.input(x);
        return file.answer(
                file.op("StridedSlice-1 " + masks, port, in, file.longs(begin), file.longs(end), file.longs(strides)));
    }

    private static long[] at(long... places) {
        return places;
    }

    @Test
    void aMaskOpensABeginOrAnEnd() {
        Grid found = strided("begin_mask='1,0,0' end_mask='0,1,0'", at(9, 1, 1), at(2, 0, 3), at(1, 2, 1), 2, 2, 2);
        assertThat(found).is(near(Grid.filled(i -> x.at(i[0], 1 + 2 * i[1], 1 + i[2]), 2, 2, 2)));
    }

    @Test
    void negativeStridesRunBackwardsFromTheEnd() {
        Grid found =
                strided("begin_mask='1,0,1' end_mask='1,0,1'", at(0, -1, 0), at(0, -4, 0), at(-1, -2, -1), 3, 2, 5);
        assertThat(found).is(near(Grid.filled(i -> x.at(2 - i[0], 3 - 2 * i[1], 4 - i[2]), 3, 2, 5)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -1, -3})
    void aShrunkAxisIsOnePlaceAndGoes(long place) {
        int from = Math.floorMod(place, 4);
        Grid found = strided(
                "begin_mask='1,0,1' end_mask='1,0,1' shrink_axis_mask='0,1,0'",
                at(0, place, 0),
                at(0, 99, 0),
                at(1, 1, 1),
                3,
                5);
        assertThat(found).is(near(Grid.filled(i -> x.at(i[0], from, i[1]), 3, 5)));
    }

    @Test
    void aNewAxisIsAddedAndAnEllipsisStandsForTheRest() {
        Grid found = strided(
                "begin_mask='0,0,0' end_mask='0,0,0' new_axis_mask='1,0,0' ellipsis_mask='0,1,0'",
                at(0, 0, 1),
                at(0, 0, 4),
                at(1, 1, 2),
                1,
                3,
                4,
                2);
        assertThat(found).is(near(Grid.filled(i -> x.at(i[1], i[2], 1 + 2 * i[3]), 1, 3, 4, 2)));
    }

    @Test
    void shrunkAndNewAxesBehindAnEllipsis() {
        Grid found = strided(
                "begin_mask='0,0,0' end_mask='0,0,0' ellipsis_mask='1,0,0' shrink_axis_mask='0,0,1'"
                        + " new_axis_mask='0,1,0'",
                at(0, 0, 2),
                at(0, 0, 0),
                at(1, 1, 1),
                3,
                4,
                1);
        assertThat(found).is(near(Grid.filled(i -> x.at(i[0], i[1], 2), 3, 4, 1)));
    }

    @Test
    void fewerSpecsThanAxesLeaveTheRestWhole() {
        Grid found = strided("begin_mask='0' end_mask='0'", at(1), at(99), at(1), 2, 4, 5);
        assertThat(found).is(near(Grid.filled(i -> x.at(1 + i[0], i[1], i[2]), 2, 4, 5)));
    }

    @Test
    void moreSpecsThanAxesAreRefused() {
        assertThatThrownBy(() ->
                        strided("begin_mask='0' end_mask='0'", at(0, 0, 0, 0), at(1, 1, 1, 1), at(1, 1, 1, 1), 1, 1, 1))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("slices 4 dimensions of a value of rank 3");
    }

    /** Begin and end come with the data; where an axis shrinks, its place too. */
    @ParameterizedTest
    @ValueSource(longs = {2, -1})
    void boundsMayBeComputed(long place) {
        IrFile file = new IrFile(folder);
        int begin = file.input("i64", Grid.of(1, (double) place));
        int end = file.input("i64", Grid.of(3, 0));
        int y = file.op(
                "StridedSlice-1 begin_mask='0,0' end_mask='0,0' shrink_axis_mask='0,1'",
                port("FP32", 2, 5),
                file.input(x),
                begin,
                end,
                file.longs(1, 1));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> x.at(1 + i[0], Math.floorMod(place, 4), i[1]), 2, 5)));
    }

    @Test
    void computedStridesAreRefused() {
        IrFile file = new IrFile(folder);
        int one = file.longs(1);
        file.result(file.op(
                "StridedSlice-1 begin_mask='0' end_mask='0'",
                port("FP32", -1, 4, 5),
                file.input(x),
                one,
                one,
                file.input("i64", Grid.of(1))));
        assertThatThrownBy(file::imported).hasMessageContaining("computes its strides");
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 2, 1, 2", "-1, 0, -1, 3, 3", "99, -99, -2, 3, 2", "0, 99, 3, 0, 2"})
    void theEighthSetSlicesNamedAxes(long start, long stop, long step, int first, int count) {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int y = file.op(
                "Slice-8",
                port("FP32", 3, count, 5),
                in,
                file.longs(start),
                file.longs(stop),
                file.longs(step),
                file.constant("i32", Grid.of(-2)));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> x.at(i[0], first + (int) step * i[1], i[2]), 3, count, 5)));
    }

    @Test
    void withoutAxesTheLeadingOnesAreSliced() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int y = file.op("Slice-8", port("FP32", 2, 2, 5), in, file.longs(1, 0), file.longs(3, 4), file.longs(1, 2));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> x.at(1 + i[0], 2 * i[1], i[2]), 2, 2, 5)));
    }

    @Test
    void equalParts() {
        IrFile file = new IrFile(folder);
        String half = port("FP32", 3, 2, 5);
        int parts = file.op("Split-1 num_splits='2'", new String[] {half, half}, file.input(x), file.whole(-2));
        List<Grid> found = file.answers(parts, 2);
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at(i), 3, 2, 5)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> x.at(i[0], 2 + i[1], i[2]), 3, 2, 5)));
    }

    @Test
    void partsOfStatedSizesOneOfWhichIsTheRest() {
        IrFile file = new IrFile(folder);
        String[] ports = {port("FP32", 3, 4, 1), port("FP32", 3, 4, 3), port("FP32", 3, 4, 1)};
        int parts = file.op("VariadicSplit-1", ports, file.input(x), file.whole(2), file.longs(1, -1, 1));
        List<Grid> found = file.answers(parts, 3);
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at(i), 3, 4, 1)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> x.at(i[0], i[1], 1 + i[2]), 3, 4, 3)));
        assertThat(found.get(2)).is(near(Grid.filled(i -> x.at(i[0], i[1], 4), 3, 4, 1)));
    }

    @Test
    void theRestOfAnOpenDimensionIsRefused() {
        IrFile file = new IrFile(folder);
        String[] ports = {port("FP32", 1, 4), port("FP32", -1, 4)};
        int in = file.open(Grid.pattern(3, 4), -1, 4);
        file.result(file.op("VariadicSplit-1", ports, in, file.whole(0), file.longs(1, -1)));
        assertThatThrownBy(file::imported).hasMessageContaining("part's size to a dimension that is unknown");
    }
}
