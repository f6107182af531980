package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.health.HealthPart;

/**
 * How one signal stands after its newest value.
 *
 * @param signal which signal
 * @param score of the detector
 * @param sentence what is seen, for people
 * @param value 1 to 0 for health; NaN without data
 */
public record SignalView(SignalKind signal, double score, String sentence, double value) {
    /** Nothing is known yet. */
    public static SignalView unknown(SignalKind signal, String sentence) {
        return new SignalView(signal, 0, sentence, Double.NaN);
    }

    /** With a further sentence. */
    public SignalView adding(String more) {
        return new SignalView(signal, score, sentence + " " + more, value);
    }

    /** The share of this signal in health. */
    public HealthPart part() {
        return Double.isNaN(value)
                ? HealthPart.unknown(signal, weight(signal), sentence)
                : HealthPart.of(signal, weight(signal), value, sentence);
    }

    private static double weight(SignalKind signal) {
        return switch (signal) {
            case ERRORS -> 30;
            case LATENCY -> 25;
            case ACCURACY -> 20;
            case THROUGHPUT, RESOURCE, DATA_DRIFT, PREDICTION_DRIFT, CONCEPT_DRIFT, SERIES, OBJECTIVE -> 10;
        };
    }
}
