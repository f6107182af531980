package io.edgeai.core.ensemble;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.Map;

/**
 * An endpoint as a step of a graph: each run is one of its requests, routed, batched with those of others, and told to its
 * listeners, so that a step follows promotions and splits. It takes and gives what the endpoint's first version did when
 * this was made. Closing it leaves the endpoint open. Thread-safe.
 */
public final class EndpointSession extends ComposedSession {
    private final ModelEndpoint endpoint;

    private EndpointSession(ModelEndpoint endpoint) {
        super("endpoint's session", endpoint.signature(), Ticker.system());
        this.endpoint = endpoint;
    }

    /** @throws io.edgeai.core.error.LifecycleException where the endpoint is closed */
    public static EndpointSession of(ModelEndpoint endpoint) {
        return new EndpointSession(endpoint);
    }

    /** Within the endpoint's own deadline, where that is shorter than what is left. */
    @Override
    protected Map<String, Tensor> answer(Map<String, Tensor> inputs, Deadline deadline) {
        return endpoint.predict(inputs, deadline.remaining());
    }

    @Override
    protected void release() {}
}
