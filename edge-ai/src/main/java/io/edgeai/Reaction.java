package io.edgeai;

import io.edgeai.core.event.ActionAdvised;
import java.util.Optional;

/** What is done about an advice of the monitor. Called on one thread at a time. */
@FunctionalInterface
public interface Reaction {
    /**
     * Acts on an advice.
     *
     * @param edge the instance whose monitor gave it
     * @return what was done, for people; empty where there was nothing to do
     * @throws RuntimeException where that failed; it is noted, and not tried again before the advice is given anew
     */
    Optional<String> react(EdgeAI edge, ActionAdvised advice);
}
