package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT16;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Simple recurrent layers and windows over past features, step by step. */
class RecurrentTest {
    private static final int BATCH = 2;
    private static final int TIME = 5;
    private static final int DEPTH = 3;
    private static final int UNITS = 4;

    /** h = activation(W x + R h + b), from zero or from a state before. */
    private record Layer(Numbers w, Numbers r, Numbers bias, int activation) {
        static Layer draw(Random random, int activation) {
            return new Layer(
                    small(random, UNITS, DEPTH), small(random, UNITS, UNITS), small(random, UNITS), activation);
        }

        private double activate(double x) {
            return switch (activation) {
                case 1 -> Math.max(0, x);
                case 2 -> Math.max(-1, Math.min(1, x));
                case 3 -> Math.max(0, Math.min(6, x));
                case 4 -> Math.tanh(x);
                default -> x;
            };
        }

        double[] step(Numbers x, int batch, int time, double[] h) {
            double[] next = new double[UNITS];
            for (int u = 0; u < UNITS; u++) {
                double sum = bias.at(u);
                for (int d = 0; d < DEPTH; d++) {
                    sum += w.at(u, d) * x.at(batch, time, d);
                }
                for (int k = 0; k < UNITS; k++) {
                    sum += r.at(u, k) * h[k];
                }
                next[u] = activate(sum);
            }
            return next;
        }

        Numbers run(Numbers x, boolean backward) {
            double[] all = new double[BATCH * TIME * UNITS];
            for (int b = 0; b < BATCH; b++) {
                double[] h = new double[UNITS];
                for (int s = 0; s < TIME; s++) {
                    int t = backward ? TIME - 1 - s : s;
                    h = step(x, b, t, h);
                    System.arraycopy(h, 0, all, (b * TIME + t) * UNITS, UNITS);
                }
            }
            return Numbers.reals(all, BATCH, TIME, UNITS);
        }

        void write(OneOperator op) {
            op.constant(w).constant(r).constant(bias).state(FLOAT32, BATCH, UNITS);
        }
    }

    private static Numbers small(Random random, int... dims) {
        return Numbers.computed(dims, at -> (random.nextInt(257) - 128) / 128.0);
    }

