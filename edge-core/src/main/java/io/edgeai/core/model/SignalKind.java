package io.edgeai.core.model;

/** A kind of signal that a monitor watches on a served model version. */
public enum SignalKind {
    /** Time of one inference, nanoseconds. */
    LATENCY,
    /** Inferences per second. */
    THROUGHPUT,
    /** Share of failed inferences, 0 to 1. */
    ERRORS,
    /** Memory, CPU and queue use. */
    RESOURCE,
    /** Distribution of the inputs. */
    DATA_DRIFT,
    /** Distribution of the answers. */
    PREDICTION_DRIFT,
    /** Share of right answers, where labels arrive. */
    ACCURACY
}
