package io.edgeai.federated;

import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.codec.ErrorFeedback;
import io.edgeai.federated.training.Evaluation;
import java.util.Arrays;
import java.util.Optional;

/** A participant whose changes go through a codec on their way, as they would over a network. */
final class CompressedParticipant implements FederatedParticipant {
    private final FederatedParticipant inner;
    private final ErrorFeedback feedback;

    CompressedParticipant(FederatedParticipant inner, Codec codec, double decay) {
        this.inner = inner;
        this.feedback = new ErrorFeedback(codec, decay);
    }

    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public int samples() {
        return inner.samples();
    }

    @Override
    public Update fit(RoundTask task) {
        Update update = inner.fit(task);
        float[] model = task.parameters();
        float[] change = update.changeFrom(model);
        byte[] message = feedback.encode(change, task.seed());
        float[] received = Codec.decode(message, change.length);
        for (int i = 0; i < received.length; i++) {
            received[i] += model[i];
        }
        return Update.of(received, update.samples())
                .initialLoss(update.initialLoss())
                .steps(update.steps())
                .seconds(update.seconds())
                .control(update.control())
                .bytes(message.length);
    }

    /** The inner one's, then what the codec left out. */
    @Override
    public float[][] memory() {
        float[][] own = inner.memory();
        float[][] all = Arrays.copyOf(own, own.length + 1);
        all[own.length] = feedback.rest();
        return all;
    }

    @Override
    public void remember(float[][] memory) {
        int last = memory.length - 1;
        inner.remember(last < 0 ? memory : Arrays.copyOf(memory, last));
        feedback.restore(last < 0 ? new float[0] : memory[last]);
    }

    @Override
    public boolean available() {
        return inner.available();
    }

    @Override
    public void settled(Receipt receipt) {
        inner.settled(receipt);
    }

    @Override
    public Optional<Evaluation> evaluate(float[] parameters) {
        return inner.evaluate(parameters);
    }

    @Override
    public Optional<float[]> personal() {
        return inner.personal();
    }
}
