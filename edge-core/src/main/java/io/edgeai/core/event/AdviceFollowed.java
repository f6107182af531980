package io.edgeai.core.event;

import io.edgeai.core.model.ReactionOutcome;
import java.time.Instant;

/**
 * Somebody who acts on advice has heard one.
 *
 * @param advice what was advised, of which version, with its evidence
 * @param outcome what came of it
 * @param detail what was done, or why not, for people
 * @param at when
 */
public record AdviceFollowed(ActionAdvised advice, ReactionOutcome outcome, String detail, Instant at)
        implements EdgeEvent {}
