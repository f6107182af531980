package io.edgeai.core.runtime;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model that answers. Thread-safe: as many threads as there are slots run at once, others wait for a slot.
 * Results are plain Java memory; nothing that a caller receives must be closed.
 */
public interface InferenceSession extends AutoCloseable {
    /** Inputs and outputs as the engine reports them. */
    Signature signature();

    /**
     * Runs the model on named inputs. Inputs that the model gives a default are left out; {@link #signature()} does
     * not list them. An output that is a map or a list of maps from classes to numbers, as classifiers converted with
     * ZipMap give, comes as {@code name}: FLOAT [rows, keys] and {@code name.keys}: the ascending keys; an output that
     * is a list of tensors comes as {@code name.0}, {@code name.1}, ….
     *
     * @param inputs one tensor for each required input, by name
     * @param deadline longest time to wait for a slot and run together, or null for none
     * @return all outputs by name, in the signature's order
     * @throws io.edgeai.core.error.InvalidInputException for a missing, unknown or wrongly typed or shaped input
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline; the running call is stopped
     * @throws io.edgeai.core.error.InferenceException where the engine failed
     * @throws io.edgeai.core.error.LifecycleException after close
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline);

    /** {@link #run(Map, Duration)} without a deadline. */
    default Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return run(inputs, null);
    }

    /**
     * The fast path for a model with one float input and a float first output: no maps, no tensors.
     *
     * @param input row-major values of one input; where the leading dimension is free, its size follows from the length
     * @param deadlineNanos longest time to wait for a slot and run together in nanoseconds, or 0 for none
     * @return row-major values of the first output
     * @throws io.edgeai.core.error.InvalidInputException where the model has not that form or the length does not fit
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline; the running call is stopped
     * @throws io.edgeai.core.error.InferenceException where the engine failed
     * @throws io.edgeai.core.error.LifecycleException after close
     */
    float[] predict(float[] input, long deadlineNanos);

    /**
     * Values of one sample where {@link #predict} takes several samples at once, one after the other, because the
     * leading dimension of input and output is free; 0 where it takes exactly one.
     */
    default int sampleLength() {
        return 0;
    }

    /** Waits for runs in flight, then frees the engine's memory. Closing twice does nothing. */
    @Override
    void close();
}
