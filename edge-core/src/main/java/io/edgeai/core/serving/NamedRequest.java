package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request by named tensors, for all outputs by name. */
final class NamedRequest extends Request<Map<String, Tensor>> {
    final Map<String, Tensor> inputs;

    private NamedRequest(
            Map<String, Tensor> inputs, long since, Priority priority, long deadlineNanos, @Nullable Thread caller) {
        super(since, priority, deadlineNanos, caller);
        this.inputs = inputs;
    }

    /** @param deadlineNanos longest time from {@code since}, 0 for that of the endpoint */
    NamedRequest(Map<String, Tensor> inputs, long since, Priority priority, long deadlineNanos) {
        this(inputs, since, priority, deadlineNanos, null);
    }

    /** A request whose caller is this thread and parks. */
    static NamedRequest ofThisThread(Map<String, Tensor> inputs, long since, Priority priority, long deadlineNanos) {
        return new NamedRequest(inputs, since, priority, deadlineNanos, Thread.currentThread());
    }

    @Override
    @Nullable
    Map<String, Tensor> runOn(Runner.Model model, long nanos) {
        return model.run(this, nanos);
    }
}
