package io.edgeai.federated.strategy;

/** Named strategies; change any axis with the methods of {@link Strategy}. */
public final class Strategies {
    private Strategies() {}

    /** Plain averaging weighted by samples (McMahan et al. 2017): no server optimizer, no served average. */
    public static Strategy fedAvg() {
        return averaging(ClientAlgorithm.fedAvg());
    }

    /** {@link #fedAvg()} with a proximal term of fixed strength; partial work counts (Li et al. 2020). */
    public static Strategy fedProx(double mu) {
        return averaging(ClientAlgorithm.fedProx(mu));
    }

    /** {@link #fedProx} with the strength found on the way; the default of a coordinator. */
    public static Strategy fedProxAdaptive() {
        return averaging(ClientAlgorithm.fedProxAdaptive());
    }

    /**
     * Server momentum 0.9 at rate 0.5, weights capped at the median participant's, served average 0.9. The average matters:
     * without it momentum oscillates on non-IID data.
     */
    public static Strategy fedAvgM() {
        return fedAvg().weighting(Weighting.capped(1))
                .server(ServerOptimizer.momentum(0.9, 0.5))
                .servedAverage(0.9);
    }

    /** Server Adam at rate 0.008 (0.9, 0.99, τ = 1e-4), weights capped at the median participant's, served average 0.95. */
    public static Strategy fedAdam() {
        return fedAvg().weighting(Weighting.capped(1))
                .server(ServerOptimizer.adam(0.008, 0.9, 0.99, 1e-4))
                .servedAverage(0.95);
    }

    private static Strategy averaging(ClientAlgorithm client) {
        return new Strategy(client, Weighting.samples(), Aggregator.weightedMean(), ServerOptimizer.sgd(1), 0);
    }
}
