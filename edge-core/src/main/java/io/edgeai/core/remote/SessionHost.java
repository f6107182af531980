package io.edgeai.core.remote;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.edgeai.core.serving.protocol.Parameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers from sessions, which know nothing of versions. Thread-safe. */
final class SessionHost implements InferenceHost {
    private static final String PLATFORM = "edgeai";

    private final ServedModels models;

    SessionHost(ServedModels models) {
        this.models = models;
    }

    @Override
    public String version() {
        String version = SessionHost.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public boolean ready(String model, String version) {
        return models.find(model, version) != null;
    }

    @Override
    public ModelMetadata metadata(String model, String version) {
        List<String> versions = version.isEmpty() ? List.of() : List.of(version);
        return new ModelMetadata(
                model, versions, PLATFORM, session(model, version).signature());
    }

    @Override
    public Inferred infer(
            String model,
            String version,
            Map<String, Tensor> inputs,
            Parameters parameters,
            @Nullable Duration deadline) {
        return new Inferred(session(model, version).run(inputs, deadline), version);
    }

    private InferenceSession session(String model, String version) {
        InferenceSession session = models.find(model, version);
        if (session == null) {
            throw new ModelNotFoundException("No model (" + model + (version.isEmpty() ? "" : ", version " + version)
                    + ") is served here. Maybe correct its name.");
        }
        return session;
    }
}
