package io.edgeai.core.serving;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import org.jspecify.annotations.Nullable;

/**
 * Hears which version answered a request that bears an id. Called on the caller's thread before they have the answer, so an
 * implementation must return within about a microsecond and throw nothing. Thread-safe.
 */
@FunctionalInterface
public interface AnswerKeeper {
    /** Forgets it. */
    AnswerKeeper NONE = (requestId, unitId, version, split) -> {};

    /**
     * A request was answered.
     *
     * @param unitId whom or what it is about; null where the caller did not say
     * @param split by which it was dealt to the version
     */
    void answered(String requestId, @Nullable String unitId, VersionRef version, TrafficSplit split);
}
