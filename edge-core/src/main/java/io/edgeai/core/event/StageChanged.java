package io.edgeai.core.event;

import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;

/**
 * The registry durably moved a version to another stage in an environment. A move that concerns all environments, such as
 * a quarantine, is told for {@code default} and for each that the version was deployed in.
 *
 * @param version which version
 * @param environment where
 * @param from stage there before
 * @param to stage there now
 * @param at when it was recorded
 */
public record StageChanged(VersionRef version, String environment, Stage from, Stage to, Instant at)
        implements EdgeEvent {
    /** In the environment {@code default}. */
    public StageChanged(VersionRef version, Stage from, Stage to, Instant at) {
        this(version, "default", from, to, at);
    }
}
