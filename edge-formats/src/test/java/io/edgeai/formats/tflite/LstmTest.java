package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT16;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LSTM layers in all their variants against the recurrence written out (kernels/lstm_eval.cc). */
class LstmTest {
    private static final int INPUT = 0;
    private static final int FORGET = 1;
    private static final int CELL = 2;
    private static final int OUTPUT = 3;
    private static final int BATCH = 2;
    private static final int TIME = 4;
    private static final int DEPTH = 3;
    private static final int UNITS = 5;

    /** Which parts the layer has. */
    private record Variant(
            boolean coupled,
            boolean peepholes,
            boolean projection,
            boolean norms,
            int activation,
            float cellClip,
            float projectionClip) {
        int shown() {
            return projection ? 2 : UNITS;
        }
    }

    /** The numbers of a layer and one forward run over a sequence. */
    private static final class Layer {
        final Variant variant;
        final Numbers[] w = new Numbers[4];
        final Numbers[] r = new Numbers[4];
        final Numbers[] peep = new Numbers[4];
        final Numbers[] bias = new Numbers[4];
        final Numbers[] norm = new Numbers[4];
        final Numbers projection;
        final Numbers projectionBias;

        Layer(Random random, Variant variant) {
            this.variant = variant;
            for (int gate = 0; gate < 4; gate++) {
                w[gate] = scaled(random, UNITS, DEPTH);
                r[gate] = scaled(random, UNITS, variant.shown());
                peep[gate] = scaled(random, UNITS);
                bias[gate] = scaled(random, UNITS);
                norm[gate] = scaled(random, UNITS);
            }
            projection = scaled(random, variant.shown(), UNITS);
            projectionBias = scaled(random, variant.shown());
        }

        private static Numbers scaled(Random random, int... dims) {
            return Numbers.computed(dims, at -> (random.nextInt(257) - 128) / 128.0);
        }

        private double sum(int gate, double[] x, double[] h, double[] c, int unit) {
            double sum = variant.norms ? 0 : bias[gate].at(unit);
            for (int d = 0; d < x.length; d++) {
                sum += w[gate].at(unit, d) * x[d];
            }
            for (int d = 0; d < h.length; d++) {
                sum += r[gate].at(unit, d) * h[d];
            }
            return variant.peepholes && gate != CELL ? sum + peep[gate].at(unit) * c[unit] : sum;
        }

        private double[] gate(int gate, double[] x, double[] h, double[] c) {
            double[] sums = new double[UNITS];
            double mean = 0;
            for (int u = 0; u < UNITS; u++) {
                sums[u] = sum(gate, x, h, c, u);
                mean += sums[u] / UNITS;
            }
            if (variant.norms) {
                double variance = 0;
                for (double each : sums) {
                    variance += (each - mean) * (each - mean) / UNITS;
                }
                for (int u = 0; u < UNITS; u++) {
                    double normal = (sums[u] - mean) / Math.sqrt(variance + 1e-8);
                    sums[u] = normal * norm[gate].at(u) + bias[gate].at(u);
                }
            }
            return sums;
        }

        private double activate(double x) {
            return switch (variant.activation) {
                case 0 -> x;
                case 1 -> Math.max(0, x);
                case 3 -> Math.max(0, Math.min(6, x));
                default -> Math.tanh(x);
            };
        }

        private static double sigmoid(double x) {
            return 1 / (1 + Math.exp(-x));
        }

        /** One step; h and c are replaced by what follows. */
        void step(double[] x, double[] h, double[] c) {
            double[] forget = gate(FORGET, x, h, c);
            double[] input = variant.coupled ? forget : gate(INPUT, x, h, c);
            double[] fresh = gate(CELL, x, h, c);
            double[] before = c.clone();
            for (int u = 0; u < UNITS; u++) {
                double f = sigmoid(forget[u]);
                double i = variant.coupled ? 1 - f : sigmoid(input[u]);
                c[u] = f * before[u] + i * activate(fresh[u]);
                if (variant.cellClip > 0) {
                    c[u] = Math.max(-variant.cellClip, Math.min(variant.cellClip, c[u]));
                }
            }
            double[] output = gate(OUTPUT, x, h, c);
            double[] shown = new double[UNITS];
            for (int u = 0; u < UNITS; u++) {
                shown[u] = sigmoid(output[u]) * activate(c[u]);
            }
            for (int p = 0; p < h.length; p++) {
                h[p] = shown[p];
                if (variant.projection) {
                    h[p] = projectionBias.at(p);
                    for (int u = 0; u < UNITS; u++) {
                        h[p] += projection.at(p, u) * shown[u];
                    }
                    if (variant.projectionClip > 0) {
                        h[p] = Math.max(-variant.projectionClip, Math.min(variant.projectionClip, h[p]));
                    }
                }
            }
        }

