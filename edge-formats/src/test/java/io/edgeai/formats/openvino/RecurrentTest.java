package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent cells and sequences against their steps written out. */
class RecurrentTest {
    private static final int BATCH = 2;
    private static final int STEPS = 4;
    private static final int INPUTS = 3;
    private static final int UNITS = 2;

    @TempDir
    Path folder;

    /** A network of one kind: gates are in OpenVINO's order, directions in front of weights and states. */
    private record Network(String kind, int directions, boolean linear, double clip, DoubleUnaryOperator gate) {
        static Network of(String kind, String direction) {
            return new Network(kind, direction.equals("bidirectional") ? 2 : 1, false, 1e9, Grid::sigmoid);
        }

        int gates() {
            return kind.equals("LSTM") ? 4 : kind.equals("GRU") ? 3 : 1;
        }

        Grid weights() {
            return Grid.pattern(directions, gates() * UNITS, INPUTS);
        }

        Grid recurrence() {
            return Grid.pattern(directions, gates() * UNITS, UNITS).map(v -> -v / 2);
        }

        Grid bias() {
            return Grid.pattern(directions, (linear ? 4 : gates()) * UNITS).map(v -> v / 4);
        }

        private double clipped(double x) {
            return Math.max(-clip, Math.min(clip, x));
        }

        private double sum(int d, int row, double[] x, double[] h, double recurrent) {
            double sum = bias().at(d, row);
            for (int i = 0; i < INPUTS; i++) {
                sum += weights().at(d, row, i) * x[i];
            }
            for (int u = 0; u < UNITS; u++) {
                sum += recurrent * recurrence().at(d, row, u) * h[u];
            }
            return sum;
        }

        /** One step; {@code c} is changed in place. */
        double[] step(int d, double[] x, double[] h, double[] c) {
            double[] next = new double[UNITS];
            double[] reset = new double[UNITS];
            for (int u = 0; u < UNITS; u++) {
                double[] sums = new double[gates()];
                for (int g = 0; g < sums.length; g++) {
                    sums[g] = clipped(sum(d, g * UNITS + u, x, h, 1));
                }
                switch (kind) {
                    case "LSTM" -> {
                        c[u] = gate.applyAsDouble(sums[0]) * c[u] + gate.applyAsDouble(sums[1]) * Math.tanh(sums[2]);
                        next[u] = gate.applyAsDouble(sums[3]) * Math.tanh(c[u]);
                    }
                    case "GRU" -> {
                        next[u] = gate.applyAsDouble(sums[0]);
                        reset[u] = gate.applyAsDouble(sums[1]);
                    }
                    default -> next[u] = Math.tanh(sums[0]);
                }
            }
            if (kind.equals("GRU")) {
                double[] faded = {reset[0] * h[0], reset[1] * h[1]};
                for (int u = 0; u < UNITS; u++) {
                    int row = 2 * UNITS + u;
                    double within = sum(d, row, x, faded, 1);
                    if (linear) {
                        double own = sum(d, row, new double[INPUTS], h, 1) - bias().at(d, row);
                        within = sum(d, row, x, h, 0) + reset[u] * (own + bias().at(d, row + UNITS));
                    }
                    next[u] = (1 - next[u]) * Math.tanh(clipped(within)) + next[u] * h[u];
                }
            }
            return next;
        }
    }

    private static double[] row(Grid grid, int... lead) {
        double[] values = new double[grid.dims()[lead.length]];
        for (int i = 0; i < values.length; i++) {
            int[] place = java.util.Arrays.copyOf(lead, lead.length + 1);
            place[lead.length] = i;
            values[i] = grid.at(place);
        }
        return values;
    }

    private static void fill(Grid grid, double[] values, int... lead) {
        for (int i = 0; i < values.length; i++) {
            int[] place = java.util.Arrays.copyOf(lead, lead.length + 1);
            place[lead.length] = i;
            grid.add(values[i], place);
        }
    }

