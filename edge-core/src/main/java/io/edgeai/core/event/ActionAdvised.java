package io.edgeai.core.event;

import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;

/**
 * A monitor has evidence that something should be done about a version. Told once as long as the evidence stands.
 *
 * @param version which version
 * @param action what to do
 * @param gain what it is expected to bring, for people
 * @param evidence the figures behind it, for people
 * @param at when, on the monitor's clock
 */
public record ActionAdvised(VersionRef version, AdvisedAction action, String gain, String evidence, Instant at)
        implements EdgeEvent {}
