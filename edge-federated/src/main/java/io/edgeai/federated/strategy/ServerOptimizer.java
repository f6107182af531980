package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;

/**
 * How the combined parameters of a round move the model; the difference Δ between the two takes the place of a negative
 * gradient (Reddi et al. 2021). Stateless; the state of one run is in the {@link Steps} it starts.
 */
public interface ServerOptimizer {
    /** Short name, e.g. {@code "sgd(1.0)"}. */
    String name();

    /** @param parameters length of the model */
    Steps start(int parameters);

    /** The state of one run. Used by one thread at a time. */
    interface Steps {
        /**
         * Moves the model, in place.
         *
         * @param combined what the round's aggregator made; may be overwritten
         */
        void apply(float[] model, double[] combined);

        /** What must outlive the process for a run to go on to the bit; empty where nothing is remembered. */
        default double[][] state() {
            return new double[0][];
        }

        /** Takes over what {@link #state()} gave. */
        default void restore(double[][] state) {}
    }

    /** {@code w += rate · Δ}; at rate 1 exactly the combined parameters, which is plain averaging. */
    static ServerOptimizer sgd(double rate) {
        checkRate(rate);
        return new ServerSgd(rate, 0);
    }

    /** {@code m = momentum · m + Δ; w += rate · m} (FedAvgM, Hsu et al. 2019). */
    static ServerOptimizer momentum(double momentum, double rate) {
        checkRate(rate);
        checkShare("momentum", momentum);
        return new ServerSgd(rate, momentum);
    }

    /**
     * {@code m = b1·m + (1−b1)·Δ; v = b2·v + (1−b2)·Δ²; w += rate · m / (√v + tau)} with v₀ = tau² and no bias correction
     * (FedAdam, Reddi et al. 2021).
     */
    static ServerOptimizer adam(double rate, double beta1, double beta2, double tau) {
        checkAdaptive(rate, beta1, tau);
        checkShare("beta2", beta2);
        return ServerAdaptive.adam(rate, beta1, beta2, tau);
    }

    /** {@link #adam} with {@code v = v − (1−b2)·Δ²·sign(v − Δ²)}, which forgets large changes more slowly (FedYogi). */
    static ServerOptimizer yogi(double rate, double beta1, double beta2, double tau) {
        checkAdaptive(rate, beta1, tau);
        checkShare("beta2", beta2);
        return ServerAdaptive.yogi(rate, beta1, beta2, tau);
    }

    /** {@link #adam} with {@code v = v + Δ²}: steps only become shorter (FedAdagrad). */
    static ServerOptimizer adagrad(double rate, double beta1, double tau) {
        checkAdaptive(rate, beta1, tau);
        return ServerAdaptive.adagrad(rate, beta1, tau);
    }

    private static void checkAdaptive(double rate, double beta1, double tau) {
        checkRate(rate);
        checkShare("beta1", beta1);
        if (!(tau > 0 && tau <= 1)) {
            throw new InvalidInputException("tau (" + tau + ") must be above 0 and at most 1.");
        }
    }

    private static void checkRate(double rate) {
        if (!(rate > 0 && rate <= 1e6)) {
            throw new InvalidInputException("rate (" + rate + ") of the server must be above 0 and at most 1e6.");
        }
    }

    private static void checkShare(String name, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new InvalidInputException(name + " (" + share + ") must be 0 up to but not 1.");
        }
    }
}
