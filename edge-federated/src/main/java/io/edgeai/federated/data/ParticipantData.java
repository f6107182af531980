package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;

/**
 * What one participant holds.
 *
 * @param id unique within its federation
 * @param train samples it trains on, at least one
 * @param test samples it keeps for evaluation; may be empty
 */
public record ParticipantData(String id, LabelledSet train, LabelledSet test) {
    public ParticipantData {
        if (id.isBlank()) {
            throw new InvalidInputException("A participant's id (" + id + ") must not be blank.");
        }
        if (train.size() == 0) {
            throw new InvalidInputException("Participant (" + id + ") has no training samples.");
        }
        if (train.features() != test.features() || train.classes() != test.classes()) {
            throw new InvalidInputException(
                    "Participant (" + id + ") trains on " + train + " but tests on " + test + ".");
        }
    }

    /**
     * A site's samples, of which it keeps some to evaluate on: of each class the same share, drawn by the seed, and at least one
     * sample of each to train on.
     *
     * @param share kept for evaluation, 0 to below 1
     * @param seed the same gives the same split
     */
    public static ParticipantData split(String id, LabelledSet all, double share, long seed) {
        return HoldOut.split(id, all, share, seed);
    }
}
