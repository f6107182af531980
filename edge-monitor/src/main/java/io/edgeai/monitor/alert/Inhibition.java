package io.edgeai.monitor.alert;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import java.util.List;

/**
 * While one signal of a version fires, another of the same version is not told of, because it follows from the first.
 *
 * @param cause the signal that fires
 * @param consequence the one that is kept back
 */
public record Inhibition(SignalKind cause, SignalKind consequence) {
    public Inhibition {
        if (cause == consequence) {
            throw new InvalidInputException(
                    "Signal (" + cause + ") cannot keep itself back. Maybe name its consequence.");
        }
    }

    /** Failures and slowness keep calls away, other inputs have other answers, and where others are right fewer are. */
    public static List<Inhibition> ofDefaults() {
        return List.of(
                new Inhibition(SignalKind.ERRORS, SignalKind.THROUGHPUT),
                new Inhibition(SignalKind.LATENCY, SignalKind.THROUGHPUT),
                new Inhibition(SignalKind.DATA_DRIFT, SignalKind.PREDICTION_DRIFT),
                new Inhibition(SignalKind.CONCEPT_DRIFT, SignalKind.ACCURACY));
    }
}