    /** All states, the last hidden ones and the last cells; what lies behind a sequence's length is 0. */
    private static List<Grid> run(Network net, Grid x, Grid hidden, Grid cell, double[] lengths, boolean reverse) {
        int steps = x.dims()[1];
        Grid all = Grid.filled(i -> 0, BATCH, net.directions, steps, UNITS);
        Grid last = Grid.filled(i -> 0, BATCH, net.directions, UNITS);
        Grid cells = Grid.filled(i -> 0, BATCH, net.directions, UNITS);
        for (int n = 0; n < BATCH; n++) {
            for (int d = 0; d < net.directions; d++) {
                double[] h = row(hidden, n, d);
                double[] c = row(cell, n, d);
                int length = (int) lengths[n];
                for (int s = 0; s < length; s++) {
                    int t = reverse || d == 1 ? length - 1 - s : s;
                    h = net.step(d, row(x, n, t), h, c);
                    fill(all, h, n, d, t);
                }
                fill(last, h, n, d);
                fill(cells, c, n, d);
            }
        }
        return List.of(all, last, cells);
    }

    private final Grid x = Grid.pattern(BATCH, STEPS, INPUTS);

    private int sequence(IrFile file, Network net, String attributes, double[] lengths, Grid hidden, Grid cell) {
        boolean lstm = net.kind.equals("LSTM");
        List<Integer> inputs = new ArrayList<>();
        inputs.add(file.input(x));
        inputs.add(file.input(hidden));
        if (lstm) {
            inputs.add(file.input(cell));
        }
        inputs.add(file.input("i32", Grid.of(lengths)));
        inputs.add(file.floats(net.weights()));
        inputs.add(file.floats(net.recurrence()));
        inputs.add(file.floats(net.bias()));
        String state = port("FP32", BATCH, net.directions, UNITS);
        String all = port("FP32", BATCH, net.directions, STEPS, UNITS);
        return file.op(
                net.kind + "Sequence-5 hidden_size='2' " + attributes,
                lstm ? new String[] {all, state, state} : new String[] {all, state},
                inputs.stream().mapToInt(Integer::intValue).toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "LSTM, forward", "LSTM, reverse", "LSTM, bidirectional",
        "GRU, forward", "GRU, reverse", "GRU, bidirectional",
        "RNN, forward", "RNN, reverse", "RNN, bidirectional"
    })
    void sequencesAreTheirSteps(String kind, String direction) {
        Network net = Network.of(kind, direction);
        Grid hidden = Grid.pattern(BATCH, net.directions, UNITS).map(v -> v / 4);
        Grid cell = Grid.pattern(BATCH, net.directions, UNITS).map(v -> v / 3);
        double[] lengths = {STEPS, 2};
        IrFile file = new IrFile(folder);
        int y = sequence(file, net, "direction='" + direction + "'", lengths, hidden, cell);
        List<Grid> wanted = run(net, x, hidden, cell, lengths, direction.equals("reverse"));
        List<Grid> found = file.answers(y, kind.equals("LSTM") ? 3 : 2);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).as("output " + i).is(near(wanted.get(i)));
        }
    }

    @Test
    void theResetGateMayComeAfterTheHiddenProduct() {
        Network net = new Network("GRU", 1, true, 1e9, Grid::sigmoid);
        Grid hidden = Grid.pattern(BATCH, 1, UNITS).map(v -> v / 4);
        double[] lengths = {STEPS, STEPS};
        IrFile file = new IrFile(folder);
        int y = sequence(file, net, "direction='forward' linear_before_reset='true'", lengths, hidden, hidden);
        assertThat(file.answers(y, 1).get(0))
                .is(near(run(net, x, hidden, hidden, lengths, false).get(0)));
    }

    @ParameterizedTest
    @CsvSource({"LSTM", "GRU", "RNN"})
    void sumsAreClippedBeforeTheirFunction(String kind) {
        Network net = new Network(kind, 1, false, .75, Grid::sigmoid);
        Grid state = Grid.pattern(BATCH, 1, UNITS).map(v -> v / 4);
        double[] lengths = {STEPS, STEPS};
        IrFile file = new IrFile(folder);
        int y = sequence(file, net, "direction='forward' clip='0.75'", lengths, state, state);
        assertThat(file.answers(y, 1).get(0))
                .is(near(run(net, x, state, state, lengths, false).get(0)));
    }

    @Test
    void otherFunctionsOfTheGates() {
        Network net = new Network("LSTM", 2, false, 1e9, v -> Math.max(0, v));
        Grid state = Grid.pattern(BATCH, 2, UNITS).map(v -> v / 16);
        double[] lengths = {STEPS, STEPS};
        IrFile file = new IrFile(folder);
        int y = sequence(file, net, "direction='bidirectional' activations='relu,tanh,tanh'", lengths, state, state);
        assertThat(file.answers(y, 1).get(0))
                .is(near(run(net, x, state, state, lengths, false).get(0)));
    }

    @ParameterizedTest
    @CsvSource({"LSTM, 4", "GRU, 3", "RNN, 0"})
    void aCellIsOneStep(String kind, int set) {
        Network net = Network.of(kind, "forward");
        Grid one = Grid.pattern(BATCH, 1, INPUTS);
        Grid hidden = Grid.pattern(BATCH, 1, UNITS).map(v -> v / 4);
        Grid cell = hidden.map(v -> 1 - v);
        boolean lstm = kind.equals("LSTM");
        IrFile file = new IrFile(folder);
        List<Integer> inputs = new ArrayList<>(
                List.of(file.input(one.shaped(BATCH, INPUTS)), file.input(hidden.shaped(BATCH, UNITS))));
        if (lstm) {
            inputs.add(file.input(cell.shaped(BATCH, UNITS)));
        }
        inputs.add(file.floats(net.weights().shaped(net.gates() * UNITS, INPUTS)));
        inputs.add(file.floats(net.recurrence().shaped(net.gates() * UNITS, UNITS)));
        inputs.add(file.floats(net.bias().shaped(net.gates() * UNITS)));
        String state = port("FP32", BATCH, UNITS);
        int y = file.op(
                kind + "Cell-" + set + " hidden_size='2'",
                lstm ? new String[] {state, state} : new String[] {state},
                inputs.stream().mapToInt(Integer::intValue).toArray());
        List<Grid> wanted = run(net, one, hidden, cell, new double[] {1, 1}, false);
        List<Grid> found = file.answers(y, lstm ? 2 : 1);
        assertThat(found.get(0)).is(near(wanted.get(1).shaped(BATCH, UNITS)));
        if (lstm) {
            assertThat(found.get(1)).is(near(wanted.get(2).shaped(BATCH, UNITS)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "activations='hardsigmoid,tanh,tanh' | has the activation hardsigmoid",
                "activations='sigmoid,tanh,tanh' activations_alpha='0.5' | has activations with parameters"
            })
    void otherFunctionsAreRefused(String attributes, String reason) {
        Network net = Network.of("LSTM", "forward");
        Grid state = Grid.pattern(BATCH, 1, UNITS);
        IrFile file = new IrFile(folder);
        file.result(sequence(file, net, "direction='forward' " + attributes, new double[] {1, 1}, state, state));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void computedWeightsAreRefused() {
        IrFile file = new IrFile(folder);
        int w = file.input(Grid.pattern(UNITS, INPUTS));
        int r = file.floats(Grid.pattern(UNITS, UNITS));
        file.result(file.op(
                "RNNCell-0 hidden_size='2'",
                port("FP32", BATCH, UNITS),
                file.input(Grid.pattern(BATCH, INPUTS)),
                file.input(Grid.pattern(BATCH, UNITS)),
                w,
                r));
        assertThatThrownBy(file::imported).hasMessageContaining("(RNNCell computes its weights) x 1 at l4");
    }
}
