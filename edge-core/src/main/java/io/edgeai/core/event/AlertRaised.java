package io.edgeai.core.event;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;

/**
 * A monitor found that a signal of a served version left its normal behaviour.
 *
 * @param version which version
 * @param signal which signal
 * @param score 0.5 (just an alert) to 1 (certain)
 * @param message what was seen, for people
 * @param at when, on the monitor's clock
 */
public record AlertRaised(VersionRef version, SignalKind signal, double score, String message, Instant at)
        implements EdgeEvent {}
