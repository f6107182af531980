package io.edgeai;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime whose answers take as long, by a fake clock, as the test says for each answer; deadlines of the real clock do
 * not hold. Counts open sessions.
 */
class Slowed implements InferenceRuntime {
    final AtomicInteger open = new AtomicInteger();
    volatile boolean failToClose;
    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private final FakeTime time;
    private final ToLongFunction<float[]> nanosOf;

    /** @param nanosOf time an answer takes, from the answer, which tells the version */
    Slowed(FakeTime time, ToLongFunction<float[]> nanosOf) {
        this.time = time;
        this.nanosOf = nanosOf;
    }

    /** Hears of each answer to plain arrays. */
    void answered(float[] answer) {}

    @Override
    public String name() {
        return "slowed";
    }

    @Override
    public Set<ModelFormat> formats() {
        return engine.formats();
    }

    @Override
    public int rank() {
        return 1;
    }

    @Override
    public Availability availability() {
        return engine.availability();
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        return new Session(engine.open(model, options));
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        return new Session(engine.open(model, options));
    }

    private final class Session implements InferenceSession {
        private final InferenceSession session;

        Session(InferenceSession session) {
            this.session = session;
            open.incrementAndGet();
        }

        @Override
        public Signature signature() {
            return session.signature();
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            return session.run(inputs, null);
        }

        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            float[] answer = session.predict(input, 0);
            time.advance(Duration.ofNanos(nanosOf.applyAsLong(answer)));
            answered(answer);
            return answer;
        }

        @Override
        public int sampleLength() {
            return session.sampleLength();
        }

        @Override
        public void close() {
            session.close();
            open.decrementAndGet();
            if (failToClose) {
                throw new IllegalStateException("cannot close");
            }
        }
    }
}
