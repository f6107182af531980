package io.edgeai.placement.deploy.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.Transfer;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.deploy.export.KubernetesExport;
import io.edgeai.placement.deploy.site.Release;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One site of a cluster. The release that is live is an annotation of its Deployment. Thread-safe. */
final class KubernetesTarget implements DeploymentTarget {
    private final SiteCluster cluster;

    KubernetesTarget(SiteCluster cluster) {
        this.cluster = cluster;
    }

    static KubernetesTarget of(
            KubernetesClient client, String namespace, List<PlannedService> services, ExportSettings settings) {
        return new KubernetesTarget(SiteCluster.of(client, namespace, services, settings));
    }

    @Override
    public Transfer fetch(Artifact artifact, Progress progress) {
        return Transfer.NOTHING;
    }

    @Override
    public Optional<Release> release(String service) {
        return Optional.ofNullable(found(service))
                .map(deployment -> deployment.getMetadata().getAnnotations().get(SiteCluster.RELEASE))
                .map(Release::fromJson);
    }

    @Override
    public Optional<Release> activate(Release release) {
        Optional<Release> before = release(release.service());
        PlannedService now = cluster.planned(release.service()).as(release);
        ObjectNode deployment = KubernetesExport.deployment(now, cluster.settings());
        deployment.withObject("metadata").putObject("annotations").put(SiteCluster.RELEASE, release.toJson());
        for (ObjectNode each : List.of(deployment, KubernetesExport.service(now, cluster.settings()))) {
            cluster.asked(() -> cluster.client()
                    .resource(each.toString())
                    .inNamespace(cluster.namespace())
                    .createOr(NonDeletingOperation::update));
        }
        return before;
    }

    @Override
    public Optional<Release> deactivate(String service) {
        Optional<Release> before = release(service);
        cluster.asked(() -> deployment(service).delete());
        cluster.asked(() -> cluster.client()
                .services()
                .inNamespace(cluster.namespace())
                .withName(name(service))
                .delete());
        return before;
    }

    @Override
    public boolean healthy(String service) {
        Deployment deployment = found(service);
        return deployment != null
                && isCurrent(deployment)
                && ready(deployment) >= deployment.getSpec().getReplicas();
    }

    @Override
    public int ready(String service) {
        Deployment deployment = found(service);
        return deployment != null && isCurrent(deployment) ? ready(deployment) : 0;
    }

    private static boolean isCurrent(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        Long seen = status == null ? null : status.getObservedGeneration();
        Long wanted = deployment.getMetadata().getGeneration();
        return seen == null || wanted == null || seen >= wanted;
    }

    private static int ready(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        Integer ready = status == null ? null : status.getReadyReplicas();
        return ready == null ? 0 : ready;
    }

    @Override
    public String complaint(String service) {
        Deployment deployment = found(service);
        if (deployment == null || deployment.getStatus() == null) {
            return "";
        }
        return deployment.getStatus().getConditions().stream()
                .filter(KubernetesTarget::isBad)
                .map(each -> Complaints.text(each.getType(), each.getStatus(), each.getReason(), each.getMessage()))
                .collect(Collectors.joining("; "));
    }

    /** Of a failure it is bad to be true, of everything else not to be. */
    private static boolean isBad(DeploymentCondition condition) {
        boolean holds = "True".equals(condition.getStatus());
        return "ReplicaFailure".equals(condition.getType()) == holds;
    }

    private @Nullable Deployment found(String service) {
        return cluster.<@Nullable Deployment>asked(() -> deployment(service).get());
    }

    private RollableScalableResource<Deployment> deployment(String service) {
        return cluster.client()
                .apps()
                .deployments()
                .inNamespace(cluster.namespace())
                .withName(name(service));
    }

    private String name(String service) {
        return KubernetesExport.name(cluster.planned(service));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
