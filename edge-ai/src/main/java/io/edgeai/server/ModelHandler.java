package io.edgeai.server;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.serving.protocol.IndexEntry;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.edgeai.core.serving.protocol.Parameters;
import io.edgeai.core.serving.protocol.ProtocolJson;
import io.edgeai.server.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers what is asked of models, and the repository's requests. Thread-safe. */
final class ModelHandler {
    private static final Set<String> KNOWN_PARAMETERS = Set.of("version", "unload_dependents");

    private final ModelHost host;
    private final ServedModels models;
    private final ProtocolJson json;

    ModelHandler(ModelHost host, ServedModels models, ProtocolJson json) {
        this.host = host;
        this.models = models;
        this.json = json;
    }

    HttpResponse ready(Route route) {
        boolean ready = models.ready(route);
        return HttpResponse.json(ready ? 200 : 503, json.modelReady(route.model(), ready));
    }

    HttpResponse metadata(Route route) {
        return HttpResponse.json(200, json.model(describe(route)));
    }

    ModelMetadata describe(Route route) {
        ModelEndpoint endpoint = models.endpoint(route);
        VersionRef first = endpoint.split().arms().get(0).version();
        String platform = host.registry()
                .find(first)
                .map(version -> ModelMetadata.platform(version.format()))
                .orElse("unknown_unknown");
        List<String> versions =
                models.numbers(route).stream().map(String::valueOf).toList();
        return new ModelMetadata(route.model(), versions, platform, endpoint.signature());
    }

    HttpResponse index(byte[] body) {
        boolean readyOnly = json.parameters(body, "").flag("ready", false);
        List<IndexEntry> entries = new ArrayList<>();
        for (ModelId model : host.registry().models()) {
            for (ModelVersion version : host.registry().versions(model.name())) {
                Optional<String> unavailable = models.unavailable(version);
                if (unavailable.isEmpty() || !readyOnly) {
                    entries.add(new IndexEntry(
                            model.name(),
                            Integer.toString(version.number()),
                            unavailable.isEmpty(),
                            unavailable.orElse("")));
                }
            }
        }
        return HttpResponse.json(200, json.index(entries));
    }

    HttpResponse load(Route route, byte[] body) {
        models.load(route.model(), version(route, body));
        return HttpResponse.json(200, new byte[0]);
    }

    HttpResponse unload(Route route, byte[] body) {
        models.unload(route.model(), version(route, body));
        return HttpResponse.json(200, new byte[0]);
    }

    private Optional<VersionRef> version(Route route, byte[] body) {
        Parameters parameters = json.parameters(body, "parameters");
        for (String name : parameters.values().keySet()) {
            if (!KNOWN_PARAMETERS.contains(name)) {
                throw new InvalidInputException("Parameter (" + name + ") is none of " + KNOWN_PARAMETERS
                        + ". Maybe register another version with other settings instead.");
            }
        }
        return Optional.ofNullable(parameters.values().get("version"))
                .map(number -> Route.version(route.model(), number.toString()));
    }
}
