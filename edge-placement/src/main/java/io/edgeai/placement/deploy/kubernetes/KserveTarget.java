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
import io.edgeai.placement.deploy.export.KserveExport;
import io.edgeai.placement.deploy.export.KubernetesExport;
import io.edgeai.placement.deploy.site.Release;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One site of a cluster that runs KServe: an InferenceService for each service, with the release that is live as an
 * annotation. Fields of an InferenceService that are not of the plan stay as others set them; where others change it at the
 * same time, the change is made anew, three times at most. Thread-safe.
 */
final class KserveTarget implements DeploymentTarget {
    /** A new release gets all requests at once. */
    static final int ALL = 100;

    private static final int ATTEMPTS = 3;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("serving.kserve.io")
            .withVersion("v1beta1")
            .withKind("InferenceService")
            .withPlural("inferenceservices")
            .withNamespaced(true)
            .build();

    private final SiteCluster cluster;
    private final int canaryPercent;

    /** @param canaryPercent requests that a release gets which follows another one, until it is promoted */
    KserveTarget(SiteCluster cluster, int canaryPercent) {
        this.cluster = cluster;
        this.canaryPercent = canaryPercent;
    }

    static KserveTarget of(
            KubernetesClient client,
            String namespace,
            List<PlannedService> services,
            ExportSettings settings,
            int canaryPercent) {
        return new KserveTarget(SiteCluster.of(client, namespace, services, settings), canaryPercent);
    }

    @Override
    public Transfer fetch(Artifact artifact, Progress progress) {
        return Transfer.NOTHING;
    }

    @Override
    public Optional<Release> release(String service) {
        return found(service).flatMap(InferenceServiceView::release);
    }

    @Override
    public Optional<Release> activate(Release release) {
        ObjectNode wanted =
                KserveExport.inferenceService(cluster.planned(release.service()).as(release), cluster.settings());
        wanted.withObject("metadata").putObject("annotations").put(SiteCluster.RELEASE, release.toJson());
        return written(release.service(), found -> {
            if (found.isEmpty()) {
                return Optional.of(InferenceServiceView.of(wanted));
            }
            found.get().follow(wanted, release, canaryPercent);
            return found;
        });
    }

    @Override
    public boolean promote(String service) {
        AtomicBoolean changes = new AtomicBoolean();
        written(service, found -> {
            changes.set(found.filter(InferenceServiceView::promote).isPresent());
            return changes.get() ? found : Optional.empty();
        });
        return changes.get();
    }

    @Override
    public Optional<Release> deactivate(String service) {
        Optional<Release> before = release(service);
        cluster.asked(() -> at(service).delete());
        return before;
    }

    @Override
    public boolean healthy(String service) {
        return found(service).filter(InferenceServiceView::ready).isPresent();
    }

    @Override
    public String complaint(String service) {
        return found(service).map(InferenceServiceView::complaint).orElse("");
    }

    private Optional<InferenceServiceView> found(String service) {
        return Optional.ofNullable(this.cluster.<@Nullable GenericKubernetesResource>asked(
                        () -> at(service).get()))
                .map(InferenceServiceView::of);
    }

    /**
     * Writes what a change makes of the service as it is; nothing where it makes nothing.
     *
     * @return what was live before
     */
    private Optional<Release> written(
            String service, Function<Optional<InferenceServiceView>, Optional<InferenceServiceView>> change) {
        for (int attempt = 1; ; attempt++) {
            Optional<InferenceServiceView> found = found(service);
            Optional<Release> before = found.flatMap(InferenceServiceView::release);
            boolean fresh = found.isEmpty();
            try {
                change.apply(found)
                        .ifPresent(view -> cluster.asked(() -> {
                            Resource<GenericKubernetesResource> to = all().resource(view.resource());
                            return fresh ? to.create() : to.update();
                        }));
                return before;
            } catch (RemoteUnavailableException e) {
                if (!failedBy(e, CONFLICT) || attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (InvalidInputException e) {
                if (failedBy(e, NOT_FOUND)) {
                    throw new InvalidInputException(
                            "The cluster knows no InferenceServices, or has no namespace (" + cluster.namespace()
                                    + "). Maybe install KServe, or name another namespace.",
                            e);
                }
                throw e;
            }
        }
    }

    private static boolean failedBy(RuntimeException failure, int code) {
        return failure.getCause() instanceof KubernetesClientException cause && cause.getCode() == code;
    }

    private Resource<GenericKubernetesResource> at(String service) {
        return all().withName(KubernetesExport.name(cluster.planned(service)));
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            all() {
        return cluster.client().genericKubernetesResources(KIND).inNamespace(cluster.namespace());
    }

    @Override
    public void close() {
        cluster.close();
    }
}
