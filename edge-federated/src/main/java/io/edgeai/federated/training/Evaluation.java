package io.edgeai.federated.training;

/**
 * How well parameters do on a set.
 *
 * @param loss mean cross-entropy in nats
 * @param accuracy share of samples whose most probable class is right, 0 to 1
 * @param samples size of the set
 */
public record Evaluation(double loss, double accuracy, int samples) {}
