package io.edgeai.federated.transport;

import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Sending;
import io.edgeai.federated.Update;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.codec.ErrorFeedback;
import io.edgeai.federated.transport.wire.Federation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of updates as their tasks ask: guarded, and in a codec whose rest it keeps for the next update. Used by one
 * thread at a time.
 */
final class Outgoing {
    private @Nullable ErrorFeedback feedback;
    private String feedbackOf = "";

    /** An update, announced by its header. */
    record Answer(Federation.UpdateHeader header, ByteBuffer payload) {}

    Answer answer(RoundTask task, Update update) {
        Sending how = task.sending();
        UpdateGuard guard = how.guard();
        Codec codec = how.codec();
        if (guard == null && codec == null) {
            return new Answer(
                    Messages.header(task, update, "", 0), Vectors.bytes(update.parameters(), update.control()));
        }
        float[] before = task.parameters();
        float[] change = update.changeFrom(before);
        if (guard != null) {
            guard.limit(change);
        }
        if (codec == null) {
            for (int i = 0; i < change.length; i++) {
                change[i] += before[i];
            }
            return new Answer(Messages.header(task, update, "", 0), Vectors.bytes(change, update.control()));
        }
        byte[] message = feedback(codec, how.decay()).encode(change, task.seed());
        return new Answer(
                Messages.header(task, update, codec.name(), message.length), Vectors.bytes(message, update.control()));
    }

    private ErrorFeedback feedback(Codec codec, double decay) {
        String wanted = codec.name() + " " + decay;
        ErrorFeedback kept = feedback;
        if (kept == null || !wanted.equals(feedbackOf)) {
            kept = new ErrorFeedback(codec, decay);
            feedback = kept;
            feedbackOf = wanted;
        }
        return kept;
    }

    /** The vector of a secure sum. */
    static Answer masked(RoundTask task, int[] values, int bits) {
        ByteBuffer payload = ByteBuffer.wrap(Packed.write(values, bits));
        Federation.UpdateHeader header = Federation.UpdateHeader.newBuilder()
                .setRound(task.round())
                .setModelVersion(task.version())
                .setUpdate(task.updateId())
                .setParameters(values.length)
                .setSamples(1)
                .setEncoding(Messages.MASKED)
                .setCodedBytes(payload.remaining())
                .build();
        return new Answer(header, payload);
    }
}
