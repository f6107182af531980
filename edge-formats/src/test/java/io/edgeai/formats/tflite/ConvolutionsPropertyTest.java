package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions of random sizes, strides, dilations and paddings against the loops of the reference kernels. */
class ConvolutionsPropertyTest {
    private static final int RUNS = 60;

    /** A draw of the two windows and the sizes around them. */
    private static final class Draw {
        final Random random;
        final boolean same;
        final Sliding rows;
        final Sliding columns;
        final int batch;
        final int activation;
        final String how;

        Draw(long seed, boolean dilated) {
            random = new Random(seed);
            same = random.nextBoolean();
            rows = Sliding.random(random, 3 + random.nextInt(5), dilated, same);
            columns = Sliding.random(random, 3 + random.nextInt(5), dilated, same);
            batch = 1 + random.nextInt(2);
            activation = random.nextInt(4);
            how = "seed " + seed + ": " + rows + " " + columns + " activation " + activation;
        }

        double activate(double value) {
            return switch (activation) {
                case 1 -> Math.max(0, value);
                case 2 -> Math.max(-1, Math.min(1, value));
                case 3 -> Math.max(0, Math.min(6, value));
                default -> value;
            };
        }

        int[] outputs(int channels) {
            return new int[] {batch, rows.outputs(), columns.outputs(), channels};
        }

        Table strides() {
            return table().with(0, (byte) (same ? 0 : 1))
                    .with(1, columns.stride())
                    .with(2, rows.stride());
        }

        Numbers input(int channels) {
            return Numbers.reals(random, batch, rows.size(), columns.size(), channels);
        }

        Numbers small(TensorType type, int channels) {
            long zero = type == UINT8 ? 131 : -5;
            return Numbers.whole(type, random, batch, rows.size(), columns.size(), channels)
                    .scaled(.02, zero);
        }
    }

    private static Numbers convolved(Draw draw, Numbers x, Numbers w, Numbers bias) {
        int outputs = w.dims[0];
        int depth = w.dims[3];
        int perGroup = outputs / (x.dims[3] / depth);
        return Numbers.computed(draw.outputs(outputs), at -> {
            double sum = bias.at(at[3]);
            for (int r = 0; r < w.dims[1]; r++) {
                for (int c = 0; c < w.dims[2]; c++) {
                    for (int d = 0; draw.rows.inside(at[1], r) && draw.columns.inside(at[2], c) && d < depth; d++) {
                        int channel = at[3] / perGroup * depth + d;
                        sum += w.at(at[3], r, c, d)
                                * x.at(at[0], draw.rows.at(at[1], r), draw.columns.at(at[2], c), channel);
                    }
                }
            }
            return draw.activate(sum);
        });
    }

    private static Table convolution(Draw draw) {
        return draw.strides()
                .with(3, (byte) draw.activation)
                .with(4, draw.columns.dilation())
                .with(5, draw.rows.dilation());
    }

