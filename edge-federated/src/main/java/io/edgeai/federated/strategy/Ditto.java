package io.edgeai.federated.strategy;

import java.util.List;

/** FedAvg for the common model; the personal ones are the participants' own affair. */
record Ditto(double lambda) implements ClientAlgorithm, ClientAlgorithm.Course {
    @Override
    public String name() {
        return "ditto(" + lambda + ")";
    }

    @Override
    public LocalRule rule() {
        return new LocalRule(LocalRule.Kind.DITTO, lambda);
    }

    @Override
    public boolean keepsPartialWork() {
        return false;
    }

    @Override
    public boolean needsInitialLoss() {
        return false;
    }

    @Override
    public Course start() {
        return this;
    }

    @Override
    public double mu() {
        return 0;
    }

    @Override
    public void observe(List<ReportedLoss> losses) {}
}
