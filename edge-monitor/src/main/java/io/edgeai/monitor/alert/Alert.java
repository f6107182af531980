package io.edgeai.monitor.alert;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.Optional;

/**
 * One incident of one signal of one version.
 *
 * @param version which version
 * @param signal which signal
 * @param state where it stands
 * @param score highest score so far, 0.5 to 1
 * @param message what was seen, for people: from what to what
 * @param since when the signal was first unusual
 * @param resolvedAt when it was over; empty before
 */
public record Alert(
        VersionRef version,
        SignalKind signal,
        AlertState state,
        double score,
        String message,
        Instant since,
        Optional<Instant> resolvedAt) {}
