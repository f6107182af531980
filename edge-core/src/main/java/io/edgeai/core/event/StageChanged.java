package io.edgeai.core.event;

import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;

/**
 * The registry durably moved a version to another stage.
 *
 * @param version which version
 * @param from stage before
 * @param to stage now
 * @param at when it was recorded
 */
public record StageChanged(VersionRef version, Stage from, Stage to, Instant at) implements EdgeEvent {}
