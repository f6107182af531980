package io.edgeai.core.serving.protocol;

import io.edgeai.core.model.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request for inference.
 *
 * @param id what the answer must repeat
 * @param parameters of the request as a whole
 * @param inputs the tensors by name, in the order given
 * @param outputs what is asked for, in order; empty for all outputs of the model
 * @param binary whether outputs come as bytes after the JSON where nothing is asked of them by name
 */
public record InferRequest(
        Optional<String> id,
        Parameters parameters,
        Map<String, Tensor> inputs,
        List<RequestedOutput> outputs,
        boolean binary) {
    public InferRequest {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        outputs = List.copyOf(outputs);
    }
}
