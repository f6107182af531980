package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/** Says what a sequence of releases costs, as an upper bound. Stateless and thread-safe. */
public interface PrivacyAccountant {
    /** {@code "rdp"} or {@code "pld"}. */
    String name();

    /**
     * The least ε known to hold with that δ; 0 for no releases.
     *
     * @param delta above 0 and below 1
     */
    double epsilon(List<Releases> releases, double delta);

    /** {@link #epsilon(List, double)} of one mechanism. */
    default double epsilon(Mechanism mechanism, long count, double delta) {
        return epsilon(List.of(new Releases(mechanism, count)), delta);
    }

    /**
     * The least noise multiplier, within 0.01 % upwards, at which {@code count} releases cost at most ε.
     *
     * @param like what is released; its own noise does not matter
     * @throws InvalidInputException where even a multiplier of 10⁵ is not enough
     */
    default double noise(Mechanism like, long count, double epsilon, double delta) {
        if (!(epsilon > 0 && epsilon < 1e6)) {
            throw new InvalidInputException("Target epsilon (" + epsilon + ") must be above 0 and below 1e6.");
        }
        double low = Math.log(0.05);
        double high = Math.log(1e5);
        if (epsilon(like.noise(Math.exp(high)), count, delta) > epsilon) {
            throw new InvalidInputException("No noise multiplier up to 1e5 keeps (" + count + ") releases of "
                    + like.name() + " within epsilon " + epsilon + ". Maybe plan fewer rounds or a larger delta.");
        }
        while (high - low > 1e-4) {
            double middle = (low + high) / 2;
            if (epsilon(like.noise(Math.exp(middle)), count, delta) > epsilon) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(high);
    }

    /** Rényi differential privacy at fixed orders; quick, and somewhat above the truth. */
    static PrivacyAccountant rdp() {
        return new RdpAccountant();
    }

    /** Privacy loss distributions; within 0.1 % of the truth. Does not know {@link Mechanism#fixedSize}. */
    static PrivacyAccountant pld() {
        return new PldAccountant();
    }

    /** @throws InvalidInputException where δ is not between 0 and 1 */
    static void checkDelta(double delta) {
        if (!(delta > 0 && delta < 1)) {
            throw new InvalidInputException("delta (" + delta + ") must be above 0 and below 1.");
        }
    }
}
