package io.edgeai.federated;

import java.util.List;

/** Everybody that may be asked; may grow while a run goes on. Thread-safe. */
@FunctionalInterface
public interface Population {
    /** All participants known at this moment, each always the same object; nobody leaves, see {@link FederatedParticipant#available()}. */
    List<FederatedParticipant> members();
}
