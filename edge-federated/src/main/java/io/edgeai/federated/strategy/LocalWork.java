package io.edgeai.federated.strategy;

import io.edgeai.federated.training.SgdSettings;
import org.jspecify.annotations.Nullable;

/** One participant's accepted work of a round, as client algorithms see it. Holds arrays that nobody may change. */
public final class LocalWork {
    private final float[] model;
    private final float[] parameters;
    private final double weight;
    private final int steps;
    private final SgdSettings settings;
    private final double initialLoss;
    private final float @Nullable [] control;

    /**
     * Takes over the arrays.
     *
     * @param model what it was sent
     * @param parameters what it sent back
     * @param weight by the strategy's weighting, above 0
     * @param steps of local descent, 0 where it did not say
     * @param settings of its steps
     * @param initialLoss at what it was sent, NaN where it did not say
     * @param control change of its control variate, or null
     */
    public LocalWork(
            float[] model,
            float[] parameters,
            double weight,
            int steps,
            SgdSettings settings,
            double initialLoss,
            float @Nullable [] control) {
        this.model = model;
        this.parameters = parameters;
        this.weight = weight;
        this.steps = steps;
        this.settings = settings;
        this.initialLoss = initialLoss;
        this.control = control;
    }

    /** Not a copy. */
    public float[] model() {
        return model;
    }

    /** Not a copy. */
    public float[] parameters() {
        return parameters;
    }

    public double weight() {
        return weight;
    }

    public int steps() {
        return steps;
    }

    public SgdSettings settings() {
        return settings;
    }

    public double initialLoss() {
        return initialLoss;
    }

    /** Not a copy. */
    public float @Nullable [] control() {
        return control;
    }
}
