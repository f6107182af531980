package io.edgeai.core.runtime.adapter;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import java.util.Map;

/**
 * A model loaded by an engine whose calls cannot be stopped. {@link SlottedSession} makes a session of it and sees to it
 * that {@link #close()} comes once and after the last run. Thread-safe for as many threads as the session has slots.
 */
public interface EngineModel extends AutoCloseable {
    /** Inputs and outputs; {@link Signature#UNKNOWN} where the engine does not know them. */
    Signature signature();

    /** As of {@link io.edgeai.core.runtime.InferenceSession#device()}; {@code cpu} unless overridden. */
    default String device() {
        return "cpu";
    }

    /** @throws io.edgeai.core.error.InvalidInputException for a missing, unknown or wrongly typed or shaped input */
    void check(Map<String, Tensor> inputs);

    /**
     * One call on the calling thread.
     *
     * @param inputs checked ones
     * @return all outputs, copied to Java memory
     * @throws io.edgeai.core.error.InvalidInputException where the engine finds an input unfit
     * @throws io.edgeai.core.error.InferenceException where the engine fails
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs);

    /**
     * One call with the one float input of a model that {@link FloatPath#refusal} has nothing against.
     *
     * @param shape its dimensions, of as many values
     * @return the first output's values
     */
    float[] predict(float[] input, long[] shape);

    @Override
    void close();
}
