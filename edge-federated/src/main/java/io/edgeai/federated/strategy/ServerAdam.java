package io.edgeai.federated.strategy;

import java.util.Arrays;

/** FedAdam. */
record ServerAdam(double rate, double beta1, double beta2, double tau) implements ServerOptimizer {
    @Override
    public String name() {
        return "adam(" + rate + ", " + beta1 + ", " + beta2 + ", " + tau + ")";
    }

    @Override
    public Steps start(int parameters) {
        double[] first = new double[parameters];
        double[] second = new double[parameters];
        Arrays.fill(second, tau * tau);
        return (model, combined) -> {
            for (int i = 0; i < model.length; i++) {
                double delta = combined[i] - model[i];
                first[i] = beta1 * first[i] + (1 - beta1) * delta;
                second[i] = beta2 * second[i] + (1 - beta2) * delta * delta;
                model[i] = (float) (model[i] + rate * first[i] / (Math.sqrt(second[i]) + tau));
            }
        };
    }
}
