package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.registry.AuditEntry;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.ShadowReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * How a model's rollout stands in an environment: what the registry records, and what the processes that
 * serve it have seen, at most half a second ago.
 *
 * @param model its name
 * @param environment where
 * @param active the version that answers
 * @param canary the version that gets a share of the requests
 * @param percent that share, 0 where there is no canary
 * @param shadows the versions that see copies
 * @param evidence what the latest canary has shown, to all processes together, be it running or taken back
 * @param evidenceOf which canary that was
 * @param processes how many have seen something of it; one that took the place of another is none of its own
 * @param shadow what the latest shadow has shown, to all processes together, for people; empty where nothing is known
 * @param lastRollback the latest entry of the audit by which a version lost its requests
 */
public record RolloutStatus(
        String model,
        String environment,
        Optional<VersionRef> active,
        Optional<VersionRef> canary,
        int percent,
        List<VersionRef> shadows,
        Optional<Canary.Report> evidence,
        Optional<VersionRef> evidenceOf,
        int processes,
        String shadow,
        Optional<AuditEntry> lastRollback) {
    public RolloutStatus {
        shadows = List.copyOf(shadows);
    }

    /** {@link #of(EdgeModelRegistry, String, String)} in the environment {@code default}. */
    public static RolloutStatus of(EdgeModelRegistry registry, String model) {
        return of(registry, model, EdgeModelRegistry.DEFAULT_ENVIRONMENT);
    }

    /** Reads it; no process needs to serve the model. */
    public static RolloutStatus of(EdgeModelRegistry registry, String model, String environment) {
        SortedMap<VersionRef, Deployment> here = registry.deployed(model, environment);
        Optional<VersionRef> canary = with(here, Stage.CANARY).findFirst();
        List<RolloutEvidence> kept = parts(registry, model, environment);
        return new RolloutStatus(
                model,
                environment,
                registry.findActive(model, environment).map(ModelVersion::ref),
                canary,
                here.values().stream()
                        .filter(deployment -> deployment.stage() == Stage.CANARY)
                        .mapToInt(Deployment::percent)
                        .findFirst()
                        .orElse(0),
                with(here, Stage.SHADOW).toList(),
                RolloutEvidence.together(kept),
                kept.stream()
                        .map(evidence -> VersionRef.parse(evidence.version()))
                        .findFirst(),
                kept.size(),
                ShadowParts.shown(registry, model, environment)
                        .map(ShadowReport::toString)
                        .orElse(""),
                registry.audit(model).stream()
                        .filter(entry -> entry.action() == AuditAction.ROLLED_BACK
                                && entry.environment().equals(environment))
                        .reduce((earlier, later) -> later));
    }

    private static List<RolloutEvidence> parts(EdgeModelRegistry registry, String model, String environment) {
        List<RolloutEvidence> shared = registry.evidence().latest(model, environment, RolloutParts.KIND).stream()
                .map(part -> SharedPart.state(part, RolloutEvidence.class))
                .toList();
        return shared.isEmpty()
                ? RolloutEvidence.file(registry, model, environment)
                        .read()
                        .filter(evidence -> !evidence.alone())
                        .stream()
                        .toList()
                : shared;
    }

    /** Those that are at a stage, by number. */
    static Stream<VersionRef> with(SortedMap<VersionRef, Deployment> here, Stage stage) {
        return here.entrySet().stream()
                .filter(version -> version.getValue().stage() == stage)
                .map(Map.Entry::getKey);
    }
}
