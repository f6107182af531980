package io.edgeai.federated.training;

import io.edgeai.core.error.InvalidInputException;

/**
 * Mini-batch stochastic gradient descent: {@code g += weightDecay·w + mu·(w − w₀)}, {@code v = momentum·v + g},
 * {@code w −= learningRate·v}, where w₀ are the parameters training began with (FedProx, Li et al. 2020).
 *
 * @param epochs passes over the data, each in a new order; 1 to 100000
 * @param batchSize samples of one step; the last batch of an epoch may be smaller
 * @param learningRate above 0
 * @param momentum 0 up to but not 1
 * @param weightDecay at least 0
 * @param mu strength of the pull towards the start; at least 0, and exactly no term at 0
 */
public record SgdSettings(
        int epochs, int batchSize, double learningRate, double momentum, double weightDecay, double mu) {
    public SgdSettings {
        require(epochs >= 1 && epochs <= 100_000, "epochs", epochs, "1 to 100000");
        require(batchSize >= 1, "batchSize", batchSize, "at least 1");
        require(learningRate > 0 && learningRate <= 1e6, "learningRate", learningRate, "above 0 and at most 1e6");
        require(momentum >= 0 && momentum < 1, "momentum", momentum, "0 up to but not 1");
        require(weightDecay >= 0 && weightDecay <= 1e6, "weightDecay", weightDecay, "0 to 1e6");
        require(mu >= 0 && mu <= 1e6, "mu", mu, "0 to 1e6");
    }

    /** 1 epoch, batches of 10, learning rate 0.03, no momentum, no decay, no pull. */
    public static SgdSettings defaults() {
        return new SgdSettings(1, 10, 0.03, 0, 0, 0);
    }

    public SgdSettings epochs(int passes) {
        return new SgdSettings(passes, batchSize, learningRate, momentum, weightDecay, mu);
    }

    public SgdSettings batchSize(int samples) {
        return new SgdSettings(epochs, samples, learningRate, momentum, weightDecay, mu);
    }

    public SgdSettings learningRate(double rate) {
        return new SgdSettings(epochs, batchSize, rate, momentum, weightDecay, mu);
    }

    public SgdSettings momentum(double share) {
        return new SgdSettings(epochs, batchSize, learningRate, share, weightDecay, mu);
    }

    public SgdSettings weightDecay(double factor) {
        return new SgdSettings(epochs, batchSize, learningRate, momentum, factor, mu);
    }

    public SgdSettings mu(double strength) {
        return new SgdSettings(epochs, batchSize, learningRate, momentum, weightDecay, strength);
    }

    private static void require(boolean ok, String name, Object value, String range) {
        if (!ok) {
            throw new InvalidInputException(name + " (" + value + ") must be " + range + ".");
        }
    }
}
