package io.edgeai.federated.strategy;

/** A proximal strength that never changes. */
record FixedMu(String name, double mu, boolean keepsPartialWork) implements ClientAlgorithm, ClientAlgorithm.Course {
    @Override
    public Course start() {
        return this;
    }
}
