package io.edgeai.core.serving;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passes everything on to another session; tests override what they want otherwise. */
class ForwardingSession implements InferenceSession {
    private final InferenceSession session;

    ForwardingSession(InferenceSession session) {
        this.session = session;
    }

    @Override
    public Signature signature() {
        return session.signature();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        return session.run(inputs, deadline);
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        return session.predict(input, deadlineNanos);
    }

    @Override
    public int sampleLength() {
        return session.sampleLength();
    }

    @Override
    public void close() {
        session.close();
    }
}