    private static Numbers swapped(Numbers x) {
        return Numbers.computed(new int[] {x.dims[1], x.dims[0], x.dims[2]}, at -> x.at(at[1], at[0], at[2]));
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,true", "2,false", "3,true", "4,false", "4,true"})
    void sequencesFromZero(int activation, boolean timeMajor) {
        Random random = new Random(activation);
        Layer layer = Layer.draw(random, activation);
        Numbers x = small(random, BATCH, TIME, DEPTH);
        Numbers exact = timeMajor ? swapped(layer.run(x, false)) : layer.run(x, false);
        OneOperator op = new OneOperator(
                        Builtin.UNIDIRECTIONAL_SEQUENCE_RNN,
                        table().with(0, timeMajor).with(1, (byte) activation))
                .fed(timeMajor ? swapped(x) : x);
        layer.write(op);

        assertThat(exact.relative(op.into(FLOAT32, exact.dims).answer())).isLessThan(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void bothDirections(boolean merged, boolean timeMajor) {
        Random random = new Random(5);
        Layer ahead = Layer.draw(random, 4);
        Layer behind = Layer.draw(random, 4);
        Numbers x = small(random, BATCH, TIME, DEPTH);
        OneOperator op = new OneOperator(
                        Builtin.BIDIRECTIONAL_SEQUENCE_RNN,
                        table().with(0, timeMajor).with(1, (byte) 4).with(2, merged))
                .fed(timeMajor ? swapped(x) : x);
        ahead.write(op);
        behind.write(op);
        op.none(3);
        Numbers forward = timeMajor ? swapped(ahead.run(x, false)) : ahead.run(x, false);
        Numbers backward = timeMajor ? swapped(behind.run(x, true)) : behind.run(x, true);
        int[] wide = {forward.dims[0], forward.dims[1], 2 * UNITS};
        Numbers both =
                Numbers.computed(wide, at -> (at[2] < UNITS ? forward : backward).at(at[0], at[1], at[2] % UNITS));

        List<double[]> found = merged
                ? op.into(FLOAT32, wide).answers()
                : op.into(FLOAT32, forward.dims).into(FLOAT32, backward.dims).answers();

        assertThat((merged ? both : forward).relative(found.get(0))).isLessThan(1e-5);
        if (!merged) {
            assertThat(backward.relative(found.get(1))).isLessThan(1e-5);
        }
    }

    /** A state that the caller keeps outside goes in like any input. */
    @Test
    void oneStepFromAGivenState() {
        Random random = new Random(6);
        Layer layer = Layer.draw(random, 4);
        Numbers x = small(random, BATCH, 1, DEPTH);
        Numbers h = small(random, BATCH, UNITS);

        double[] found = new OneOperator(Builtin.RNN, table().with(0, (byte) 4))
                .fed(Numbers.reals(x.stored, BATCH, DEPTH))
                .constant(layer.w)
                .constant(layer.r)
                .constant(layer.bias)
                .fed(h)
                .into(FLOAT32, BATCH, UNITS)
                .answer();

        Numbers exact = Numbers.computed(h.dims, at -> layer.step(
                        x, at[0], 0, Arrays.copyOfRange(h.stored, at[0] * UNITS, (at[0] + 1) * UNITS))[at[1]]);
        assertThat(exact.relative(found)).isLessThan(1e-5);
    }

    @Test
    void auxiliaryInputsAndUnknownActivationsAreRefused() {
        Layer layer = Layer.draw(new Random(1), 4);
        Numbers x = small(new Random(1), BATCH, TIME, DEPTH);
        OneOperator auxiliary = new OneOperator(Builtin.BIDIRECTIONAL_SEQUENCE_RNN, table()).fed(x);
        layer.write(auxiliary);
        layer.write(auxiliary);
        auxiliary.fed(x);
        OneOperator odd = new OneOperator(Builtin.UNIDIRECTIONAL_SEQUENCE_RNN, table().with(1, (byte) 5)).fed(x);
        layer.write(odd);

        assertThatThrownBy(auxiliary.into(FLOAT32, BATCH, TIME, UNITS)::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has an auxiliary input");
        assertThatThrownBy(odd.into(FLOAT32, BATCH, TIME, UNITS)::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has the activation 5");
    }

    /** Filters over a window of the last features, and the units that sum some filters each. */
    private record Filters(Numbers x, Numbers feature, Numbers time, Numbers bias, Numbers past, int rank) {
        Numbers output(java.util.function.DoubleUnaryOperator kept) {
            int filters = time.dims[0];
            int steps = time.dims[1];
            return Numbers.computed(new int[] {BATCH, filters / rank}, at -> {
                double sum = bias.at(at[1]);
                for (int f = at[1] * rank; f < (at[1] + 1) * rank; f++) {
                    double now = 0;
                    for (int d = 0; d < x.dims[1]; d++) {
                        now += feature.at(f, d) * x.at(at[0], d);
                    }
                    sum += time.at(f, steps - 1) * kept.applyAsDouble(now);
                    for (int s = 1; s < steps; s++) {
                        sum += time.at(f, s - 1) * past.at(at[0], f * steps + s);
                    }
                }
                return sum;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void windowsOfPastFeatures(int rank) {
        Random random = new Random(rank);
        for (int steps : new int[] {1, 4}) {
            Filters filters = new Filters(
                    small(random, BATCH, DEPTH),
                    small(random, 6, DEPTH),
                    small(random, 6, steps),
                    small(random, 6 / rank),
                    small(random, BATCH, 6 * steps),
                    rank);

            double[] found = new OneOperator(Builtin.SVDF, table().with(0, rank))
                    .fed(filters.x)
                    .constant(filters.feature)
                    .constant(filters.time)
                    .constant(filters.bias)
                    .fed(filters.past)
                    .into(FLOAT32, BATCH, 6 / rank)
                    .answer();

            assertThat(filters.output(v -> v).relative(found))
                    .as("steps %d", steps)
                    .isLessThan(1e-5);
        }
    }

    /** The integer kernel keeps features in 16 bits, by the state's scale. */
    @Test
    void windowsInIntegers() {
        Random random = new Random(3);
        Filters filters = new Filters(
                Numbers.whole(INT8, random, BATCH, DEPTH).scaled(.03, 4),
                Numbers.whole(INT8, random, 6, DEPTH).scaled(.01, 0),
                Numbers.between(INT16, random, -9000, 9000, 6, 4).scaled(.0001, 0),
                Numbers.between(INT32, random, -200000, 200000, 3).scaled(.0001f * .0005f, 0),
                Numbers.between(INT16, random, -9000, 9000, BATCH, 24).scaled(.0005, 0),
                2);

        double[] found = new OneOperator(Builtin.SVDF, table().with(0, 2))
                .fed(filters.x)
                .constant(filters.feature)
                .constant(filters.time)
                .constant(filters.bias)
                .fed(filters.past)
                .into(INT8, .12, -3, BATCH, 3)
                .answer();

        Numbers exact = filters.output(v -> Math.rint(v / .0005f) * .0005f).quantized(INT8, .12, -3);
        assertThat(exact.apart(found)).isLessThanOrEqualTo(1);
    }
}
