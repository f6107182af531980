package io.edgeai.core.runtime;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model that remembers: some of its outputs come back as inputs of the next run, such as the hidden state of a
 * recurrent net or the parameters in training. The state lies in native memory, two buffers for each carried tensor,
 * whose roles are exchanged after each run; a run copies none of it.
 *
 * <p>Thread-safe: one run, read or write at a time, others wait.
 */
public interface StatefulSession extends AutoCloseable {
    /** All inputs and outputs of the model, the state's among them. */
    Signature signature();

    /** The tensors kept here, in the order given at opening. */
    List<StateTensor> states();

    /**
     * Runs the model once and takes the state a step further. A tensor handed in is read where it lies; one that was
     * handed in before for the same input, filled anew or not, costs least. A run that fails or is stopped leaves
     * carried state as it was.
     *
     * @param data one tensor for each input that is no state, by name
     * @param outputs which other outputs shall come back as tensors; often none
     * @param deadline longest time to wait for other runs and to run, or null for none
     * @return the outputs asked for
     * @throws io.edgeai.core.error.InvalidInputException for a missing, unknown or wrongly typed or shaped input, or an
     *     unknown output
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline; the running call is stopped
     * @throws io.edgeai.core.error.OperationCancelledException where the thread is interrupted while it waits
     * @throws io.edgeai.core.error.InferenceException where the engine failed
     * @throws io.edgeai.core.error.LifecycleException after close
     */
    Map<String, Tensor> run(Map<String, Tensor> data, Set<String> outputs, @Nullable Duration deadline);

    /** As {@link #run(Map, Set, Duration)}, with nothing but the state as result and without a deadline. */
    default void run(Map<String, Tensor> data) {
        run(data, Set.of(), null);
    }

    /**
     * Copies a state out.
     *
     * @param state its {@link StateTensor#name()}
     * @param into as long as the state
     * @throws io.edgeai.core.error.InvalidInputException where no state has that name or the length does not fit
     */
    void read(String state, float[] into);

    /** A copy of a state. */
    default float[] read(String state) {
        float[] values = new float[view(state).buffer().capacity() / Float.BYTES];
        read(state, values);
        return values;
    }

    /** Sets a state. */
    void write(String state, float[] values);

    /** Sets a state to zeros. */
    void clear(String state);

    /**
     * The memory of a state as it is now, to be fed to another session without a copy. It holds the state only until
     * the next run; carried state then lies in another tensor.
     *
     * @throws io.edgeai.core.error.InvalidInputException where no state has that name
     */
    Tensor view(String state);

    /** Waits for the run in flight, then frees the engine's memory. Closing twice does nothing. */
    @Override
    void close();
}
