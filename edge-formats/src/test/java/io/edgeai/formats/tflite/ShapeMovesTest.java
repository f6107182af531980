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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators that only move elements move those of every type, and the integers of quantized values untouched. */
class ShapeMovesTest {
    private static Numbers value(TensorType type, Random random, int... dims) {
        return Numbers.between(type, random, 0, type == BOOL ? 1 : 99, dims);
    }

    private static Numbers grid(int[] values, int... dims) {
        return Numbers.of(INT32, Arrays.stream(values).asDoubleStream().toArray(), dims);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "INT16", "BOOL"})
    void transposingByEveryOrder(TensorType type) {
        int[][] orders = {{1, 0}, {2, 0, 1}, {0, 3, 1, 2}, {0, 2, 3, 1}, {3, -2, 1, 0}, {4, 1, 0, 3, 2}};
        for (int[] order : orders) {
            int[] dims = Arrays.copyOf(new int[] {2, 3, 1, 4, 2}, order.length);
            Numbers x = value(type, new Random(order.length), dims);
            int[] from =
                    Arrays.stream(order).map(o -> o < 0 ? o + order.length : o).toArray();
            int[] out = Arrays.stream(from).map(o -> dims[o]).toArray();

            double[] found = new OneOperator(Builtin.TRANSPOSE, table())
                    .fed(x)
                    .constant(Numbers.ints(order))
                    .into(type, out)
                    .answer();

            assertThat(found)
                    .as(Arrays.toString(order))
                    .containsExactly(Numbers.computed(out, at -> {
                                int[] source = new int[at.length];
                                for (int i = 0; i < at.length; i++) {
                                    source[from[i]] = at[i];
                                }
                                return x.at(source);
                            })
                            .stored);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,true", "INT32,false", "INT64,true", "INT8,true", "UINT8,false", "INT16,true", "BOOL,true"})
    void slicesFromABeginOfASize(TensorType type, boolean constant) {
        Numbers x = value(type, new Random(1), 3, 4, 5);
        double[] found = new OneOperator(Builtin.SLICE, table())
                .fed(x)
                .given(Numbers.ints(1, 0, 2), constant)
                .given(Numbers.ints(2, -1, 2), constant)
                .into(type, 2, 4, 2)
                .answer();

        assertThat(found)
                .containsExactly(Numbers.computed(new int[] {2, 4, 2}, at -> x.at(at[0] + 1, at[1], at[2] + 2)).stored);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32,true",
        "FLOAT32,false",
        "INT32,true",
        "INT64,false",
        "INT8,true",
        "UINT8,true",
        "INT16,true",
        "BOOL,true"
    })
    void paddingWithZeroOrAValue(TensorType type, boolean constant) {
        Numbers x = value(type, new Random(1), 1, 2, 3);
        Numbers pads = grid(new int[] {0, 1, 2, 0, 1, 1}, 3, 2);
        int[] out = {2, 4, 5};
        int fill = type == BOOL ? 1 : 7;

        double[] zeros = new OneOperator(Builtin.PAD, table())
                .fed(x)
                .given(pads, constant)
                .into(type, out)
                .answer();
        double[] filled = new OneOperator(Builtin.PADV2, table())
                .fed(x)
                .given(pads, constant)
                .constant(Numbers.scalar(type, fill))
                .into(type, out)
                .answer();

        assertThat(zeros).containsExactly(padded(x, out, 0));
        assertThat(filled).containsExactly(padded(x, out, fill));
    }

    private static double[] padded(Numbers x, int[] out, double fill) {
        return Numbers.computed(out, at -> {
                    int row = at[1] - 2;
                    int column = at[2] - 1;
                    return at[0] == 0 && row >= 0 && column >= 0 && column < 3 ? x.at(0, row, column) : fill;
                })
                .stored;
    }

    /** The filling of quantized values is what stands for zero, or an integer of the same scale. */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8", "INT16"})
    void paddingOfQuantizedValues(TensorType type) {
        int zero = type == TensorType.INT16 ? 0 : 13;
        Numbers x = Numbers.whole(type, new Random(4), 1, 2, 3).scaled(.5, zero);
        Numbers pads = grid(new int[] {0, 1, 2, 0, 1, 1}, 3, 2);

        double[] zeros = new OneOperator(Builtin.PAD, table())
                .fed(x)
                .constant(pads)
                .into(type, .5, zero, 2, 4, 5)
                .answer();
        double[] filled = new OneOperator(Builtin.PADV2, table())
                .fed(x)
                .constant(pads)
                .constant(Numbers.scalar(type, 30).scaled(.5, zero))
                .into(type, .5, zero, 2, 4, 5)
                .answer();

        Numbers plain = Numbers.of(type, x.stored, x.dims);
        assertThat(zeros).containsExactly(padded(plain, new int[] {2, 4, 5}, zero));
        assertThat(filled).containsExactly(padded(plain, new int[] {2, 4, 5}, 30));
    }

    /** REFLECT leaves the edge out, SYMMETRIC repeats it. */
    @ParameterizedTest
    @CsvSource({"0,FLOAT32", "1,FLOAT32", "0,INT32", "1,INT64", "0,INT8", "1,INT8", "0,UINT8", "1,BOOL", "0,INT16"})
    void mirroredPadding(int mode, TensorType type) {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            int[] dims = {1 + random.nextInt(3), 2 + random.nextInt(3)};
            int[] pads = new int[4];
            Arrays.setAll(pads, i -> random.nextInt(dims[i / 2] + mode));
            Numbers x = value(type, random, dims);
            int[] out = {dims[0] + pads[0] + pads[1], dims[1] + pads[2] + pads[3]};

            double[] found = new OneOperator(Builtin.MIRROR_PAD, table().with(0, (byte) mode))
                    .fed(x)
                    .constant(grid(pads, 2, 2))
                    .into(type, out)
                    .answer();

            assertThat(found)
                    .as("seed %d pads %s", seed, Arrays.toString(pads))
                    .containsExactly(Numbers.computed(
                                    out,
                                    at -> x.at(
                                            mirrored(at[0] - pads[0], dims[0], mode),
                                            mirrored(at[1] - pads[2], dims[1], mode)))
                            .stored);
        }
    }

    private static int mirrored(int at, int size, int mode) {
        int edge = 1 - mode;
        return at < 0 ? -at - mode : at >= size ? 2 * size - 1 - at - edge : at;
    }

    @Test
    void mirrorsLongerThanTheValueAreRefused() {
        OneOperator pad = new OneOperator(Builtin.MIRROR_PAD, table().with(0, (byte) 1))
                .fed(Numbers.ints(1, 2))
                .constant(grid(new int[] {3, 0}, 1, 2))
                .into(INT32, 5);

        assertThatThrownBy(pad::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("MIRROR_PAD mirrors (3,0) of a dimension of (2)");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8", "INT16", "BOOL"})
    void tilesStretchesAndReversals(TensorType type) {
        Numbers x = value(type, new Random(3), 2, 1, 3);

        double[] tiled = new OneOperator(Builtin.TILE, table())
                .fed(x)
                .constant(Numbers.ints(2, 3, 1))
                .into(type, 4, 3, 3)
                .answer();
        double[] stretched = new OneOperator(Builtin.BROADCAST_TO, table())
                .fed(x)
                .fed(Numbers.ints(4, 2, 5, 3))
                .into(type, 4, 2, 5, 3)
                .answer();
        double[] reversed = new OneOperator(Builtin.REVERSE_V2, table())
                .fed(x)
                .constant(Numbers.ints(0, -1))
                .into(type, 2, 1, 3)
                .answer();

        assertThat(tiled)
                .containsExactly(Numbers.computed(new int[] {4, 3, 3}, at -> x.at(at[0] % 2, 0, at[2])).stored);
        assertThat(stretched)
                .containsExactly(Numbers.computed(new int[] {4, 2, 5, 3}, at -> x.at(at[1], 0, at[3])).stored);
        assertThat(reversed).containsExactly(Numbers.computed(x.dims, at -> x.at(1 - at[0], 0, 2 - at[2])).stored);
    }

    /** The first elements of each sequence turn around, the rest stays. */
    @ParameterizedTest
    @CsvSource({
        "1,0,FLOAT32",
        "0,1,FLOAT32",
        "1,0,INT32",
        "0,1,INT64",
        "1,0,INT8",
        "1,0,UINT8",
        "1,0,INT16",
        "2,0,FLOAT32",
        "1,2,FLOAT32",
        "0,2,INT32"
    })
    void sequencesTurnAround(int time, int batch, TensorType type) {
        Numbers x = value(type, new Random(3), 4, 4, 4);
        Numbers lengths = Numbers.ints(3, 1, 4, 2);

        double[] found = new OneOperator(
                        Builtin.REVERSE_SEQUENCE, table().with(0, time).with(1, batch))
                .fed(x)
                .fed(lengths)
                .into(type, 4, 4, 4)
                .answer();

        assertThat(found)
                .containsExactly(Numbers.computed(x.dims, at -> {
                            int[] from = at.clone();
                            int length = (int) lengths.at(at[batch]);
                            from[time] = at[time] < length ? length - 1 - at[time] : at[time];
                            return x.at(from);
                        })
                        .stored);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,0", "INT32,1", "INT64,-1", "INT8,0", "UINT8,1", "INT16,-1", "BOOL,1"})
    void joiningAndPartingAlongAnAxis(TensorType type, int axis) {
        Random random = new Random(1);
        Numbers a = value(type, random, 2, 3);
        Numbers b = value(type, random, 2, 3);
        int from = axis < 0 ? axis + 2 : axis;
        int[] joined = from == 0 ? new int[] {4, 3} : new int[] {2, 6};
        int rank = axis < 0 ? axis + 3 : axis;
        int[] packed = rank == 0 ? new int[] {2, 2, 3} : rank == 1 ? new int[] {2, 2, 3} : new int[] {2, 3, 2};

        double[] both = new OneOperator(Builtin.CONCATENATION, table().with(0, axis))
                .fed(a)
                .fed(b)
                .into(type, joined)
                .answer();
        double[] stack = new OneOperator(Builtin.PACK, table().with(0, 2).with(1, axis))
                .fed(a)
                .fed(b)
                .into(type, packed)
                .answer();
        Numbers whole = Numbers.of(type, both, joined);
        List<double[]> halves = new OneOperator(Builtin.SPLIT, table().with(0, 2))
                .constant(Numbers.scalar(INT32, axis))
                .fed(whole)
                .into(type, 2, 3)
                .into(type, 2, 3)
                .answers();
        List<double[]> layers = new OneOperator(
                        Builtin.UNPACK, table().with(0, 2).with(1, axis))
                .fed(Numbers.of(type, stack, packed))
                .into(type, 2, 3)
                .into(type, 2, 3)
                .answers();

        assertThat(both)
                .containsExactly(Numbers.computed(joined, at -> {
                            int size = from == 0 ? 2 : 3;
                            int[] place = at.clone();
                            place[from] %= size;
                            return (at[from] < size ? a : b).at(place);
                        })
                        .stored);
        assertThat(stack)
                .containsExactly(Numbers.computed(packed, at -> (at[rank] == 0 ? a : b)
                                .at(IntStream.range(0, 3)
                                        .filter(i -> i != rank)
                                        .map(i -> at[i])
                                        .toArray()))
                        .stored);
        for (List<double[]> parts : List.of(halves, layers)) {
            assertThat(parts.get(0)).containsExactly(a.stored);
            assertThat(parts.get(1)).containsExactly(b.stored);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void partsOfStatedSizes(boolean constant) {
        Numbers x = value(FLOAT32, new Random(1), 2, 6);
        List<double[]> parts = new OneOperator(Builtin.SPLIT_V, table().with(0, 3))
                .fed(x)
                .given(Numbers.ints(1, 3, 2), constant)
                .constant(Numbers.scalar(INT32, -1))
                .into(FLOAT32, 2, 1)
                .into(FLOAT32, 2, 3)
                .into(FLOAT32, 2, 2)
                .answers();

        int[] starts = {0, 1, 4};
        int[] sizes = {1, 3, 2};
        for (int i = 0; i < 3; i++) {
            int start = starts[i];
            assertThat(parts.get(i))
                    .containsExactly(
                            Numbers.computed(new int[] {2, sizes[i]}, at -> x.at(at[0], start + at[1])).stored);
        }
    }

    /** Parts whose scales differ meet in reals and come out in the output's scale. */
    @Test
    void joinedValuesOfDifferentScales() {
        Random random = new Random(5);
        Numbers a = Numbers.whole(INT8, random, 3, 4).scaled(.05, 3);
        Numbers b = Numbers.whole(INT8, random, 3, 2).scaled(.02, -20);
        for (int activation : new int[] {0, 1, 3}) {
            double[] found = new OneOperator(
                            Builtin.CONCATENATION, table().with(0, 1).with(1, (byte) activation))
                    .fed(a)
                    .fed(b)
                    .into(INT8, .06, 7, 3, 6)
                    .answer();

            Numbers exact = Numbers.computed(new int[] {3, 6}, at -> {
                double value = at[1] < 4 ? a.at(at) : b.at(at[0], at[1] - 4);
                return activation == 0 ? value : Math.max(0, activation == 3 ? Math.min(6, value) : value);
            });
            assertThat(exact.quantized(INT8, .06, 7).apart(found)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void shapesAreStatedOrComputed() {
        Numbers x = value(INT32, new Random(5), 2, 3, 4);
        double[] constant = new OneOperator(Builtin.RESHAPE, table())
                .fed(x)
                .constant(Numbers.ints(-1, 8))
                .into(INT32, 3, 8)
                .answer();
        double[] computed = new OneOperator(Builtin.RESHAPE, table())
                .fed(x)
                .fed(Numbers.ints(4, 6))
                .into(INT32, 4, 6)
                .answer();
        double[] declared = new OneOperator(Builtin.RESHAPE, table())
                .fed(x)
                .into(INT32, 6, 4)
                .answer();
        double[] scalar = new OneOperator(Builtin.RESHAPE, table().with(0, new int[] {0}))
                .fed(Numbers.ints(9))
                .into(INT32)
                .answer();
        double[] squeezed = new OneOperator(Builtin.SQUEEZE, table())
                .fed(Numbers.of(INT32, x.stored, 1, 24, 1))
                .into(INT32, 24)
                .answer();

        for (double[] found : List.of(constant, computed, declared, squeezed)) {
            assertThat(found).containsExactly(x.stored);
        }
        assertThat(scalar).containsExactly(9);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32", "INT32", "INT64", "INT8", "INT16", "BOOL"})
    void fillingsOfEveryType(TensorType type) {
        Numbers one = Numbers.scalar(type, 1);

        assertThat(new OneOperator(Builtin.FILL, table())
                        .constant(Numbers.ints(2, 3))
                        .fed(one)
                        .into(type, 2, 3)
                        .answer())
                .containsExactly(1, 1, 1, 1, 1, 1);
        assertThat(new OneOperator(Builtin.ZEROS_LIKE, table())
                        .fed(Numbers.of(type, new double[] {1, 1}, 2))
                        .into(type, 2)
                        .answer())
                .containsExactly(0, 0);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,1,4,.75", "INT32,9,-2,-3", "INT64,-5,5,4", "FLOAT32,3,3,1"})
    void rangesUpToALimit(TensorType type, double start, double limit, double step) {
        double[] found = new OneOperator(Builtin.RANGE, table())
                .fed(Numbers.scalar(type, start))
                .fed(Numbers.scalar(type, limit))
                .constant(Numbers.scalar(type, step))
                .into(type, 1)
                .answer();

        int count = (int) Math.ceil((limit - start) / step);
        assertThat(found)
                .containsExactly(IntStream.range(0, count)
                        .mapToDouble(i -> start + i * step)
                        .toArray());
    }

    @Test
    void shapesOfValuesAndOfBroadcastShapes() {
        Numbers x = value(FLOAT32, new Random(1), 2, 1, 3);
        assertThat(new OneOperator(Builtin.SHAPE, table().with(0, (byte) 4))
                        .fed(x)
                        .into(INT64, 3)
                        .answer())
                .containsExactly(2, 1, 3);
        assertThat(new OneOperator(Builtin.RANK, table()).fed(x).into(INT32).answer())
                .containsExactly(3);
        assertThat(broadcast(new int[] {2, 1, 3}, new int[] {4, 1})).containsExactly(2, 4, 3);
        assertThat(broadcast(new int[] {5}, new int[] {})).containsExactly(5);
        assertThat(broadcast(new int[] {}, new int[] {})).isEmpty();
        assertThat(broadcast(new int[] {0, 1}, new int[] {1, 7})).containsExactly(0, 7);
    }

    private static double[] broadcast(int[] a, int[] b) {
        return new OneOperator(Builtin.BROADCAST_ARGS, table())
                .fed(Numbers.ints(a))
                .fed(Numbers.ints(b))
                .into(INT32, Math.max(a.length, b.length))
                .answer();
    }

    /** Casts cut toward zero, and what is not zero is true. */
    @ParameterizedTest
    @EnumSource(names = {"INT32", "INT64", "INT16", "INT8", "FLOAT32", "BOOL"})
    void castsBetweenTypes(TensorType to) {
        Numbers x = Numbers.reals(new double[] {-3.75, -.5, 0, .875, 7.5}, 5);

        double[] found =
                new OneOperator(Builtin.CAST, table()).fed(x).into(to, 5).answer();

        double[] exact = Arrays.stream(x.stored)
                .map(v -> to == FLOAT32 ? v : to == BOOL ? (v == 0 ? 0 : 1) : (long) v)
                .toArray();
        assertThat(found).containsExactly(exact);
    }
}
