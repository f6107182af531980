package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.site.ServiceEnvironment;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An AWS IoT Greengrass version 2 component recipe (format {@code 2020-01-25}) for each service: the model and the
 * container image are artifacts, and the component runs one container a replica with the model mounted. The image must
 * come from a registry that Greengrass knows; the model should lie in S3.
 */
public final class GreengrassExport implements PlanExporter {
    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, String> files = new LinkedHashMap<>();
        for (PlannedService service : services) {
            files.put(
                    KubernetesExport.name(service) + ".recipe.json",
                    recipe(service, settings).toPrettyString());
        }
        return files;
    }

    private static ObjectNode recipe(PlannedService service, ExportSettings settings) {
        URI model = settings.modelUri().apply(service.variant());
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("RecipeFormatVersion", "2020-01-25")
                .put("ComponentName", "io.edgeai." + KubernetesExport.name(service))
                .put("ComponentVersion", settings.version())
                .put("ComponentType", "aws.greengrass.generic")
                .put("ComponentDescription", service.workload() + " (" + service.variant() + ") on " + service.site())
                .put("ComponentPublisher", "EdgeAI");
        root.putObject("ComponentDependencies")
                .putObject("aws.greengrass.DockerApplicationManager")
                .put("VersionRequirement", "~2.0.0")
                .put("DependencyType", "HARD");
        ObjectNode manifest = root.putArray("Manifests").addObject();
        manifest.putObject("Platform").put("os", "linux");
        String name = KubernetesExport.name(service);
        ObjectNode lifecycle = manifest.putObject("Lifecycle");
        lifecycle.put("Run", run(service, settings, model));
        lifecycle.put("Shutdown", "docker ps -q --filter name=^" + name + "- | xargs -r docker stop");
        manifest.putArray("Artifacts").addObject().put("URI", model.toString()).put("Unarchive", "NONE");
        manifest.withArray("Artifacts").addObject().put("URI", "docker:" + settings.image());
        return root;
    }

    private static String run(PlannedService service, ExportSettings settings, URI model) {
        String path = String.valueOf(model.getPath());
        String file = path.substring(path.lastIndexOf('/') + 1);
        StringBuilder command = new StringBuilder();
        for (int replica = 0; replica < service.replicas(); replica++) {
            command.append("docker run --rm --name ")
                    .append(KubernetesExport.name(service))
                    .append('-')
                    .append(replica)
                    .append(" -p ")
                    .append(settings.port() + replica)
                    .append(':')
                    .append(settings.port());
            if (service.cpuMillis() > 0) {
                command.append(" --cpus ").append(service.cpuMillis() / 1000.0);
            }
            if (service.memoryBytes() > 0) {
                command.append(" --memory ").append(service.memoryBytes());
            }
            if (KubernetesExport.devices(service) > 0) {
                command.append(" --gpus ").append(KubernetesExport.devices(service));
            }
            if (service.batch() > 0) {
                command.append(" -e ")
                        .append(ServiceEnvironment.MAX_BATCH)
                        .append('=')
                        .append(service.batch());
            }
            command.append(" -v {artifacts:path}:/models:ro -e EDGEAI_SERVICE=")
                    .append(quoted(service.workload()))
                    .append(" -e EDGEAI_VARIANT=")
                    .append(quoted(service.variant()))
                    .append(" -e EDGEAI_MODEL_URI=")
                    .append(quoted("file:///models/" + file))
                    .append(' ')
                    .append(settings.image())
                    .append(" &\n");
        }
        return command.append("wait").toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
