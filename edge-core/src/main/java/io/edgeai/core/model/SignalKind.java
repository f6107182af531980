package io.edgeai.core.model;

import java.util.EnumSet;
import java.util.Set;

/** A kind of signal that a monitor watches on a served model version. */
public enum SignalKind {
    /** Time of one inference, nanoseconds. */
    LATENCY,
    /** Inferences per second. */
    THROUGHPUT,
    /** Share of failed inferences, 0 to 1. */
    ERRORS,
    /** CPU, heap and resident memory of the process. */
    RESOURCE,
    /** Distribution of the inputs. */
    DATA_DRIFT,
    /** Distribution of the answers. */
    PREDICTION_DRIFT,
    /** Share of right answers, where labels arrive. */
    ACCURACY,
    /** What is right for an input, where labels arrive and inputs are compared. */
    CONCEPT_DRIFT,
    /** A series of the host's, which stands beside the versions: {@code name@1} in alerts. */
    SERIES,
    /** How fast the errors that a service-level objective allows are used up. */
    OBJECTIVE;

    /** Those that are watched on every version unless told otherwise: all but {@link #SERIES} and {@link #OBJECTIVE}. */
    public static Set<SignalKind> ofVersions() {
        return EnumSet.complementOf(EnumSet.of(SERIES, OBJECTIVE));
    }
}
