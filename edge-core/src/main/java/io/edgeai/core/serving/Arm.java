package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A version that serves: its session, who listens, how often it answered and how it takes to batches. */
final class Arm implements Runner.Model, AutoCloseable {
    final VersionRef version;
    final InferenceSession session;
    final BatchCurve curve;
    final Company company;
    private final Signature signature;
    private final Combiner combiner;
    private final InferenceListener listener;
    private final Ticker ticker;
    private final int sampleMask;
    private final Mirror mirror;
    private final Referee referee;
    private final LongAdder answered = new LongAdder();

    /**
     * What the arms of an endpoint share.
     *
     * @param sampleMask a sample is offered where random bits under this mask are all 0; none where it is negative
     */
    record Settings(Ticker ticker, int sampleMask, int maxBatch, int maxQueue, Mirror mirror, Referee referee) {
        Settings(Ticker ticker, int sampleMask) {
            this(ticker, sampleMask, 32, 1024, new Mirror(List.of()), new Referee(() -> null));
        }
    }

    Arm(
            VersionRef version,
            InferenceSession session,
            InferenceListener listener,
            BatchProfile profile,
            Settings settings) {
        this.version = version;
        this.session = session;
        this.signature = session.signature();
        this.listener = listener;
        this.ticker = settings.ticker();
        this.curve = new BatchCurve(session, profile, ticker);
        this.company = new Company(curve, new NamedCurve(session, curve, profile, ticker));
        this.combiner = new Combiner(session, company, ticker, settings.maxBatch(), settings.maxQueue());
        this.sampleMask = settings.sampleMask();
        this.mirror = settings.mirror();
        this.referee = settings.referee();
    }

    long answered() {
        return answered.sum();
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        return predict(input, deadlineNanos, Priority.NORMAL);
    }

    float[] predict(float[] input, long deadlineNanos, Priority priority) {
        long start = ticker.nanos();
        float[] output;
        try {
            output = combiner.predict(input, deadlineNanos, start, priority);
        } catch (RuntimeException e) {
            throw failed(
                    start,
                    e,
                    (other, passed) -> (deadlineNanos == 0 || passed < deadlineNanos)
                            && other.tryPredict(input, deadlineNanos == 0 ? 0 : deadlineNanos - passed) != null);
        }
        long latency = ticker.nanos() - start;
        listener.success(latency);
        answered.increment();
        if (sampled()) {
            listener.sample(input.clone(), output.clone());
        }
        mirror.show(version, signature, input, output, latency);
        return output;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, long deadlineNanos) {
        return run(inputs, deadlineNanos, Priority.NORMAL);
    }

    Map<String, Tensor> run(Map<String, Tensor> inputs, long deadlineNanos, Priority priority) {
        long start = ticker.nanos();
        Map<String, Tensor> outputs;
        try {
            outputs = combiner.run(inputs, deadlineNanos, start, priority);
        } catch (RuntimeException e) {
            throw failed(start, e, (other, passed) -> {
                if (deadlineNanos != 0 && passed >= deadlineNanos) {
                    return false;
                }
                return other.tryRun(inputs, SessionModel.duration(deadlineNanos == 0 ? 0 : deadlineNanos - passed))
                        != null;
            });
        }
        answered(inputs, outputs, ticker.nanos() - start);
        return outputs;
    }

    /** Runs requests of one shape as a batch; the listener hears of them as by {@link #predictEach}. */
    @Override
    public @Nullable List<Map<String, Tensor>> runEach(NamedMates mates, long deadlineNanos) {
        long start = ticker.nanos();
        List<Map<String, Tensor>> outputs;
        try {
            outputs = mates.answers(joined -> session.run(joined, SessionModel.duration(deadlineNanos)));
        } finally {
            combiner.relieve();
        }
        long latency = ticker.nanos() - start;
        for (int i = 0; outputs != null && i < outputs.size(); i++) {
            answered(mates.requests().get(i).inputs, outputs.get(i), latency);
        }
        return outputs;
    }

    private void answered(Map<String, Tensor> inputs, Map<String, Tensor> outputs, long latency) {
        listener.success(latency);
        answered.increment();
        if (sampled()) {
            RowSample.offer(listener, inputs, outputs);
        }
        mirror.show(version, inputs, outputs, latency);
    }

    /** Runs samples of one length as a batch. The listener hears the batch's latency once for each; failures not. */
    @Override
    public float[][] predictEach(float[][] inputs, long deadlineNanos) {
        long start = ticker.nanos();
        float[][] outputs;
        try {
            outputs = session.predictEach(inputs, deadlineNanos);
        } finally {
            combiner.relieve();
        }
        long latency = ticker.nanos() - start;
        for (int i = 0; i < inputs.length; i++) {
            listener.success(latency);
            if (sampled()) {
                listener.sample(inputs[i].clone(), outputs[i].clone());
            }
            mirror.show(version, signature, inputs[i], outputs[i], latency);
        }
        answered.add(inputs.length);
        return outputs;
    }

    /** Waits for runs in flight and closes the session; who waits for a slot is routed again. */
    @Override
    public void close() {
        try {
            session.close();
        } finally {
            combiner.close();
        }
    }

    private boolean sampled() {
        return sampleMask >= 0 && (ThreadLocalRandom.current().nextInt() & sampleMask) == 0;
    }

    /** A session closed under the request is no failure of the model: the request is routed again. */
    private RuntimeException failed(long start, RuntimeException e, Referee.Refused request) {
        if (e instanceof LifecycleException) {
            return e;
        }
        long passed = ticker.nanos() - start;
        RuntimeException failure =
                e instanceof InvalidInputException refusal ? referee.judge(this, refusal, passed, request) : e;
        listener.failure(passed, failure);
        return failure;
    }
}
