package io.edgeai.placement.deploy.kubernetes;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of a cluster that is one site: how it is reached, and what is planned there. Thread-safe. */
final class SiteCluster implements AutoCloseable {
    /** The annotation that holds the release that is live. */
    static final String RELEASE = "edgeai.io/release";

    /** A roll-out asks again by itself. */
    private static final int RETRIES = 1;

    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, PlannedService> services = new LinkedHashMap<>();
    private final ExportSettings settings;

    private SiteCluster(
            KubernetesClient client, String namespace, List<PlannedService> services, ExportSettings settings) {
        this.client = client;
        this.namespace = namespace;
        this.settings = settings;
        services.forEach(service -> this.services.put(service.name(), service));
    }

    static SiteCluster open(
            @Nullable String server, String namespace, List<PlannedService> services, ExportSettings settings) {
        Config found = server == null
                ? Config.autoConfigure(null)
                : new ConfigBuilder(Config.empty()).withMasterUrl(server).build();
        Config config =
                new ConfigBuilder(found).withRequestRetryBackoffLimit(RETRIES).build();
        return of(new KubernetesClientBuilder().withConfig(config).build(), namespace, services, settings);
    }

    static SiteCluster of(
            KubernetesClient client, String namespace, List<PlannedService> services, ExportSettings settings) {
        return new SiteCluster(client, namespace, services, settings);
    }

    KubernetesClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }

    ExportSettings settings() {
        return settings;
    }

    PlannedService planned(String service) {
        PlannedService planned = services.get(service);
        if (planned == null) {
            throw new InvalidInputException("Service (" + service + ") is not planned for this site, but "
                    + services.keySet() + " are. Maybe connect with all services of the plan.");
        }
        return planned;
    }

    /**
     * Asks the cluster.
     *
     * @throws InvalidInputException where it refuses
     * @throws RemoteUnavailableException where it is not reached, is busy, or another changed the object meanwhile
     */
    <T extends @Nullable Object> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            String message = "The cluster did not do it (" + e.getCode() + "): " + e.getMessage();
            if (e.getCode() == CONFLICT) {
                throw new RemoteUnavailableException(message + " Maybe another changes it too; try again.", e);
            }
            boolean refused = e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != TOO_MANY;
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
