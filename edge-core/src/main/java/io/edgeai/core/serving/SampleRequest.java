package io.edgeai.core.serving;

import org.jspecify.annotations.Nullable;

/** A request by the row-major values of a model's one float input, for those of its first output. */
final class SampleRequest extends Request<float[]> {
    final float[] input;

    private SampleRequest(float[] input, long since, Priority priority, long deadlineNanos, @Nullable Thread caller) {
        super(since, priority, deadlineNanos, caller);
        this.input = input;
    }

    SampleRequest(float[] input, long since) {
        this(input, since, Priority.NORMAL, 0, null);
    }

    SampleRequest(float[] input, long since, Priority priority) {
        this(input, since, priority, 0, null);
    }

    /** A request whose caller is this thread and parks. */
    static SampleRequest ofThisThread(float[] input, long since, Priority priority, long deadlineNanos) {
        return new SampleRequest(input, since, priority, deadlineNanos, Thread.currentThread());
    }

    @Override
    float @Nullable [] runOn(Runner.Model model, long nanos) {
        return model.predict(this, nanos);
    }
}
