package io.edgeai.federated.strategy;

import org.jspecify.annotations.Nullable;

/**
 * With L = 1/learning rate and Δᵢ = L·(w − wᵢ): {@code w − Σ Fᵢ^q Δᵢ / Σ (q·Fᵢ^(q−1)·‖Δᵢ‖² + L·Fᵢ^q)}. The aggregator makes
 * the mean of the wᵢ with weights Fᵢ^q; the rest is a factor for its distance from w.
 */
record QFedAvg(double q) implements ClientAlgorithm {
    private static final double LEAST_LOSS = 1e-10;

    @Override
    public String name() {
        return "q-fedavg(" + q + ")";
    }

    @Override
    public boolean keepsPartialWork() {
        return false;
    }

    @Override
    public boolean needsInitialLoss() {
        return true;
    }

    @Override
    public Course start() {
        return new Fair();
    }

    private final class Fair implements Course {
        private double weights;
        private double curvature;

        @Override
        public float @Nullable [] begin(float[] model, int population) {
            weights = 0;
            curvature = 0;
            return null;
        }

        @Override
        public Contribution contribution(LocalWork work) {
            double loss = Double.isFinite(work.initialLoss()) ? Math.max(LEAST_LOSS, work.initialLoss()) : 1;
            double lipschitz = 1 / work.settings().learningRate();
            double weight = Math.pow(loss, q);
            double square = 0;
            for (int i = 0; i < work.model().length; i++) {
                double delta = lipschitz * ((double) work.model()[i] - work.parameters()[i]);
                square += delta * delta;
            }
            weights += lipschitz * weight;
            curvature += q * Math.pow(loss, q - 1) * square + lipschitz * weight;
            return new Contribution(work.parameters(), weight);
        }

        @Override
        public void combined(float[] model, double[] combined) {
            FedNova.stretch(model, combined, weights / curvature);
        }
    }
}
