package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.agent.AgentClient;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.deploy.kubernetes.KubernetesSites;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --site ID=WHERE} names: an agent's address, a cluster's namespace or a folder.
 *
 * @param services what the plan puts where
 * @param token of agents, null where they have none
 * @param settings of services in clusters
 * @param canaryPercent requests that a release gets which follows another one, where KServe runs
 */
record DeployTargets(
        List<PlannedService> services, @Nullable String token, ExportSettings settings, int canaryPercent) {
    private static final String KUBERNETES = "kubernetes:";
    private static final String KSERVE = "kserve:";

    Map<String, DeploymentTarget> open(Map<String, String> sites) {
        if (canaryPercent != 100 && sites.values().stream().noneMatch(where -> where.startsWith(KSERVE))) {
            throw new InvalidInputException("Option --canary (" + canaryPercent
                    + ") needs a site that KServe serves. Maybe --site ID=kserve:NAMESPACE.");
        }
        Map<String, DeploymentTarget> targets = new LinkedHashMap<>();
        sites.forEach((id, where) -> targets.put(id, target(id, where)));
        return targets;
    }

    private DeploymentTarget target(String site, String where) {
        if (where.startsWith("http://") || where.startsWith("https://")) {
            return SiteTarget.of(new AgentClient(URI.create(where), token));
        }
        List<PlannedService> here =
                services.stream().filter(service -> service.site().equals(site)).toList();
        if (where.startsWith(KUBERNETES)) {
            return KubernetesSites.connect(null, where.substring(KUBERNETES.length()), here, settings);
        }
        if (where.startsWith(KSERVE)) {
            return KubernetesSites.kserve(null, where.substring(KSERVE.length()), here, settings, canaryPercent);
        }
        return SiteTarget.directory(Path.of(where));
    }
}
