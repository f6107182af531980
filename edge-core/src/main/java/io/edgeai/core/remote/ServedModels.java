package io.edgeai.core.remote;

import io.edgeai.core.runtime.InferenceSession;
import org.jspecify.annotations.Nullable;

/** Which sessions a server answers from; asked for every request. Must be thread-safe. Whoever opened a session closes it. */
@FunctionalInterface
public interface ServedModels {
    /**
     * The session of a model, or null where there is none.
     *
     * @param version what the client asked for; empty where it leaves the choice
     */
    @Nullable
    InferenceSession find(String model, String version);
}
