package io.edgeai.optimize.fidelity;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Agreement of a derived model with its original on the same samples.
 *
 * @param samples runs compared
 * @param outputs one entry an output, in the model's order
 */
public record Fidelity(int samples, List<OutputFidelity> outputs) {
    public Fidelity {
        outputs = List.copyOf(outputs);
    }

    /** Whether no output became NaN or infinite where the original's was not. */
    public boolean finite() {
        return outputs.stream().allMatch(output -> output.notFinite() == 0);
    }

    /** Runs both models on every sample. */
    public static Fidelity measure(
            InferenceSession original, InferenceSession derived, List<Map<String, Tensor>> feeds, Progress progress) {
        Map<String, OutputComparison> comparisons = new LinkedHashMap<>();
        for (int i = 0; i < feeds.size(); i++) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Measuring fidelity was cancelled after (" + i + ") of " + feeds.size() + " samples.");
            }
            Map<String, Tensor> after = derived.run(feeds.get(i));
            original.run(feeds.get(i)).forEach((name, tensor) -> {
                Tensor other = after.get(name);
                if (other == null) {
                    throw new InferenceException("The derived model has no output (" + name + ").");
                }
                if (!Arrays.equals(tensor.shape(), other.shape())) {
                    throw new InferenceException(
                            "Its output (" + name + ") is " + other + " where the original's is " + tensor + ".");
                }
                comparisons.computeIfAbsent(name, OutputComparison::new).add(tensor, other);
            });
            progress.update("fidelity", i + 1, feeds.size());
        }
        return new Fidelity(
                feeds.size(),
                comparisons.values().stream().map(OutputComparison::result).toList());
    }
}
