package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Reductions over random axes, counted from both ends, against what each group of elements gives by definition. */
class ReductionsPropertyTest {
    private static final int RUNS = 30;

    /** Which axes go, as a file may write them, and the shapes before and after. */
    private record Draw(Random random, int[] dims, boolean[] gone, int[] axes, boolean keep, String how) {
        static Draw of(long seed) {
            Random random = new Random(seed);
            int rank = 1 + random.nextInt(4);
            int[] dims = new int[rank];
            Arrays.setAll(dims, i -> 1 + random.nextInt(4));
            boolean[] gone = new boolean[rank];
            gone[random.nextInt(rank)] = true;
            gone[random.nextInt(rank)] = true;
            int[] axes = IntStream.range(0, rank)
                    .filter(i -> gone[i])
                    .map(i -> random.nextBoolean() ? i : i - rank)
                    .toArray();
            boolean keep = random.nextBoolean();
            String how = "seed " + seed + " axes " + Arrays.toString(axes) + " of " + Arrays.toString(dims);
            return new Draw(random, dims, gone, axes, keep, how);
        }

        private int[] output(boolean kept) {
            return IntStream.range(0, dims.length)
                    .filter(i -> kept || !gone[i])
                    .map(i -> gone[i] ? 1 : dims[i])
                    .toArray();
        }

        Numbers reduced(Numbers x, Builtin op) {
            List<List<Double>> groups = new ArrayList<>();
            int[] kept = output(true);
            for (int i = 0; i < Numbers.count(kept); i++) {
                groups.add(new ArrayList<>());
            }
            for (int i = 0; i < x.stored.length; i++) {
                int[] at = Numbers.index(dims, i);
                for (int a = 0; a < at.length; a++) {
                    at[a] = gone[a] ? 0 : at[a];
                }
                groups.get(Numbers.flat(kept, at)).add(x.flat(i));
            }
            return Numbers.reals(
                    groups.stream().mapToDouble(group -> value(group, op)).toArray(), output(keep));
        }

        private static double value(List<Double> group, Builtin op) {
            double[] all = group.stream().mapToDouble(v -> v).toArray();
            return switch (op) {
                case MEAN -> Arrays.stream(all).sum() / all.length;
                case SUM -> Arrays.stream(all).sum();
                case REDUCE_PROD -> Arrays.stream(all).reduce(1, (a, b) -> a * b);
                case REDUCE_MAX, REDUCE_ANY -> Arrays.stream(all).max().orElseThrow();
                default -> Arrays.stream(all).min().orElseThrow();
            };
        }

        OneOperator operator(Builtin op, Numbers x, boolean constant) {
            return new OneOperator(op, table().with(0, keep)).fed(x).given(Numbers.ints(axes), constant);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEAN", "SUM", "REDUCE_PROD", "REDUCE_MAX", "REDUCE_MIN"})
    void realNumbers(Builtin op) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = Draw.of(seed);
            Numbers x = Numbers.reals(draw.random, draw.dims);

            double[] found = draw.operator(op, x, seed % 3 > 0)
                    .into(FLOAT32, draw.output(draw.keep))
                    .answer();

            assertThat(draw.reduced(x, op).relative(found)).as(draw.how).isLessThan(1e-5);
        }
    }

