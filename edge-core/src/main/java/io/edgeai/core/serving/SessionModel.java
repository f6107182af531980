package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A session as who runs requests on it wants it: with patience for a slot or without, hearing interrupts or not. */
final class SessionModel implements Runner.Model {
    private final InferenceSession session;
    private final boolean patient;
    private final boolean own;

    private SessionModel(InferenceSession session, boolean patient, boolean own) {
        this.session = session;
        this.patient = patient;
        this.own = own;
    }

    /** For a caller that runs its own request where it finds a slot; an interrupt is its own too. */
    static SessionModel own(InferenceSession session) {
        return new SessionModel(session, false, true);
    }

    /** For who helps others, and does so only as long as it finds a slot. */
    static SessionModel trying(InferenceSession session) {
        return new SessionModel(session, false, false);
    }

    /** For a leader, who waits for a slot. */
    static SessionModel waiting(InferenceSession session) {
        return new SessionModel(session, true, false);
    }

    @Override
    public float @Nullable [] predict(float[] input, long deadlineNanos) {
        return held(() -> patient ? session.predict(input, deadlineNanos) : session.tryPredict(input, deadlineNanos));
    }

    @Override
    public float @Nullable [][] predictEach(float[][] inputs, long deadlineNanos) {
        return held(() ->
                patient ? session.predictEach(inputs, deadlineNanos) : session.tryPredictEach(inputs, deadlineNanos));
    }

    @Override
    public @Nullable Map<String, Tensor> run(Map<String, Tensor> inputs, long deadlineNanos) {
        Duration deadline = duration(deadlineNanos);
        return held(() -> patient ? session.run(inputs, deadline) : session.tryRun(inputs, deadline));
    }

    @Override
    public @Nullable List<Map<String, Tensor>> runEach(NamedMates mates, long deadlineNanos) {
        return mates.answers(joined -> run(joined, deadlineNanos));
    }

    private <T extends @Nullable Object> T held(Supplier<T> run) {
        return own ? run.get() : HeldInterrupts.whileRunning(run);
    }

    /** Null for 0, which is no deadline. */
    static @Nullable Duration duration(long nanos) {
        return nanos == 0 ? null : Duration.ofNanos(nanos);
    }
}
