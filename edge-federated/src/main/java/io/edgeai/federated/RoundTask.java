package io.edgeai.federated;

import io.edgeai.federated.training.SgdSettings;

/** What a participant is asked to do in one round. Immutable and thread-safe. */
public final class RoundTask {
    private final int round;
    private final float[] parameters;
    private final SgdSettings settings;
    private final boolean wantsInitialLoss;
    private final long seed;

    /** Keeps the array: nobody may change it while the task is in use. */
    RoundTask(int round, float[] parameters, SgdSettings settings, boolean wantsInitialLoss, long seed) {
        this.round = round;
        this.parameters = parameters;
        this.settings = settings;
        this.wantsInitialLoss = wantsInitialLoss;
        this.seed = seed;
    }

    /** From 1. */
    public int round() {
        return round;
    }

    /** A copy of the global parameters, for the caller to train in place. */
    public float[] parameters() {
        return parameters.clone();
    }

    /** How to train: epochs, batch size, learning rate, proximal strength. */
    public SgdSettings settings() {
        return settings;
    }

    /** Whether the update should say the loss at the received parameters. */
    public boolean wantsInitialLoss() {
        return wantsInitialLoss;
    }

    /** Differs for each round and participant; the same in every repetition of the run. */
    public long seed() {
        return seed;
    }
}
