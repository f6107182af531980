package io.edgeai.federated.strategy;

import org.jspecify.annotations.Nullable;

/**
 * Changes divided by their effective number of steps a: τ for plain descent, the sum of the weights with which its
 * gradients enter otherwise. The mean of the divided changes is multiplied by the mean of the a.
 */
record FedNova() implements ClientAlgorithm {
    @Override
    public String name() {
        return "fednova";
    }

    @Override
    public boolean keepsPartialWork() {
        return true;
    }

    @Override
    public Course start() {
        return new Normalizing();
    }

    /** Σ of the weights of the τ gradients in the change, under momentum or a proximal term (not both). */
    static double effectiveSteps(LocalWork work) {
        int steps = Math.max(1, work.steps());
        if (work.settings().momentum() > 0) {
            double rho = work.settings().momentum();
            return (steps - rho * (1 - Math.pow(rho, steps)) / (1 - rho)) / (1 - rho);
        }
        double pull = work.settings().learningRate() * work.settings().mu();
        return pull == 0 ? steps : (1 - Math.pow(1 - pull, steps)) / pull;
    }

    /** Multiplies how far the combined vector is from the model. */
    static void stretch(float[] model, double[] combined, double factor) {
        for (int i = 0; i < combined.length; i++) {
            combined[i] = model[i] + factor * (combined[i] - model[i]);
        }
    }

    private static final class Normalizing implements Course {
        private double weights;
        private double steps;

        @Override
        public float @Nullable [] begin(float[] model, int population) {
            weights = 0;
            steps = 0;
            return null;
        }

        @Override
        public Contribution contribution(LocalWork work) {
            double own = effectiveSteps(work);
            weights += work.weight();
            steps += work.weight() * own;
            float[] scaled = new float[work.model().length];
            for (int i = 0; i < scaled.length; i++) {
                double start = work.model()[i];
                scaled[i] = (float) (start + (work.parameters()[i] - start) / own);
            }
            return new Contribution(scaled, work.weight());
        }

        @Override
        public void combined(float[] model, double[] combined) {
            stretch(model, combined, steps / weights);
        }
    }
}
