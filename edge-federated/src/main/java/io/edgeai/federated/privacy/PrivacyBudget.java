package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;

/**
 * What may be spent: whatever is released, an observer's belief about one participant changes by at most a factor of e^ε,
 * but for events of probability δ.
 *
 * @param epsilon above 0
 * @param delta above 0 and below 1; well below 1 / participants
 */
public record PrivacyBudget(double epsilon, double delta) {
    public PrivacyBudget {
        if (!(epsilon > 0 && epsilon <= 1000)) {
            throw new InvalidInputException("epsilon (" + epsilon + ") of a privacy budget must be above 0 to 1000.");
        }
        PrivacyAccountant.checkDelta(delta);
    }
}