    @Test
    void convolutionsInGroupsSumOverTheirWindow() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, seed % 3 == 0);
            int groups = 1 + draw.random.nextInt(2);
            int depth = 1 + draw.random.nextInt(3);
            int outputs = groups * (1 + draw.random.nextInt(3));
            Numbers x = draw.input(groups * depth);
            Numbers w = Numbers.reals(draw.random, outputs, draw.rows.kernel(), draw.columns.kernel(), depth);
            Numbers bias = Numbers.reals(draw.random, outputs);

            double[] found = new OneOperator(Builtin.CONV_2D, convolution(draw))
                    .fed(x)
                    .constant(w)
                    .constant(bias)
                    .into(FLOAT32, draw.outputs(outputs))
                    .answer();

            assertThat(convolved(draw, x, w, bias).relative(found)).as(draw.how).isLessThan(1e-5);
        }
    }

    /** One scale for each output channel; the bias is in steps of input scale times weight scale. */
    private static Numbers bias(Random random, Numbers x, float[] weightScales) {
        float[] scales = new float[weightScales.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = x.scales[0] * weightScales[i];
        }
        Numbers bias = Numbers.between(INT32, random, -3000, 3000, scales.length);
        return scales.length == 1 ? bias.scaled(scales[0], 0) : bias.scaled(scales, 0);
    }

    private static float[] scales(Random random, int count) {
        float[] scales = new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = .002f + random.nextInt(20) / 1000f;
        }
        return scales;
    }

    @Test
    void eightBitConvolutionsAreWithinOneQuantumOfRealArithmetic() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, seed % 3 == 0);
            Numbers x = draw.small(INT8, 3);
            float[] scales = scales(draw.random, 4);
            Numbers w = Numbers.between(INT8, draw.random, -127, 127, 4, draw.rows.kernel(), draw.columns.kernel(), 3)
                    .scaled(scales, 0);
            Numbers bias = bias(draw.random, x, scales);

            double[] found = new OneOperator(Builtin.CONV_2D, convolution(draw))
                    .fed(x)
                    .constant(w)
                    .constant(bias)
                    .into(INT8, .07, -11, draw.outputs(4))
                    .answer();

            Numbers exact = convolved(draw, x, w, bias).quantized(INT8, .07, -11);
            assertThat(exact.apart(found)).as(draw.how).isLessThanOrEqualTo(1);
        }
    }

    private static Numbers depthwise(Draw draw, Numbers x, Numbers w, Numbers bias) {
        int multiplier = w.dims[3] / x.dims[3];
        return Numbers.computed(draw.outputs(w.dims[3]), at -> {
            double sum = bias.at(at[3]);
            for (int r = 0; r < w.dims[1]; r++) {
                for (int c = 0; c < w.dims[2]; c++) {
                    if (draw.rows.inside(at[1], r) && draw.columns.inside(at[2], c)) {
                        sum += w.at(0, r, c, at[3])
                                * x.at(at[0], draw.rows.at(at[1], r), draw.columns.at(at[2], c), at[3] / multiplier);
                    }
                }
            }
            return draw.activate(sum);
        });
    }

    private static Table depthwise(Draw draw, int multiplier) {
        return draw.strides()
                .with(3, multiplier)
                .with(4, (byte) draw.activation)
                .with(5, draw.columns.dilation())
                .with(6, draw.rows.dilation());
    }

    @Test
    void depthwiseConvolutionsKeepChannelsApart() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, seed % 3 == 0);
            int multiplier = 1 + draw.random.nextInt(3);
            Numbers x = draw.input(2);
            Numbers w = Numbers.reals(draw.random, 1, draw.rows.kernel(), draw.columns.kernel(), 2 * multiplier);
            Numbers bias = Numbers.reals(draw.random, 2 * multiplier);

            double[] found = new OneOperator(Builtin.DEPTHWISE_CONV_2D, depthwise(draw, multiplier))
                    .fed(x)
                    .constant(w)
                    .constant(bias)
                    .into(FLOAT32, draw.outputs(2 * multiplier))
                    .answer();

            assertThat(depthwise(draw, x, w, bias).relative(found)).as(draw.how).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8"})
    void eightBitDepthwiseConvolutionsAreWithinOneQuantum(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, seed % 3 == 0);
            Numbers x = draw.small(type, 2);
            int[] shape = {1, draw.rows.kernel(), draw.columns.kernel(), 4};
            float[] scales = scales(draw.random, type == INT8 ? 4 : 1);
            Numbers w = type == INT8
                    ? Numbers.between(INT8, draw.random, -127, 127, shape).scaled(scales, 3)
                    : Numbers.whole(UINT8, draw.random, shape).scaled(scales[0], 120);
            float[] each = new float[4];
            Arrays.fill(each, scales[0]);
            Numbers bias = bias(draw.random, x, type == INT8 ? scales : each);

            double[] found = new OneOperator(Builtin.DEPTHWISE_CONV_2D, depthwise(draw, 2))
                    .fed(x)
                    .constant(w)
                    .constant(bias)
                    .into(type, .06, 20, draw.outputs(4))
                    .answer();

            Numbers exact = depthwise(draw, x, w, bias).quantized(type, .06, 20);
            assertThat(exact.apart(found)).as(draw.how).isLessThanOrEqualTo(1);
        }
    }

    /** Each input adds its window to the output; the windows lie where the forward convolution's would. */
    private static Numbers transposed(Draw draw, Numbers x, Numbers w, Numbers bias) {
        double[] sums = new double[draw.batch * draw.rows.size() * draw.columns.size() * w.dims[0]];
        int[] dims = {draw.batch, draw.rows.size(), draw.columns.size(), w.dims[0]};
        for (int i = 0; i < sums.length; i++) {
            sums[i] = bias.at(i % w.dims[0]);
        }
        for (int i = 0; i < Numbers.count(x.dims) * w.dims[0] * w.dims[1] * w.dims[2]; i++) {
            int[] at = Numbers.index(new int[] {Numbers.count(x.dims), w.dims[0], w.dims[1], w.dims[2]}, i);
            int[] from = Numbers.index(x.dims, at[0]);
            if (draw.rows.inside(from[1], at[2]) && draw.columns.inside(from[2], at[3])) {
                int to = Numbers.flat(
                        dims, from[0], draw.rows.at(from[1], at[2]), draw.columns.at(from[2], at[3]), at[1]);
                sums[to] += x.at(from) * w.at(at[1], at[2], at[3], from[3]);
            }
        }
        return Numbers.computed(dims, at -> draw.activate(sums[Numbers.flat(dims, at)]));
    }

    @Test
    void transposedConvolutionsScatterTheirWindow() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, false);
            int[] size = {draw.batch, draw.rows.size(), draw.columns.size(), 3};
            Numbers x = Numbers.reals(draw.random, draw.outputs(2));
            Numbers w = Numbers.reals(draw.random, 3, draw.rows.kernel(), draw.columns.kernel(), 2);
            Numbers bias = Numbers.reals(draw.random, 3);

            double[] found = new OneOperator(
                            Builtin.TRANSPOSE_CONV, draw.strides().with(3, (byte) draw.activation))
                    .constant(Numbers.ints(size))
                    .constant(w)
                    .fed(x)
                    .constant(bias)
                    .into(FLOAT32, size)
                    .answer();

            assertThat(transposed(draw, x, w, bias).relative(found))
                    .as(draw.how)
                    .isLessThan(1e-5);
        }
    }

    @Test
    void eightBitTransposedConvolutionsAreWithinOneQuantum() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, false);
            int[] size = {draw.batch, draw.rows.size(), draw.columns.size(), 3};
            Numbers x = Numbers.whole(INT8, draw.random, draw.outputs(2)).scaled(.03, 9);
            float[] scales = scales(draw.random, 3);
            Numbers w = Numbers.between(INT8, draw.random, -127, 127, 3, draw.rows.kernel(), draw.columns.kernel(), 2)
                    .scaled(scales, 0);
            Numbers bias = bias(draw.random, x, scales);

            double[] found = new OneOperator(
                            Builtin.TRANSPOSE_CONV, draw.strides().with(3, (byte) draw.activation))
                    .constant(Numbers.ints(size))
                    .constant(w)
                    .fed(x)
                    .constant(bias)
                    .into(INT8, .08, 3, size)
                    .answer();

            Numbers exact = transposed(draw, x, w, bias).quantized(INT8, .08, 3);
            assertThat(exact.apart(found)).as(draw.how).isLessThanOrEqualTo(1);
        }
    }

    private static Table solid(Draw draw, Sliding planes) {
        return table().with(0, (byte) (draw.same ? 0 : 1))
                .with(1, planes.stride())
                .with(2, draw.columns.stride())
                .with(3, draw.rows.stride())
                .with(4, (byte) draw.activation)
                .with(5, planes.dilation())
                .with(6, draw.columns.dilation())
                .with(7, draw.rows.dilation());
    }

    @Test
    void solidConvolutionsSumOverThreeDimensions() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, seed % 3 == 0);
            Sliding planes = Sliding.random(draw.random, 4, seed % 3 == 0, draw.same);
            Numbers x = Numbers.reals(draw.random, 1, planes.size(), draw.rows.size(), draw.columns.size(), 2);
            Numbers w = Numbers.reals(draw.random, planes.kernel(), draw.rows.kernel(), draw.columns.kernel(), 2, 3);
            int[] out = {1, planes.outputs(), draw.rows.outputs(), draw.columns.outputs(), 3};

            double[] found = new OneOperator(Builtin.CONV_3D, solid(draw, planes))
                    .fed(x)
                    .constant(w)
                    .into(FLOAT32, out)
                    .answer();

            Numbers exact = Numbers.computed(out, at -> {
                double sum = 0;
                for (int tap = 0; tap < Numbers.count(w.dims) / 3; tap++) {
                    int[] t = Numbers.index(Arrays.copyOf(w.dims, 4), tap);
                    if (planes.inside(at[1], t[0])
                            && draw.rows.inside(at[2], t[1])
                            && draw.columns.inside(at[3], t[2])) {
                        sum += w.at(t[0], t[1], t[2], t[3], at[4])
                                * x.at(
                                        0,
                                        planes.at(at[1], t[0]),
                                        draw.rows.at(at[2], t[1]),
                                        draw.columns.at(at[3], t[2]),
                                        t[3]);
                    }
                }
                return draw.activate(sum);
            });
            assertThat(exact.relative(found)).as(draw.how + planes).isLessThan(1e-5);
        }
    }

    @Test
    void solidTransposedConvolutionsScatterOverThreeDimensions() {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed, false);
            Sliding planes = Sliding.random(draw.random, 4, false, draw.same);
            Numbers x = Numbers.reals(draw.random, 1, planes.outputs(), draw.rows.outputs(), draw.columns.outputs(), 2);
            Numbers w = Numbers.reals(draw.random, planes.kernel(), draw.rows.kernel(), draw.columns.kernel(), 3, 2);
            int[] out = {1, planes.size(), draw.rows.size(), draw.columns.size(), 3};

            double[] found = new OneOperator(Builtin.CONV_3D_TRANSPOSE, solid(draw, planes))
                    .constant(Numbers.ints(out))
                    .constant(w)
                    .fed(x)
                    .into(FLOAT32, out)
                    .answer();

            Numbers exact = Numbers.computed(out, at -> {
                double sum = 0;
                for (int i = 0; i < Numbers.count(x.dims); i++) {
                    int[] from = Numbers.index(x.dims, i);
                    for (int tap = 0; tap < Numbers.count(w.dims) / 6; tap++) {
                        int[] t = Numbers.index(Arrays.copyOf(w.dims, 3), tap);
                        if (planes.at(from[1], t[0]) == at[1]
                                && draw.rows.at(from[2], t[1]) == at[2]
                                && draw.columns.at(from[3], t[2]) == at[3]) {
                            sum += x.at(from) * w.at(t[0], t[1], t[2], at[4], from[4]);
                        }
                    }
                }
                return draw.activate(sum);
            });
            assertThat(exact.relative(found)).as(draw.how + planes).isLessThan(1e-5);
        }
    }
}
