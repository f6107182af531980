package io.edgeai.formats.openvino;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.assertj.core.api.Condition;

/** Numbers in rows with their dimensions, for loops written out; all of them exact in 32 bits when made here. */
record Grid(double[] values, int... dims) {
    private static final double CLOSE = 2e-5;

    /** A row of numbers. */
    static Grid of(double... values) {
        return new Grid(values, values.length);
    }

    /** The same numbers for the same dimensions, of both signs and without a pattern that an error could hide in. */
    static Grid pattern(int... dims) {
        double[] values = new double[count(dims)];
        Arrays.setAll(values, i -> ((i * 37 + 11) % 23 - 11) / 4.);
        return new Grid(values, dims);
    }

    static Grid random(Random random, int... dims) {
        double[] values = new double[count(dims)];
        Arrays.setAll(values, i -> random.nextInt(-96, 97) / 32.);
        return new Grid(values, dims);
    }

    /** Each number by its place. */
    static Grid filled(ToDoubleFunction<int[]> rule, int... dims) {
        Grid grid = new Grid(new double[count(dims)], dims);
        each(dims, place -> grid.values[grid.offset(place)] = rule.applyAsDouble(place));
        return grid;
    }

    /** All places in order, the last dimension fastest. */
    static void each(int[] dims, Consumer<int[]> visit) {
        int[] place = new int[dims.length];
        for (int n = count(dims); n > 0; n--) {
            visit.accept(place);
            for (int i = dims.length - 1; i >= 0 && ++place[i] == dims[i]; i--) {
                place[i] = 0;
            }
        }
    }

    static int count(int... dims) {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    private int offset(int... place) {
        int offset = 0;
        for (int i = 0; i < dims.length; i++) {
            if (place[i] < 0 || place[i] >= dims[i]) {
                throw new IndexOutOfBoundsException(Arrays.toString(place) + " in " + Arrays.toString(dims));
            }
            offset = offset * dims[i] + place[i];
        }
        return offset;
    }

    double at(int... place) {
        return values[offset(place)];
    }

    void add(double value, int... place) {
        values[offset(place)] += value;
    }

    /** 0 beyond the edges. */
    double padded(int... place) {
        for (int i = 0; i < dims.length; i++) {
            if (place[i] < 0 || place[i] >= dims[i]) {
                return 0;
            }
        }
        return at(place);
    }

    Grid shaped(int... other) {
        return new Grid(values, other);
    }

    Grid map(java.util.function.DoubleUnaryOperator rule) {
        return new Grid(Arrays.stream(values).map(rule).toArray(), dims);
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Of the same dimensions, and each number as near as 32 bits allow. */
    static Condition<Grid> near(Grid wanted) {
        return near(wanted, CLOSE);
    }

    static Condition<Grid> near(Grid wanted, double bound) {
        return new Condition<>(found -> wanted.agrees(found, bound), "%s", wanted);
    }

    private boolean agrees(Grid found, double bound) {
        if (!Arrays.equals(dims, found.dims)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            double apart = Math.abs(values[i] - found.values[i]) / Math.max(1, Math.abs(values[i]));
            if (Double.compare(values[i], found.values[i]) != 0 && !(apart <= bound)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return Arrays.toString(dims) + Arrays.toString(values);
    }
}
