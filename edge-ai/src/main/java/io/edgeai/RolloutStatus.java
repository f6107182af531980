package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.registry.AuditEntry;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryPlan;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model's rollout stands in the environment {@code default}: what the registry records, and what the processes that
 * serve it have seen, at most half a second ago.
 *
 * @param model its name
 * @param active the version that answers
 * @param canary the version that gets a share of the requests
 * @param percent that share, 0 where there is no canary
 * @param shadows the versions that see copies
 * @param evidence what the latest canary has shown, be it running or taken back
 * @param evidenceOf which canary that was
 * @param shadow what the shadow has shown, for people; empty where nothing is known
 * @param lastRollback the latest entry of the audit by which a version lost its requests
 */
public record RolloutStatus(
        String model,
        Optional<VersionRef> active,
        Optional<VersionRef> canary,
        int percent,
        List<VersionRef> shadows,
        Optional<Canary.Report> evidence,
        Optional<VersionRef> evidenceOf,
        String shadow,
        Optional<AuditEntry> lastRollback) {
    public RolloutStatus {
        shadows = List.copyOf(shadows);
    }

    /** Reads it; no process needs to serve the model. */
    public static RolloutStatus of(EdgeModelRegistry registry, String model) {
        List<ModelVersion> versions = registry.versions(model);
        Optional<VersionRef> canary = with(versions, Stage.CANARY).stream().findFirst();
        Optional<RolloutEvidence> kept = RolloutEvidence.file(registry, model)
                .read()
                .filter(evidence -> !evidence.before().equals(evidence.version()));
        return new RolloutStatus(
                model,
                registry.findActive(model).map(ModelVersion::ref),
                canary,
                canary.map(version -> percent(registry, version).orElse(0)).orElse(0),
                with(versions, Stage.SHADOW),
                kept.map(evidence -> new Canary(
                                CanaryPlan.defaults().steps(evidence.percent() / 100.0),
                                Clock.systemUTC(),
                                evidence.state())
                        .report()),
                kept.map(evidence -> VersionRef.parse(evidence.version())),
                RolloutEvidence.file(registry, model)
                        .read()
                        .map(RolloutEvidence::shadow)
                        .orElse(""),
                registry.audit(model).stream()
                        .filter(entry -> entry.action() == AuditAction.ROLLED_BACK)
                        .reduce((earlier, later) -> later));
    }

    private static List<VersionRef> with(List<ModelVersion> versions, Stage stage) {
        return versions.stream()
                .filter(version -> version.stage() == stage)
                .map(ModelVersion::ref)
                .toList();
    }

    static OptionalInt percent(EdgeModelRegistry registry, VersionRef version) {
        return registry.deployments(version).stream()
                .filter(deployment -> deployment.environment().equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT))
                .mapToInt(Deployment::percent)
                .findFirst();
    }
}
