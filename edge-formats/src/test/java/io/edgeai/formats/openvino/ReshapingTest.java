package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes and types changed, joined, repeated and generated. */
class ReshapingTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(2, 3, 4);

    @ParameterizedTest
    @CsvSource({"true, '0,-1', '2,12'", "true, '0,0,2,-1', '2,3,2,2'", "false, '4,-1', '4,6'", "true, '-1', '24'"})
    void aSpecialZeroCopiesTheSize(boolean special, String pattern, String dims) {
        IrFile file = new IrFile(folder);
        int shape = file.longs(
                Stream.of(pattern.split(",")).mapToLong(Long::parseLong).toArray());
        int[] wanted = Stream.of(dims.split(",")).mapToInt(Integer::parseInt).toArray();
        int y = file.op("Reshape-1 special_zero='" + special + "'", port(x.shaped(wanted)), file.input(x), shape);
        assertThat(file.answer(y)).is(near(x.shaped(wanted)));
    }

    @Test
    void withoutTheSpecialMeaningZeroIsAnEmptyDimension() {
        IrFile file = new IrFile(folder);
        Grid none = new Grid(new double[0], 0, 5);
        int y = file.op("Reshape-1 special_zero='false'", port("FP32", 3, 0), file.input(none), file.longs(3, 0));
        assertThat(file.answer(y).dims()).containsExactly(3, 0);
    }

    @Test
    void onesComeAndGo() {
        Grid ones = Grid.pattern(1, 3, 1, 2);
        IrFile file = new IrFile(folder);
        int in = file.input(ones);
        file.result(file.op("Squeeze-1", port("FP32", 3, 2), in));
        file.result(file.op("Squeeze-1", port("FP32", 1, 3, 2), in, file.longs(-2)));
        file.result(file.op("Squeeze-1", port("FP32", 3, 1, 2), in, file.whole(0)));
        file.result(file.op("Unsqueeze-1", port("FP32", 1, 1, 3, 1, 2, 1), in, file.longs(0, -1)));
        var found = file.answers();
        assertThat(found.get(0)).is(near(ones.shaped(3, 2)));
        assertThat(found.get(1)).is(near(ones.shaped(1, 3, 2)));
        assertThat(found.get(2)).is(near(ones.shaped(3, 1, 2)));
        assertThat(found.get(3)).is(near(ones.shaped(1, 1, 3, 1, 2, 1)));
    }

    @Test
    void dimensionsChangePlacesInAnOrderOrBackToFront() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("Transpose-1", port("FP32", 4, 2, 3), in, file.longs(2, 0, 1)));
        file.result(file.op("Transpose-1", port("FP32", 4, 3, 2), in, file.longs()));
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at(i[1], i[2], i[0]), 4, 2, 3)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> x.at(i[2], i[1], i[0]), 4, 3, 2)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "-1, 2"})
    void partsAreJoinedAlongAnAxis(int stated, int axis) {
        int[] dims = {2, 3, 4};
        dims[axis] *= 2;
        Grid other = x.map(v -> v + 100);
        IrFile file = new IrFile(folder);
        Grid wanted = Grid.filled(
                i -> {
                    int[] place = i.clone();
                    place[axis] %= x.dims()[axis];
                    return (i[axis] < x.dims()[axis] ? x : other).at(place);
                },
                dims);
        int y = file.op("Concat-1 axis='" + stated + "'", port(wanted), file.input(x), file.floats(other));
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Whichever of value and counts is shorter gets ones in front. */
    @ParameterizedTest
    @CsvSource({"'1,2,3', '2,6,12'", "'2,2', '2,6,8'", "'2,1,2,1', '2,2,6,4'", "'1,1,2', '2,3,8'"})
    void valuesAreRepeated(String counts, String dims) {
        IrFile file = new IrFile(folder);
        int repeats = file.longs(
                Stream.of(counts.split(",")).mapToLong(Long::parseLong).toArray());
        int[] wanted = Stream.of(dims.split(",")).mapToInt(Integer::parseInt).toArray();
        int lead = wanted.length - 3;
        int y = file.op(
                "Tile-1",
                port(
                        "FP32",
                        Stream.of(dims.split(",")).mapToLong(Long::parseLong).toArray()),
                file.input(x),
                repeats);
        assertThat(file.answer(y))
                .is(near(Grid.filled(i -> x.at(i[lead] % 2, i[lead + 1] % 3, i[lead + 2] % 4), wanted)));
    }

    @Test
    void broadcastsLikeNumpyInBothDirectionsOrByNamedAxes() {
        Grid row = Grid.pattern(1, 3);
        Grid named = Grid.pattern(2, 3);
        IrFile file = new IrFile(folder);
        int in = file.input(row);
        int mapped = file.input(named);
        file.result(file.op("Broadcast-3 mode='numpy'", port("FP32", 4, 2, 3), in, file.longs(4, 2, 3)));
        file.result(file.op("Broadcast-3 mode='bidirectional'", port("FP32", 2, 3), in, file.longs(2, 1)));
        file.result(file.op(
                "Broadcast-1 mode='explicit'",
                port("FP32", 2, 4, 3, 2),
                mapped,
                file.longs(2, 4, 3, 2),
                file.longs(0, 2)));
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.filled(i -> row.at(0, i[2]), 4, 2, 3)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> row.at(0, i[1]), 2, 3)));
        assertThat(found.get(2)).is(near(Grid.filled(i -> named.at(i[0], i[2]), 2, 4, 3, 2)));
    }

    @Test
    void anUnknownWayToBroadcastIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op("Broadcast-1 mode='pdpd'", port("FP32", 2, 3, 4), file.input(x), file.longs(2, 3, 4)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Broadcast broadcasts by the mode pdpd) x 1 at l2");
    }

    @ParameterizedTest
    @CsvSource({"ShapeOf-1, I64", "ShapeOf-3 output_type='i32', I32", "ShapeOf-3 output_type='i64', I64"})
    void shapesAreTakenWhenTheModelRuns(String operation, String precision) {
        IrFile file = new IrFile(folder);
        int y = file.op(operation, port(precision, 3), file.open(x, -1, 3, -1));
        assertThat(file.answer(y)).is(near(Grid.of(2, 3, 4)));
    }

    @ParameterizedTest
    @CsvSource({
        "f32, i32, '-1,0,2'",
        "f32, boolean, '1,1,1'",
        "f32, f64, '-1.5,0.25,2.75'",
        "f32, f16, '-1.5,0.25,2.75'",
        "f32, i64, '-1,0,2'"
    })
    void conversionsCutTowardZero(String from, String to, String wanted) {
        String precision =
                to.equals("boolean") ? "BOOL" : to.toUpperCase(Locale.ROOT).replace("F", "FP");
        double[] numbers =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        IrFile file = new IrFile(folder);
        int in = file.input(from, Grid.of(-1.5, .25, 2.75));
        int y = file.op("Convert-1 destination_type='" + to + "'", port(precision, 3), in);
        assertThat(file.answer(y)).is(near(Grid.of(numbers)));
    }

    @Test
    void conversionToTheTypeOfAnotherValue() {
        IrFile file = new IrFile(folder);
        int in = file.input("boolean", Grid.of(0, 1, 1));
        int like = file.input("i64", Grid.of(5));
        int y = file.op("ConvertLike-1", port("I64", 3), in, like);
        assertThat(file.answer(y)).is(near(Grid.of(0, 1, 1)));
    }

    @ParameterizedTest
    @CsvSource({"i32, 2, 11, 3, '2,5,8'", "i64, 5, -1, -2, '5,3,1'", "f32, 0, 1, 0.25, '0,0.25,0.5,0.75'"})
    void numbersFromOneToAnother(String type, double from, double to, double step, String wanted) {
        double[] numbers =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        String precision = type.toUpperCase(Locale.ROOT).replace("F", "FP");
        IrFile file = new IrFile(folder);
        int first = file.constant(type, new Grid(new double[] {from}));
        int last = file.input(type, new Grid(new double[] {to}));
        int by = file.constant(type, Grid.of(step));
        int y = file.op("Range-4 output_type='" + type + "'", port(precision, numbers.length), first, last, by);
        assertThat(file.answer(y)).is(near(Grid.of(numbers)));
    }

    @ParameterizedTest
    @CsvSource({"0, FP32", "1, I32", "-2, I64"})
    void onesOnADiagonal(int diagonal, String precision) {
        IrFile file = new IrFile(folder);
        int y = file.op("Eye-9", port(precision, 3, 4), file.whole(3), file.whole(4), file.whole(diagonal));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> i[1] - i[0] == diagonal ? 1 : 0, 3, 4)));
    }

    @Test
    void batchesOfUnitMatricesAreRefused() {
        IrFile file = new IrFile(folder);
        int n = file.whole(2);
        file.result(file.op("Eye-9", port("FP32", 3, 2, 2), n, n, file.whole(0), file.longs(3)));
        assertThatThrownBy(file::imported).hasMessageContaining("batch of unit matrices");
    }

    /** Sizes whose product is 0 in 64 bits, and one that no memory holds. */
    @ParameterizedTest
    @CsvSource({"4294967296, 4294967296", "-1, 2", "2, 9223372036854775807"})
    void unitMatricesOfAbsurdSizesAreRefusedBeforeTheyAreMade(long rows, long columns) {
        IrFile file = new IrFile(folder);
        file.result(file.op("Eye-9", port("FP32", 2, 2), file.whole(rows), file.whole(columns), file.whole(0)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("makes a unit matrix of (" + rows + "," + columns + ")");
    }

    /** A state starts at its first value in every call; Assign keeps nothing. */
    @Test
    void statesAreReadAtTheirFirstValue() {
        IrFile file = new IrFile(folder);
        int start = file.floats(Grid.of(1, 2));
        int state = file.op("ReadValue-6 variable_id='v'", port("FP32", 2), start);
        int sum = file.op("Add-1", port("FP32", 2), state, file.input(Grid.of(10, 20)));
        file.op("Assign-6 variable_id='v'", port("FP32", 2), sum);
        assertThat(file.answer(sum)).is(near(Grid.of(11, 22)));
    }
}
