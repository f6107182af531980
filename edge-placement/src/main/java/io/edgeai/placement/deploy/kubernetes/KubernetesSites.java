package io.edgeai.placement.deploy.kubernetes;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.export.ExportSettings;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Targets for the sites of a cluster. A site's services become objects of one namespace on the nodes that carry the label
 * {@code edgeai.io/site}: Deployments and Services, or KServe's InferenceServices. Models are fetched by the pods from where
 * the settings say, so that no bytes pass through here.
 */
public final class KubernetesSites {
    private KubernetesSites() {}

    /**
     * Deployments and Services. A service is healthy when all its replicas are ready. Connects as {@code kubectl} would: by
     * the pod's service account, or the user's configuration.
     *
     * @param server address of the API server, null for that of the configuration
     * @param services what a plan puts on this site
     * @throws RuntimeUnavailableException where the fabric8 client is not on the class path
     */
    public static DeploymentTarget connect(
            @Nullable String server, String namespace, List<PlannedService> services, ExportSettings settings) {
        return withClient(() -> new KubernetesTarget(SiteCluster.open(server, namespace, services, settings)));
    }

    /**
     * {@link #kserve(String, String, List, ExportSettings, int)} whose releases get all requests at once.
     *
     * @param server address of the API server, null for that of the configuration
     */
    public static DeploymentTarget kserve(
            @Nullable String server, String namespace, List<PlannedService> services, ExportSettings settings) {
        return kserve(server, namespace, services, settings, KserveTarget.ALL);
    }

    /**
     * KServe's InferenceServices ({@code serving.kserve.io/v1beta1}), served by its own ONNX runtime over version 2 of the
     * protocol. A service is healthy when its condition {@code Ready} holds for what was last asked for. Connects as
     * {@link #connect} does.
     *
     * @param server address of the API server, null for that of the configuration
     * @param services what a plan puts on this site
     * @param settings the image is KServe's own and not read from here
     * @param canaryPercent requests that a release gets which follows another one, 1 to 100, until {@link
     *     DeploymentTarget#promote}, which a roll-out does after the gate of the wave; below 100 KServe must run services on
     *     Knative
     * @throws RuntimeUnavailableException where the fabric8 client is not on the class path
     */
    public static DeploymentTarget kserve(
            @Nullable String server,
            String namespace,
            List<PlannedService> services,
            ExportSettings settings,
            int canaryPercent) {
        if (canaryPercent < 1 || canaryPercent > 100) {
            throw new InvalidInputException(
                    "A canary's share (" + canaryPercent + ") is not in 1 to 100 per cent. Maybe 10.");
        }
        return withClient(
                () -> new KserveTarget(SiteCluster.open(server, namespace, services, settings), canaryPercent));
    }

    private static DeploymentTarget withClient(Supplier<DeploymentTarget> opens) {
        try {
            return opens.get();
        } catch (NoClassDefFoundError e) {
            throw new RuntimeUnavailableException(
                    "The Kubernetes client is not on the class path. Maybe add this dependency:"
                            + " io.fabric8:kubernetes-client:7.8.0.",
                    e);
        }
    }
}
