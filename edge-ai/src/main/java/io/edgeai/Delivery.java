package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Deployment;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.Rollout;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.agent.AgentClient;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.deploy.kubernetes.KubernetesSites;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a plan's models to its sites: {@code edge.deploy(plan).agent("hall-a", uri, token).run()}. Variants named as
 * registered versions ({@code defects@2}) are taken from the registry, and sites that have an earlier version of the
 * same model are sent the difference. Not thread-safe.
 */
public final class Delivery {
    private final EdgeModelRegistry registry;
    private final List<PlannedService> services;
    private final Map<String, DeploymentTarget> targets = new LinkedHashMap<>();
    private final Map<String, Path> files = new LinkedHashMap<>();
    private Consumer<Rollout.Builder> settings = rollout -> {};

    Delivery(EdgeModelRegistry registry, PlacementPlan plan) {
        this.registry = registry;
        this.services = PlannedService.of(plan.orThrow());
    }

    /**
     * Reaches a site through its agent.
     *
     * @param token the agent's, null where it has none
     */
    public Delivery agent(String site, URI address, @Nullable String token) {
        return target(site, SiteTarget.of(new AgentClient(address, token)));
    }

    /** A site that is a folder of this machine. */
    public Delivery directory(String site, Path folder) {
        return target(site, SiteTarget.directory(folder));
    }

    /**
     * A site that is a part of a Kubernetes cluster, as Deployments and Services; reached as {@code kubectl} would.
     *
     * @param settings the image that serves, and where its pods find models
     * @throws io.edgeai.core.error.RuntimeUnavailableException where the Kubernetes client is not on the class path
     */
    public Delivery kubernetes(String site, String namespace, ExportSettings settings) {
        return target(site, KubernetesSites.connect(null, namespace, at(site), settings));
    }

    /**
     * A site that is a part of a cluster with KServe, as InferenceServices; reached as {@code kubectl} would.
     *
     * @param settings where its pods find models
     * @param canaryPercent requests that a release gets which follows another one, 1 to 100, until the gate of its wave
     *     says yes
     * @throws io.edgeai.core.error.RuntimeUnavailableException where the Kubernetes client is not on the class path
     */
    public Delivery kserve(String site, String namespace, ExportSettings settings, int canaryPercent) {
        return target(site, KubernetesSites.kserve(null, namespace, at(site), settings, canaryPercent));
    }

    private List<PlannedService> at(String site) {
        return services.stream().filter(service -> service.site().equals(site)).toList();
    }

    /** Reaches a site in a way of your own; {@link #run} closes it. */
    public Delivery target(String site, DeploymentTarget target) {
        if (targets.putIfAbsent(site, target) != null) {
            throw new InvalidInputException("Site (" + site + ") is given two targets.");
        }
        return this;
    }

    /** The file of a variant that is no registered version. */
    public Delivery model(String variant, Path file) {
        files.put(variant, file);
        return this;
    }

    /** Waves, failure budget, health, journal, events. */
    public Delivery rollout(Consumer<Rollout.Builder> changes) {
        this.settings = changes;
        return this;
    }

    /** The roll-out, to be run, paused and cancelled by the caller, who also closes the targets. */
    public Rollout prepare() {
        Rollout.Builder rollout = Rollout.builder(Deployment.of(services, this::artifact), targets);
        settings.accept(rollout);
        return rollout.build();
    }

    /** Runs the roll-out to its end and gives up the connections. */
    public RolloutReport run() {
        try {
            return prepare().run();
        } finally {
            targets.values().forEach(DeploymentTarget::close);
        }
    }

    private Artifact artifact(String variant) {
        Path file = files.get(variant);
        if (file != null) {
            return Artifact.of(file);
        }
        if (!variant.contains("@")) {
            throw new InvalidInputException("Variant (" + variant
                    + ") is no registered version. Maybe name its file by model(\"" + variant + "\", file).");
        }
        VersionRef ref = VersionRef.parse(variant);
        List<Artifact> earlier = new ArrayList<>();
        List<ModelVersion> versions = registry.versions(ref.model().name());
        for (int i = versions.size() - 1; i >= 0; i--) {
            ModelVersion version = versions.get(i);
            if (version.number() < ref.number()
                    && version.format() == registry.get(ref).format()
                    && Files.isRegularFile(registry.file(version.ref()))) {
                earlier.add(Artifact.of(registry.file(version.ref())));
            }
        }
        Path path = registry.file(ref);
        if (!Files.isRegularFile(path)) {
            throw new InvalidInputException(
                    "Version (" + ref + ") is a folder, and sites take files. Maybe deploy its conversion to ONNX.");
        }
        return Artifact.of(path).basedOn(earlier, registry.home().resolve("deltas"));
    }
}
