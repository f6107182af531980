package io.edgeai.optimize.weightonly;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import java.util.List;
import java.util.Map;

/**
 * Typical inputs from which {@link BlockMethod#GPTQ} learns how the inputs of each matrix go together.
 *
 * @param runtime runs the float model on them
 * @param feeds inputs of the model, one map a run; 32 sequences are enough
 * @param progress told the phase {@code correlate} and asked whether to stop
 */
public record InputSamples(InferenceRuntime runtime, List<Map<String, Tensor>> feeds, Progress progress) {
    public InputSamples {
        feeds = List.copyOf(feeds);
        if (feeds.isEmpty()) {
            throw new InvalidInputException("GPTQ has (0) samples. Maybe pass 32 typical inputs.");
        }
    }
}
