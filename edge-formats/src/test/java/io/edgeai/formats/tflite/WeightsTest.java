package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT16;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT16;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dense layers and matrix products under every way a file may keep the weights. */
class WeightsTest {
    private static final int RUNS = 25;

    /** Each row of x, as wide as the weights, times each row of the weights. */
    private static Numbers dense(double[] rows, Numbers w, Numbers bias, int activation) {
        int depth = w.dims[1];
        return Numbers.computed(new int[] {rows.length / depth, w.dims[0]}, at -> {
            double sum = bias == null ? 0 : bias.at(at[1]);
            for (int d = 0; d < depth; d++) {
                sum += rows[at[0] * depth + d] * w.at(at[1], d);
            }
            return activation == 1 ? Math.max(0, sum) : activation == 3 ? Math.max(0, Math.min(6, sum)) : sum;
        });
    }

    private static double[] rows(Numbers x) {
        double[] rows = new double[x.stored.length];
        Arrays.setAll(rows, x::flat);
        return rows;
    }

    @ParameterizedTest
    @CsvSource({"'2,6',0", "'3,2,6',1", "'3,2,3',3", "'6',0", "'4,3',1"})
    void inputsAreCutIntoRowsAsWideAsTheWeights(String shape, int activation) {
        int[] dims = Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).toArray();
        Random random = new Random(dims.length);
        Numbers x = Numbers.reals(random, dims);
        Numbers w = Numbers.reals(random, 5, 6);
        Numbers bias = Numbers.reals(random, 5);

        double[] found = new OneOperator(Builtin.FULLY_CONNECTED, table().with(0, (byte) activation))
                .fed(x)
                .constant(w)
                .constant(bias)
                .into(FLOAT32, x.stored.length / 6, 5)
                .answer();

