package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A version that serves: its session, who listens, how often it answered and how it takes to batches. */
final class Arm {
    final VersionRef version;
    final InferenceSession session;
    final BatchCurve curve;
    private final InferenceListener listener;
    private final Ticker ticker;
    private final int sampleMask;
    private final LongAdder answered = new LongAdder();

    /** @param sampleMask a sample is offered where random bits under this mask are all 0; none where it is negative */
    Arm(VersionRef version, InferenceSession session, InferenceListener listener, Ticker ticker, int sampleMask) {
        this.version = version;
        this.session = session;
        this.curve = new BatchCurve(session, ticker);
        this.listener = listener;
        this.ticker = ticker;
        this.sampleMask = sampleMask;
    }

    long answered() {
        return answered.sum();
    }

    float[] predict(float[] input, long deadlineNanos) {
        long start = ticker.nanos();
        float[] output;
        try {
            output = session.predict(input, deadlineNanos);
        } catch (RuntimeException e) {
            throw failed(start, e);
        }
        listener.success(ticker.nanos() - start);
        answered.increment();
        if (sampled()) {
            listener.sample(input.clone(), output.clone());
        }
        return output;
    }

    Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        long start = ticker.nanos();
        Map<String, Tensor> outputs;
        try {
            outputs = session.run(inputs, deadline);
        } catch (RuntimeException e) {
            throw failed(start, e);
        }
        listener.success(ticker.nanos() - start);
        answered.increment();
        return outputs;
    }

    /** Runs samples of one length as a batch. The listener hears the batch's latency once for each; failures not. */
    float[][] together(float[][] inputs, long deadlineNanos) {
        long start = ticker.nanos();
        float[][] outputs = BatchCurve.together(session, inputs, deadlineNanos);
        long latency = ticker.nanos() - start;
        for (int i = 0; i < inputs.length; i++) {
            listener.success(latency);
            if (sampled()) {
                listener.sample(inputs[i].clone(), outputs[i].clone());
            }
        }
        answered.add(inputs.length);
        return outputs;
    }

    private boolean sampled() {
        return sampleMask >= 0 && (ThreadLocalRandom.current().nextInt() & sampleMask) == 0;
    }

    /** A session closed under the request is no failure of the model: the request is routed again. */
    private RuntimeException failed(long start, RuntimeException e) {
        if (!(e instanceof LifecycleException)) {
            listener.failure(ticker.nanos() - start, e);
        }
        return e;
    }
}
