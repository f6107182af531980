package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bags of a table's rows, added up row by row. */
class EmbeddingTest {
    private static final int ROWS = 7;
    private static final int WIDE = 3;

    @TempDir
    Path folder;

    private final Grid table = Grid.pattern(ROWS, WIDE);

    private static Grid picks(Random random, int... dims) {
        return Grid.filled(at -> random.nextInt(ROWS), dims);
    }

    @ParameterizedTest
    @CsvSource({
        "EmbeddingBagPackedSum-3, false, true",
        "EmbeddingBagPackedSum-3, false, false",
        "EmbeddingBagPacked-15 reduction='sum', false, true",
        "EmbeddingBagPacked-15 reduction='mean', true, false"
    })
    void packedBags(String operation, boolean mean, boolean weighted) {
        Grid indices = picks(new Random(1), 4, 5);
        Grid weights = Grid.pattern(4, 5);
        Grid wanted = Grid.filled(
                at -> {
                    double sum = 0;
                    for (int i = 0; i < 5; i++) {
                        sum += table.at((int) indices.at(at[0], i), at[1]) * (weighted ? weights.at(at[0], i) : 1);
                    }
                    return mean ? sum / 5 : sum;
                },
                4,
                WIDE);
        IrFile file = new IrFile(folder);
        int rows = file.floats(table);
        int picked = file.input("i64", indices);

        int bags = weighted
                ? file.op(operation, port(wanted), rows, picked, file.input(weights))
                : file.op(operation, port(wanted), rows, picked);

        assertThat(file.answer(bags)).is(near(wanted));
    }

    /** Bag of place i in a list with these offsets; empty bags have no place. */
    private static int bag(int[] offsets, int place) {
        int bag = 0;
        while (bag + 1 < offsets.length && offsets[bag + 1] <= place) {
            bag++;
        }
        return bag;
    }

    private Grid bags(int[] bagOf, Grid indices, Grid weights, int count, Integer otherwise, boolean mean) {
        Grid wanted = Grid.filled(at -> 0, count, WIDE);
        int[] sizes = new int[count];
        for (int i = 0; i < bagOf.length; i++) {
            sizes[bagOf[i]]++;
            for (int c = 0; c < WIDE; c++) {
                wanted.add(table.at((int) indices.at(i), c) * (weights == null ? 1 : weights.at(i)), bagOf[i], c);
            }
        }
        return Grid.filled(
                at -> sizes[at[0]] == 0
                        ? (otherwise == null || otherwise < 0 ? 0 : table.at(otherwise, at[1]))
                        : wanted.at(at) / (mean ? sizes[at[0]] : 1),
                count,
                WIDE);
    }

    @ParameterizedTest
    @CsvSource({
        "EmbeddingBagOffsetsSum-3, 4, true, false",
        "EmbeddingBagOffsetsSum-3, -1, false, false",
        "EmbeddingBagOffsetsSum-3, , false, false",
        "EmbeddingBagOffsets-15 reduction='sum', 2, true, false",
        "EmbeddingBagOffsets-15 reduction='mean', 2, false, true"
    })
    void bagsOneAfterTheOther(String operation, Integer otherwise, boolean weighted, boolean mean) {
        int[] offsets = {0, 3, 3, 4, 9};
        Grid indices = picks(new Random(2), 11);
        Grid weights = weighted ? Grid.pattern(11) : null;
        int[] bagOf = new int[11];
        Arrays.setAll(bagOf, i -> bag(offsets, i));
        Grid wanted = bags(bagOf, indices, weights, 5, otherwise, mean);
        IrFile file = new IrFile(folder);
        int rows = file.floats(table);
        int picked = file.input("i32", indices);
        int begins = file.input(
                "i32", Grid.of(Arrays.stream(offsets).asDoubleStream().toArray()));

        int bags = otherwise == null
                ? file.op(operation, port(wanted), rows, picked, begins)
                : weighted
                        ? file.op(
                                operation,
                                port(wanted),
                                rows,
                                picked,
                                begins,
                                file.constant("i32", new Grid(new double[] {otherwise})),
                                file.input(weights))
                        : file.op(
                                operation,
                                port(wanted),
                                rows,
                                picked,
                                begins,
                                file.constant("i32", new Grid(new double[] {otherwise})));

        assertThat(file.answer(bags)).is(near(wanted));
    }

    @Test
    void numberedSegments() {
        int[] segments = {0, 0, 2, 2, 2, 5};
        Grid indices = picks(new Random(3), 6);
        Grid weights = Grid.pattern(6);
        Grid wanted = bags(segments, indices, weights, 6, 1, false);
        IrFile file = new IrFile(folder);
        int rows = file.floats(table);

        int bags = file.op(
                "EmbeddingSegmentsSum-3",
                port(wanted),
                rows,
                file.input("i64", indices),
                file.input(
                        "i64", Grid.of(Arrays.stream(segments).asDoubleStream().toArray())),
                file.whole(6),
                file.whole(1),
                file.input(weights));

        assertThat(file.answer(bags)).is(near(wanted));
    }
}