        /** All outputs, batch first. */
        Numbers run(Numbers x, boolean backward) {
            int shown = variant.shown();
            double[] all = new double[BATCH * TIME * shown];
            for (int b = 0; b < BATCH; b++) {
                double[] h = new double[shown];
                double[] c = new double[UNITS];
                for (int s = 0; s < TIME; s++) {
                    int t = backward ? TIME - 1 - s : s;
                    double[] in = new double[DEPTH];
                    for (int d = 0; d < DEPTH; d++) {
                        in[d] = x.at(b, t, d);
                    }
                    step(in, h, c);
                    System.arraycopy(h, 0, all, (b * TIME + t) * shown, shown);
                }
            }
            return Numbers.reals(all, BATCH, TIME, shown);
        }

        /** The seventeen inputs behind x: weights, peepholes, biases, projection. */
        void write(OneOperator op) {
            if (variant.coupled) {
                op.none(1);
            }
            for (int gate = variant.coupled ? 1 : 0; gate < 4; gate++) {
                op.constant(w[gate]);
            }
            if (variant.coupled) {
                op.none(1);
            }
            for (int gate = variant.coupled ? 1 : 0; gate < 4; gate++) {
                op.constant(r[gate]);
            }
            for (int gate : new int[] {INPUT, FORGET, OUTPUT}) {
                if (variant.peepholes && !(gate == INPUT && variant.coupled)) {
                    op.constant(peep[gate]);
                } else {
                    op.none(1);
                }
            }
            for (int gate = 0; gate < 4; gate++) {
                if (gate == INPUT && variant.coupled) {
                    op.none(1);
                } else {
                    op.constant(bias[gate]);
                }
            }
            if (variant.projection) {
                op.constant(projection).constant(projectionBias);
            } else {
                op.none(2);
            }
        }

        void writeNorms(OneOperator op) {
            for (int gate = 0; gate < 4; gate++) {
                if (variant.norms && !(gate == INPUT && variant.coupled)) {
                    op.constant(norm[gate]);
                } else {
                    op.none(1);
                }
            }
        }
    }

    private static Table options(Variant variant) {
        Table options = table().with(1, variant.cellClip).with(2, variant.projectionClip);
        return variant.activation == 0 ? options : options.with(0, (byte) variant.activation);
    }

    /** The same numbers with batch and time exchanged. */
    private static Numbers swapped(Numbers x) {
        return Numbers.computed(new int[] {x.dims[1], x.dims[0], x.dims[2]}, at -> x.at(at[1], at[0], at[2]));
    }

