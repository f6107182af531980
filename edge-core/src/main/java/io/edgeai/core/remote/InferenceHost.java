package io.edgeai.core.remote;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.edgeai.core.serving.protocol.Parameters;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers from: models by name and version, where an empty version leaves the choice. What it throws becomes
 * the status that says what the client can do. Must be thread-safe.
 */
public interface InferenceHost {
    /**
     * An answer.
     *
     * @param version which version gave it; empty where that is not known
     */
    record Inferred(Map<String, Tensor> outputs, String version) {}

    /** What the server's version is said to be. */
    String version();

    /** Whether everything that it should answer for does. */
    boolean ready();

    /** Whether a model answers; false where there is none. Called on a thread of the network, so it must not wait. */
    boolean ready(String model, String version);

    /** @throws ModelNotFoundException where there is no such model */
    ModelMetadata metadata(String model, String version);

    /**
     * Runs a model.
     *
     * @param parameters of the request: {@code unit_id}, {@code timeout} in microseconds and whatever else the host knows
     * @param deadline how long the client will wait for it; null for as long as it takes
     * @throws ModelNotFoundException where there is no such model
     * @throws InvalidInputException where the inputs do not fit it
     */
    Inferred infer(
            String model,
            String version,
            Map<String, Tensor> inputs,
            Parameters parameters,
            @Nullable Duration deadline);

    /**
     * {@link #infer(String, String, Map, Parameters, Duration)} of a request that may bear an id, for hosts that remember who
     * answered which.
     *
     * @param id as the client gave it; empty for none
     */
    default Inferred infer(
            String id,
            String model,
            String version,
            Map<String, Tensor> inputs,
            Parameters parameters,
            @Nullable Duration deadline) {
        return infer(model, version, inputs, parameters, deadline);
    }
}
