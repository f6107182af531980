package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Operators that pick elements by index or place them there, against loops over the indices. */
class GatherScatterTest {
    private static final int RUNS = 40;

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static int[] sizes(Random random, int rank) {
        int[] dims = new int[rank];
        Arrays.setAll(dims, i -> 1 + random.nextInt(4));
        return dims;
    }

    /** output[batch, outer, picked, inner] = x[batch, outer, index[batch, picked], inner] */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "BOOL", "INT16"})
    void gathersAlongAnyAxisWithAndWithoutBatches(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int[] batches = sizes(random, random.nextInt(3));
            int[] outer = sizes(random, random.nextInt(2));
            int[] inner = sizes(random, random.nextInt(2));
            int[] picked = sizes(random, batches.length == 0 ? random.nextInt(3) : 1 + random.nextInt(2));
            int size = 1 + random.nextInt(5);
            int axis = batches.length + outer.length;
            Numbers x = Numbers.between(
                    type, random, 0, type == TensorType.BOOL ? 1 : 99, joined(batches, outer, new int[] {size}, inner));
            Numbers indices =
                    Numbers.between(seed % 3 == 0 ? INT64 : INT32, random, 0, size - 1, joined(batches, picked));
            int[] out = joined(batches, outer, picked, inner);

            double[] found = new OneOperator(
                            Builtin.GATHER,
                            table().with(0, seed % 2 == 0 ? axis : axis - x.dims.length)
                                    .with(1, batches.length))
                    .fed(x)
                    .given(indices, seed % 2 == 0)
                    .into(type, out)
                    .answer();

            Numbers exact = Numbers.computed(out, at -> {
                int[] batch = Arrays.copyOf(at, batches.length);
                int[] place = Arrays.copyOfRange(at, axis, axis + picked.length);
                return x.at(joined(
                        Arrays.copyOf(at, axis),
                        new int[] {(int) indices.at(joined(batch, place))},
                        Arrays.copyOfRange(at, axis + picked.length, at.length)));
            });
            assertThat(found)
                    .as("seed %d %s by %s", seed, Arrays.toString(x.dims), Arrays.toString(indices.dims))
                    .containsExactly(exact.stored);
        }
    }

    @Test
    void gatheringBeforeTheBatchIsRefused() {
        OneOperator gather = new OneOperator(Builtin.GATHER, table().with(0, 0).with(1, 1))
                .fed(Numbers.reals(new double[4], 2, 2))
                .constant(Numbers.of(INT32, new double[2], 2, 1))
                .into(FLOAT32, 2, 1);

        assertThatThrownBy(gather::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("gathers along axis 0 with 1 batch dimensions");
    }

    /** Rows of indices, each as long as the coordinates it names. */
    private record Places(Numbers rows, int[] counts, int[] shape, int known) {
        static Places draw(Random random, TensorType type) {
            int[] counts = sizes(random, 1 + random.nextInt(2));
            int[] shape = sizes(random, 1 + random.nextInt(3));
            int known = 1 + random.nextInt(shape.length);
            double[] rows = new double[Numbers.count(counts) * known];
            Arrays.setAll(rows, i -> random.nextInt(shape[i % known]));
            return new Places(Numbers.of(type, rows, joined(counts, new int[] {known})), counts, shape, known);
        }

        int[] values() {
            return joined(counts, Arrays.copyOfRange(shape, known, shape.length));
        }

        /** Where the element at an index of the values is in the shape. */
        int[] at(int[] value) {
            int[] found = new int[shape.length];
            for (int i = 0; i < found.length; i++) {
                int[] row = joined(Arrays.copyOf(value, counts.length), new int[] {i});
                found[i] = i < known ? (int) rows.at(row) : value[counts.length + i - known];
            }
            return found;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT8", "UINT8", "BOOL"})
    void gathersByWholeCoordinates(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Places places = Places.draw(random, seed % 2 == 0 ? INT32 : INT64);
            Numbers x = Numbers.between(type, random, 0, type == TensorType.BOOL ? 1 : 99, places.shape);

            double[] found = new OneOperator(Builtin.GATHER_ND, table())
                    .fed(x)
                    .given(places.rows, seed % 3 == 0)
                    .into(type, places.values())
                    .answer();

            assertThat(found)
                    .as("seed %d", seed)
                    .containsExactly(Numbers.computed(places.values(), at -> x.at(places.at(at))).stored);
        }
    }

    /** What falls on one place is added up. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8"})
    void scatteredValuesAddUp(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Places places = Places.draw(random, INT32);
            Numbers updates = Numbers.between(type, random, 0, 5, places.values());

            double[] found = new OneOperator(Builtin.SCATTER_ND, table())
                    .given(places.rows, seed % 3 == 0)
                    .fed(updates)
                    .given(Numbers.ints(places.shape), seed % 2 == 0)
                    .into(type, places.shape)
                    .answer();

            double[] exact = new double[Numbers.count(places.shape)];
            for (int i = 0; i < updates.stored.length; i++) {
                int[] to = places.at(Numbers.index(updates.dims, i));
                exact[Numbers.flat(places.shape, to)] += updates.stored[i];
            }
            assertThat(found).as("seed %d", seed).containsExactly(exact);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,INT32", "1,INT32", "2,INT64", "2,INT32", "1,INT64"})
    void sparseValuesStandOutOfTheirDefault(int rank, TensorType type) {
        Random random = new Random(rank);
        int[] shape = rank == 2 ? new int[] {3, 4} : new int[] {6};
        int count = rank == 0 ? 1 : 3;
        double[] rows = rank == 2 ? new double[] {0, 1, 1, 3, 2, 0} : new double[] {5, 0, 2};
        Numbers indices = rank == 0
                ? Numbers.scalar(type, 4)
                : Numbers.of(type, rows, rank == 2 ? new int[] {3, 2} : new int[] {3});
        for (boolean single : new boolean[] {true, false}) {
            Numbers values = single ? Numbers.scalar(FLOAT32, 7) : Numbers.reals(random, count);
            double[] exact = new double[Numbers.count(shape)];
            Arrays.fill(exact, -1);
            for (int i = 0; i < count; i++) {
                int to = rank == 0 ? 4 : rank == 1 ? (int) rows[i] : (int) (rows[2 * i] * 4 + rows[2 * i + 1]);
                exact[to] = values.stored[single ? 0 : i];
            }

            double[] found = new OneOperator(Builtin.SPARSE_TO_DENSE, table())
                    .constant(indices)
                    .constant(Numbers.of(
                            type, Arrays.stream(shape).asDoubleStream().toArray(), shape.length))
                    .fed(values)
                    .constant(Numbers.scalar(FLOAT32, -1))
                    .into(FLOAT32, shape)
                    .answer();

            assertThat(found).as("single value %s", single).containsExactly(exact);
        }
    }

    /** Starts that reach too far are pulled in until the piece fits. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "BOOL"})
    void piecesAreWrittenWhereTheyFit(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int[] dims = sizes(random, 1 + random.nextInt(3));
            int[] piece = Arrays.stream(dims).map(d -> 1 + random.nextInt(d)).toArray();
            int[] start =
                    Arrays.stream(dims).map(d -> random.nextInt(d + 4) - 2).toArray();
            int most = type == TensorType.BOOL ? 1 : 99;
            Numbers x = Numbers.between(type, random, 0, most, dims);
            Numbers update = Numbers.between(type, random, 0, most, piece);

            double[] found = new OneOperator(Builtin.DYNAMIC_UPDATE_SLICE, table())
                    .fed(x)
                    .fed(update)
                    .given(Numbers.ints(start), seed % 2 == 0)
                    .into(type, dims)
                    .answer();

            double[] exact = x.stored.clone();
            for (int i = 0; i < update.stored.length; i++) {
                int[] to = Numbers.index(piece, i);
                for (int d = 0; d < to.length; d++) {
                    to[d] += Math.max(0, Math.min(start[d], dims[d] - piece[d]));
                }
                exact[Numbers.flat(dims, to)] = update.stored[i];
            }
            assertThat(found).as("seed %d at %s", seed, Arrays.toString(start)).containsExactly(exact);
        }
    }

    @Test
    void rowsOfATableOfWordsAreLookedUp() {
        Random random = new Random(1);
        Numbers words = Numbers.ints(3, 0, 3, 1);
        Numbers reals = Numbers.reals(random, 4, 2, 3);
        Numbers small = Numbers.whole(INT8, random, 4, 5).scaled(.02, 0);
        Numbers rows = Numbers.whole(INT8, random, 4, 5).scaled(new float[] {.1f, .2f, .3f, .4f}, 0);

        double[] found = new OneOperator(Builtin.EMBEDDING_LOOKUP, table())
                .fed(words)
                .constant(reals)
                .into(FLOAT32, 4, 2, 3)
                .answer();
        double[] one = new OneOperator(Builtin.EMBEDDING_LOOKUP, table())
                .fed(words)
                .constant(small)
                .into(FLOAT32, 4, 5)
                .answer();
        double[] each = new OneOperator(Builtin.EMBEDDING_LOOKUP, table())
                .fed(words)
                .constant(rows)
                .into(FLOAT32, 4, 5)
                .answer();

        int[] wide = {4, 2, 3};
        int[] flat = {4, 5};
        assertThat(found)
                .containsExactly(Numbers.computed(wide, at -> reals.at((int) words.at(at[0]), at[1], at[2])).stored);
        assertThat(Numbers.computed(flat, at -> small.at((int) words.at(at[0]), at[1]))
                        .apart(one))
                .isLessThan(1e-6);
        assertThat(Numbers.computed(flat, at -> rows.at((int) words.at(at[0]), at[1]))
                        .apart(each))
                .isLessThan(1e-5);
    }
}
