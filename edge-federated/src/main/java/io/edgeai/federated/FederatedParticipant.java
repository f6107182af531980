package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import java.util.function.Function;

/**
 * A holder of data that takes part in rounds. The coordinator may call different participants at once, but never one
 * participant from two threads at a time.
 */
public interface FederatedParticipant {
    /** Unique among the participants of a coordinator. */
    String id();

    /** How many samples it trains on, at least 1; does not change during a run. */
    int samples();

    /**
     * Trains on its own data from the parameters it receives. What it throws counts as a failure of this participant in
     * this round and nothing more.
     */
    Update fit(RoundTask task);

    /** A participant whose work is a function. */
    static FederatedParticipant of(String id, int samples, Function<RoundTask, Update> fit) {
        if (samples < 1) {
            throw new InvalidInputException("samples (" + samples + ") of participant " + id + " must be at least 1.");
        }
        return new FederatedParticipant() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public int samples() {
                return samples;
            }

            @Override
            public Update fit(RoundTask task) {
                return fit.apply(task);
            }

            @Override
            public String toString() {
                return "FederatedParticipant(" + id + ")";
            }
        };
    }
}
