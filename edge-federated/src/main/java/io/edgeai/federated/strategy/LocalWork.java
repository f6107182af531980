package io.edgeai.federated.strategy;

import org.jspecify.annotations.Nullable;

/**
 * One participant's accepted work of a round, as client algorithms see it. Holds arrays that nobody may change.
 *
 * @param participant its number among all participants
 * @param model what it was sent
 * @param parameters what it sent back
 * @param weight by the strategy's weighting, above 0
 * @param samples trained on, at least 1
 * @param steps of local descent, 0 where it did not say
 * @param learningRate of its steps
 * @param mu proximal strength of its steps
 * @param momentum of its steps
 * @param initialLoss at what it was sent, NaN where it did not say
 * @param control change of its control variate, or null
 */
public record LocalWork(
        int participant,
        float[] model,
        float[] parameters,
        double weight,
        int samples,
        int steps,
        double learningRate,
        double mu,
        double momentum,
        double initialLoss,
        float @Nullable [] control) {}
