package io.edgeai.server;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.remote.InferenceHost;
import io.edgeai.core.serving.NamedAnswer;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.edgeai.core.serving.protocol.Parameters;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The models of a server as its gRPC side sees them: the same admission, the same versions. Thread-safe. */
final class GrpcHost implements InferenceHost {
    private final String version;
    private final Admission admission;
    private final ServedModels models;
    private final ModelHandler handler;

    GrpcHost(String version, Admission admission, ServedModels models, ModelHandler handler) {
        this.version = version;
        this.admission = admission;
        this.models = models;
        this.handler = handler;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public boolean ready() {
        return !admission.closed() && models.ready();
    }

    @Override
    public boolean ready(String model, String number) {
        try {
            return models.ready(route(Route.Action.MODEL_READY, model, number));
        } catch (Refusal | ModelNotFoundException e) {
            return false;
        }
    }

    @Override
    public ModelMetadata metadata(String model, String number) {
        return told(() -> handler.describe(route(Route.Action.MODEL, model, number)));
    }

    @Override
    public Inferred infer(
            String model,
            String number,
            Map<String, Tensor> inputs,
            Parameters parameters,
            @Nullable Duration deadline) {
        return infer("", model, number, inputs, parameters, deadline);
    }

    @Override
    public Inferred infer(
            String id,
            String model,
            String number,
            Map<String, Tensor> inputs,
            Parameters parameters,
            @Nullable Duration deadline) {
        Admission.Visit visit = admission.await();
        try {
            NamedAnswer answer = told(
                    () -> models.predict(route(Route.Action.INFER, model, number), id, inputs, parameters, deadline));
            return new Inferred(
                    answer.outputs(), String.valueOf(answer.version().number()));
        } finally {
            admission.leave(visit);
        }
    }

    private static Route route(Route.Action action, String model, String number) {
        String name = Route.name(model);
        return new Route(action, name, number.isEmpty() ? Optional.empty() : Optional.of(Route.version(name, number)));
    }

    /** Refusals are written for HTTP; here the kind of the failure says what the client can do. */
    private static <T> T told(Supplier<T> answer) {
        try {
            return answer.get();
        } catch (Refusal e) {
            String message = String.valueOf(e.getMessage());
            EdgeException plain =
                    e.status() == 404 ? new ModelNotFoundException(message, e) : new LifecycleException(message, e);
            throw plain;
        }
    }
}
