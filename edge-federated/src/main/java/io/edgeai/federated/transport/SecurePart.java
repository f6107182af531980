package io.edgeai.federated.transport;

import io.edgeai.federated.RoundTask;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.ProtocolViolationException;
import io.edgeai.federated.secagg.SecAggClient;
import io.edgeai.federated.secagg.SumTerms;
import java.util.Objects;

/** A participant's part in one secure sum: its vector, and what it answers to each message. Used by one thread at a time. */
final class SecurePart {
    private final RoundTask task;
    private final int[] units;
    private final int bits;
    private final SecAggClient client;

    /** @param change of the parameters, which this limits and gives its noise; or a vector of scores */
    SecurePart(RoundTask task, float[] change, Roster.Place place, String participant) {
        UpdateGuard guard = Objects.requireNonNull(task.sending().guard());
        SumTerms terms = Objects.requireNonNull(guard.sum());
        this.task = task;
        this.bits = terms.bits();
        this.units = guard.units(change, task.round());
        this.client = SecAggClient.start(
                terms.of(task.round(), task.hash(), task.summed()),
                place.roster().number(participant),
                place.signer(),
                place.roster().verifier());
    }

    RoundTask task() {
        return task;
    }

    /** Of a number of its masked vector. */
    int bits() {
        return bits;
    }

    Message.Advertisement keys() {
        return client.advertise();
    }

    /** @throws ProtocolViolationException where the coordinator does not keep to the protocol; this part is over then */
    Message answer(Message told) {
        if (told instanceof Message.Neighbours neighbours) {
            return client.share(neighbours);
        }
        if (told instanceof Message.Envelopes envelopes) {
            return client.mask(units, envelopes);
        }
        if (told instanceof Message.Survivors survivors) {
            return client.consent(survivors);
        }
        if (told instanceof Message.Consents consents) {
            return client.reveal(consents);
        }
        throw new ProtocolViolationException(
                "A coordinator said (" + told.getClass().getSimpleName() + ").");
    }
}
