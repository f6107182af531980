package io.edgeai.federated.selection;

import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/** Who could be asked in a round. */
public final class Candidates {
    private final int round;
    private final int[] numbers;
    private final IntUnaryOperator samples;
    private final IntToDoubleFunction staying;

    /**
     * Takes over the array.
     *
     * @param round from 1
     * @param numbers of those that are there, ascending
     * @param samples how many a participant of a number holds
     */
    public Candidates(int round, int[] numbers, IntUnaryOperator samples) {
        this(round, numbers, samples, number -> 1);
    }

    /**
     * Takes over the array.
     *
     * @param staying chance that a participant of a number is there until the round ends
     */
    public Candidates(int round, int[] numbers, IntUnaryOperator samples, IntToDoubleFunction staying) {
        this.round = round;
        this.numbers = numbers;
        this.samples = samples;
        this.staying = staying;
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

    /** Chance that a participant of a number is there until the round ends, 0 to 1; 1 where nobody knows better. */
    public double staying(int number) {
        return staying.applyAsDouble(number);
    }

    /** How many samples a participant of a number holds. */
    public int samples(int number) {
        return samples.applyAsInt(number);
    }
}
