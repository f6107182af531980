package io.edgeai;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.EvidenceKey;
import io.edgeai.core.registry.EvidencePart;
import io.edgeai.core.rollout.Shadow;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the shadows of an endpoint have shown, kept beside what those of other processes have: it goes on as long as the version
 * is a shadow and the same one is active. Thread-safe.
 */
final class ShadowParts {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowParts.class);
    private static final String KIND = "shadow";

    private final EdgeModelRegistry registry;
    private final String model;
    private final String environment;
    private final String node;
    private @Nullable SharedPart<Shadow.State> part;
    private @Nullable VersionRef version;
    private Shadow.@Nullable State kept;

    ShadowParts(EdgeModelRegistry registry, String model, String environment, String node) {
        this.registry = registry;
        this.model = model;
        this.environment = environment;
        this.node = node;
    }

    /** What a version that becomes the shadow now has shown here before; where nobody can tell, nothing, which is not kept. */
    synchronized Shadow.State known(VersionRef shadow) {
        version = shadow;
        part = null;
        kept = null;
        try {
            SharedPart<Shadow.State> next =
                    new SharedPart<>(registry.evidence(), key(shadow), node, Shadow.State.class);
            registry.evidence().forgetBefore(next.key());
            Shadow.State before = next.read().orElse(null);
            kept = before;
            part = next;
            return before == null ? Shadow.State.fresh() : before;
        } catch (StorageException e) {
            LOG.warn("The shadow {} begins anew, and what it shows is not kept: {}", shadow, e.getMessage());
            return Shadow.State.fresh();
        }
    }

    private EvidenceKey key(VersionRef shadow) {
        long activated = registry.findActive(model, environment)
                .map(ModelVersion::ref)
                .map(active -> registry.deployed(model, environment).get(active))
                .map(Deployment::activation)
                .orElse(0L);
        long run = Math.max(activated, registry.evidence().began(shadow, environment, Stage.SHADOW));
        return new EvidenceKey(model, environment, KIND, run, shadow.toString());
    }

    /** Keeps what came since the last time; a database that refuses is logged, and the next call tries again. */
    synchronized void keep(ModelEndpoint endpoint) {
        SharedPart<Shadow.State> now = part;
        boolean same = endpoint.shadowReport().map(ShadowReport::version).equals(Optional.ofNullable(version));
        Shadow.State state = endpoint.shadowState().orElse(null);
        if (now == null || !same || state == null || state.equals(kept)) {
            return;
        }
        try {
            now.write(state);
            kept = state;
        } catch (EdgeException e) {
            LOG.warn("What the shadow {} has shown was not kept: {}", version, e.getMessage());
        }
    }

    /** What the latest shadow has shown in all processes; empty where nothing is known. */
    static Optional<ShadowReport> shown(EdgeModelRegistry registry, String model, String environment) {
        List<EvidencePart> parts = registry.evidence().latest(model, environment, KIND);
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(ShadowReport.of(
                        VersionRef.parse(parts.get(0).key().subject()),
                        parts.stream()
                                .map(part -> SharedPart.state(part, Shadow.State.class))
                                .toList()));
    }
}
