package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import java.util.Map;

/** Calls as {@link Arm} makes them. */
final class WaitingCallers {
    private WaitingCallers() {}

    static float[] predict(Combiner combiner, float[] input, long deadlineNanos, long start, Priority priority) {
        float[] output = combiner.atOnce(input, deadlineNanos, start);
        return output != null
                ? output
                : combiner.inLine(SampleRequest.ofThisThread(input, start, priority, deadlineNanos));
    }

    static Map<String, Tensor> run(Combiner combiner, Map<String, Tensor> inputs, long deadlineNanos, long start) {
        Map<String, Tensor> outputs = combiner.atOnce(inputs, deadlineNanos, start);
        return outputs != null
                ? outputs
                : combiner.inLine(NamedRequest.ofThisThread(inputs, start, Priority.NORMAL, deadlineNanos));
    }
}
