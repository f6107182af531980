package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted, sorted and marked: one-hot rows, nonzero places, the greatest, buckets. */
class SelectionTest {
    @TempDir
    Path folder;

    /** A place outside the depth marks nothing, and a negative one is outside. */
    @ParameterizedTest
    @CsvSource({"f32, -1", "i32, 0", "u8, 1", "i64, -1"})
    void oneHotRows(String type, int axis) {
        double[] places = {2, 0, 4, -1};
        String precision = type.toUpperCase(Locale.ROOT).replace("F", "FP");
        int[] dims = axis == 0 ? new int[] {4, 2, 2} : axis == 1 ? new int[] {2, 4, 2} : new int[] {2, 2, 4};
        int at = axis < 0 ? 2 : axis;
        IrFile file = new IrFile(folder);
        int y = file.op(
                "OneHot-1 axis='" + axis + "'",
                port(precision, Arrays.stream(dims).asLongStream().toArray()),
                file.input("i32", new Grid(places, 2, 2)),
                file.whole(4),
                file.constant(type, new Grid(new double[] {7})),
                file.constant(type, new Grid(new double[] {3})));
        Grid wanted = Grid.filled(
                i -> {
                    int[] rest = IntStream.range(0, 3)
                            .filter(k -> k != at)
                            .map(k -> i[k])
                            .toArray();
                    return places[2 * rest[0] + rest[1]] == i[at] ? 7 : 3;
                },
                dims);
        assertThat(file.answer(y)).is(near(wanted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"I32", "I64"})
    void placesThatAreNotZero(String precision) {
        IrFile file = new IrFile(folder);
        int in = file.input(new Grid(new double[] {0, 2, 0, -1, 0, 5}, 2, 3));
        int y = file.op("NonZero-3", port(precision, 2, -1), in);
        assertThat(file.answer(y)).is(near(new Grid(new double[] {0, 1, 1, 1, 0, 2}, 2, 3)));
    }

    @ParameterizedTest
    @CsvSource({
        "max, value, -1, f32, I32",
        "min, value, 1, f32, I64",
        "max, index, 2, f32, I64",
        "min, index, 0, i32, I32",
        "max, value, 0, i64, I64",
        "min, none, -2, f32, I32"
    })
    void theGreatestAndTheLeast(String mode, String sort, int axis, String type, String places) {
        Grid x = Grid.filled(i -> (i[0] * 20 + i[1] * 5 + i[2]) * 7 % 61 - 30, 3, 4, 5); // no two are equal
        int at = axis < 0 ? axis + 3 : axis;
        int[] dims = x.dims().clone();
        dims[at] = 2;
        long[] sizes = Arrays.stream(dims).asLongStream().toArray();
        IrFile file = new IrFile(folder);
        int y = file.op(
                "TopK-11 axis='" + axis + "' mode='" + mode + "' sort='" + sort + "' index_element_type='"
                        + places.toLowerCase(Locale.ROOT) + "'",
                new String[] {port(type.toUpperCase(Locale.ROOT).replace("F", "FP"), sizes), port(places, sizes)},
                file.input(type, x),
                file.whole(2));
        Grid order = Grid.filled(
                i -> {
                    Comparator<Integer> byValue = Comparator.comparingDouble(k -> x.at(moved(i, at, k)));
                    List<Integer> best = IntStream.range(0, x.dims()[at])
                            .boxed()
                            .sorted(mode.equals("max") ? byValue.reversed() : byValue)
                            .limit(2)
                            .toList();
                    return sort.equals("index")
                            ? best.stream().sorted().toList().get(i[at])
                            : best.get(i[at]);
                },
                dims);
        var found = file.answers(y, 2);
        assertThat(found.get(1)).is(near(order));
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at(moved(i, at, (int) order.at(i))), dims)));
    }

    private static int[] moved(int[] place, int axis, int to) {
        int[] copy = place.clone();
        copy[axis] = to;
        return copy;
    }

    @Test
    void theCountMayBeComputed() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "TopK-3 axis='0' mode='max' sort='value'",
                new String[] {port("FP32", -1), port("I32", -1)},
                file.input(Grid.of(1, 9, 3, 7)),
                file.input("i32", new Grid(new double[] {3})));
        var found = file.answers(y, 2);
        assertThat(found.get(0)).is(near(Grid.of(9, 7, 3)));
        assertThat(found.get(1)).is(near(Grid.of(1, 3, 2)));
    }

    @ParameterizedTest
    @CsvSource({
        "true, f32, f32, I32, '0,0,1,1,3'",
        "false, f32, f32, I64, '0,1,1,2,3'",
        "true, f32, i32, I64, '0,0,1,1,3'",
        "false, i32, i64, I32, '0,1,1,2,3'"
    })
    void bucketsAreClosedAtOneSide(boolean right, String type, String bounds, String output, String wanted) {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Bucketize-3 with_right_bound='" + right + "'",
                port(output, 5),
                file.input(type, Grid.of(0, 1, 2, 3, 9)),
                file.constant(bounds, Grid.of(1, 3, 8)));
        double[] numbers =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        assertThat(file.answer(y)).is(near(Grid.of(numbers)));
    }
}
