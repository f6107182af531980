package io.edgeai.placement.deploy.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.Transfer;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.deploy.export.KubernetesExport;
import io.edgeai.placement.deploy.site.Release;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One site of a cluster. The release that is live is an annotation of its Deployment. Thread-safe. */
final class KubernetesTarget implements DeploymentTarget {
    private static final String RELEASE = "edgeai.io/release";
    /** A roll-out asks again by itself. */
    private static final int RETRIES = 1;

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, PlannedService> services = new HashMap<>();
    private final ExportSettings settings;

    private KubernetesTarget(
            KubernetesClient client, String namespace, List<PlannedService> services, ExportSettings settings) {
        this.client = client;
        this.namespace = namespace;
        this.settings = settings;
        services.forEach(service -> this.services.put(service.name(), service));
    }

    static KubernetesTarget open(
            @Nullable String server, String namespace, List<PlannedService> services, ExportSettings settings) {
        Config found = server == null
                ? Config.autoConfigure(null)
                : new ConfigBuilder(Config.empty()).withMasterUrl(server).build();
        Config config =
                new ConfigBuilder(found).withRequestRetryBackoffLimit(RETRIES).build();
        return of(new KubernetesClientBuilder().withConfig(config).build(), namespace, services, settings);
    }

    static KubernetesTarget of(
            KubernetesClient client, String namespace, List<PlannedService> services, ExportSettings settings) {
        return new KubernetesTarget(client, namespace, services, settings);
    }

    @Override
    public Transfer fetch(Artifact artifact, Progress progress) {
        return Transfer.NOTHING;
    }

    @Override
    public Optional<Release> release(String service) {
        return Optional.ofNullable(found(service))
                .map(deployment -> deployment.getMetadata().getAnnotations().get(RELEASE))
                .map(Release::fromJson);
    }

    @Override
    public Optional<Release> activate(Release release) {
        Optional<Release> before = release(release.service());
        PlannedService planned = planned(release.service());
        PlannedService now = new PlannedService(
                planned.site(),
                Collections.nCopies(release.replicas(), planned.nodes().get(0)),
                planned.name(),
                planned.workload(),
                release.variant(),
                planned.cpuMillis(),
                planned.memoryBytes(),
                planned.accelerator());
        ObjectNode deployment = KubernetesExport.deployment(now, settings);
        deployment.withObject("metadata").putObject("annotations").put(RELEASE, release.toJson());
        for (ObjectNode each : List.of(deployment, KubernetesExport.service(now, settings))) {
            asked(() -> client.resource(each.toString()).inNamespace(namespace).createOr(NonDeletingOperation::update));
        }
        return before;
    }

    @Override
    public Optional<Release> deactivate(String service) {
        Optional<Release> before = release(service);
        String name = KubernetesExport.name(planned(service));
        asked(() -> client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .delete());
        asked(() -> client.services().inNamespace(namespace).withName(name).delete());
        return before;
    }

    @Override
    public boolean healthy(String service) {
        Deployment deployment = found(service);
        if (deployment == null || deployment.getStatus() == null) {
            return false;
        }
        DeploymentStatus status = deployment.getStatus();
        Long seen = status.getObservedGeneration();
        Long wanted = deployment.getMetadata().getGeneration();
        boolean current = seen == null || wanted == null || seen >= wanted;
        Integer ready = status.getReadyReplicas();
        return current && ready != null && ready >= deployment.getSpec().getReplicas();
    }

    private @Nullable Deployment found(String service) {
        String name = KubernetesExport.name(planned(service));
        return this.<@Nullable Deployment>asked(() -> client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    private PlannedService planned(String service) {
        PlannedService planned = services.get(service);
        if (planned == null) {
            throw new InvalidInputException("Service (" + service + ") is not planned for this site, but "
                    + services.keySet() + " are. Maybe connect with all services of the plan.");
        }
        return planned;
    }

    private <T extends @Nullable Object> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            boolean refused = e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != 429;
            String message = "The cluster did not do it (" + e.getCode() + "): " + e.getMessage();
            throw refused
                    ? new InvalidInputException(message, e)
                    : new RemoteUnavailableException(message + " Maybe it cannot be reached.", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
