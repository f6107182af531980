package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Update;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.transport.wire.Federation;
import java.util.concurrent.CompletableFuture;

/** What one participant is asked for in a round, and what comes of it. Guarded by the participant's lock. */
interface Assignment {
    RoundTask task();

    /** What is wrong with an announced vector, before memory is given to it; empty where it may come. */
    String problem(Federation.UpdateHeader header);

    /** Memory for an announced vector. */
    Vectors.Arrival arrival(Federation.UpdateHeader header);

    /** All of it is there. */
    void arrived(Federation.UpdateHeader header, Vectors.Arrival vectors);

    void fail(String reason);

    /** Whether a participant whose connection breaks now may go on with another. */
    boolean outlivesConnection();

    /** An update as it is. */
    record Plain(RoundTask task, CompletableFuture<Update> work) implements Assignment {
        @Override
        public String problem(Federation.UpdateHeader header) {
            if (header.getParameters() != task.size()) {
                return "its update has (" + Integer.toUnsignedString(header.getParameters()) + ") parameters, not "
                        + task.size();
            }
            if (header.getControl() != 0 && header.getControl() != task.size()) {
                return "its update has (" + Integer.toUnsignedString(header.getControl()) + ") control values, not "
                        + task.size();
            }
            if (header.getModelVersion() != task.version()) {
                return "its update belongs to model version (" + Long.toHexString(header.getModelVersion()) + "), not "
                        + Long.toHexString(task.version());
            }
            Codec codec = task.sending().codec();
            if (!header.getEncoding().equals(codec == null ? "" : codec.name())) {
                return "its update comes as (" + header.getEncoding() + "), not "
                        + (codec == null ? Messages.FLOAT32 : codec.name());
            }
            long most = codec == null ? 0 : codec.mostBytes(task.size());
            if (header.getCodedBytes() > most || header.getCodedBytes() < Math.min(1, most)) {
                return "its update takes (" + Integer.toUnsignedString(header.getCodedBytes()) + ") bytes, not 1 to "
                        + most;
            }
            return header.getSamples() < 1
                    ? "its update counts (" + header.getSamples() + ") samples, not at least 1"
                    : "";
        }

        @Override
        public Vectors.Arrival arrival(Federation.UpdateHeader header) {
            return header.getCodedBytes() > 0
                    ? new Vectors.Coded(header.getCodedBytes(), header.getControl())
                    : new Vectors.Assembly(header.getParameters(), header.getControl());
        }

        @Override
        public void arrived(Federation.UpdateHeader header, Vectors.Arrival vectors) {
            try {
                work.complete(Messages.update(task, header, vectors));
            } catch (InvalidInputException e) {
                work.completeExceptionally(e);
            }
        }

        @Override
        public void fail(String reason) {
            work.completeExceptionally(new InvalidInputException(reason));
        }

        @Override
        public boolean outlivesConnection() {
            return true;
        }
    }
}