    /** Means of whole numbers are cut toward zero, as integer division does it in the kernel. */
    @ParameterizedTest
    @CsvSource({
        "SUM,INT32",
        "SUM,INT64",
        "REDUCE_PROD,INT32",
        "REDUCE_MAX,INT32",
        "REDUCE_MIN,INT64",
        "MEAN,INT32",
        "MEAN,INT64",
        "REDUCE_MAX,INT8",
        "REDUCE_MIN,UINT8",
        "REDUCE_MAX,INT16"
    })
    void wholeNumbers(Builtin op, TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = Draw.of(seed);
            Numbers x = Numbers.between(type, draw.random, type == UINT8 ? 0 : -3, 4, draw.dims);

            double[] found = draw.operator(op, x, seed % 3 > 0)
                    .into(type, draw.output(draw.keep))
                    .answer();

            double[] exact = draw.reduced(x, op).stored;
            Arrays.setAll(exact, i -> (long) exact[i]);
            assertThat(found).as(draw.how).containsExactly(exact);
        }
    }

    @ParameterizedTest
    @CsvSource({"MEAN,INT8,.05", "SUM,INT8,.6", "REDUCE_MAX,INT8,.05", "REDUCE_MIN,UINT8,.05", "MEAN,INT16,.05"})
    void quantizedNumbersAreWithinOneQuantum(Builtin op, TensorType type, double scale) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = Draw.of(seed);
            long zero = type == TensorType.INT16 ? 0 : 6;
            Numbers x = Numbers.whole(type, draw.random, draw.dims).scaled(.05, zero);

            double[] found = draw.operator(op, x, true)
                    .into(type, scale, zero, draw.output(draw.keep))
                    .answer();

            assertThat(draw.reduced(x, op).quantized(type, scale, zero).apart(found))
                    .as(draw.how)
                    .isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REDUCE_ANY", "REDUCE_ALL"})
    void truthValues(Builtin op) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = Draw.of(seed);
            Numbers x = Numbers.whole(BOOL, draw.random, draw.dims);

            double[] found = draw.operator(op, x, seed % 3 > 0)
                    .into(BOOL, draw.output(draw.keep))
                    .answer();

            assertThat(found).as(draw.how).containsExactly(draw.reduced(x, op).stored);
        }
    }

    /** The first of equals wins. */
    @ParameterizedTest
    @CsvSource({
        "ARG_MAX,FLOAT32",
        "ARG_MIN,FLOAT32",
        "ARG_MAX,INT32",
        "ARG_MIN,INT32",
        "ARG_MAX,INT64",
        "ARG_MIN,INT64",
        "ARG_MAX,INT8",
        "ARG_MIN,UINT8",
        "ARG_MAX,INT16",
        "ARG_MAX,BOOL"
    })
    void placesOfExtremes(Builtin op, TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = Draw.of(seed);
            int axis = draw.axes[0] < 0 ? draw.axes[0] + draw.dims.length : draw.axes[0];
            int[] out = IntStream.range(0, draw.dims.length)
                    .filter(i -> i != axis)
                    .map(i -> draw.dims[i])
                    .toArray();
            Numbers x = Numbers.between(type, draw.random, 0, type == BOOL ? 1 : 3, draw.dims);
            TensorType places = seed % 2 == 0 ? INT32 : INT64;

            double[] found = new OneOperator(op, table().with(0, (byte) (seed % 2 == 0 ? 2 : 4)))
                    .fed(x)
                    .constant(Numbers.scalar(INT32, draw.axes[0]))
                    .into(places, out)
                    .answer();

            Numbers exact = Numbers.computed(out, at -> {
                int best = 0;
                int sign = op == Builtin.ARG_MAX ? 1 : -1;
                for (int i = 1; i < draw.dims[axis]; i++) {
                    best = sign * x.at(inserted(at, axis, i)) > sign * x.at(inserted(at, axis, best)) ? i : best;
                }
                return best;
            });
            assertThat(found).as(draw.how).containsExactly(exact.stored);
        }
    }

    private static int[] inserted(int[] at, int axis, int place) {
        int[] found = new int[at.length + 1];
        for (int i = 0; i < found.length; i++) {
            found[i] = i < axis ? at[i] : i == axis ? place : at[i - 1];
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64"})
    void runningSumsFromBothEnds(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = Draw.of(seed);
            int axis = draw.axes[0] < 0 ? draw.axes[0] + draw.dims.length : draw.axes[0];
            boolean exclusive = draw.random.nextBoolean();
            boolean reverse = draw.random.nextBoolean();
            Numbers x = Numbers.between(type, draw.random, -9, 9, draw.dims);

            double[] found = new OneOperator(
                            Builtin.CUMSUM, table().with(0, exclusive).with(1, reverse))
                    .fed(x)
                    .given(Numbers.scalar(INT32, draw.axes[0]), seed % 2 == 0)
                    .into(type, draw.dims)
                    .answer();

            Numbers exact = Numbers.computed(draw.dims, at -> {
                double sum = 0;
                int[] from = at.clone();
                for (int i = 0; i < draw.dims[axis]; i++) {
                    from[axis] = i;
                    boolean before = reverse ? i > at[axis] : i < at[axis];
                    sum += before || (i == at[axis] && !exclusive) ? x.at(from) : 0;
                }
                return sum;
            });
            assertThat(found)
                    .as("%s exclusive %s reverse %s", draw.how, exclusive, reverse)
                    .containsExactly(exact.stored);
        }
    }

    @Test
    void anAxisThatIsNotThereIsRefused() {
        OneOperator sum = new OneOperator(Builtin.SUM, table())
                .fed(Numbers.reals(new double[] {1, 2}, 2))
                .constant(Numbers.ints(2))
                .into(FLOAT32, 2);

        assertThatThrownBy(sum::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("SUM names axis 2 of a value of rank 1");
    }

    @Test
    void aMeanOfIntegersMayChangeItsScale() {
        Numbers x = Numbers.whole(INT8, new Random(2), 1, 4, 4, 3).scaled(.03, -8);

        double[] found = new OneOperator(Builtin.MEAN, table().with(0, true))
                .fed(x)
                .constant(Numbers.ints(1, 2))
                .into(INT8, .011, 5, 1, 1, 1, 3)
                .answer();

        Numbers exact = Numbers.computed(new int[] {1, 1, 1, 3}, at -> {
            double sum = 0;
            for (int i = 0; i < 16; i++) {
                sum += x.at(0, i / 4, i % 4, at[3]);
            }
            return sum / 16;
        });
        assertThat(exact.quantized(INT8, .011, 5).apart(found)).isLessThanOrEqualTo(1);
    }
}
