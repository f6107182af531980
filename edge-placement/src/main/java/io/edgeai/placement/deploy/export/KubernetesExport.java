package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.site.ServiceEnvironment;
import io.edgeai.placement.model.Accelerator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Deployment ({@code apps/v1}) and a Service ({@code v1}) for each service of a site, one YAML file a service. Nodes of
 * a site carry the label {@code edgeai.io/site}.
 */
public final class KubernetesExport implements PlanExporter {
    static final String SITE = "edgeai.io/site";
    static final String NAME = "app.kubernetes.io/name";

    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, String> files = new LinkedHashMap<>();
        for (PlannedService service : services) {
            files.put(
                    name(service) + ".yaml",
                    Yaml.write(deployment(service, settings)) + "---\n" + Yaml.write(service(service, settings)));
        }
        return files;
    }

    /** The name of both objects. */
    public static String name(PlannedService service) {
        return Names.dns(service.name(), service.site());
    }

    /** The Deployment as a tree. */
    public static ObjectNode deployment(PlannedService service, ExportSettings settings) {
        ObjectNode root = head("apps/v1", "Deployment", service);
        ObjectNode spec = root.putObject("spec").put("replicas", service.replicas());
        spec.putObject("selector").putObject("matchLabels").put(NAME, name(service));
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata")
                .putObject("labels")
                .put(NAME, name(service))
                .put(SITE, Names.dns(service.site()));
        ObjectNode pod = template.putObject("spec");
        pod.putObject("nodeSelector").put(SITE, Names.dns(service.site()));
        ObjectNode container =
                pod.putArray("containers").addObject().put("name", "model").put("image", settings.image());
        container.putArray("ports").addObject().put("name", "http").put("containerPort", settings.port());
        environment(service, settings)
                .forEach((name, value) ->
                        container.withArray("env").addObject().put("name", name).put("value", value));
        container
                .putObject("readinessProbe")
                .putObject("httpGet")
                .put("path", "/v2/health/ready")
                .put("port", "http");
        resources(container, service, settings);
        return root;
    }

    /** The Service as a tree. */
    public static ObjectNode service(PlannedService service, ExportSettings settings) {
        ObjectNode root = head("v1", "Service", service);
        ObjectNode spec = root.putObject("spec");
        spec.putObject("selector").put(NAME, name(service));
        spec.putArray("ports")
                .addObject()
                .put("name", "http")
                .put("port", settings.port())
                .put("targetPort", "http");
        return root;
    }

    static ObjectNode head(String apiVersion, String kind, PlannedService service) {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", apiVersion)
                .put("kind", kind);
        root.putObject("metadata")
                .put("name", name(service))
                .putObject("labels")
                .put(NAME, name(service))
                .put(SITE, Names.dns(service.site()));
        return root;
    }

    static Map<String, String> environment(PlannedService service, ExportSettings settings) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(ServiceEnvironment.SERVICE, service.workload());
        environment.put(ServiceEnvironment.VARIANT, service.variant());
        environment.put(
                ServiceEnvironment.MODEL_URI,
                settings.modelUri().apply(service.variant()).toString());
        if (service.batch() > 0) {
            environment.put(ServiceEnvironment.MAX_BATCH, Integer.toString(service.batch()));
        }
        return environment;
    }

    /** Requests and limits as far as they are known. */
    static void resources(ObjectNode container, PlannedService service, ExportSettings settings) {
        ObjectNode requests = JsonNodeFactory.instance.objectNode();
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        if (service.cpuMillis() > 0) {
            requests.put("cpu", service.cpuMillis() + "m");
        }
        if (service.memoryBytes() > 0) {
            requests.put("memory", Long.toString(service.memoryBytes()));
        }
        int devices = devices(service);
        if (devices > 0) {
            requests.put(settings.acceleratorResource(), Integer.toString(devices));
            limits.put(settings.acceleratorResource(), Integer.toString(devices));
        }
        if (!requests.isEmpty()) {
            container.putObject("resources").set("requests", requests);
            if (!limits.isEmpty()) {
                container.withObject("resources").set("limits", limits);
            }
        }
    }

    /** Whole accelerators of one replica. */
    static int devices(PlannedService service) {
        return (service.accelerator().milli() + Accelerator.WHOLE - 1) / Accelerator.WHOLE;
    }
}
