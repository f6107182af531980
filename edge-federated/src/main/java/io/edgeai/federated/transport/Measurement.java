package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.transport.wire.Federation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A model that a participant is asked to measure, and what it says of it. Guarded by the participant's lock.
 *
 * @param answer its score
 */
record Measurement(RoundTask task, CompletableFuture<Optional<Evaluation>> answer) implements Assignment {
    /** Its answer in the clear; what is wrong with its numbers is for the coordinator to say. */
    void said(Federation.Score score) {
        if (score.getModelVersion() == task.version()) {
            answer.complete(Optional.of(new Evaluation(score.getLoss(), score.getAccuracy(), score.getSamples())));
        } else {
            fail("its score belongs to model version (" + Long.toHexString(score.getModelVersion()) + "), not "
                    + Long.toHexString(task.version()));
        }
    }

    @Override
    public String problem(Federation.UpdateHeader header) {
        return "an update is not wanted now";
    }

    @Override
    public Vectors.Arrival arrival(Federation.UpdateHeader header) {
        throw new InvalidInputException("A score has no vector.");
    }

    @Override
    public void arrived(Federation.UpdateHeader header, Vectors.Arrival vectors) {
        fail("a score has no vector");
    }

    @Override
    public void fail(String reason) {
        answer.completeExceptionally(new InvalidInputException(reason));
    }

    @Override
    public boolean outlivesConnection() {
        return true;
    }
}
