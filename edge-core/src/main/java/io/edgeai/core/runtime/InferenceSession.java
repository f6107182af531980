package io.edgeai.core.runtime;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model that answers. Thread-safe: as many threads as there are slots run at once, others wait for a slot.
 * Results are plain Java memory; nothing that a caller receives must be closed.
 */
public interface InferenceSession extends AutoCloseable {
    /** Inputs and outputs as the engine reports them; {@link Signature#UNKNOWN} where it knows none, as of TorchScript. */
    Signature signature();

    /** What runs it, e.g. {@code cpu}, {@code cuda:0}, {@code openvino:GPU}; empty where that is not known. */
    default String device() {
        return "";
    }

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
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline; the running call is stopped, or where an
     *     engine cannot do that, left to end in its slot
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
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline, as for {@link #run}
     * @throws io.edgeai.core.error.OperationCancelledException where the thread is interrupted while it waits, or while
     *     it runs under a deadline; the running call is stopped
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

    /**
     * As {@link #predict(float[], long)}, but gives null at once where no slot is free. An engine that has no notion of
     * slots never gives null.
     */
    default float @Nullable [] tryPredict(float[] input, long deadlineNanos) {
        return predict(input, deadlineNanos);
    }

    /** As {@link #run(Map, Duration)}, but gives null at once where no slot is free, as {@link #tryPredict} does. */
    default @Nullable Map<String, Tensor> tryRun(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        return run(inputs, deadline);
    }

    /** Whether {@link #tryPredict} would probably find a slot, or a closed session, now. */
    default boolean hasFreeSlot() {
        return true;
    }

    /** As {@link #predictEach}, but gives null at once where no slot is free. */
    default float @Nullable [][] tryPredictEach(float[][] samples, long deadlineNanos) {
        return predictEach(samples, deadlineNanos);
    }

    /**
     * Runs samples together as one batch.
     *
     * @param samples at least one, all of {@link #sampleLength()}
     * @return one answer for each sample
     * @throws io.edgeai.core.error.InferenceException where the model's answer cannot be shared out, and as for
     *     {@link #predict(float[], long)}
     */
    default float[][] predictEach(float[][] samples, long deadlineNanos) {
        int length = samples[0].length;
        float[] all = new float[Math.multiplyExact(length, samples.length)];
        for (int i = 0; i < samples.length; i++) {
            System.arraycopy(samples[i], 0, all, i * length, length);
        }
        return shared(FloatBuffer.wrap(predict(all, deadlineNanos)), samples.length);
    }

    /** Deals the answer of a batch out in equal parts. */
    static float[][] shared(FloatBuffer output, int samples) {
        int values = output.capacity();
        if (values % samples != 0) {
            throw new InferenceException("A batch of (" + samples + ") gave (" + values
                    + ") values, which cannot be shared out. Maybe set maxBatch(1).");
        }
        float[][] answers = new float[samples][values / samples];
        for (int i = 0; i < samples; i++) {
            output.get(i * (values / samples), answers[i]);
        }
        return answers;
    }

    /** Waits for runs in flight, then frees the engine's memory. Closing twice does nothing. */
    @Override
    void close();
}
