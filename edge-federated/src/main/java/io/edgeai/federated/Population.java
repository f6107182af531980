package io.edgeai.federated;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everybody that may be asked; may grow while a run goes on. Thread-safe. */
@FunctionalInterface
public interface Population {
    /** All participants known at this moment, each always the same object; nobody leaves, but may be unavailable. */
    List<FederatedParticipant> members();

    /**
     * What participants from elsewhere may be asked for: codecs by name, {@code "guard"} for limits and noise of their own,
     * {@code "secagg"} for secure sums, {@code "masks8"} for those in few bits, {@code "measure"} for how good a model is on their own data. Empty, the default, where
     * they are in this process.
     */
    default Set<String> abilities() {
        return Set.of();
    }

    /** From now on only participants with these abilities are taken; all others hear why not. */
    default void require(Set<String> needed) {}

    /** Nobody is asked for anything for that long; by default nobody hears of it. */
    default void rest(Duration untilNext) {}

    /**
     * One that an earlier process asked and that is not here yet: it may be given a task and a receipt, which it gets when
     * it comes.
     *
     * @param samples it had
     * @return empty, the default, where nobody is expected to come later
     */
    default Optional<FederatedParticipant> expect(String id, int samples) {
        return Optional.empty();
    }
}
