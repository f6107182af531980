package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Sending;
import io.edgeai.federated.UpdateGuard;

/**
 * Without which a participant does not train, whatever its coordinator asks. Immutable.
 *
 * @param minimumSurvivors its update leaves only in sums of at least that many; 0 where it may leave by itself
 * @param noise multiplier that participants' own noise must keep, with or without a sum; 0 where the coordinator may add it
 */
public record Conditions(int minimumSurvivors, double noise) {
    public Conditions {
        if (minimumSurvivors < 0 || minimumSurvivors == 1 || !(noise >= 0 && Double.isFinite(noise))) {
            throw new InvalidInputException("minimumSurvivors (" + minimumSurvivors + ") and noise (" + noise
                    + ") must be 0 or at least 2, and at least 0.");
        }
    }

    /** Whatever the coordinator asks. */
    public static Conditions none() {
        return new Conditions(0, 0);
    }

    /** @throws InvalidInputException saying what a task does not keep */
    void require(Sending asked) {
        UpdateGuard guard = asked.guard();
        int survivors = guard == null || guard.sum() == null ? 1 : guard.sum().minimumSurvivors();
        if (survivors < minimumSurvivors) {
            throw new InvalidInputException("The task wants an update for a sum of at least (" + survivors
                    + "), this participant asks for " + minimumSurvivors + ".");
        }
        double kept = guard == null ? 0 : guard.promisedNoise();
        if (kept < noise * (1 - 1e-9)) {
            throw new InvalidInputException(
                    "The task keeps noise of (" + kept + ") times its norm, this participant asks for " + noise + ".");
        }
    }
}
