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
        return new Velocity(parameters);
    }

    private final class Velocity implements Steps {
        private final double[] velocity;

        Velocity(int parameters) {
            velocity = new double[parameters];
        }

        @Override
        public void apply(float[] model, double[] combined) {
            for (int i = 0; i < model.length; i++) {
                velocity[i] = momentum * velocity[i] + (combined[i] - model[i]);
                model[i] = (float) (model[i] + rate * velocity[i]);
            }
        }

        @Override
        public double[][] state() {
            return new double[][] {velocity};
        }

        @Override
        public void restore(double[][] state) {
            System.arraycopy(state[0], 0, velocity, 0, velocity.length);
        }
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