        assertThat(dense(rows(x), w, bias, activation).relative(found)).isLessThan(1e-6);
    }

    @Test
    void weightsMayBeComputedAndDimensionsKept() {
        Random random = new Random(3);
        Numbers x = Numbers.reals(random, 2, 3, 4);
        Numbers w = Numbers.reals(random, 5, 4);

        double[] found = new OneOperator(Builtin.FULLY_CONNECTED, table().with(2, true))
                .fed(x)
                .fed(w)
                .none(1)
                .into(FLOAT32, 2, 3, 5)
                .answer();

        assertThat(dense(rows(x), w, null, 0).relative(found)).isLessThan(1e-6);
    }

    @Test
    void shuffledWeightsAreRefused() {
        OneOperator layer = new OneOperator(Builtin.FULLY_CONNECTED, table().with(1, (byte) 1))
                .fed(Numbers.reals(new double[4], 1, 4))
                .constant(Numbers.of(INT8, new double[16], 4, 4))
                .none(1)
                .into(FLOAT32, 1, 4);

        assertThatThrownBy(layer::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("FULLY_CONNECTED has weights in a shuffled layout");
    }

    /** Integers throughout: one scale or one for each output, zero points of inputs and weights, wide biases. */
    @ParameterizedTest
    @CsvSource({"INT8,1", "INT8,5", "UINT8,1", "INT16,1", "INT16,5"})
    void integerLayersAreWithinOneQuantum(TensorType type, int scales) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            long zero = type == INT16 ? 0 : 11;
            double step = type == INT16 ? .0002 : .03;
            Numbers x = Numbers.whole(type, random, 3, 6).scaled(step, zero);
            float[] perRow = new float[scales];
            for (int i = 0; i < scales; i++) {
                perRow[i] = .002f + random.nextInt(10) / 500f;
            }
            Numbers w = Numbers.whole(type == UINT8 ? UINT8 : INT8, random, 5, 6);
            w = scales > 1 ? w.scaled(perRow, 0) : w.scaled(perRow[0], type == UINT8 ? 120 : 0);
            float[] products = new float[scales];
            for (int i = 0; i < scales; i++) {
                products[i] = x.scales[0] * perRow[i];
            }
            Numbers bias = Numbers.between(type == INT16 ? INT64 : INT32, random, -2000, 2000, 5);
            bias = scales > 1 ? bias.scaled(products, 0) : bias.scaled(products[0], 0);
            double out = type == INT16 ? .001 : .15;

            double[] found = new OneOperator(Builtin.FULLY_CONNECTED, table().with(0, (byte) (seed % 2)))
                    .fed(x)
                    .constant(w)
                    .constant(bias)
                    .into(type, out, zero, 3, 5)
                    .answer();

            Numbers exact = dense(rows(x), w, bias, (int) (seed % 2)).quantized(type, out, zero);
            assertThat(exact.apart(found)).as("seed %d", seed).isLessThanOrEqualTo(1);
        }
    }

    /** A kernel quantizes each row of a real input by its own range: zero is one of its 256 steps. */
    private static double[] rounded(double[] x, int depth) {
        double[] found = x.clone();
        for (int row = 0; row < x.length; row += depth) {
            float low = 0;
            float high = 0;
            for (int i = row; i < row + depth; i++) {
                low = Math.min(low, (float) x[i]);
                high = Math.max(high, (float) x[i]);
            }
            float scale = low == high ? 1 : (high - low) / 255;
            double zero = Math.rint(Math.abs(low) < Math.abs(high) ? -128 - low / scale : 127 - high / scale);
            for (int i = row; i < row + depth; i++) {
                double q = Math.max(-128, Math.min(127, zero + Math.rint(x[i] / scale)));
                found[i] = (q - zero) * scale;
            }
        }
        return found;
    }

    /** Ranges of different length on both sides of zero, so that no step lies halfway. */
    private static Numbers lopsided(Random random, int rows, int depth) {
        return Numbers.computed(new int[] {rows, depth}, at -> (random.nextInt(900) - 333) / 97.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT8", "INT4"})
    void realInputsAreRoundedByTheirOwnRange(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = lopsided(random, 3, 6);
            Numbers w = Numbers.whole(type, random, 5, 6).scaled(new float[] {.02f, .03f, .015f, .08f, .01f}, 0);

            double[] found = new OneOperator(Builtin.FULLY_CONNECTED, table())
                    .fed(x)
                    .constant(w)
                    .none(1)
                    .into(FLOAT32, 3, 5)
                    .answer();

            Numbers exact = dense(rounded(x.stored, 6), w, null, 0);
            Numbers plain = dense(x.stored, w, null, 0);
            double step = 20 / 255.0 * .08 * 128; // a value on the border between two steps may fall to either side
            assertThat(exact.apart(found)).as("seed %d", seed).isLessThan(step / 2);
            assertThat(plain.apart(found))
                    .as("seed %d: the input is rounded", seed)
                    .isGreaterThan(0);
        }
    }

    /** Half precision weights arrive through DEQUANTIZE and are constants for what reads them. */
    @Test
    void halvesAreWidened() {
        Random random = new Random(9);
        Numbers x = Numbers.reals(random, 2, 3, 3, 2);
        Numbers w = Numbers.reals(random, 4, 2, 2, 2);
        ByteBuffer halves = ByteBuffer.allocate(2 * w.stored.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double each : w.stored) {
            halves.putShort(half(each));
        }
        TfliteFile file = new TfliteFile();
        int in = file.input(FLOAT32, x.dims);
        int wide = file.tensor(FLOAT32, w.dims);
        int out = file.output(FLOAT32, 2, 2, 2, 4);
        file.op(Builtin.DEQUANTIZE, table(), new int[] {file.constant(FLOAT16, halves.array(), w.dims)}, wide);
        file.op(Builtin.CONV_2D, TfliteCases.conv(1, 1, 1, 0), new int[] {in, wide, file.floats(new float[4], 4)}, out);

        double[] found = run(file, x);

        Numbers exact = Numbers.computed(new int[] {2, 2, 2, 4}, at -> {
            double sum = 0;
            for (int i = 0; i < 8; i++) {
                sum += x.at(at[0], at[1] + i / 4, at[2] + i / 2 % 2, i % 2) * w.at(at[3], i / 4, i / 2 % 2, i % 2);
            }
            return sum;
        });
        assertThat(exact.relative(found)).isLessThan(1e-5);
    }

    /** IEEE 754 binary16 of a number of few bits between 2^-14 and 2^15. */
    private static short half(double value) {
        if (value == 0) {
            return 0;
        }
        int exponent = Math.getExponent(value);
        int fraction = (int) ((Math.abs(value) / Math.scalb(1.0, exponent) - 1) * 1024);
        return (short) ((value < 0 ? 0x8000 : 0) | (exponent + 15) << 10 | fraction);
    }

    private static double[] run(TfliteFile file, Numbers x) {
        var graph = TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
        return Runner.run(graph, List.of(x.npy())).get(0);
    }

    /** Weights a file keeps sparse are unfolded, behind DENSIFY as well. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sparseWeightsAreUnfolded(boolean densify) {
        double[] full = {0, 2, 0, -3, 4, 0, 0, 0, 0, 0, 0, 5};
        TfliteFile file = new TfliteFile();
        int in = file.input(FLOAT32, 2, 4);
        int kept = file.floats(new float[] {2, -3, 4, 5}, 3, 4);
        Table rows = table().with(0, (byte) 0).with(1, 3);
        Table columns = table().with(0, (byte) 1)
                .with(2, (byte) 1)
                .with(3, table().with(0, new int[] {0, 2, 3, 4}))
                .with(4, (byte) 1)
                .with(5, table().with(0, new int[] {1, 3, 0, 3}));
        file.raw(kept).with(6, table().with(0, new int[] {0, 1}).with(2, List.of(rows, columns)));
        int used = kept;
        if (densify) {
            used = file.tensor(FLOAT32, 3, 4);
            file.op(Builtin.DENSIFY, table(), new int[] {kept}, used);
        }
        file.op(Builtin.FULLY_CONNECTED, table(), new int[] {in, used, -1}, file.output(FLOAT32, 2, 3));
        Numbers x = Numbers.reals(new Random(1), 2, 4);

        assertThat(dense(x.stored, Numbers.reals(full, 3, 4), null, 0).relative(run(file, x)))
                .isLessThan(1e-6);
    }

    private static Numbers product(Numbers a, Numbers b, boolean left, boolean right, int[] dims) {
        int rank = dims.length;
        int depth = a.dims[a.dims.length - (left ? 2 : 1)];
        return Numbers.computed(dims, at -> {
            double sum = 0;
            for (int d = 0; d < depth; d++) {
                int[] p = at.clone();
                int[] q = at.clone();
                p[rank - 2] = left ? d : at[rank - 2];
                p[rank - 1] = left ? at[rank - 2] : d;
                q[rank - 2] = right ? at[rank - 1] : d;
                q[rank - 1] = right ? d : at[rank - 1];
                sum += a.broadcast(p) * b.broadcast(q);
            }
            return sum;
        });
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void matricesInStretchedBatches(boolean left, boolean right) {
        for (int[] batches : new int[][] {{2, 2}, {1, 3}, {3, 1}}) {
            Random random = new Random(batches[0]);
            int[] out = {Math.max(batches[0], batches[1]), 2, 4};
            Numbers a = left ? Numbers.reals(random, batches[0], 3, 2) : Numbers.reals(random, batches[0], 2, 3);
            Numbers b = right ? Numbers.reals(random, batches[1], 4, 3) : Numbers.reals(random, batches[1], 3, 4);
            Numbers qa = Numbers.whole(INT8, random, a.dims).scaled(.04, 3);
            Numbers qb = Numbers.whole(INT8, random, b.dims).scaled(.03, 0);
            Table options = table().with(0, left).with(1, right);

            double[] found = new OneOperator(Builtin.BATCH_MATMUL, options)
                    .fed(a)
                    .fed(b)
                    .into(FLOAT32, out)
                    .answer();
            double[] small = new OneOperator(Builtin.BATCH_MATMUL, options)
                    .fed(qa)
                    .given(qb, right)
                    .into(INT8, .2, -4, out)
                    .answer();

            assertThat(product(a, b, left, right, out).relative(found)).isLessThan(1e-6);
            assertThat(product(qa, qb, left, right, out).quantized(INT8, .2, -4).apart(small))
                    .isLessThanOrEqualTo(1);
        }
    }
}
