package io.edgeai.federated.strategy;

/** Server descent with optional momentum. */
record ServerSgd(double rate, double momentum) implements ServerOptimizer {
    @Override
    public String name() {
        return momentum == 0 ? "sgd(" + rate + ")" : "momentum(" + momentum + ", " + rate + ")";
    }

    @Override
    public Steps start(int parameters) {
        if (momentum == 0) {
            return rate == 1 ? ServerSgd::replace : this::step;
        }
        double[] velocity = new double[parameters];
        return (model, combined) -> {
            for (int i = 0; i < model.length; i++) {
                velocity[i] = momentum * velocity[i] + (combined[i] - model[i]);
                model[i] = (float) (model[i] + rate * velocity[i]);
            }
        };
    }

    private static void replace(float[] model, double[] combined) {
        for (int i = 0; i < model.length; i++) {
            model[i] = (float) combined[i];
        }
    }

    private void step(float[] model, double[] combined) {
        for (int i = 0; i < model.length; i++) {
            model[i] = (float) (model[i] + rate * (combined[i] - model[i]));
        }
    }
}
