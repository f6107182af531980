package io.edgeai.federated;

import java.util.List;
import java.util.Optional;

/** Everybody that may be asked; may grow while a run goes on. Thread-safe. */
@FunctionalInterface
public interface Population {
    /** All participants known at this moment, each always the same object; nobody leaves, but may be unavailable. */
    List<FederatedParticipant> members();

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
