package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session as who runs requests of waiting callers wants it: with patience for a slot or without, hearing interrupts or not.
 * Notes in each request when
 * its run began, and tells the listener of the run.
 */
final class SessionModel implements Runner.Model {
    private final InferenceSession session;
    private final boolean patient;
    private final boolean own;
    private final Ticker ticker;
    private final InferenceListener listener;

    private SessionModel(
            InferenceSession session, boolean patient, boolean own, Ticker ticker, InferenceListener listener) {
        this.session = session;
        this.patient = patient;
        this.own = own;
        this.ticker = ticker;
        this.listener = listener;
    }

    /** For a caller that runs its own request where it finds a slot; an interrupt is its own too. */
    static SessionModel own(InferenceSession session, Ticker ticker, InferenceListener listener) {
        return new SessionModel(session, false, true, ticker, listener);
    }

    /** For who helps others, and does so only as long as it finds a slot. */
    static SessionModel trying(InferenceSession session, Ticker ticker, InferenceListener listener) {
        return new SessionModel(session, false, false, ticker, listener);
    }

    /** For a leader, who waits for a slot. */
    static SessionModel waiting(InferenceSession session, Ticker ticker, InferenceListener listener) {
        return new SessionModel(session, true, false, ticker, listener);
    }

    @Override
    public float @Nullable [] predict(SampleRequest request, long deadlineNanos) {
        return told(
                List.of(request),
                () -> patient
                        ? session.predict(request.input, deadlineNanos)
                        : session.tryPredict(request.input, deadlineNanos));
    }

    @Override
    public float @Nullable [][] predictEach(SampleMates mates, long deadlineNanos) {
        float[][] inputs = mates.inputs();
        return told(
                mates.requests(),
                () -> patient
                        ? session.predictEach(inputs, deadlineNanos)
                        : session.tryPredictEach(inputs, deadlineNanos));
    }

    @Override
    public @Nullable Map<String, Tensor> run(NamedRequest request, long deadlineNanos) {
        return told(List.of(request), () -> run(request.inputs, deadlineNanos));
    }

    @Override
    public @Nullable List<Map<String, Tensor>> runEach(NamedMates mates, long deadlineNanos) {
        return told(mates.requests(), () -> mates.answers(joined -> run(joined, deadlineNanos)));
    }

    private @Nullable Map<String, Tensor> run(Map<String, Tensor> inputs, long deadlineNanos) {
        Duration deadline = duration(deadlineNanos);
        return patient ? session.run(inputs, deadline) : session.tryRun(inputs, deadline);
    }

    private <T extends @Nullable Object> T told(List<? extends Request<?>> requests, Supplier<T> run) {
        long began = ticker.nanos();
        requests.forEach(request -> request.began(began));
        T answer = own ? run.get() : HeldInterrupts.whileRunning(run);
        if (answer != null) {
            listener.ran(requests.size(), ticker.nanos() - began);
        }
        return answer;
    }

    /** Null for 0, which is no deadline. */
    static @Nullable Duration duration(long nanos) {
        return nanos == 0 ? null : Duration.ofNanos(nanos);
    }
}
