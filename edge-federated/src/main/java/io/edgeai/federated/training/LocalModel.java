package io.edgeai.federated.training;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.federated.data.Standardization;
import org.jspecify.annotations.Nullable;

/**
 * A classifier whose parameters are one flat float vector: what can be trained here, averaged over participants and
 * exported. Describes the architecture only; immutable and thread-safe.
 */
public interface LocalModel {
    /** Names and shapes of the parameters. */
    ParameterLayout layout();

    /** Values of one input sample. */
    int features();

    int classes();

    /** Fresh parameters to start from; the same seed gives the same bits. */
    float[] initialParameters(long seed);

    /** Scratch memory with which one thread computes predictions and gradients. */
    GradientPass newPass();

    /**
     * The trained model as an ONNX graph. Networks of this library have the input {@code "input"} [batch, features] and the
     * output {@code "probabilities"} [batch, classes], both float with a free batch dimension.
     *
     * @param name of the graph
     * @param standardization built into the graph where the model was trained on standardized data; null for none
     */
    OnnxGraph toOnnx(String name, float[] parameters, @Nullable Standardization standardization);
}
