package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A labelled set as it lies among participants. Immutable and thread-safe.
 *
 * @param participants at least one, ids unique, all with the same features and classes
 */
public record FederatedDataset(List<ParticipantData> participants) {
    public FederatedDataset {
        participants = List.copyOf(participants);
        if (participants.isEmpty()) {
            throw new InvalidInputException("A federated data set needs at least one participant.");
        }
        Set<String> ids = new HashSet<>();
        LabelledSet first = participants.get(0).train();
        for (ParticipantData participant : participants) {
            LabelledSet train = participant.train();
            if (!ids.add(participant.id())) {
                throw new InvalidInputException("Participant id (" + participant.id() + ") occurs twice.");
            }
            if (train.features() != first.features() || train.classes() != first.classes()) {
                throw new InvalidInputException("Participant (" + participant.id() + ") holds " + train
                        + ", not the features and classes of the first, " + first + ".");
            }
        }
    }

    /**
     * Deals a training set out to participants {@code "0"}, {@code "1"}, …, which keep no test samples of their own.
     * The same seed gives the same deal.
     */
    public static FederatedDataset partition(LabelledSet train, Partitioner partitioner, int participants, long seed) {
        List<ParticipantData> parts = new ArrayList<>();
        for (LabelledSet part : train.selectAll(partitioner.split(train, participants, seed))) {
            parts.add(new ParticipantData(Integer.toString(parts.size()), part, train.range(0, 0)));
        }
        return new FederatedDataset(parts);
    }

    public int size() {
        return participants.size();
    }

    public int features() {
        return participants.get(0).train().features();
    }

    public int classes() {
        return participants.get(0).train().classes();
    }

    /** All training samples in order of participants. */
    public LabelledSet pooledTrain() {
        return LabelledSet.union(
                participants.stream().map(ParticipantData::train).toList());
    }

    /** All test samples in order of participants; empty where nobody keeps any. */
    public LabelledSet pooledTest() {
        return LabelledSet.union(
                participants.stream().map(ParticipantData::test).toList());
    }
}
