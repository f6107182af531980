package io.edgeai.core.validation;

import io.edgeai.core.model.Tensor;
import java.util.Map;

/**
 * An input whose answer is known.
 *
 * @param inputs by name
 * @param outputs what the model must answer, by name; outputs that are not named are not looked at
 */
public record GoldenSample(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    public GoldenSample {
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }
}
