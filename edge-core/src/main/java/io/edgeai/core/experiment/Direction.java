package io.edgeai.core.experiment;

/** Which way a metric should go. */
public enum Direction {
    /** Conversions, accuracy, rewards. */
    HIGHER_IS_BETTER,
    /** Latency, errors, costs. */
    LOWER_IS_BETTER
}
