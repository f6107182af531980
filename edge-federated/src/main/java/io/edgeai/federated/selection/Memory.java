package io.edgeai.federated.selection;

import java.util.Arrays;

/** A few numbers for each participant, which begin at a value of their own. Grows with the participants; not thread-safe. */
final class Memory {
    private final double initial;
    private double[] values = new double[0];

    Memory(double initial) {
        this.initial = initial;
    }

    double get(int participant) {
        return participant < values.length ? values[participant] : initial;
    }

    void set(int participant, double value) {
        if (participant >= values.length) {
            int before = values.length;
            values = Arrays.copyOf(values, Math.max(participant + 1, 2 * before));
            Arrays.fill(values, before, values.length, initial);
        }
        values[participant] = value;
    }

    double[] state() {
        return values;
    }

    void restore(double[] state) {
        values = state.clone();
    }
}
