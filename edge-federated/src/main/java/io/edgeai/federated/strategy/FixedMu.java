package io.edgeai.federated.strategy;

import java.util.List;

/** A proximal strength that never changes. */
record FixedMu(String name, double mu, boolean keepsPartialWork) implements ClientAlgorithm, ClientAlgorithm.Course {
    @Override
    public boolean needsInitialLoss() {
        return false;
    }

    @Override
    public Course start() {
        return this;
    }

    @Override
    public void observe(List<ReportedLoss> losses) {}
}
