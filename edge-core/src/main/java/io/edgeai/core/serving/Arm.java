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
import java.util.function.IntToLongFunction;
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
        this.combiner = new Combiner(session, company, ticker, settings.maxBatch(), settings.maxQueue(), listener);
        this.sampleMask = settings.sampleMask();
        this.mirror = settings.mirror();
        this.referee = settings.referee();
    }

    long answered() {
        return answered.sum();
    }

    /** Callers that wait for a slot. */
    int waiting() {
        return combiner.waiting();
    }

    @Override
    public float[] predict(SampleRequest request, long deadlineNanos) {
        return predict(request.input, deadlineNanos, Priority.NORMAL, request.since);
    }

    float[] predict(float[] input, long deadlineNanos) {
        return predict(input, deadlineNanos, Priority.NORMAL);
    }

    float[] predict(float[] input, long deadlineNanos, Priority priority) {
        return predict(input, deadlineNanos, priority, Request.NOW);
    }

    private float[] predict(float[] input, long deadlineNanos, Priority priority, long since) {
        long start = ticker.nanos();
        float[] output;
        SampleRequest waiting = null;
        try {
            output = combiner.atOnce(input, deadlineNanos, start);
            if (output == null) {
                waiting = SampleRequest.ofThisThread(input, start, priority, deadlineNanos);
                output = combiner.inLine(waiting);
            }
        } catch (RuntimeException e) {
            throw failed(
                    start,
                    e,
                    (other, passed) -> (deadlineNanos == 0 || passed < deadlineNanos)
                            && other.tryPredict(input, deadlineNanos == 0 ? 0 : deadlineNanos - passed) != null);
        }
        long latency = ticker.nanos() - start;
        tell(latency, since, start, waiting);
        answered.increment();
        if (sampled()) {
            listener.sample(input.clone(), output.clone());
        }
        mirror.show(version, signature, input, output, latency);
        return output;
    }

    /** Tells of an answer: of one that ran alone and at once by its latency only, which is all that most cost. */
    private void tell(long latency, long since, long start, @Nullable Request<?> waiting) {
        if (waiting == null && since == Request.NOW) {
            listener.success(latency);
            return;
        }
        if (waiting == null) {
            listener.ran(1, latency);
        }
        listener.success(latency, queued(since, start) + (waiting == null ? 0 : waiting.waited()));
    }

    /** Nanoseconds that a request had waited when a worker took it. */
    private static long queued(long since, long start) {
        return since == Request.NOW ? 0 : Math.max(0, start - since);
    }

    @Override
    public Map<String, Tensor> run(NamedRequest request, long deadlineNanos) {
        return run(request.inputs, deadlineNanos, Priority.NORMAL, request.since);
    }

    Map<String, Tensor> run(Map<String, Tensor> inputs, long deadlineNanos, Priority priority) {
        return run(inputs, deadlineNanos, priority, Request.NOW);
    }

    private Map<String, Tensor> run(Map<String, Tensor> inputs, long deadlineNanos, Priority priority, long since) {
        long start = ticker.nanos();
        Map<String, Tensor> outputs;
        NamedRequest waiting = null;
        try {
            outputs = combiner.atOnce(inputs, deadlineNanos, start);
            if (outputs == null) {
                waiting = NamedRequest.ofThisThread(inputs, start, priority, deadlineNanos);
                outputs = combiner.inLine(waiting);
            }
        } catch (RuntimeException e) {
            throw failed(start, e, (other, passed) -> {
                if (deadlineNanos != 0 && passed >= deadlineNanos) {
                    return false;
                }
                return other.tryRun(inputs, SessionModel.duration(deadlineNanos == 0 ? 0 : deadlineNanos - passed))
                        != null;
            });
        }
        long latency = ticker.nanos() - start;
        tell(latency, since, start, waiting);
        answered(inputs, outputs, latency);
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
        if (outputs != null) {
            listener.ran(outputs.size(), latency);
            for (int i = 0; i < outputs.size(); i++) {
                NamedRequest request = mates.requests().get(i);
                listener.success(latency, queued(request.since, start));
                answered(request.inputs, outputs.get(i), latency);
            }
        }
        return outputs;
    }

    private void answered(Map<String, Tensor> inputs, Map<String, Tensor> outputs, long latency) {
        answered.increment();
        if (sampled()) {
            RowSample.offer(listener, inputs, outputs);
        }
        mirror.show(version, inputs, outputs, latency);
    }

    /** Runs samples of one length as a batch. The listener hears the batch's latency once for each; failures not. */
    @Override
    public float[][] predictEach(SampleMates mates, long deadlineNanos) {
        return predictEach(mates.inputs(), deadlineNanos, i -> mates.requests().get(i).since);
    }

    /** As {@link #predictEach(SampleMates, long)}, of samples that nobody waited with. */
    float[][] predictEach(float[][] inputs, long deadlineNanos) {
        return predictEach(inputs, deadlineNanos, i -> Request.NOW);
    }

    private float[][] predictEach(float[][] inputs, long deadlineNanos, IntToLongFunction since) {
        long start = ticker.nanos();
        float[][] outputs;
        try {
            outputs = session.predictEach(inputs, deadlineNanos);
        } finally {
            combiner.relieve();
        }
        long latency = ticker.nanos() - start;
        listener.ran(inputs.length, latency);
        for (int i = 0; i < inputs.length; i++) {
            listener.success(latency, queued(since.applyAsLong(i), start));
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
