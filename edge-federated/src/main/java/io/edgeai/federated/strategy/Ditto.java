package io.edgeai.federated.strategy;

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
    public Course start() {
        return this;
    }
}
