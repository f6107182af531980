package io.edgeai.federated.selection;

import java.util.function.IntUnaryOperator;

/**
 * Who could be asked in a round.
 *
 * @param round from 1
 * @param numbers of those that are there, ascending; nobody may change the array
 * @param samples how many a participant of a number holds
 */
public record Candidates(int round, int[] numbers, IntUnaryOperator samples) {}
