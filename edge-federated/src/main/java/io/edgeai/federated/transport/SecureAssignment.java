package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.ProtocolViolationException;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.transport.wire.Federation;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A part in a secure sum: one question is open at a time. Guarded by the participant's lock. */
final class SecureAssignment implements Assignment {
    private final RoundTask task;
    private final int number;
    private CompletableFuture<Message> open = new CompletableFuture<>();
    private boolean joined;
    private boolean wantsVector;

    /** @param number of the participant in the roster */
    SecureAssignment(RoundTask task, int number) {
        this.task = task;
        this.number = number;
    }

    @Override
    public RoundTask task() {
        return task;
    }

    /** The answer to what was said last. */
    CompletableFuture<Message> answer() {
        return open;
    }

    /** Something is said, whose answer is now waited for. */
    CompletableFuture<Message> told(Message message) {
        wantsVector = message instanceof Message.Envelopes;
        open = new CompletableFuture<>();
        return open;
    }

    /** An answer came. */
    void said(Federation.Aggregation wire) {
        try {
            Message message = AggregationMessages.ofParticipant(wire, number);
            joined = true;
            open.complete(message);
        } catch (ProtocolViolationException e) {
            open.completeExceptionally(e);
        }
    }

    @Override
    public String problem(Federation.UpdateHeader header) {
        if (!wantsVector || !header.getEncoding().equals(Messages.MASKED)) {
            return "an update as (" + header.getEncoding() + ") is not wanted now";
        }
        SumTerms terms = terms();
        int length = terms.coding().length(task.summed());
        return header.getParameters() == length
                        && header.getCodedBytes() == terms.bytes(task.summed())
                        && header.getControl() == 0
                ? ""
                : "its masked vector has (" + Integer.toUnsignedString(header.getParameters()) + ") values in ("
                        + Integer.toUnsignedString(header.getCodedBytes()) + ") bytes, not " + length + " in "
                        + terms.bytes(task.summed());
    }

    private SumTerms terms() {
        UpdateGuard guard = Objects.requireNonNull(task.sending().guard());
        return Objects.requireNonNull(guard.sum());
    }

    @Override
    public Vectors.Arrival arrival(Federation.UpdateHeader header) {
        return new Vectors.Coded(header.getCodedBytes(), 0);
    }

    @Override
    public void arrived(Federation.UpdateHeader header, Vectors.Arrival vectors) {
        wantsVector = false;
        int[] values = Packed.read(((Vectors.Coded) vectors).message(), header.getParameters(), terms().bits());
        open.complete(new Message.MaskedVector(number, values));
    }

    @Override
    public void fail(String reason) {
        open.completeExceptionally(new InvalidInputException(reason));
    }

    @Override
    public boolean outlivesConnection() {
        return !joined;
    }
}
