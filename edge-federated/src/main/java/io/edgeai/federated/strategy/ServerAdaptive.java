package io.edgeai.federated.strategy;

import java.util.Arrays;

/** The adaptive methods of Reddi et al. 2021, which differ in how the second moment grows. */
record ServerAdaptive(String kind, double rate, double beta1, double beta2, double tau, Growth growth)
        implements ServerOptimizer {
    /** The next second moment. */
    interface Growth {
        double next(double second, double square, double beta2);
    }

    static ServerAdaptive adam(double rate, double beta1, double beta2, double tau) {
        return new ServerAdaptive(
                "adam", rate, beta1, beta2, tau, (second, square, beta) -> beta * second + (1 - beta) * square);
    }

    static ServerAdaptive yogi(double rate, double beta1, double beta2, double tau) {
        return new ServerAdaptive(
                "yogi",
                rate,
                beta1,
                beta2,
                tau,
                (second, square, beta) -> second - (1 - beta) * square * Math.signum(second - square));
    }

    static ServerAdaptive adagrad(double rate, double beta1, double tau) {
        return new ServerAdaptive("adagrad", rate, beta1, 0, tau, (second, square, beta) -> second + square);
    }

    @Override
    public String name() {
        return kind + "(" + rate + ", " + beta1 + ", " + (kind.equals("adagrad") ? "" : beta2 + ", ") + tau + ")";
    }

    @Override
    public Steps start(int parameters) {
        return new Moments(parameters);
    }

    private final class Moments implements Steps {
        private final double[] first;
        private final double[] second;

        Moments(int parameters) {
            first = new double[parameters];
            second = new double[parameters];
            Arrays.fill(second, tau * tau);
        }

        @Override
        public void apply(float[] model, double[] combined) {
            for (int i = 0; i < model.length; i++) {
                double delta = combined[i] - model[i];
                first[i] = beta1 * first[i] + (1 - beta1) * delta;
                second[i] = growth.next(second[i], delta * delta, beta2);
                model[i] = (float) (model[i] + rate * first[i] / (Math.sqrt(second[i]) + tau));
            }
        }

        @Override
        public double[][] state() {
            return new double[][] {first, second};
        }

        @Override
        public void restore(double[][] state) {
            System.arraycopy(state[0], 0, first, 0, first.length);
            System.arraycopy(state[1], 0, second, 0, second.length);
        }
    }
}
