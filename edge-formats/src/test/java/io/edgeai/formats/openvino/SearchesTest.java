package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places among sorted values, values without their repetitions, bits moved, types brought together. */
class SearchesTest {
    @TempDir
    Path folder;

    private static String port64(int... dims) {
        StringBuilder port = new StringBuilder("precision='I64'>");
        Arrays.stream(dims).forEach(dim -> port.append("<dim>").append(dim).append("</dim>"));
        return port.toString();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void placesAmongSortedValues(boolean right, boolean shared) {
        Random random = new Random(4);
        double[] row = random.doubles(18).map(v -> Math.floor(v * 8)).toArray();
        for (int r = 0; r < 3; r++) {
            Arrays.sort(row, 6 * r, 6 * r + 6);
        }
        Grid sorted = new Grid(row, 3, 6);
        Grid values = Grid.filled(at -> random.nextInt(10) - 1, 3, 4);
        Grid wanted = Grid.filled(
                at -> {
                    int place = 0;
                    double value = values.at(at);
                    while (place < 6
                            && (sorted.at(shared ? 0 : at[0], place) < value
                                    || right && sorted.at(shared ? 0 : at[0], place) == value)) {
                        place++;
                    }
                    return place;
                },
                3,
                4);
        IrFile file = new IrFile(folder);
        Grid given = shared ? Grid.of(Arrays.copyOf(row, 6)) : sorted;

        int places = file.op(
                "SearchSorted-15 right_mode='" + right + "'", port64(3, 4), file.input(given), file.input(values));

        assertThat(file.answer(places)).is(near(wanted));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void valuesWithoutTheirRepetitions(boolean sorted) {
        double[] values = {5, 1, 1, 9, 5, 3, 1};
        List<Double> unique = new ArrayList<>();
        for (double value : values) {
            if (!unique.contains(value)) {
                unique.add(value);
            }
        }
        if (sorted) {
            unique.sort(null);
        }
        List<Double> all = Arrays.stream(values).boxed().toList();
        IrFile file = new IrFile(folder);
        int found = file.op(
                "Unique-10 sorted='" + sorted + "'",
                new String[] {port(Grid.pattern(4)), port64(4), port64(7), port64(4)},
                file.input(Grid.of(values)));

        List<Grid> answers = file.answers(found, 4);

        assertThat(answers.get(0).values())
                .containsExactly(unique.stream().mapToDouble(v -> v).toArray());
        assertThat(answers.get(1).values())
                .containsExactly(unique.stream().mapToDouble(all::indexOf).toArray());
        assertThat(answers.get(2).values())
                .containsExactly(all.stream().mapToDouble(unique::indexOf).toArray());
        assertThat(answers.get(3).values())
                .containsExactly(unique.stream()
                        .mapToDouble(v -> all.stream().filter(v::equals).count())
                        .toArray());
    }

    @ParameterizedTest
    @CsvSource({"i32, I32", "i64, I64", "i16, I16", "u8, U8"})
    void bitsMovedWithinTheirType(String type, String precision) {
        double[] numbers = type.equals("u8") ? new double[] {200, 3, 255, 0} : new double[] {-7, 1000, -32768, 5};
        double[] by = {1, 3, 2, 0};
        Grid left = Grid.filled(
                at -> {
                    long shifted = (long) numbers[at[0]] << (long) by[at[0]];
                    return switch (type) {
                        case "i32" -> (int) shifted;
                        case "i16" -> (short) shifted;
                        case "u8" -> shifted & 0xff;
                        default -> shifted;
                    };
                },
                4);
        Grid right = Grid.filled(at -> (long) numbers[at[0]] >> (long) by[at[0]], 4);
        IrFile file = new IrFile(folder);
        String output = "precision='" + precision + "'><dim>4</dim>";
        int x = file.input(type, Grid.of(numbers));
        int y = file.input(type, Grid.of(by));
        file.result(file.op("BitwiseLeftShift-15", output, x, y));
        file.result(file.op("BitwiseRightShift-15", output, x, y));

        List<Grid> found = file.answers();

        assertThat(found.get(0)).is(near(left));
        assertThat(found.get(1)).is(near(right));
    }

    @Test
    void typesAreBroughtTogether() {
        IrFile file = new IrFile(folder);
        int both = file.op(
                "ConvertPromoteTypes-14",
                new String[] {port(Grid.pattern(2)), port(Grid.pattern(2))},
                file.input("i32", Grid.of(3, -4)),
                file.input(Grid.of(.5, 8)));

        List<Grid> found = file.answers(both, 2);

        assertThat(found.get(0)).is(near(Grid.of(3, -4)));
        assertThat(found.get(1)).is(near(Grid.of(.5, 8)));
    }
}
