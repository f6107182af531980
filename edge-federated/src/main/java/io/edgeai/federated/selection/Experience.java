package io.edgeai.federated.selection;

/**
 * What a selected participant did in a round.
 *
 * @param participant its number
 * @param reported whether its update counted
 * @param samples of the update; 0 where there is none
 * @param loss at what it was sent, NaN where it did not say
 * @param seconds it took; NaN where it did not say and nobody measured
 */
public record Experience(int participant, boolean reported, int samples, double loss, double seconds) {}
