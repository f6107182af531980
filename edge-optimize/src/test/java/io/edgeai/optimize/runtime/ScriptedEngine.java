package io.edgeai.optimize.runtime;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.ModelFormatException;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** An engine whose runs take as long as a script says, on a clock of its own; below 0 the options are refused. */
final class ScriptedEngine implements InferenceRuntime {
    private final ToLongFunction<SessionOptions> nanos;
    private final Function<SessionOptions, Tensor> answer;
    final AtomicInteger open = new AtomicInteger();
    long now;
    int opened;

    ScriptedEngine(ToLongFunction<SessionOptions> nanos, ToLongFunction<SessionOptions> answer) {
        this(nanos, (Function<SessionOptions, Tensor>)
                options -> Tensor.of(new float[] {answer.applyAsLong(options), 1}, 2));
    }

    private ScriptedEngine(ToLongFunction<SessionOptions> nanos, Function<SessionOptions, Tensor> answer) {
        this.nanos = nanos;
        this.answer = answer;
    }

    static ScriptedEngine answering(ToLongFunction<SessionOptions> nanos, Function<SessionOptions, Tensor> answer) {
        return new ScriptedEngine(nanos, answer);
    }

    Ticker ticker() {
        return () -> now;
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.ONNX);
    }

    @Override
    public int rank() {
        return 1;
    }

    @Override
    public Availability availability() {
        return new Availability(true, "1.0");
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        long each = nanos.applyAsLong(options);
        if (each < 0) {
            throw new ModelFormatException("These options are refused.");
        }
        open.incrementAndGet();
        opened++;
        return new InferenceSession() {
            private boolean closed;

            @Override
            public Signature signature() {
                return Signature.UNKNOWN;
            }

            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
                now += each;
                return Map.of("y", answer.apply(options));
            }

            @Override
            public float[] predict(float[] input, long deadlineNanos) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    open.decrementAndGet();
                }
            }
        };
    }
}
