package io.edgeai.core.train;

/** How batch normalization behaves while a model is trained. */
public enum BatchMode {
    /** Normalize by the mean and variance of each batch and collect both in the running statistics. */
    BATCH,
    /** Normalize by the running statistics of the model, which stay as they are. */
    FROZEN
}