    @ParameterizedTest
    @CsvSource({
        "false,false,false,false,4,0,0", "false,true,false,false,4,0,0", "true,false,false,false,4,0,0",
        "true,true,false,false,4,0,0", "false,false,true,false,4,0,0", "false,true,true,false,4,.6,.4",
        "false,false,false,true,4,0,0", "true,true,true,true,4,.5,0", "false,false,false,false,4,.3,0",
        "false,false,false,false,1,0,0", "false,true,true,true,3,0,.7", "false,false,false,false,0,0,0"
    })
    void sequences(
            boolean coupled,
            boolean peepholes,
            boolean projection,
            boolean norms,
            int activation,
            float cellClip,
            float projectionClip) {
        Variant variant = new Variant(coupled, peepholes, projection, norms, activation, cellClip, projectionClip);
        Random random = new Random(variant.hashCode());
        Layer layer = new Layer(random, variant);
        Numbers x = Layer.scaled(random, BATCH, TIME, DEPTH);
        Numbers exact = layer.run(x, false);
        for (boolean timeMajor : new boolean[] {false, true}) {
            OneOperator op = new OneOperator(
                            Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM,
                            options(variant).with(3, timeMajor))
                    .fed(timeMajor ? swapped(x) : x);
            layer.write(op);
            op.state(FLOAT32, BATCH, variant.shown()).state(FLOAT32, BATCH, UNITS);
            layer.writeNorms(op);
            Numbers wanted = timeMajor ? swapped(exact) : exact;

            double[] found = op.into(FLOAT32, wanted.dims).answer();

            assertThat(wanted.relative(found))
                    .as("%s time first: %s", variant, timeMajor)
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,false,false", "true,true,false", "false,true,true"})
    void oneStepOfTheFullKernel(boolean coupled, boolean peepholes, boolean projection) {
        Variant variant = new Variant(coupled, peepholes, projection, false, 4, 0, 0);
        Random random = new Random(2);
        Layer layer = new Layer(random, variant);
        Numbers x = Layer.scaled(random, BATCH, DEPTH);
        OneOperator op = new OneOperator(Builtin.LSTM, options(variant)).fed(x);
        layer.write(op);
        op.state(FLOAT32, BATCH, variant.shown()).state(FLOAT32, BATCH, UNITS);

        double[] found = op.into(FLOAT32, BATCH, variant.shown()).answer();

        Numbers repeated = Numbers.computed(new int[] {BATCH, TIME, DEPTH}, at -> x.at(at[0], at[2]));
        Numbers all = layer.run(repeated, false);
        Numbers first = Numbers.computed(new int[] {BATCH, variant.shown()}, at -> all.at(at[0], 0, at[1]));
        assertThat(first.relative(found)).isLessThan(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void bothDirections(boolean merged, boolean peepholes) {
        Variant variant = new Variant(false, peepholes, peepholes, false, 4, peepholes ? .8f : 0, 0);
        Random random = new Random(8);
        Layer forward = new Layer(random, variant);
        Layer backward = new Layer(random, variant);
        Numbers x = Layer.scaled(random, BATCH, TIME, DEPTH);
        OneOperator op = new OneOperator(
                        Builtin.BIDIRECTIONAL_SEQUENCE_LSTM,
                        options(variant).with(3, merged).with(4, false))
                .fed(x);
        forward.write(op);
        backward.write(op);
        for (int i = 0; i < 2; i++) {
            op.state(FLOAT32, BATCH, variant.shown()).state(FLOAT32, BATCH, UNITS);
        }
        op.none(9);
        Numbers ahead = forward.run(x, false);
        Numbers behind = backward.run(x, true);
        int shown = variant.shown();
        if (merged) {
            double[] found = op.into(FLOAT32, BATCH, TIME, 2 * shown).answer();

            Numbers both = Numbers.computed(new int[] {BATCH, TIME, 2 * shown}, at -> (at[2] < shown ? ahead : behind)
                    .at(at[0], at[1], at[2] % shown));
            assertThat(both.relative(found)).isLessThan(1e-5);
            return;
        }
        List<double[]> found =
                op.into(FLOAT32, ahead.dims).into(FLOAT32, behind.dims).answers();

        assertThat(ahead.relative(found.get(0))).isLessThan(1e-5);
        assertThat(behind.relative(found.get(1))).isLessThan(1e-5);
    }

    /** The basic kernel: one matrix over the input joined with the last output, in reals. */
    @Test
    void theBasicKernel() {
        Random random = new Random(4);
        Numbers x = Layer.scaled(random, BATCH, DEPTH);
        Numbers h = Layer.scaled(random, BATCH, UNITS);
        Numbers c = Layer.scaled(random, BATCH, UNITS);
        Numbers w = Layer.scaled(random, 4 * UNITS, DEPTH + UNITS);
        Numbers bias = Layer.scaled(random, 4 * UNITS);

        List<double[]> found = new OneOperator(
                        Builtin.LSTM, table().with(0, (byte) 4).with(3, (byte) 1))
                .fed(x)
                .fed(h)
                .constant(w)
                .constant(bias)
                .fed(c)
                .into(FLOAT32, BATCH, UNITS)
                .into(FLOAT32, BATCH, UNITS)
                .answers();

        Numbers[] exact = basic(x, h, c, w, bias);
        assertThat(exact[0].relative(found.get(0))).isLessThan(1e-5);
        assertThat(exact[1].relative(found.get(1))).isLessThan(1e-5);
    }

    /** The output and the state; gates in the order input, fresh, forget, output. */
    private static Numbers[] basic(Numbers x, Numbers h, Numbers c, Numbers w, Numbers bias) {
        double[][] sums = new double[BATCH][4 * UNITS];
        for (int b = 0; b < BATCH; b++) {
            for (int g = 0; g < 4 * UNITS; g++) {
                sums[b][g] = bias.at(g);
                for (int d = 0; d < DEPTH + UNITS; d++) {
                    sums[b][g] += w.at(g, d) * (d < DEPTH ? x.at(b, d) : h.at(b, d - DEPTH));
                }
            }
        }
        Numbers state = Numbers.computed(new int[] {BATCH, UNITS}, at -> {
            double[] s = sums[at[0]];
            return Layer.sigmoid(s[at[1]]) * Math.tanh(s[UNITS + at[1]])
                    + Layer.sigmoid(s[2 * UNITS + at[1]]) * c.at(at);
        });
        Numbers output = Numbers.computed(
                state.dims, at -> Layer.sigmoid(sums[at[0]][3 * UNITS + at[1]]) * Math.tanh(state.at(at)));
        return new Numbers[] {output, state};
    }

    /** The same in 8 bits with a 16-bit state. */
    @Test
    void theBasicKernelInIntegers() {
        Random random = new Random(4);
        Numbers x = Numbers.whole(UINT8, random, BATCH, DEPTH).scaled(1 / 128.0, 128);
        Numbers h = Numbers.whole(UINT8, random, BATCH, UNITS).scaled(1 / 128.0, 128);
        Numbers c = Numbers.between(INT16, random, -4000, 4000, BATCH, UNITS).scaled(1 / 2048.0, 0);
        Numbers w = Numbers.whole(UINT8, random, 4 * UNITS, DEPTH + UNITS).scaled(.01, 125);
        Numbers bias = Numbers.between(INT32, random, -5000, 5000, 4 * UNITS).scaled(.01f / 128, 0);

        List<double[]> found = new OneOperator(
                        Builtin.LSTM, table().with(0, (byte) 4).with(3, (byte) 1))
                .fed(x)
                .fed(h)
                .constant(w)
                .constant(bias)
                .fed(c)
                .into(UINT8, 1 / 128.0, 128, BATCH, UNITS)
                .into(INT16, 1 / 2048.0, 0, BATCH, UNITS)
                .answers();

        Numbers[] exact = basic(x, h, c, w, bias);
        assertThat(exact[0].quantized(UINT8, 1 / 128.0, 128).apart(found.get(0)))
                .isLessThanOrEqualTo(1);
        assertThat(exact[1].quantized(INT16, 1 / 2048.0, 0).apart(found.get(1))).isLessThanOrEqualTo(1);
    }

    /** The integer kernel rounds gates and cell on the way; the whole stays close to the real recurrence. */
    @Test
    void theIntegerKernelFollowsTheRealOne() {
        Random random = new Random(11);
        Variant variant = new Variant(false, false, false, false, 4, 0, 0);
        Layer layer = new Layer(random, variant);
        Numbers x = Numbers.whole(INT8, random, BATCH, TIME, DEPTH).scaled(1 / 128.0, 3);
        for (int gate = 0; gate < 4; gate++) {
            layer.w[gate] = Numbers.whole(INT8, random, UNITS, DEPTH).scaled(1 / 128.0, 0);
            layer.r[gate] = Numbers.whole(INT8, random, UNITS, UNITS).scaled(1 / 128.0, 0);
            layer.bias[gate] =
                    Numbers.between(INT32, random, -9000, 9000, UNITS).scaled(1 / 16384.0, 0);
        }
        OneOperator op = new OneOperator(Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM, options(variant)).fed(x);
        layer.write(op);
        op.state(INT8, 1 / 128.0, 0, BATCH, UNITS)
                .state(INT16, 1 / 2048.0, 0, BATCH, UNITS)
                .none(4);

        double[] found = op.into(INT8, 1 / 128.0, 0, BATCH, TIME, UNITS).answer();

        Numbers exact = layer.run(x, false);
        for (int i = 0; i < found.length; i++) {
            found[i] /= 128;
        }
        assertThat(exact.apart(found)).isLessThan(4 / 128.0);
    }

    @Test
    void diagonalRecurrenceAndAuxiliaryInputsAreRefused() {
        Variant variant = new Variant(false, false, false, false, 4, 0, 0);
        Layer layer = new Layer(new Random(1), variant);
        Numbers x = Layer.scaled(new Random(1), BATCH, TIME, DEPTH);
        OneOperator diagonal = new OneOperator(
                        Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM, options(variant).with(5, true))
                .fed(x);
        layer.write(diagonal);
        OneOperator auxiliary = new OneOperator(Builtin.BIDIRECTIONAL_SEQUENCE_LSTM, options(variant)).fed(x);
        layer.write(auxiliary);
        layer.write(auxiliary);
        for (int i = 0; i < 2; i++) {
            auxiliary.state(FLOAT32, BATCH, UNITS).state(FLOAT32, BATCH, UNITS);
        }
        auxiliary.fed(x);

        assertThatThrownBy(diagonal.into(FLOAT32, BATCH, TIME, UNITS)::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has diagonal recurrent weights");
        assertThatThrownBy(auxiliary.into(FLOAT32, BATCH, TIME, UNITS)::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has an auxiliary input");
    }
}
