package io.edgeai.federated.strategy;

import java.util.Arrays;

/**
 * A rule over all updates of a round at once.
 *
 * @param name of the rule
 * @param warning what its user should know, or empty
 * @param rule makes one vector of the updates and of the model that they started from
 */
record KeepingAggregator(String name, String warning, Rule rule) implements Aggregator {
    /** A quarter of the heap may hold updates; the rest of them go to disk. */
    private static final int SHARE_OF_HEAP = 4;

    /** One vector out of many. */
    interface Rule {
        /** @param centre the model before the round */
        double[] combine(KeptUpdates updates, double[] centre);
    }

    @Override
    public Accumulator start(int parameters) {
        return start(new float[parameters]);
    }

    @Override
    public Accumulator start(float[] model) {
        return new Kept(new KeptUpdates(model.length, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP), model);
    }

    private final class Kept implements Accumulator {
        private final KeptUpdates updates;
        private final float[] model;

        Kept(KeptUpdates updates, float[] model) {
            this.updates = updates;
            this.model = model;
        }

        @Override
        public void add(float[] parameters, double weight) {
            updates.add(parameters, weight);
        }

        @Override
        public double[] result() {
            try (updates) {
                double[] centre = new double[model.length];
                Arrays.setAll(centre, i -> model[i]);
                return rule.combine(updates, centre);
            }
        }
    }
}
