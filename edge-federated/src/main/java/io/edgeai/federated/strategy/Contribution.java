package io.edgeai.federated.strategy;

/** One vector for the aggregator, with its weight. Holds an array that nobody may change. */
public final class Contribution {
    private final float[] parameters;
    private final double weight;

    /**
     * Takes over the array.
     *
     * @param parameters finite
     * @param weight above 0
     */
    public Contribution(float[] parameters, double weight) {
        this.parameters = parameters;
        this.weight = weight;
    }

    /** Not a copy. */
    public float[] parameters() {
        return parameters;
    }

    public double weight() {
        return weight;
    }
}
