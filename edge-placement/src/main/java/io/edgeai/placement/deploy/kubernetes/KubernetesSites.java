package io.edgeai.placement.deploy.kubernetes;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.export.ExportSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Targets for the sites of a cluster. A site's services become Deployments and Services of one namespace on the nodes
 * that carry the label {@code edgeai.io/site}; models are fetched by the pods from where the settings say, so that no
 * bytes pass through here. A service is healthy when all its replicas are ready.
 */
public final class KubernetesSites {
    private KubernetesSites() {}

    /**
     * Connects as {@code kubectl} would: by the pod's service account, or the user's configuration.
     *
     * @param server address of the API server, null for that of the configuration
     * @param services what a plan puts on this site
     * @throws RuntimeUnavailableException where the fabric8 client is not on the class path
     */
    public static DeploymentTarget connect(
            @Nullable String server, String namespace, List<PlannedService> services, ExportSettings settings) {
        try {
            return KubernetesTarget.open(server, namespace, services, settings);
        } catch (NoClassDefFoundError e) {
            throw new RuntimeUnavailableException(
                    "The Kubernetes client is not on the class path. Maybe add this dependency:"
                            + " io.fabric8:kubernetes-client:7.8.0.",
                    e);
        }
    }
}
