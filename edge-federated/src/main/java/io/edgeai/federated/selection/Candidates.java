package io.edgeai.federated.selection;

import java.util.function.IntUnaryOperator;

/** Who could be asked in a round. */
public final class Candidates {
    private final int round;
    private final int[] numbers;
    private final IntUnaryOperator samples;

    /**
     * Takes over the array.
     *
     * @param round from 1
     * @param numbers of those that are there, ascending
     * @param samples how many a participant of a number holds
     */
    public Candidates(int round, int[] numbers, IntUnaryOperator samples) {
        this.round = round;
        this.numbers = numbers;
        this.samples = samples;
    }

    /** From 1. */
    public int round() {
        return round;
    }

    /** A copy of the numbers of those that are there, ascending. */
    public int[] numbers() {
        return numbers.clone();
    }

    public int size() {
        return numbers.length;
    }

    /** How many samples a participant of a number holds. */
    public int samples(int number) {
        return samples.applyAsInt(number);
    }
}
