package io.edgeai.core.event;

import io.edgeai.core.model.HealthLevel;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;

/**
 * A served version does better or worse than before.
 *
 * @param version which version
 * @param from level before
 * @param to level now
 * @param score 0 to 100; NaN where unknown
 * @param cause the reason that costs most, for people; empty where nothing does
 * @param at when, on the monitor's clock
 */
public record HealthChanged(
        VersionRef version, HealthLevel from, HealthLevel to, double score, String cause, Instant at)
        implements EdgeEvent {}
