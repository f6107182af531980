package io.edgeai.core.serving;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A session of samples of length 2 whose answers and whose cost in time of a hand-set clock the test decides. */
class FakeSession implements InferenceSession {
    static final float POISON = -666;

    final AtomicLong clock;
    final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    final List<Long> deadlines = Collections.synchronizedList(new ArrayList<>());
    volatile boolean closed;
    private final UnaryOperator<float[]> answer;
    private final long perRun;
    private final long perSample;

    FakeSession(AtomicLong clock, long perRun, long perSample, UnaryOperator<float[]> answer) {
        this.clock = clock;
        this.perRun = perRun;
        this.perSample = perSample;
        this.answer = answer;
    }

    /** Doubles each value. */
    static FakeSession doubling(AtomicLong clock, long perRun, long perSample) {
        return new FakeSession(clock, perRun, perSample, FakeSession::doubled);
    }

    static float[] doubled(float[] input) {
        float[] output = input.clone();
        for (int i = 0; i < output.length; i++) {
            output[i] *= 2;
        }
        return output;
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        if (closed) {
            throw new LifecycleException("closed");
        }
        batches.add(input.length / 2);
        deadlines.add(deadlineNanos);
        clock.addAndGet(perRun + perSample * (input.length / 2));
        for (float value : input) {
            if (value == POISON) {
                throw new IllegalStateException("poison");
            }
        }
        return answer.apply(input);
    }

    @Override
    public int sampleLength() {
        return 2;
    }

    @Override
    public Signature signature() {
        return Signature.UNKNOWN;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closed = true;
    }
}
