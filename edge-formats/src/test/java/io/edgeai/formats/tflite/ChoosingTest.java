package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators that choose, sort, count and group elements, against their definitions. */
class ChoosingTest {
    private static final int RUNS = 30;

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "INT16", "BOOL"})
    void selectTakesFromOneSideOrTheOther(TensorType type) {
        Random random = new Random(type.name().length());
        int most = type == BOOL ? 1 : 90;
        for (int[] condition : new int[][] {{2, 3, 4}, {4}, {3, 1}, {}, {2, 1, 1}}) {
            Numbers c = Numbers.whole(BOOL, random, condition);
            Numbers x = Numbers.between(type, random, 0, most, 2, 3, 4);
            Numbers y = Numbers.between(type, random, 0, most, 3, 1);

            double[] found = new OneOperator(Builtin.SELECT_V2, table())
                    .fed(c)
                    .fed(x)
                    .fed(y)
                    .into(type, 2, 3, 4)
                    .answer();

            assertThat(found)
                    .as("condition of %s", Arrays.toString(condition))
                    .containsExactly(
                            Numbers.computed(x.dims, at -> c.broadcast(at) != 0 ? x.at(at) : y.broadcast(at)).stored);
        }
    }

    /** The older operator's vector chooses whole rows. */
    @Test
    void selectByAVectorTakesRows() {
        Random random = new Random(4);
        Numbers c = Numbers.of(BOOL, new double[] {1, 0, 1}, 3);
        Numbers x = Numbers.reals(random, 3, 2);
        Numbers y = Numbers.reals(random, 3, 2);

        double[] found = new OneOperator(Builtin.SELECT, table())
                .fed(c)
                .fed(x)
                .fed(y)
                .into(FLOAT32, 3, 2)
                .answer();

        assertThat(found).containsExactly(Numbers.computed(x.dims, at -> (c.at(at[0]) != 0 ? x : y).at(at)).stored);
    }

    @Test
    void selectBetweenTwoScales() {
        Random random = new Random(4);
        Numbers c = Numbers.whole(BOOL, random, 20);
        Numbers x = Numbers.whole(INT8, random, 20).scaled(.05, 3);
        Numbers y = Numbers.whole(INT8, random, 20).scaled(.03, -9);

        double[] found = new OneOperator(Builtin.SELECT_V2, table())
                .fed(c)
                .fed(x)
                .fed(y)
                .into(INT8, .06, 1, 20)
                .answer();

        Numbers exact = Numbers.computed(x.dims, at -> (c.at(at) != 0 ? x : y).at(at));
        assertThat(exact.quantized(INT8, .06, 1).apart(found)).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"BOOL", "FLOAT32", "INT32", "INT64", "INT8", "UINT8"})
    void placesOfWhatIsNotZeroInOrder(TensorType type) {
        Numbers x = Numbers.between(type, new Random(3), 0, 1, 3, 2, 4);
        List<Double> exact = new ArrayList<>();
        for (int i = 0; i < x.stored.length; i++) {
            if (x.stored[i] != 0) {
                Arrays.stream(Numbers.index(x.dims, i)).forEach(at -> exact.add((double) at));
            }
        }

        double[] found = new OneOperator(Builtin.WHERE, table())
                .fed(x)
                .into(INT64, exact.size() / 3, 3)
                .answer();

        assertThat(found).containsExactly(exact.stream().mapToDouble(d -> d).toArray());
    }

    /** A dimension of the depth stands at the axis; indices beyond it and negative ones light nothing. */
    @ParameterizedTest
    @CsvSource({"FLOAT32,INT32", "INT32,INT64", "INT64,INT32", "INT8,INT32", "UINT8,INT32", "BOOL,INT32", "INT16,INT32"
    })
    void oneHotRowsAtAnyAxis(TensorType type, TensorType indexType) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int[] dims = random.nextBoolean() ? new int[] {3} : new int[] {2, 3};
            int axis = random.nextInt(dims.length + 2) - 1;
            int depth = 1 + random.nextInt(4);
            int on = type == BOOL ? 1 : 5;
            int off = type == BOOL ? 0 : 2;
            Numbers x = Numbers.between(indexType, random, -2, depth + 1, dims);
            int place = axis < 0 ? dims.length : axis;
            int[] out = inserted(dims, place, depth);
            var options = table();
            if (axis != 0) {
                options.with(0, axis); // FlatBuffers leave out what equals the default
            }

            double[] found = new OneOperator(Builtin.ONE_HOT, options)
                    .fed(x)
                    .constant(Numbers.scalar(INT32, depth))
                    .constant(Numbers.scalar(type, on))
                    .constant(Numbers.scalar(type, off))
                    .into(type, out)
                    .answer();

            Numbers exact = Numbers.computed(out, at -> x.at(removed(at, place)) == at[place] ? on : off);
            assertThat(found).as("seed %d axis %d depth %d", seed, axis, depth).containsExactly(exact.stored);
        }
    }

    private static int[] inserted(int[] at, int place, int value) {
        return IntStream.rangeClosed(0, at.length)
                .map(i -> i < place ? at[i] : i == place ? value : at[i - 1])
                .toArray();
    }

    private static int[] removed(int[] at, int place) {
        return IntStream.range(0, at.length)
                .filter(i -> i != place)
                .map(i -> at[i])
                .toArray();
    }

    /** The greatest first; of equals the one that comes first. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "INT16"})
    void theGreatestInOrder(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int size = 1 + random.nextInt(8);
            int k = 1 + random.nextInt(size);
            Numbers x = Numbers.between(type, random, 0, 6, 3, size);
            List<Double> values = new ArrayList<>();
            List<Double> places = new ArrayList<>();
            for (int row = 0; row < 3; row++) {
                int r = row;
                IntStream.range(0, size)
                        .boxed()
                        .sorted((a, b) -> Double.compare(x.at(r, b), x.at(r, a)))
                        .limit(k)
                        .forEach(i -> {
                            values.add(x.at(r, i));
                            places.add((double) i);
                        });
            }

            List<double[]> found = new OneOperator(Builtin.TOPK_V2, table())
                    .fed(x)
                    .given(Numbers.scalar(INT32, k), seed % 2 == 0)
                    .into(type, 3, k)
                    .into(INT32, 3, k)
                    .answers();

            assertThat(found.get(0)).as("values, seed %d", seed).containsExactly(doubles(values));
            assertThat(found.get(1)).as("places, seed %d", seed).containsExactly(doubles(places));
        }
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(d -> d).toArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "INT16"})
    void eachValueOnceInOrderOfFirstSight(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = Numbers.between(type, random, 0, 5, 1 + random.nextInt(9));
            Map<Double, Integer> seen = new LinkedHashMap<>();
            double[] places = Arrays.stream(x.stored)
                    .map(v -> seen.computeIfAbsent(v, k -> seen.size()))
                    .toArray();
            TensorType wide = seed % 2 == 0 ? INT32 : INT64;

            List<double[]> found = new OneOperator(Builtin.UNIQUE, table().with(0, (byte) (seed % 2 == 0 ? 2 : 4)))
                    .fed(x)
                    .into(type, seen.size())
                    .into(wide, x.dims)
                    .answers();

            assertThat(found.get(0))
                    .as("values, seed %d", seed)
                    .containsExactly(doubles(new ArrayList<>(seen.keySet())));
            assertThat(found.get(1)).as("places, seed %d", seed).containsExactly(places);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64"})
    void bucketsByTheBoundsBelow(TensorType type) {
        float[] bounds = {-3, 0, 2, 2.5f, 9};
        Numbers x = Numbers.between(type, new Random(1), -5, 11, 4, 6);

        double[] found = new OneOperator(Builtin.BUCKETIZE, table().with(0, bounds))
                .fed(x)
                .into(INT32, 4, 6)
                .answer();

        assertThat(found)
                .containsExactly(Numbers.computed(x.dims, at -> {
                            int count = 0;
                            for (float bound : bounds) {
                                count += bound <= x.at(at) ? 1 : 0;
                            }
                            return count;
                        })
                        .stored);
        assertThatThrownBy(() -> new OneOperator(Builtin.BUCKETIZE, table())
                        .fed(x)
                        .into(INT32, 4, 6)
                        .graph())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("BUCKETIZE has no bounds");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "INT16", "BOOL"})
    void diagonalsOfMatrices(TensorType type) {
        Random random = new Random(2);
        int most = type == BOOL ? 1 : 90;
        Numbers values = Numbers.between(type, random, 0, most, 2, 3);
        double[] made = new OneOperator(Builtin.MATRIX_DIAG, table())
                .fed(values)
                .into(type, 2, 3, 3)
                .answer();

        assertThat(made)
                .containsExactly(
                        Numbers.computed(new int[] {2, 3, 3}, at -> at[1] == at[2] ? values.at(at[0], at[1]) : 0)
                                .stored);
        for (int[] dims : new int[][] {{2, 3, 4}, {2, 4, 3}, {2, 3, 3}}) {
            Numbers x = Numbers.between(type, random, 0, most, dims);
            double[] set = new OneOperator(Builtin.MATRIX_SET_DIAG, table())
                    .fed(x)
                    .fed(values)
                    .into(type, dims)
                    .answer();

            assertThat(set)
                    .as(Arrays.toString(dims))
                    .containsExactly(
                            Numbers.computed(dims, at -> at[1] == at[2] ? values.at(at[0], at[1]) : x.at(at)).stored);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sortedSegmentsAreSummed(boolean constant) {
        Numbers x = Numbers.reals(new Random(6), 5, 3);
        Numbers ids = Numbers.ints(0, 0, 2, 2, 3);

        double[] found = new OneOperator(Builtin.SEGMENT_SUM, table())
                .fed(x)
                .given(ids, constant)
                .into(FLOAT32, 4, 3)
                .answer();

        assertThat(found)
                .containsExactly(Numbers.computed(new int[] {4, 3}, at -> IntStream.range(0, 5)
                                .filter(i -> ids.at(i) == at[0])
                                .mapToDouble(i -> x.at(i, at[1]))
                                .sum())
                        .stored);
    }

    /** Rows with a negative number belong nowhere. */
    @ParameterizedTest
    @CsvSource({
        "UNSORTED_SEGMENT_SUM,FLOAT32", "UNSORTED_SEGMENT_PROD,FLOAT32", "UNSORTED_SEGMENT_MAX,FLOAT32",
        "UNSORTED_SEGMENT_MIN,FLOAT32", "UNSORTED_SEGMENT_SUM,INT32", "UNSORTED_SEGMENT_PROD,INT32",
        "UNSORTED_SEGMENT_MAX,INT32", "UNSORTED_SEGMENT_MIN,INT32"
    })
    void unsortedSegments(Builtin op, TensorType type) {
        boolean whole = type == INT32;
        double least = whole ? Integer.MIN_VALUE : -Float.MAX_VALUE;
        double most = whole ? Integer.MAX_VALUE : Float.MAX_VALUE;
        DoubleBinaryOperator rule =
                switch (op) {
                    case UNSORTED_SEGMENT_SUM -> Double::sum;
                    case UNSORTED_SEGMENT_PROD -> (a, b) -> a * b;
                    case UNSORTED_SEGMENT_MAX -> Math::max;
                    default -> Math::min;
                };
        double start =
                switch (op) {
                    case UNSORTED_SEGMENT_SUM -> 0;
                    case UNSORTED_SEGMENT_PROD -> 1;
                    case UNSORTED_SEGMENT_MAX -> least;
                    default -> most;
                };
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int count = 1 + random.nextInt(4);
            Numbers x = Numbers.between(type, random, -5, 5, 4, 3);
            Numbers ids = Numbers.between(INT32, random, -2, count - 1, 4);
            double[] exact = new double[count * 3];
            Arrays.fill(exact, start);
            for (int i = 0; i < 12; i++) {
                if (ids.at(i / 3) >= 0) {
                    int to = ((int) ids.at(i / 3)) * 3 + i % 3;
                    exact[to] = rule.applyAsDouble(exact[to], x.stored[i]);
                }
            }

            double[] found = new OneOperator(op, table())
                    .fed(x)
                    .given(ids, seed % 2 == 0)
                    .constant(Numbers.scalar(INT32, count))
                    .into(type, count, 3)
                    .answer();

            assertThat(Numbers.of(type, exact, count, 3).apart(found))
                    .as("seed %d ids %s", seed, Arrays.toString(ids.stored))
                    .isZero();
        }
    }
}
