package io.edgeai.samples.demo;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An engine around another one that can make one model slow: each of its answers really takes that much longer. Models
 * are known by the digest in their file's path. Thread-safe.
 */
final class FaultyRuntime implements InferenceRuntime {
    private final InferenceRuntime engine;
    private final Ticker ticker;
    private final Map<String, Duration> faults = new ConcurrentHashMap<>();

    /** @param ticker by which it is slow */
    FaultyRuntime(InferenceRuntime engine, Ticker ticker) {
        this.engine = engine;
        this.ticker = ticker;
    }

    void slowDown(Digest model, Duration by) {
        faults.put(model.hex(), by);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Set<ModelFormat> formats() {
        return engine.formats();
    }

    @Override
    public int rank() {
        return engine.rank();
    }

    @Override
    public Availability availability() {
        return engine.availability();
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        return new Slowed(engine.open(model, options), String.valueOf(model.getFileName()));
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        return engine.open(model, options);
    }

    private final class Slowed implements InferenceSession {
        private final InferenceSession session;
        private final String digest;

        Slowed(InferenceSession session, String digest) {
            this.session = session;
            this.digest = digest;
        }

        @Override
        public Signature signature() {
            return session.signature();
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            linger();
            return session.run(inputs, deadline);
        }

        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            linger();
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

        private void linger() {
            Duration fault = faults.get(digest);
            if (fault != null) {
                long end = ticker.nanos() + fault.toNanos();
                while (ticker.nanos() < end) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
