package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;

/**
 * How a vector of real numbers enters a secure sum. Immutable.
 *
 * @param units what the vector's whole numbers are multiples of
 * @param noise standard deviation, in units, of the discrete Gaussian noise that each vector brings; 0 for none
 * @param degree neighbours of each participant where there are more
 * @param minimumSurvivors fewer vectors than that are never added up
 */
public record SumTerms(FixedPoint units, double noise, int degree, int minimumSurvivors) {
    public SumTerms {
        if (!(noise == 0 || (noise >= 0.05 && noise <= 4096))) {
            throw new InvalidInputException("Noise (" + noise + ") of one vector must be 0, or 0.05 to 4096 units.");
        }
    }

    /** Of one aggregation. */
    public Terms of(long round, byte[] modelHash, int size) {
        return new Terms(round, modelHash, size, degree, minimumSurvivors);
    }
}
