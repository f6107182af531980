package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import java.util.Map;

/**
 * A copy of a request and its answer, out of the caller's way.
 *
 * @param version which version answered
 * @param inputs by name; of a request by plain array, the one input as a flat tensor
 * @param outputs by name; of a request by plain array, the first output alone as a flat tensor
 * @param latencyNanos what the caller waited inside the endpoint; in a batch, the batch's
 */
public record TappedRequest(
        VersionRef version, Map<String, Tensor> inputs, Map<String, Tensor> outputs, long latencyNanos) {
    public TappedRequest {
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }
}
